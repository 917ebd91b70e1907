/**
 * A guest and an agent who talk over a real server, for tests/e2e/test_browser_link.py.
 *
 * Says on a line `said N` how far they are, and at the end, as JSON, all that each has heard.
 */

import { randomBytes } from "node:crypto";

import { WebSocket } from "ws";

import type { Via } from "../link/feed.ts";
import { Link } from "../link/link.ts";
import type { Outside, Socket } from "../link/outside.ts";
import { type FloorView, foldFloor } from "../model/floor.ts";
import { fold, type View } from "../model/fold.ts";
import type { Event } from "../wire/events.ts";
import type { Seen } from "../wire/view.ts";

const outside: Outside = {
  fetch: (url, init) => fetch(url, init),
  socket: (url) => {
    const socket = new WebSocket(url);
    // The close that follows says all.
    socket.onerror = () => {};
    return socket as unknown as Socket;
  },
  channel: undefined,
  locks: undefined,
  stored: undefined,
  nowMs: Date.now,
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
  key: () => randomBytes(16).toString("hex"),
  online: () => true,
  woken: () => () => {},
};

class Person<V extends View> {
  readonly link: Link<V>;
  readonly heard: string[] = [];
  readonly statuses = new Set<string>();
  views = 0;
  view!: V;
  sending = 0;

  constructor(url: string, token: string, via: Via, step: (view: V, event: Event) => V) {
    const hear = {
      view: (seen: Seen) => {
        this.views++;
        const { id: _, ...view } = seen;
        this.view = view as unknown as V;
      },
      taken: () => {},
      picture: () => this.view,
      event: (event: Event) => {
        if (event.type === "message") this.heard.push(event.body);
        this.view = step(this.view, event);
      },
      status: (status: { is: string }) => this.statuses.add(status.is),
    };
    const sending = (all: readonly object[]) => {
      this.sending = all.length;
    };
    this.link = new Link(outside, { url, token }, token.slice(0, 4), hear, sending, via);
    this.link.start();
  }
}

const until = async (happened: () => boolean) => {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 10));
};

async function main(): Promise<void> {
  const [url, guestToken, agentToken, room, via, each] = process.argv.slice(2) as string[];
  const guest = new Person<View>(url!, guestToken!, via as Via, fold);
  const agent = new Person<FloorView>(url!, agentToken!, via as Via, foldFloor);
  await until(() => guest.view && agent.view && true);
  await agent.link.carryOut("POST", "/status", { status: "available" });
  await agent.link.carryOut("POST", "/assist", {});
  await until(() => agent.view.rooms.length === 1 && guest.view.rooms[0]?.agent === "Ida");

  const most = Number(each);
  for (let number = 1; number <= most; number++) {
    guest.link.outbox.say(room!, `guest ${number}`);
    agent.link.outbox.say(room!, `agent ${number}`);
    await until(() => guest.sending < 5 && agent.sending < 5);
    process.stdout.write(`said ${number}\n`);
  }
  await until(() => [guest, agent].every((one) => one.heard.length >= 2 * most && !one.sending));
  const told = [guest, agent].map(({ heard, view, views, statuses }) => ({
    ...{ heard, view, views },
    statuses: [...statuses],
  }));
  process.stdout.write(`${JSON.stringify(told)}\n`);
  guest.link.stop(true);
  agent.link.stop(true);
}

main();
