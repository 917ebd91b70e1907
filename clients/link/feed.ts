/**
 * Keeps one feed alive: what was heard last, over which transport, and when to try again.
 *
 * An event is passed on once, in order, and the next line goes on behind it. What cannot be served
 * begins anew with the view. Nothing but this and `errands.ts` decides when to ask the server.
 */

import type { Event } from "../wire/events.ts";
import type { Seen } from "../wire/view.ts";
import { ask, type Desk } from "./ask.ts";
import { backoff } from "./backoff.ts";
import type { Alone } from "./outside.ts";
import { type End, LOST, refused, SIGNED_OUT, SILENCE_MS, type Transport } from "./transports.ts";

export type Via = "socket" | "events" | "polls";

/** How things stand, in all honesty. `ended` is for good: only signing in again helps. */
export type Status =
  | { readonly is: "live" | "connecting"; readonly via: Via; readonly untilMs?: never }
  | { readonly is: "waiting" | "offline"; readonly via: Via; readonly untilMs: number }
  | { readonly is: "ended"; readonly why: string; readonly untilMs?: never };

export interface Hearer {
  /** A fresh view, in place of all that was before. */
  view(seen: Seen): void;
  /** The next event, `noop` and those of unknown types included. */
  event(event: Event): void;
  status(status: Status): void;
}

export interface Feed {
  /** Goes on behind this id, or begins with the view. */
  readonly start: (since?: string) => void;
  /** Something has changed outside: tries at once, and does not trust a line that is silent. */
  readonly wake: () => void;
  /** @param goodbye for good: nobody needs to wait for us. */
  readonly stop: (goodbye?: boolean) => void;
}

/** The ways to listen, the best one first. */
export type Ladder = readonly (readonly [Via, Transport])[];

/** So often a transport may fail before its first event; then the next one is tried. */
const FAILS_MOST = 2;
/** So often one that has worked: more likely the server is away for a moment. */
const FAILS_MOST_PROVEN = 6;
/** So long after stepping down the best one is tried again, once. */
const UP_MS = 600_000;

/** @param ladder none that there is not. */
export function feed(outside: Alone, desk: Desk, hear: Hearer, ladder: Ladder): Feed {
  const pauses = backoff(outside);
  let lastId: string | undefined;
  let ended = false;
  // Whatever belongs to an earlier turn is over, and not listened to.
  let turn = 0;
  let hangUp: (goodbye?: boolean) => void = () => {};
  let heardMs: number | undefined;
  let silence = () => {};
  let rung = 0;
  let fails = 0;
  // Whether anything was heard on this line; and the rung on which that was so the last time.
  let proven = false;
  let provenRung: number | undefined;
  let up = () => {};

  const via = () => ladder[rung]![0];

  function connect(): void {
    hear.status({ is: "connecting", via: via() });
    if (lastId === undefined) look();
    else listen();
  }

  async function look(): Promise<void> {
    const mine = ++turn;
    const answer = await ask<Seen>(outside, desk, "GET", "/state");
    if (mine !== turn) return;
    if (answer.is === "refused") {
      over(refused(answer));
    } else if (answer.is === "unknown") {
      pause(answer.afterMs);
    } else {
      lastId = answer.body.id;
      hear.view(answer.body);
      listen();
    }
  }

  function listen(): void {
    const mine = ++turn;
    proven = false;
    watch();
    try {
      hangUp = ladder[rung]![1]({
        outside,
        desk,
        lastId: () => lastId!,
        opened: () => mine === turn && opened(),
        heard: (event) => mine === turn && heard(event),
        broken: (end) => mine === turn && over(end),
      });
    } catch {
      // A page may forbid it by its policy.
      over(LOST);
    }
  }

  function opened(): void {
    watch();
    hear.status({ is: "live", via: via() });
  }

  function heard(event: Event): void {
    if (event.type === "welcome") {
      over(SIGNED_OUT);
    } else if (event.type === "reset") {
      lastId = undefined;
      over({});
    } else {
      watch();
      prove();
      if ("id" in event && event.id) lastId = event.id;
      hear.event(event);
    }
  }

  /** The first event of a line: this transport works here. */
  function prove(): void {
    if (proven) return;
    proven = true;
    fails = 0;
    pauses.worked();
    provenRung = rung;
  }

  function over(how: End): void {
    drop();
    if (how.why) {
      end(how.why);
    } else {
      if (how.isLost && !proven) fail();
      pause(how.afterMs);
    }
  }

  function fail(): void {
    if (++fails < (rung === provenRung ? FAILS_MOST_PROVEN : FAILS_MOST)) return;
    fails = 0;
    // Where none works it is not the transport that is at fault.
    rung = (rung + 1) % ladder.length;
    up();
    up = outside.after(UP_MS, () => {
      if (!rung) return;
      drop();
      rung = 0;
      fails = FAILS_MOST - 1;
      connect();
    });
  }

  function pause(afterMs = 0): void {
    const untilMs = pauses.waitOut(afterMs, connect);
    hear.status({ is: outside.online() ? "waiting" : "offline", via: via(), untilMs });
  }

  function end(why: string): void {
    if (ended) return;
    stop();
    hear.status({ is: "ended", why });
  }

  function watch(): void {
    heardMs = outside.nowMs();
    silence();
    silence = outside.after(SILENCE_MS, () => over(LOST));
  }

  function drop(goodbye?: boolean): void {
    turn++;
    silence();
    pauses.stop();
    heardMs = undefined;
    hangUp(goodbye);
    hangUp = () => {};
  }

  function stop(goodbye?: boolean): void {
    ended = true;
    drop(goodbye);
    up();
  }

  return {
    start(since) {
      lastId = since;
      connect();
    },
    wake() {
      if (outside.nowMs() - heardMs! > SILENCE_MS) over(LOST);
      pauses.wake();
    },
    stop,
  };
}
