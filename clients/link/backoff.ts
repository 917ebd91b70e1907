/** The one back-off: full jitter, never sooner than the server asked, at once when woken. */

import type { Alone } from "./outside.ts";

/** At most so long before the second attempt; doubled for each one after it. */
const FIRST_MS = 500;
/** A server that was away for long gets everybody back spread over this. */
const MOST_MS = 30_000;

export interface Backoff {
  /**
   * Calls later, unless called off or woken. Returns when.
   *
   * @param afterMs what the server asked for: waited out in full, and then as much again at random.
   */
  readonly waitOut: (afterMs: number, call: () => void) => number;
  /** Something has changed outside: what waits is tried as soon as the server allows. */
  readonly wake: () => void;
  /** It has worked: the next pause is short again. */
  readonly worked: () => void;
  readonly stop: () => void;
}

export function backoff(outside: Alone): Backoff {
  let attempts = 0;
  let notBeforeMs = 0;
  let next: (() => void) | undefined;
  let callOff = () => {};

  function stop(): void {
    callOff();
    next = undefined;
  }

  function arm(ms: number, call: () => void): number {
    stop();
    next = call;
    callOff = outside.after(ms, () => {
      next = undefined;
      call();
    });
    return outside.nowMs() + ms;
  }

  return {
    waitOut(afterMs, call) {
      const spreadMs = Math.max(afterMs, Math.min(MOST_MS, FIRST_MS * 2 ** attempts++));
      notBeforeMs = outside.nowMs() + afterMs;
      return arm(afterMs + outside.random() * spreadMs, call);
    },
    wake() {
      if (next) arm(Math.max(0, notBeforeMs - outside.nowMs()), next);
    },
    worked() {
      attempts = 0;
    },
    stop,
  };
}
