/** Before anything is asked: whether the desk is open, how long it takes, and the form. */

import { el, say } from "../text/dom.ts";
import { type About, about } from "./about.ts";
import type { Guest, Outlook } from "./guest.ts";
import { refusal, time, words } from "./words.ts";

/** As often the outlook is asked for while it is looked at. */
const OUTLOOK_EACH_MS = 20_000;
const NAME_MOST = 40;
const QUESTION_MOST = 2_000;

export class Arrival {
  readonly root: HTMLElement;
  readonly #guest: Guest;
  readonly #outlook = el("p", { role: "status", className: "outlook" });
  readonly #problem = el("p", { role: "alert", className: "problem", hidden: true });
  readonly #name = el("input", { id: "name", required: true, maxLength: NAME_MOST });
  readonly #question = el("textarea", {
    ...{ id: "question", required: true, maxLength: QUESTION_MOST, rows: 4 },
  });
  readonly #along = el("dl");
  readonly #send = el("button", { type: "submit", className: "main" }, words.ask);
  readonly #form: HTMLFormElement;
  #about: About = about(navigator.userAgent, "");
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(guest: Guest) {
    this.#guest = guest;
    this.#name.autocomplete = "given-name";
    this.#form = el(
      "form",
      { hidden: true },
      el("label", { htmlFor: "name" }, words.name),
      this.#name,
      el("label", { htmlFor: "question" }, words.question),
      this.#question,
      el("details", {}, el("summary", {}, words.sentAlong), this.#along),
      this.#problem,
      this.#send,
    );
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.#ask();
    };
    this.root = el("section", { className: "arrival" }, this.#outlook, this.#form);
    this.comeFrom("");
  }

  /** Where on the site the guest is. */
  comeFrom(page: string): void {
    this.#about = about(navigator.userAgent, page);
    const told = (["system", "browser", "page"] as const).filter((one) => this.#about[one]);
    this.#along.replaceChildren(
      ...told.flatMap((one) => [el("dt", {}, words[one]), el("dd", {}, this.#about[one])]),
    );
  }

  /** Looks how it stands, and goes on looking while `shown`. */
  async look(shown: boolean): Promise<void> {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    if (!shown) return;
    const outlook = await this.#guest.outlook();
    if (asked !== this.#asked) return;
    this.#tell(outlook);
    this.#timer = setTimeout(() => this.look(!document.hidden), OUTLOOK_EACH_MS);
  }

  focus(): void {
    (this.#name.value ? this.#question : this.#name).focus();
  }

  #tell(outlook: Outlook | undefined): void {
    // Who has begun to write goes on, and is told no if it comes to that.
    const isOpen = outlook?.state === "open";
    const wasHidden = this.#form.hidden;
    if (outlook) this.#form.hidden = !isOpen && !this.#question.value;
    if (wasHidden && !this.#form.hidden && document.hasFocus()) this.focus();
    const parts = !outlook
      ? [words.unreachable]
      : outlook.state === "closed"
        ? [words.closed]
        : !isOpen
          ? [words.full]
          : [words.open, outlook.position ? words.ahead(outlook.position) : ""];
    if (outlook && isOpen && outlook.waittime) parts.push(words.waited(time(outlook.waittime)));
    say(this.#outlook, parts.filter(Boolean).join(" "));
  }

  async #ask(): Promise<void> {
    if (this.#send.disabled) return;
    this.#send.disabled = true;
    this.#send.textContent = words.asking;
    say(this.#problem, "");
    const told = Object.entries(this.#about).filter(([, value]) => value);
    const name = this.#name.value.trim();
    const why = await this.#guest.arrive(name, this.#question.value, Object.fromEntries(told));
    this.#send.disabled = false;
    this.#send.textContent = words.ask;
    if (why) {
      say(this.#problem, refusal(why));
      (why === "name_not_allowed" ? this.#name : this.#question).focus();
    } else {
      this.#question.value = "";
    }
  }
}
