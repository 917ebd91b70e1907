/**
 * The three ways to listen. They differ in framing alone: each tells its line what it hears, and
 * how it ended. None of them decides anything; `feed.ts` does.
 */

import type { Event } from "../wire/events.ts";
import { HANGUPS, HEARTBEAT_MS } from "../wire/hangups.ts";
import { ask, type Desk, headers, retryAfterMs } from "./ask.ts";
import type { Alone } from "./outside.ts";

/** How a line ended. */
export interface End {
  /** Why not to come back; undefined: come back. */
  readonly why?: string;
  /** When to. */
  readonly afterMs?: number;
  /** Nobody said why it ended. */
  readonly isLost?: boolean;
}

export interface Line {
  readonly outside: Alone;
  readonly desk: Desk;
  /** The last id that was heard. */
  lastId(): string;
  /** It stands, also if nothing is said for a while. */
  opened(): void;
  heard(event: Event): void;
  broken(end: End): void;
}

/** Begins to listen. What it returns hangs up; `goodbye`: for good, so the server need not wait. */
export type Transport = (line: Line) => (goodbye?: boolean) => void;

/** What a close code says. */
function ending(code: number): End {
  const told = HANGUPS[code];
  if (told === undefined) return LOST;
  return typeof told === "string" ? { why: told } : { afterMs: told };
}

export const LOST: End = { isLost: true };
const RESTART = 1012;
/** A line on which nothing is heard for longer is dead: the heartbeat, and time for it to travel. */
export const SILENCE_MS = HEARTBEAT_MS + 10_000;
const POLL_S = 25;
/** A poll that ends sooner and brings nothing: the server is about to go. */
const SOON_MS = 1_000;

/** RFC 6455, 7.4.1: for good; the server takes every other code for a reload. */
const GOODBYE = 1000;

export const socket: Transport = ({ outside, desk, lastId, opened, heard, broken }) => {
  const line = outside.socket!(`${desk.url.replace(/^http/, "ws")}/socket`);
  line.onopen = () => {
    line.send(JSON.stringify({ do: "hello", token: desk.token, since: lastId() }));
    opened();
  };
  line.onmessage = ({ data }) => {
    heard(JSON.parse(String(data)));
  };
  line.onclose = ({ code }) => broken(ending(code));
  return (goodbye) => (goodbye ? line.close(GOODBYE) : line.close());
};

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
          return told.come_back ? { afterMs: told.after_ms } : { why: told.why };
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
      if (answer.is === "refused") return { why: answer.code };
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
