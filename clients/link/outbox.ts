/**
 * One's own messages until they are heard in the feed.
 *
 * Each has a key under which it is sent until there is an answer, so it is stored once. In a room
 * one is sent when the one before it has been answered, so they stay in order. Where they are kept
 * across a reload is for others to say: `shelf.ts` for tabs that share them.
 */

import type { Event, Success } from "../wire/events.ts";
import type { Errands } from "./errands.ts";
import type { Alone } from "./outside.ts";
import { SILENCE_MS } from "./transports.ts";

/** A message of one's own. */
export interface Outgoing {
  /** The idempotency key, which one's own `message` in the feed carries too. */
  readonly key: string;
  readonly room: string;
  readonly body: string;
  /** When it was written; what is sooner is sent sooner. */
  readonly at: number;
  readonly state: "pending" | "sent" | "failed";
  /** Why it failed: a code of `wire/refusals.ts`, for the client to translate. */
  readonly code?: string;
  /** Its place in the feed, once it is sent. */
  readonly id?: string;
  /** When it was answered; by then it was sent. */
  readonly sentMs?: number;
}

export interface Outbox {
  readonly say: (room: string, body: string) => void;
  /** Sends once more what failed. */
  readonly retry: (key: string) => void;
  /** Gives up what failed. */
  readonly drop: (key: string) => void;
  /** Takes over what an earlier page, or another tab, has not sent. */
  readonly adopt: (found: readonly Outgoing[]) => void;
  /** One's own message in the feed takes the place of what was on the way. */
  readonly heard: (event: Event) => void;
  /** There is a fresh view. What is stored stands in it, or comes in the feed without us. */
  readonly viewed: () => void;
}

/**
 * @param changed called with all of them, in the order of writing.
 * @param isGone whether it was done with elsewhere; then nothing more is done with it here.
 */
export function outbox(
  outside: Alone,
  carryOut: Errands["carryOut"],
  changed: (all: readonly Outgoing[]) => void,
  isGone?: (key: string) => boolean,
): Outbox {
  const busy = new Set<string>();
  let all: readonly Outgoing[] = [];

  const find = (key: string) => all.find((one) => one.key === key);

  /** Only those of which this holds stay. */
  function keep(stays: (one: Outgoing) => unknown): void {
    const before = all;
    all = all.filter(stays);
    if (all.length < before.length) changed(all);
  }

  const remove = (key: string) => keep((one) => one.key !== key);

  function put(one: Outgoing): void {
    all = [...all.filter(({ key }) => key !== one.key), one].sort((a, b) => a.at - b.at);
    changed(all);
  }

  /** Whether it is there, and nobody else has done with it. */
  function ours(key: string): Outgoing | undefined {
    if (isGone?.(key)) remove(key);
    return find(key);
  }

  async function send(room: string): Promise<void> {
    if (busy.has(room)) return;
    busy.add(room);
    for (;;) {
      const next = all.find((one) => one.room === room && one.state === "pending");
      if (!next) break;
      const { key, body } = next;
      const wanted = () => !!ours(key);
      const answer = await carryOut<Success>("POST", `/message/${room}`, { key, body }, wanted);
      const one = ours(key);
      // Heard in the feed before it was answered, or given up in another tab.
      if (!one) continue;
      if (answer.is === "refused") put({ ...one, state: "failed", code: answer.code });
      else put({ ...one, state: "sent", id: answer.body.id!, sentMs: outside.nowMs() });
    }
    busy.delete(room);
  }

  return {
    say(room, body) {
      const at = Math.max(outside.nowMs(), (all.at(-1)?.at ?? 0) + 1);
      put({ key: outside.key(), room, body, at, state: "pending" });
      send(room);
    },
    retry(key) {
      const one = ours(key);
      if (one?.state !== "failed") return;
      const { code: _, ...again } = one;
      put({ ...again, state: "pending" });
      send(one.room);
    },
    drop(key) {
      if (find(key)?.state === "failed") remove(key);
    },
    adopt(found) {
      for (const one of found) {
        if (!find(one.key)) put(one);
        send(one.room);
      }
    },
    heard(event) {
      // What is heard now was said after these were stored, so they were heard too, in another tab
      // or with a view, and nobody told us the key.
      const longAgoMs = outside.nowMs() - SILENCE_MS;
      const key = event.type === "message" && event.key;
      keep((one) => one.key !== key && !(one.sentMs! < longAgoMs) && !isGone?.(one.key));
    },
    viewed() {
      keep((one) => one.state !== "sent");
    },
  };
}
