/** Before anything is asked: how long it takes, and the form. The rest of it came with the page. */

import { say } from "../text/dom.ts";
import * as guest from "./guest.ts";
import { parts, root, submitted } from "./page.ts";
import { counted, refusal, waited, words } from "./words.ts";

/** As often the outlook is asked for while it is looked at. */
const OUTLOOK_EACH_MS = 20_000;
/** As much of a page's address is sent, in characters. */
const PAGE_MOST = 200;

let timer: ReturnType<typeof setTimeout> | undefined;
let isThanked = false;
/** Whether a message is to be left where either may be done. */
let isNote = false;

/** Where on the site the guest is. */
export function comeFrom(page: string): void {
  parts.page.value = page.slice(0, PAGE_MOST);
}

/** Who the guest is, as the site says; then nobody is asked for a name. */
export function introduce(name: string): void {
  const label = parts.name.parentElement!;
  // What was said of somebody else is taken away.
  if (name || label.hidden) parts.name.value = name.slice(0, parts.name.maxLength);
  label.hidden = !!name;
}

/** Looks how it stands, and goes on looking while this is so. */
export async function lookWhile(isShown: () => boolean): Promise<void> {
  await guest.look();
  clearTimeout(timer);
  if (isShown()) timer = setTimeout(lookWhile, OUTLOOK_EACH_MS, isShown);
}

/** Draws it. Returns which part of it is to be seen: see `panel.css`. */
export function drawArrival(): string {
  const face = guest.face;
  say(parts.outlook, guest.isSilent ? words.unreachable : face ? outlook(face) : "");
  const isOpen = face?.state === "open";
  // Where nobody is there, guests have the choice.
  const isEither = isOpen && face.attended === false && face.leave_messages;
  parts.either.hidden = !isEither;
  if (isThanked) return "thanked";
  if (isOpen ? isEither && isNote : face?.leave_messages) return "note";
  // Who has begun to write goes on, and is told no if it comes to that.
  return isOpen || parts.question.value ? "ask" : "shut";
}

export function focusForm(): void {
  (parts.name.value ? parts.question : parts.name).focus();
}

function outlook({ state, position, waittime, attended, leave_messages }: guest.Face): string {
  if (state !== "open") {
    const why = refusal(state === "closed" ? "desk_closed" : "queue_full");
    return `${why} ${leave_messages ? words.orLeave : words.comeBack}`;
  }
  const ahead = position ? counted(words.ahead, position) : attended ? words.open : "";
  const how = attended === false ? `${words.nobody} ${words.keepPlace}` : waited(waittime);
  return `${ahead} ${how}`.trim();
}

submitted(parts.ask, async () => {
  parts.send.disabled = true;
  const told = [...new FormData(parts.ask)].filter(([, value]) => value);
  const who = { username: parts.name.value.trim(), info: Object.fromEntries(told) };
  const body = parts.question.value;
  const isLeft = root.className === "note";
  const why = isLeft
    ? await guest.leaveMessage({ ...who, body, contact: parts.contact.value })
    : await guest.arrive(who, body);
  parts.send.disabled = false;
  // Where somebody has come meanwhile, the outlook says so.
  say(parts.problem, why && why !== "desk_open" ? refusal(why) : "");
  if (why === "name_not_allowed") {
    introduce("");
    parts.name.focus();
  } else if (why) parts.question.focus();
  else parts.question.value = "";
  thank(isLeft && !why);
  if (why) guest.look();
});
parts.either.onclick = () => {
  isNote = !isNote;
  guest.changed();
};
parts.more.onclick = () => thank(false);

function thank(now: boolean): void {
  isThanked = now;
  guest.changed();
}
