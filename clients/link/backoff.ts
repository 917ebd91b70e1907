/** The one back-off: full jitter, never sooner than the server asked, at once when woken. */

import type { Outside } from "./outside.ts";

/** At most so long before the second attempt; doubled for each one after it. */
const FIRST_MS = 500;
/** A server that was away for long gets everybody back spread over this. */
const MOST_MS = 30_000;

export class Backoff {
  readonly #outside: Outside;
  #attempts = 0;
  #notBeforeMs = 0;
  #call: (() => void) | undefined;
  #callOff = () => {};

  constructor(outside: Outside) {
    this.#outside = outside;
  }

  /**
   * Calls later, unless called off or woken. Returns when.
   *
   * @param afterMs what the server asked for: waited out in full, and then as much again at random.
   */
  wait(afterMs: number, call: () => void): number {
    const spreadMs = Math.max(afterMs, Math.min(MOST_MS, FIRST_MS * 2 ** this.#attempts++));
    const nowMs = this.#outside.nowMs();
    this.#notBeforeMs = nowMs + afterMs;
    return this.#arm(afterMs + this.#outside.random() * spreadMs, call);
  }

  /** Something has changed outside: what waits is tried as soon as the server allows. */
  wake(): void {
    if (this.#call) this.#arm(Math.max(0, this.#notBeforeMs - this.#outside.nowMs()), this.#call);
  }

  /** It has worked: the next pause is short again. */
  reset(): void {
    this.#attempts = 0;
  }

  stop(): void {
    this.#callOff();
    this.#call = undefined;
  }

  #arm(ms: number, call: () => void): number {
    this.stop();
    this.#call = call;
    this.#callOff = this.#outside.after(ms, () => {
      this.#call = undefined;
      call();
    });
    return this.#outside.nowMs() + ms;
  }
}
