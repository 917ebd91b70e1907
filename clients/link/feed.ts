/**
 * Keeps one feed alive: what was heard last, over which transport, and when to try again.
 *
 * An event is passed on once, in order, and the next line goes on behind it. What cannot be served
 * begins anew with the view. Nothing but this and `outbox.ts` decides when to ask the server.
 */

import { EVENT_TYPES, type Event } from "../wire/events.ts";
import type { Seen } from "../wire/view.ts";
import { ask, type Desk } from "./ask.ts";
import { Backoff } from "./backoff.ts";
import type { Outside } from "./outside.ts";
import { type End, events, LOST, polls, SILENCE_MS, socket, type Transport } from "./transports.ts";

export type Via = "socket" | "events" | "polls";

/** How things stand, in all honesty. `ended` is for good: only signing in again helps. */
export type Status =
  | { readonly is: "live" | "connecting"; readonly via: Via }
  | { readonly is: "waiting" | "offline"; readonly via: Via; readonly untilMs: number }
  | { readonly is: "ended"; readonly why: string };

export interface Hearer {
  /** A fresh view, in place of all that was before. */
  view(seen: Seen): void;
  /** The next event, `noop` included. */
  event(event: Event): void;
  status(status: Status): void;
}

const LADDER: readonly (readonly [Via, Transport])[] = [
  ["socket", socket],
  ["events", events],
  ["polls", polls],
];
/** So often a transport may fail before its first event; then the next one is tried. */
const FAILS_MOST = 2;
/** So often one that has worked: more likely the server is away for a moment. */
const FAILS_MOST_PROVEN = 6;
/** So long after stepping down the best one is tried again; doubled each time in vain. */
const UP_MS = 300_000;
const UP_MOST_MS = 3_600_000;

export class Feed {
  /** Events of types that this version does not know. */
  unknown = 0;
  readonly #outside: Outside;
  readonly #desk: Desk;
  readonly #hear: Hearer;
  readonly #ladder: typeof LADDER;
  readonly #backoff: Backoff;
  #since: string | undefined;
  #ended = false;
  // Whatever belongs to an earlier turn is over, and not listened to.
  #turn = 0;
  #hangUp: (goodbye?: boolean) => void = () => {};
  #heardMs: number | undefined;
  #silence = () => {};
  #rung = 0;
  #fails = 0;
  // Whether anything was heard on this line; and the rung on which that was so the last time.
  #proven = false;
  #provenRung: number | undefined;
  // Where to go back to after one try of the best one.
  #backTo: number | undefined;
  #up = () => {};
  #upMs = UP_MS;
  #upAtMs = 0;

