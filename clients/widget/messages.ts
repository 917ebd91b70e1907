/** The messages of a room, each an element that stays the same while it is looked at. */

import type { Outgoing } from "../link/outbox.ts";
import { shown } from "../model/pending.ts";
import { el } from "../text/dom.ts";
import { markdown } from "../text/markdown.ts";
import type { PastMessage } from "../wire/events.ts";
import type { RoomView } from "../wire/view.ts";
import type { Guest } from "./guest.ts";
import { LANGUAGE, refusal, words } from "./words.ts";

const CLOCK = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit" });
/** So near to its end, the reader is taken along when something is added. */
const NEAR_PX = 60;

export class Messages {
  readonly root = el("ol", { role: "log", ariaLabel: words.conversation, tabIndex: 0 });
  readonly #guest: Guest;
  readonly #rows = new Map<string, { row: HTMLElement; drawn: string }>();

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  draw(room: RoomView, me: string, outgoing: readonly Outgoing[]): void {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    const follow = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    const all = shown(room, outgoing);
    const keys = new Set<string>();
    let before: Element | null = null;
    for (const one of all) {
      const key = this.#key(one);
      keys.add(key);
      const row = this.#row(key, one, me);
      const next: Element | null = before ? before.nextElementSibling : this.root.firstElementChild;
      if (row !== next) this.root.insertBefore(row, next);
      before = row;
    }
    for (const [key, { row }] of this.#rows) {
      if (keys.has(key)) continue;
      row.remove();
      this.#rows.delete(key);
    }
    if (follow) this.root.scrollTop = this.root.scrollHeight;
  }

  /** By its place in the feed once it has one: then what was on the way turns into what is there. */
  #key(one: PastMessage | Outgoing): string {
    if (!("key" in one)) return one.id;
    const known = this.#rows.get(one.key);
    if (one.id !== undefined && known) {
      this.#rows.delete(one.key);
      this.#rows.set(one.id, known);
    }
    return one.id ?? one.key;
  }

  #row(key: string, one: PastMessage | Outgoing, me: string): HTMLElement {
    const own = "key" in one;
    const drawn = own ? one.state + (one.code ?? "") : "there";
    const known = this.#rows.get(key);
    if (known?.drawn === drawn) return known.row;
    const isMine = own || one.user === me;
    const row = known?.row ?? el("li");
    row.className = isMine ? "mine" : "theirs";
    const body = el("div", { className: "body", dir: "auto" }, markdown(one.body));
    const who = el("span", { className: isMine ? "unseen" : "who" }, own ? me : one.user);
    row.replaceChildren(who, body, own ? this.#state(one) : stamp(one.sent));
    this.#rows.set(key, { row, drawn });
    return row;
  }

  #state(one: Outgoing): HTMLElement {
    if (one.state !== "failed") return el("small", {}, words[one.state]);
    const retry = el("button", { type: "button" }, words.retry);
    retry.onclick = () => this.#guest.retry(one.key);
    const drop = el("button", { type: "button" }, words.drop);
    drop.onclick = () => this.#guest.drop(one.key);
    const why = words.failed(refusal(one.code ?? ""));
    return el("small", { className: "problem" }, why, " ", retry, " ", drop);
  }
}

function stamp(seconds: number): HTMLElement {
  const at = new Date(seconds * 1000);
  return el("small", {}, el("time", { dateTime: at.toISOString() }, CLOCK.format(at)));
}
