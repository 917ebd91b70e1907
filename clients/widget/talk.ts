/** From the question to the end: the place in the queue, the conversation, and how it ended. */

import type { Status } from "../link/feed.ts";
import { el, say } from "../text/dom.ts";
import { markdown } from "../text/markdown.ts";
import type { Guest } from "./guest.ts";
import { Messages } from "./messages.ts";
import { refusal, time, words } from "./words.ts";

const TEXT_MOST = 4_000;

const ENDS: Readonly<Record<string, string>> = {
  agent: words.overByAgent,
  monitor: words.overByAgent,
  silence: words.overBySilence,
  left_queue: words.overByLeaving,
  guest_gone: words.overByAbsence,
};

export class Talk {
  readonly root: HTMLElement;
  readonly #guest: Guest;
  readonly #place = el("p", { role: "status", className: "place" });
  readonly #question = el("div", { className: "question", dir: "auto" });
  readonly #messages: Messages;
  readonly #typing = el("p", { className: "typing", hidden: true });
  readonly #line = el("p", { role: "status", className: "line", hidden: true });
  readonly #text = el("textarea", { id: "text", rows: 2, maxLength: TEXT_MOST });
  readonly #write: HTMLFormElement;
  readonly #leave = el("button", { type: "button", className: "quiet" });
  readonly #sure = el("div", { className: "sure", hidden: true });
  readonly #over: HTMLElement;
  readonly #problem = el("p", { role: "alert", className: "problem", hidden: true });
  #topic: string | undefined;
  #wasOver = false;

  constructor(guest: Guest) {
    this.#guest = guest;
    this.#messages = new Messages(guest);
    const send = el("button", { type: "submit", className: "main" }, words.send);
    const label = el("label", { htmlFor: "text", className: "unseen" }, words.message);
    this.#write = el("form", { className: "write" }, label, this.#text, send);
    this.#text.placeholder = words.message;
    this.#write.onsubmit = (event) => {
      event.preventDefault();
      this.#send();
    };
    this.#text.oninput = () => guest.type(this.#text.value.trim() !== "");
    this.#text.onkeydown = (event) => {
      // A word that is still being put together is confirmed by the same key.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    };
    this.#leave.onclick = () => this.#askIfSure();
    this.#over = this.#ending();
    const top = el("div", { className: "top" }, this.#place, this.#leave, this.#sure);
    const all = [top, this.#messages.root, this.#typing, this.#line, this.#over, this.#write];
    this.root = el("section", { className: "talk" }, ...all);
    this.#messages.root.before(this.#question);
  }

  draw(): void {
    const { view, over, outgoing, status } = this.#guest;
    const room = this.#guest.room ?? over?.room;
    const isOver = over !== undefined;
    if (room && view) {
      this.#ask(room.topic);
      this.#messages.draw(room, view.me.user, outgoing);
    }
    say(this.#place, isOver ? (ENDS[over.reason] ?? words.over) : this.#standing());
    this.#over.hidden = !isOver;
    this.#write.hidden = isOver || !this.#guest.room;
    if (isOver) this.#sure.hidden = true;
    say(this.#leave, room?.agent == null ? words.leave : words.end);
    this.#leave.hidden = this.#write.hidden || !this.#sure.hidden;
    const [who] = this.#guest.typing;
    say(this.#typing, who && !isOver ? words.typing(who) : "");
    say(this.#line, this.#guest.closing ? words.silence : lineOf(status));
    if (isOver && !this.#wasOver && document.hasFocus())
      this.#over.querySelector("button")?.focus();
    this.#wasOver = isOver;
  }

  focus(): void {
    (this.#write.hidden ? this.#over.querySelector("button") : this.#text)?.focus();
  }

  #ask(topic: string): void {
    if (topic === this.#topic) return;
    this.#topic = topic;
    this.#question.replaceChildren(markdown(topic));
  }

  /** Where the guest stands, in one breath. */
  #standing(): string {
    const { room, signals } = this.#guest;
    if (!room) return "";
    if (room.agent !== null) return words.talking(room.agent);
    if (!signals.place) return `${words.waiting} ${words.mayWrite}`;
    const { position, wait } = signals.place;
    const told = [position ? words.before(position) : words.next];
    if (wait) told.push(words.waited(time(wait)));
    return [...told, words.mayWrite].join(" ");
  }

  #send(): void {
    const text = this.#text.value;
    if (!text.trim() || !this.#guest.room) return;
    this.#text.value = "";
    this.#guest.say(text);
    this.#text.focus();
  }

  #askIfSure(): void {
    const isWaiting = this.#guest.room?.agent === null;
    const yes = el("button", { type: "button" }, isWaiting ? words.leave : words.end);
    const no = el("button", { type: "button" }, words.stay);
    const done = () => {
      this.#sure.hidden = true;
      this.draw();
    };
    yes.onclick = () => {
      done();
      this.#guest.leave();
    };
    no.onclick = () => {
      done();
      this.#leave.focus();
    };
    const asked = el("p", {}, isWaiting ? words.reallyLeave : words.reallyEnd);
    this.#sure.replaceChildren(asked, yes, " ", no);
    this.#sure.hidden = false;
    this.draw();
    no.focus();
  }

  #ending(): HTMLElement {
    const again = el("button", { type: "button", className: "main" }, words.again);
    const afresh = el("button", { type: "button", className: "quiet" }, words.afresh);
    again.onclick = async () => {
      const why = await this.#guest.again();
      say(this.#problem, why ? refusal(why) : "");
    };
    afresh.onclick = () => this.#guest.forget();
    return el("div", { className: "over", hidden: true }, this.#problem, again, afresh);
  }
}

function lineOf(status: Status | undefined): string {
  if (status?.is === "waiting" || status?.is === "offline") return words.offline;
  return "";
}
