/** Somebody before a page: what they see is checked with every event. */

import assert from "node:assert/strict";

import type { Status, Via } from "../link/feed.ts";
import { Link } from "../link/link.ts";
import type { Outgoing } from "../link/outbox.ts";
import { fold, type View } from "../model/fold.ts";
import { shown } from "../model/pending.ts";
import type { Page } from "./world.ts";

export const URL = "http://desk/api/v1/desks/main";

export class Person {
  readonly link: Link<View>;
  readonly page: Page;
  view: View | undefined;
  readonly statuses: Status[] = [];
  outgoing: readonly Outgoing[] = [];
  views = 0;

  constructor(page: Page, session = "ana", only?: Via) {
    this.page = page;
    const hear = {
      view: (view: View) => {
        this.views++;
        this.view = view;
      },
      taken: (picture: View) => {
        this.view = picture;
      },
      picture: () => this.view!,
      event: (event: Parameters<typeof fold>[1]) => {
        if (event.type === "message") {
          // In this world there are messages alone, so each is the next one.
          const told = this.view!.rooms[0]!.messages.length;
          assert.equal(Number(event.id.split(".")[1]), told + 1, `${event.body} is the next one`);
        }
        this.view = fold(this.view!, event);
      },
      status: (status: Status) => this.statuses.push(status),
    };
    this.link = new Link(
      page.outside,
      { url: URL, token: "secret" },
      session,
      hear,
      (all) => {
        this.outgoing = all;
      },
      only,
    );
    this.link.start();
  }

  get status(): Status {
    return this.statuses.at(-1)!;
  }

  /** What stands in the room, one's own that is on the way at its end. */
  get texts(): string[] {
    const room = this.view?.rooms[0];
    return room ? shown(room, this.outgoing).map((one) => one.body) : [];
  }
}
