/**
 * One's own messages until they are heard in the feed.
 *
 * Each has a key under which it is sent until there is an answer, so it is stored once. They are
 * kept in the browser until then, so that a reload loses none. In a room one is sent when the one
 * before it has been answered, so they stay in order.
 */

import type { Event, Success } from "../wire/events.ts";
import type { Done, Refused } from "./ask.ts";
import type { Outside, Stored } from "./outside.ts";
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
}

/** Has a command carried out, however often that takes, while it is wanted. */
export type CarryOut = (
  method: string,
  path: string,
  body: object,
  wanted: () => boolean,
) => Promise<Done<Success> | Refused>;

export class Outbox {
  readonly #outside: Outside;
  readonly #carryOut: CarryOut;
  readonly #prefix: string;
  readonly #changed: (all: readonly Outgoing[]) => void;
  readonly #busy = new Set<string>();
  // When each was answered that is not heard yet.
  readonly #sentMs = new Map<string, number>();
  // Those in storage. What has gone from there was stored by the desk or given up, in another tab.
  readonly #kept = new Set<string>();
  #all: readonly Outgoing[] = [];

  /** @param name under which they are kept; with a colon behind it, it begins nobody else's. */
  constructor(
    outside: Outside,
    name: string,
    carryOut: CarryOut,
    changed: (all: readonly Outgoing[]) => void,
  ) {
    this.#outside = outside;
    this.#carryOut = carryOut;
    this.#prefix = `${name}:`;
    this.#changed = changed;
  }

  /** Sends what an earlier page did not. */
  start(): void {
    this.#adopt();
  }

  say(room: string, body: string): void {
    const last = this.#all.at(-1)?.at ?? 0;
    const at = Math.max(this.#outside.nowMs(), last + 1);
    this.#put({ key: this.#outside.key(), room, body, at, state: "pending" });
    this.#send(room);
  }

  /** Sends once more what failed. */
  retry(key: string): void {
    const one = this.#find(key);
    if (one?.state !== "failed" || this.#gone(key)) return;
    const { code: _, ...again } = one;
    this.#put({ ...again, state: "pending" });
    this.#send(one.room);
  }

  /** Gives up what failed. */
  drop(key: string): void {
    if (this.#find(key)?.state === "failed") this.#remove(key);
  }

  /** One's own message in the feed takes the place of what was on the way. */
  heard(event: Event): void {
    for (const key of this.#kept) this.#gone(key);
    if (event.type === "message" && event.key && this.#find(event.key)) this.#remove(event.key);
    // What is heard now was said after these were stored, so they were heard too, in another tab or
    // with a view, and nobody told us the key.
    const longAgoMs = this.#outside.nowMs() - SILENCE_MS;
    for (const [key, sentMs] of this.#sentMs) if (sentMs < longAgoMs) this.#remove(key);
    // Another tab may have been closed before it was done. If it was not, nothing is sent twice.
    if (event.type === "noop") this.#adopt(longAgoMs);
  }

  /** There is a fresh view. What is stored stands in it, or comes in the feed without us. */
  viewed(): void {
    for (const key of this.#sentMs.keys()) this.#remove(key);
  }

  async #send(room: string): Promise<void> {
    if (this.#busy.has(room)) return;
    this.#busy.add(room);
    for (;;) {
      const next = this.#all.find((one) => one.room === room && one.state === "pending");
      if (!next) break;
      const { key, body } = next;
      const path = `/message/${room}`;
      const answer = await this.#carryOut("POST", path, { key, body }, () => !this.#gone(key));
      const one = this.#find(key);
      // Heard in the feed before it was answered, or given up in another tab.
      if (!one || this.#gone(key)) continue;
      if (answer.is === "refused") this.#put({ ...one, state: "failed", code: answer.code });
      else this.#sent(one, answer.body.id!);
    }
    this.#busy.delete(room);
  }

  #sent(one: Outgoing, id: string): void {
    this.#sentMs.set(one.key, this.#outside.nowMs());
    this.#put({ ...one, state: "sent", id });
  }

  #find(key: string): Outgoing | undefined {
    return this.#all.find((one) => one.key === key);
  }

  #put(one: Outgoing): void {
    const others = this.#all.filter(({ key }) => key !== one.key);
    this.#all = [...others, one].sort((a, b) => a.at - b.at);
    // Once sent it is the server's, and a fresh page finds it there.
    if (one.state === "sent") this.#forget(one.key);
    else this.#keep(one);
    this.#changed(this.#all);
  }

  #remove(key: string): void {
    this.#all = this.#all.filter((one) => one.key !== key);
    this.#sentMs.delete(key);
    this.#forget(key);
    this.#changed(this.#all);
  }

  // --- what outlives the page. Without room for it, or leave, it is kept in memory alone. ---

  #keep(one: Outgoing): void {
    this.#store((stored) => {
      stored.setItem(this.#prefix + one.key, JSON.stringify(one));
      this.#kept.add(one.key);
    });
  }

  #forget(key: string): void {
    this.#kept.delete(key);
    this.#store((stored) => stored.removeItem(this.#prefix + key));
  }

  /** Whether another tab has done with it; then it is removed here as well. */
  #gone(key: string): boolean {
    const gone = this.#kept.has(key) && this.#store((s) => s.getItem(this.#prefix + key)) === null;
    if (gone) this.#remove(key);
    return gone;
  }

  /** Takes over all; or what has waited since before then. */
  #adopt(untilMs?: number): void {
    const found: Outgoing[] = [];
    this.#store((stored) => {
      const names = Array.from({ length: stored.length }, (_, at) => stored.key(at)!);
      for (const name of names.filter((one) => one.startsWith(this.#prefix))) {
        const one = message(stored.getItem(name)!);
        if (one && this.#prefix + one.key === name) found.push(one);
        else stored.removeItem(name);
      }
    });
    for (const one of found) {
      const left = untilMs === undefined || (one.state === "pending" && one.at < untilMs);
      if (left && !this.#find(one.key)) this.#put(one);
    }
    for (const { room } of found) this.#send(room);
  }

  /** Undefined where it is full, or forbidden. */
  #store<T>(use: (stored: Stored) => T): T | undefined {
    try {
      return use(this.#outside.stored!);
    } catch {
      return undefined;
    }
  }
}

/** What was kept, if it is a message: storage is anybody's who can open the page. */
function message(text: string): Outgoing | undefined {
  try {
    const one = JSON.parse(text) as Outgoing;
    const kinds = [one.key, one.room, one.body, one.at].map((each) => typeof each).join();
    const state = one.state === "pending" || one.state === "failed";
    if (state && kinds === "string,string,string,number") return one;
  } catch {}
  return undefined;
}