  /** @param only listen in this way alone. */
  constructor(outside: Outside, desk: Desk, hear: Hearer, only?: Via) {
    this.#outside = outside;
    this.#desk = desk;
    this.#hear = hear;
    this.#backoff = new Backoff(outside);
    this.#ladder = LADDER.filter(
      ([via]) => (!only || via === only) && (via !== "socket" || outside.socket),
    );
  }

  /** Goes on behind this id, or begins with the view. */
  start(since?: string): void {
    this.#since = since;
    this.#connect();
  }

  /** Something has changed outside: tries at once, and does not trust a line that is silent. */
  wake(): void {
    const silentMs = this.#outside.nowMs() - (this.#heardMs ?? Number.POSITIVE_INFINITY);
    if (silentMs > SILENCE_MS) this.#over(LOST);
    this.#backoff.wake();
  }

  /** @param goodbye for good: nobody needs to wait for us. */
  stop(goodbye = false): void {
    this.#ended = true;
    this.#drop(goodbye);
    this.#backoff.stop();
  }

  get #via(): Via {
    return this.#ladder[this.#rung]![0];
  }

  #connect(): void {
    this.#hear.status({ is: "connecting", via: this.#via });
    if (this.#since === undefined) this.#look();
    else this.#listen();
  }

  async #look(): Promise<void> {
    const turn = ++this.#turn;
    const answer = await ask<Seen>(this.#outside, this.#desk, "GET", "/state");
    if (turn !== this.#turn) return;
    if (answer.is === "refused") {
      this.#end(answer.code === "not_signed_in" ? "signed_out" : answer.code);
    } else if (answer.is === "unknown") {
      this.#wait(answer.afterMs);
    } else {
      this.#since = answer.body.id;
      this.#hear.view(answer.body);
      this.#listen();
    }
  }

  #listen(): void {
    const turn = ++this.#turn;
    const now = () => turn === this.#turn;
    this.#proven = false;
    this.#watch();
    try {
      this.#hangUp = this.#ladder[this.#rung]![1]({
        outside: this.#outside,
        desk: this.#desk,
        since: () => this.#since!,
        opened: () => now() && this.#opened(),
        heard: (event) => now() && this.#heard(event),
        over: (end) => now() && this.#over(end),
      });
    } catch {
      // A page may forbid it by its policy.
      this.#over(LOST);
    }
  }

  #opened(): void {
    this.#watch();
    this.#hear.status({ is: "live", via: this.#via });
  }

  #heard(event: Event): void {
    if (event.type === "welcome") {
      this.#over({ why: "signed_out", comeBack: false, afterMs: 0 });
    } else if (event.type === "reset") {
      this.#since = undefined;
      this.#over({ why: "reset", comeBack: true, afterMs: 0 });
    } else {
      this.#took(event);
    }
  }

  #took(event: Event): void {
    this.#watch();
    this.#prove();
    if ("id" in event && event.id) this.#since = event.id;
    if (EVENT_TYPES.has(event.type)) this.#hear.event(event);
    else this.unknown++;
  }

  /** The first event of a line: this transport works here. */
  #prove(): void {
    if (this.#proven) return;
    this.#proven = true;
    this.#fails = 0;
    this.#backTo = undefined;
    this.#backoff.reset();
    this.#provenRung = this.#rung;
    if (this.#rung) {
      const inMs = Math.max(0, this.#upAtMs - this.#outside.nowMs());
      this.#up = this.#outside.after(inMs, () => this.#tryUp());
    }
  }

  #tryUp(): void {
    this.#drop();
    this.#backTo = this.#rung;
    this.#rung = 0;
    this.#connect();
  }

  #over(end: End): void {
    this.#drop();
    if (!end.comeBack) {
      this.#end(end.why);
    } else {
      if (end.why === LOST.why && !this.#proven) this.#fail();
      this.#wait(end.afterMs);
    }
  }

  #fail(): void {
    const most = this.#rung === this.#provenRung ? FAILS_MOST_PROVEN : FAILS_MOST;
    if (this.#backTo !== undefined) {
      this.#rung = this.#backTo;
      this.#backTo = undefined;
      this.#upMs = Math.min(UP_MOST_MS, this.#upMs * 2);
    } else if (++this.#fails >= most) {
      this.#fails = 0;
      // Where none works it is not the transport that is at fault.
      this.#rung = (this.#rung + 1) % this.#ladder.length;
    } else {
      return;
    }
    this.#upAtMs = this.#outside.nowMs() + this.#upMs;
  }

  #wait(afterMs: number): void {
    const untilMs = this.#backoff.wait(afterMs, () => this.#connect());
    const is = this.#outside.online() ? "waiting" : "offline";
    this.#hear.status({ is, via: this.#via, untilMs });
  }

  #end(why: string): void {
    if (this.#ended) return;
    this.stop();
    this.#hear.status({ is: "ended", why });
  }

  #watch(): void {
    this.#heardMs = this.#outside.nowMs();
    this.#silence();
    this.#silence = this.#outside.after(SILENCE_MS, () => this.#over(LOST));
  }

  #drop(goodbye?: boolean): void {
    this.#turn++;
    this.#silence();
    this.#up();
    this.#heardMs = undefined;
    this.#hangUp(goodbye);
    this.#hangUp = () => {};
  }
}
