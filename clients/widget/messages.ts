/** The messages of a room, each an element that stays the same while it is looked at. */

import type { Outgoing } from "../link/outbox.ts";
import type { Said } from "../model/mine.ts";
import { el } from "../text/dom.ts";
import { markdown } from "../text/markdown.ts";
import * as guest from "./guest.ts";
import { parts, root } from "./page.ts";
import { refusal, words } from "./words.ts";

/** So near to its end, the reader is taken along when something is added. */
const NEAR_PX = 60;
const clock = (seconds: number) =>
  new Date(seconds * 1000).toLocaleTimeString(root.lang, { timeStyle: "short" });

const rows = new Map<string, HTMLElement>();

let isNear = true;

/** Takes the reader along, also where the room for it becomes less, as it does at the end. */
function follow(): void {
  if (isNear) parts.scroll.scrollTop = parts.scroll.scrollHeight;
}
new ResizeObserver(follow).observe(parts.scroll);

export function drawMessages(messages: readonly Said[]): void {
  isNear = parts.scroll.scrollHeight - parts.scroll.scrollTop - parts.scroll.clientHeight < NEAR_PX;
  // Those of others have no key, and what is on its way has no id: these two are not the same.
  const heard = new Set<unknown>(messages.flatMap(({ id, key = id }) => [id, key]));
  const room = guest.room!.room;
  const own = guest.outgoing.filter(
    (one) => one.room === room && !heard.has(one.key) && !heard.has(one.id),
  );
  const all = [...messages, ...own].map(drawn);
  all.forEach((row, at) => {
    if (parts.log.children[at] !== row) parts.log.insertBefore(row, parts.log.children[at] ?? null);
  });
  while (parts.log.children.length > all.length) parts.log.lastChild!.remove();
  follow();
}

/** By its key as long as that is known, so that what was on the way turns into what is there. */
function drawn(one: Said | Outgoing): HTMLElement {
  const own = "state" in one;
  const as = own ? one.state + one.code : "";
  const name = one.key ?? one.id!;
  const row = rows.get(name) ?? el("li");
  if (row.dataset.as === as) return row;
  row.dataset.as = as;
  rows.set(name, row);
  const isMine = own || one.user === guest.me;
  row.className = isMine ? "mine" : "";
  if (!row.firstChild) {
    row.append(
      el("b", { className: isMine ? "unseen" : "" }, isMine ? words.you : one.user),
      el("div", { dir: "auto" }, markdown(one.body)),
      "",
    );
  }
  // What is replaced is read out again, so that is the least of it.
  row.lastChild!.replaceWith(own ? state(one) : el("small", {}, clock(one.sent)));
  return row;
}

function state({ state, code, key }: Outgoing): HTMLElement {
  if (state !== "failed") return el("small", {}, state === "sent" ? words.sent : words.pending);
  const button = (text: string, press: (key: string) => void) =>
    el("button", { onclick: () => press(key) }, text);
  return el(
    "small",
    { className: "bad" },
    `${words.failed} ${refusal(code!)} `,
    button(words.retry, guest.retry),
    button(words.drop, guest.drop),
  );
}
