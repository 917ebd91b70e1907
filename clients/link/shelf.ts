/**
 * Where tabs keep the messages that are on their way: a reload loses none, and what a closed tab
 * has left another one sends. Without room for them, or leave, they are kept in memory alone.
 */

import type { Outgoing } from "./outbox.ts";
import type { Outside, Stored } from "./outside.ts";

export class Shelf {
  readonly #outside: Outside;
  readonly #prefix: string;
  // Those in storage, as they stand there.
  readonly #kept = new Map<string, Outgoing>();

  /** @param name under which they are kept; with a colon behind it, it begins nobody else's. */
  constructor(outside: Outside, name: string) {
    this.#outside = outside;
    this.#prefix = `${name}:`;
  }

  /** Has these, and no others that it had. */
  put(all: readonly Outgoing[]): void {
    // Once sent it is the server's, and a fresh page finds it there.
    const now = new Map(all.filter((one) => one.state !== "sent").map((one) => [one.key, one]));
    for (const key of this.#kept.keys()) {
      if (now.has(key)) continue;
      this.#kept.delete(key);
      this.#store((stored) => stored.removeItem(this.#prefix + key));
    }
    for (const [key, one] of now) {
      if (this.#kept.get(key) === one) continue;
      this.#store((stored) => {
        stored.setItem(this.#prefix + key, JSON.stringify(one));
        this.#kept.set(key, one);
      });
    }
  }

  /** Whether another tab has taken it away: the desk has it, or it was given up. */
  isGone(key: string): boolean {
    return (
      this.#kept.has(key) && this.#store((stored) => stored.getItem(this.#prefix + key)) === null
    );
  }

  /** All; or what has waited since before then. */
  found(untilMs?: number): Outgoing[] {
    const found: Outgoing[] = [];
    this.#store((stored) => {
      const names = Array.from({ length: stored.length }, (_, at) => stored.key(at)!);
      for (const name of names.filter((one) => one.startsWith(this.#prefix))) {
        const one = message(stored.getItem(name)!);
        if (one && this.#prefix + one.key === name) found.push(one);
        else stored.removeItem(name);
      }
    });
    if (untilMs === undefined) return found;
    return found.filter((one) => one.state === "pending" && one.at < untilMs);
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
