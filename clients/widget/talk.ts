/** From the question to the end: the place in the queue, the conversation, and how it ended. */

import { el, say } from "../text/dom.ts";
import { markdown } from "../text/markdown.ts";
import * as guest from "./guest.ts";
import { keep, kept } from "./kept.ts";
import { drawMessages } from "./messages.ts";
import { parts, submitted } from "./page.ts";
import { counted, fill, refusal, waited, words } from "./words.ts";

let asked: string | undefined;

const ENDS: Readonly<Record<string, string>> = {
  agent: words.overByAgent,
  monitor: words.overByAgent,
  silence: words.overBySilence,
  left_queue: words.overByLeaving,
  guest_gone: words.overByAbsence,
};

/** Draws all of it. Returns which part of it is to be seen: see `panel.css`. */
export function drawTalk(): string {
  const room = guest.room!;
  const isOver = room.over !== undefined;
  if (asked !== room.topic) {
    asked = room.topic;
    parts.topic.replaceChildren(markdown(asked));
  }
  drawMessages(room.messages);
  say(parts.place, isOver ? (ENDS[room.over!] ?? words.over) : standing());
  say(parts.typing, guest.typist && fill(words.typing, guest.typist));
  say(parts.line, guest.isOffline ? words.offline : guest.isClosing ? words.silence : "");
  const isHelped = room.over !== "left_queue" && room.over !== "guest_gone";
  const { rated } = guest.seat!;
  const comment = rated && kept("comment");
  if (!isOver) parts.rate.reset();
  else if (comment && !stars()) {
    // What was typed before a reload, to be sent or not.
    parts.rate.stars.value = `${rated}`;
    parts.comment.value = comment;
  }
  // Whoever has chosen may choose otherwise, or add something, until that is sent too.
  const isDone = rated && !stars();
  parts.rate.hidden = !guest.face?.ratings || !isHelped || !!isDone;
  parts.rated.hidden = !rated;
  return isOver ? "over" : room.agent === null ? "queue" : "talk";
}

/** At the end on the text that says why, and on no button: whoever is typing presses what is there. */
export function focusTalk(): void {
  (guest.room!.over === undefined ? parts.text : parts.place).focus();
}

/** Where the guest stands, in one breath. */
function standing(): string {
  const agent = guest.room!.agent;
  if (agent !== null) return fill(words.talking, agent);
  if (!guest.place) return words.mayWrite;
  const { position, wait } = guest.place;
  const ahead = position ? counted(words.ahead, position) : words.next;
  const how = guest.face?.attended === false ? words.nobody : waited(wait);
  return `${ahead} ${how} ${words.mayWrite}`;
}

function send(): void {
  const body = parts.text.value;
  if (!body.trim()) return;
  parts.text.value = "";
  guest.write(body);
  parts.text.focus();
}

/** The conversation as it is to be read here, with when each was said, for the guest to keep. */
const transcript = () => [
  parts.topic.innerText,
  ...guest.room!.messages.map(
    ({ sent }, at) =>
      `\n\n${new Date(sent * 1000).toJSON()} ${(parts.log.children[at] as HTMLElement).innerText}`,
  ),
];

const stars = () => +parts.rate.stars.value;

/** Says how it was. Returns why not, if not. */
const rate = async () => tell(await guest.rate(stars(), parts.comment.value));

function ask(isAsked: boolean): void {
  parts.sure.hidden = !isAsked;
  parts.leave.hidden = isAsked;
  (isAsked ? parts.no : parts.leave).focus();
}

submitted(parts.write, send);
submitted(parts.rate, async () => {
  if (!(await rate())) {
    parts.rate.reset();
    keep("comment", "");
    guest.changed();
    focusTalk();
  }
});
parts.rate.onchange = ({ target }) => {
  if (target !== parts.comment) rate();
};
parts.comment.oninput = () => keep("comment", parts.comment.value);
parts.text.oninput = () => guest.type(!!parts.text.value.trim());
parts.text.onkeydown = (event) => {
  // A word that is still being put together is confirmed by the same key.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
};
parts.leave.onclick = () => ask(true);
parts.no.onclick = () => ask(false);
parts.yes.onclick = () => {
  ask(false);
  guest.leave();
};
parts.again.onclick = async () => tell(await guest.again());
parts.afresh.onclick = () => guest.forget();
parts.save.onclick = () => {
  const href = URL.createObjectURL(new Blob(transcript()));
  el("a", { href, download: `${parts.title.textContent}.txt` }).click();
};

function tell(why: string | undefined): string | undefined {
  say(parts.trouble, why ? refusal(why) : "");
  return why;
}
