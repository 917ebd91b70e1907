/** The ways to listen where no socket comes to be: by requests, which get through wherever a page does. */

import type { Event } from "../wire/events.ts";
import { ask, headers, retryAfterMs } from "./ask.ts";
import {
  type End,
  ending,
  type Line,
  LOST,
  refused,
  SIGNED_OUT,
  SILENCE_MS,
  type Transport,
} from "./transports.ts";

const RESTART = 1012;
const POLL_S = 25;
/** A poll that ends sooner and brings nothing: the server is about to go. */
const SOON_MS = 1_000;

export const events: Transport = (line) =>
  reading(line, async ({ outside, desk, lastId, opened, heard }, { signal }) => {
    const response = await outside.fetch(`${desk.url}/events?since=${lastId()}`, {
      headers: headers(desk),
      signal,
      cache: "no-store",
    });
    if (!response.ok || !response.body) return { ...LOST, afterMs: retryAfterMs(response) };
    opened();
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return LOST;
      const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = blocks.pop()!;
      for (const block of blocks) {
        // By line feeds alone: a text may hold what is the end of a line elsewhere, as U+2028.
        const told = JSON.parse(/(?:^|\n)data: ([^\n]*)/.exec(block)![1]!);
        if (block.startsWith("event: hangup")) {
          return told.why === SIGNED_OUT.why ? SIGNED_OUT : { afterMs: told.after_ms };
        }
        heard(told);
      }
    }
  });

export const polls: Transport = (line) =>
  reading(line, async ({ outside, desk, lastId, opened, heard }, abort) => {
    // The first one answers at once, so that it is known whether there is anybody.
    for (let wait = 0; ; wait = POLL_S) {
      const beganMs = outside.nowMs();
      const path = `/listen?since=${lastId()}&wait=${wait}`;
      const answer = await ask<Event[]>(outside, desk, "GET", path, {
        abort,
        withinMs: SILENCE_MS,
      });
      if (answer.is === "unknown") return { ...LOST, afterMs: answer.afterMs };
      if (answer.is === "refused") return refused(answer);
      if (!wait) opened();
      answer.body.forEach(heard);
      const idle = answer.body.every((event) => event.type === "noop");
      if (wait && idle && outside.nowMs() - beganMs < SOON_MS) return ending(RESTART);
    }
  });

/** A transport that reads until it ends or is hung up on. */
function reading(
  line: Line,
  read: (line: Line, abort: AbortController) => Promise<End>,
): (goodbye?: boolean) => void {
  const abort = new AbortController();
  read(line, abort).then(line.broken, () => line.broken(LOST));
  return () => abort.abort();
}
