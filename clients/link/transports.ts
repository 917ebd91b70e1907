/**
 * What a way to listen is, and the best one. The ways differ in framing alone: each tells its line
 * what it hears, and how it ended. None of them decides anything; `feed.ts` does. The two others are
 * in `fallbacks.ts`.
 */

import type { Event } from "../wire/events.ts";
import { COME_BACK_MS, HANGUP_SIGNED_OUT, HEARTBEAT_MS } from "../wire/hangups.ts";
import type { Desk, Refused } from "./ask.ts";
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

export const LOST: End = { isLost: true };
/**
 * The one end that is for good. Of every other the line may be the cause, also where the desk blames
 * the client: behind a line that stalls, or in a page that slept, a first frame comes too late.
 */
export const SIGNED_OUT: End = { why: "signed_out" };

/** What a close code says. */
export function ending(code: number): End {
  if (code === HANGUP_SIGNED_OUT) return SIGNED_OUT;
  const afterMs = COME_BACK_MS[code];
  return afterMs ? { afterMs } : LOST;
}

/** What a refusal to be listened to says. */
export const refused = ({ code }: Refused) => (code === "not_signed_in" ? SIGNED_OUT : LOST);

/** A line on which nothing is heard for longer is dead: the heartbeat, and time for it to travel. */
export const SILENCE_MS = HEARTBEAT_MS + 10_000;

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

/**
 * A transport that a page has to get before it can listen with it. What cannot be got is a line that
 * is lost: the next attempt gets it anew.
 *
 * @param get called for each line; what it has got it may keep.
 */
export function fetched(get: () => Promise<Transport>): Transport {
  return (line) => {
    let isOver = false;
    let hangUp: ReturnType<Transport> | undefined;
    get()
      .then((transport) => {
        if (!isOver) hangUp = transport(line);
      })
      .catch(() => line.broken(LOST));
    return (goodbye) => {
      isOver = true;
      hangUp?.(goodbye);
    };
  };
}
