/**
 * The three ways to listen. They differ in framing alone: each tells its line what it hears, and
 * how it ended. None of them decides anything; `feed.ts` does.
 */

import type { Event } from "../wire/events.ts";
import { HANGUPS, HEARTBEAT_MS } from "../wire/hangups.ts";
import { ask, type Desk, headers, retryAfterMs } from "./ask.ts";
import type { Outside } from "./outside.ts";

/** How a line ended. `lost`: nobody said why. */
export interface End {
  readonly why: string;
  readonly comeBack: boolean;
  readonly afterMs: number;
}

export interface Line {
  readonly outside: Outside;
  readonly desk: Desk;
  /** The last id that was heard. */
  since(): string;
  /** It stands, also if nothing is said for a while. */
  opened(): void;
  heard(event: Event): void;
  over(end: End): void;
}

/** Begins to listen. What it returns hangs up; `goodbye`: for good, so the server need not wait. */
export type Transport = (line: Line) => (goodbye?: boolean) => void;

/** What a close code says; `lost` where it is none of the server's. */
function ending(code: number): End {
  const [why, comeBack, afterMs] = HANGUPS[code] ?? ["lost", true, 0];
  return { why, comeBack, afterMs };
}

export const LOST = ending(1006);
const RESTART = ending(1012);
/** A line on which nothing is heard for longer is dead: the heartbeat, and time for it to travel. */
export const SILENCE_MS = HEARTBEAT_MS + 10_000;
const POLL_S = 25;
/** A poll that ends sooner and brings nothing: the server is about to go. */
const SOON_MS = 1_000;

/** RFC 6455, 7.4.1: for good; the server takes every other code for a reload. */
const GOODBYE = 1000;

export const socket: Transport = ({ outside, desk, since, opened, heard, over }) => {
  const line = outside.socket!(`${desk.url.replace(/^http/, "ws")}/socket`);
  line.onopen = () => {
    line.send(JSON.stringify({ do: "hello", token: desk.token, since: since() }));
    opened();
  };
  line.onmessage = ({ data }) => {
    heard(JSON.parse(String(data)));
  };
  line.onclose = ({ code }) => over(ending(code));
  return (goodbye) => (goodbye ? line.close(GOODBYE) : line.close());
};

export const events: Transport = (line) =>
  reading(line, async ({ outside, desk, since, opened, heard }, { signal }) => {
    const response = await outside.fetch(`${desk.url}/events?since=${since()}`, {
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
        // By line feeds alone: for a pattern a text may hold other ends of lines, as U+2028.
        const lines = block.split("\n");
        const said = (field: string) => lines.find((one) => one.startsWith(field));
        const told = JSON.parse(said("data: ")!.slice(6));
        if (said("event: hangup")) {
          return { why: told.why, comeBack: told.come_back, afterMs: told.after_ms };
        }
        heard(told);
      }
    }
  });

export const polls: Transport = (line) =>
  reading(line, async ({ outside, desk, since, opened, heard }, abort) => {
    // The first one answers at once, so that it is known whether there is anybody.
    for (let wait = 0; ; wait = POLL_S) {
      const beganMs = outside.nowMs();
      const path = `/listen?since=${since()}&wait=${wait}`;
      const answer = await ask<Event[]>(outside, desk, "GET", path, {
        abort,
        withinMs: SILENCE_MS,
      });
      if (answer.is === "unknown") return { ...LOST, afterMs: answer.afterMs };
      if (answer.is === "refused") return { ...LOST, why: answer.code, comeBack: false };
      if (!wait) opened();
      answer.body.forEach(heard);
      const idle = answer.body.every((event) => event.type === "noop");
      if (wait && idle && outside.nowMs() - beganMs < SOON_MS) return RESTART;
    }
  });

/** A transport that reads until it ends or is hung up on. */
function reading(
  line: Line,
  read: (line: Line, abort: AbortController) => Promise<End>,
): (goodbye?: boolean) => void {
  const abort = new AbortController();
  read(line, abort).then(line.over, () => line.over(LOST));
  return () => abort.abort();
}
