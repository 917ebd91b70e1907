/** Before anything is asked: how long it takes, and the form. The rest of it came with the page. */

import { say } from "../text/dom.ts";
import * as guest from "./guest.ts";
import { parts, submitted } from "./page.ts";
import { counted, fill, refusal, time, words } from "./words.ts";

/** As often the outlook is asked for while it is looked at. */
const OUTLOOK_EACH_MS = 20_000;
/** As much of a page's address is sent, in characters. */
const PAGE_MOST = 200;

let timer: ReturnType<typeof setTimeout> | undefined;
let asked = 0;
let isThanked = false;

/** Where on the site the guest is. */
export function comeFrom(page: string): void {
  parts.page.value = page.slice(0, PAGE_MOST);
}

/** Who the guest is, as the site says; then nobody is asked for a name. */
export function introduce(name: string): void {
  if (name) parts.name.value = name.slice(0, parts.name.maxLength);
  parts.name.parentElement!.hidden = !!name;
}

/** Looks how it stands, and goes on looking while this is so. */
export async function lookWhile(isShown: () => boolean): Promise<void> {
  clearTimeout(timer);
  const mine = ++asked;
  const isThere = await guest.look();
  if (mine !== asked) return;
  say(parts.outlook, isThere ? outlook(guest.face!) : words.unreachable);
  guest.changed();
  if (isShown()) timer = setTimeout(lookWhile, OUTLOOK_EACH_MS, isShown);
}

/** What of it is to be seen: see `panel.css`. */
export function arrivalNow(): string {
  const face = guest.face;
  if (isThanked) return "thanked";
  // Who has begun to write goes on, and is told no if it comes to that.
  if (face?.state === "open") return "ask";
  return face?.leave_messages ? "note" : parts.question.value ? "ask" : "shut";
}

export function focusForm(): void {
  (parts.name.value ? parts.question : parts.name).focus();
}

function outlook({ state, position, waittime, leave_messages }: guest.Face): string {
  if (state !== "open") {
    const why = state === "closed" ? words.closed : words.full;
    return `${why} ${leave_messages ? words.orLeave : words.comeBack}`;
  }
  const ahead = position ? counted(words.ahead, position) : words.open;
  return waittime ? `${ahead} ${fill(words.waited, time(waittime))}` : ahead;
}

submitted(parts.ask, async () => {
  parts.send.disabled = true;
  const told = [...new FormData(parts.ask)].filter(([, value]) => value);
  const who = { username: parts.name.value.trim(), info: Object.fromEntries(told) };
  const body = parts.question.value;
  const isNote = arrivalNow() === "note";
  const why = isNote
    ? await guest.leaveMessage({ ...who, body, contact: parts.contact.value })
    : await guest.arrive(who, body);
  parts.send.disabled = false;
  say(parts.problem, why ? refusal(why) : "");
  if (why === "name_not_allowed") {
    introduce("");
    parts.name.focus();
  } else if (why) parts.question.focus();
  else parts.question.value = "";
  thank(isNote && !why);
});
parts.more.onclick = () => thank(false);

function thank(now: boolean): void {
  isThanked = now;
  guest.changed();
}
