/** Commands that are carried out once, however often they have to be sent. */

import type { Success } from "../wire/events.ts";
import { ask, type Desk, type Done, type Refused } from "./ask.ts";
import { type Backoff, backoff } from "./backoff.ts";
import type { Alone } from "./outside.ts";

export interface Errands {
  /**
   * Never answered once stopped.
   *
   * @param body without a `key` it gets one.
   * @param wanted whether to ask once more. If not it is refused, as `given_up`.
   */
  readonly carryOut: <T = Success>(
    method: string,
    path: string,
    body: object,
    wanted?: () => boolean,
  ) => Promise<Done<T> | Refused>;
  /** Whoever waits tries at once, if the server allows. */
  readonly wake: () => void;
  readonly stop: () => void;
}

export function errands(outside: Alone, desk: Desk): Errands {
  const waiting = new Set<Backoff>();
  let stopped = false;
  return {
    carryOut: (method, path, body, wanted = () => true) =>
      new Promise((resolve) => {
        const pauses = backoff(outside);
        waiting.add(pauses);
        const keyed = { key: outside.key(), ...body };
        const send = async () => {
          const answer = wanted()
            ? await ask<never>(outside, desk, method, path, { body: keyed })
            : ({ is: "refused", code: "given_up" } as const);
          if (stopped) return;
          if (answer.is === "unknown") {
            pauses.waitOut(answer.afterMs, send);
          } else {
            waiting.delete(pauses);
            resolve(answer);
          }
        };
        send();
      }),
    wake() {
      for (const one of waiting) one.wake();
    },
    stop() {
      stopped = true;
      for (const one of waiting) one.stop();
    },
  };
}
