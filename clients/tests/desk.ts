/** Time, chance and a desk, for a world of its own. The desk is one room with a log of messages. */

import type { Event, Message } from "../wire/events.ts";
import type { Seen } from "../wire/view.ts";

/** Mulberry32: small, and good enough to draw faults. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Timer {
  readonly atMs: number;
  readonly call: () => void;
}

/** Time in which nothing is waited for. */
export class Clock {
  nowMs = 1_700_000_000_000;
  #timers: Timer[] = [];

  after(ms: number, call: () => void): () => void {
    const timer = { atMs: this.nowMs + Math.max(0, ms), call };
    const at = this.#timers.findLastIndex((one) => one.atMs <= timer.atMs);
    this.#timers.splice(at + 1, 0, timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Lets so much time pass, with all that happens in it. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    await settled();
    while (this.#timers[0] && this.#timers[0].atMs <= untilMs) {
      const next = this.#timers.shift()!;
      this.nowMs = next.atMs;
      next.call();
      await settled();
    }
    this.nowMs = untilMs;
  }
}

/** Until every promise that can go on has gone on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What a listener of the desk is: it is given events until it is closed. */
interface Line {
  give(events: readonly Event[]): void;
  hangUp(code: number, why: string): void;
}

const HEARTBEAT_MS = 20_000;
const ROOM = "room";

/** The desk of one guest. */
export class Desk {
  readonly log: Message[] = [];
  readonly lines = new Map<Line, number>();
  /** The most lines at once since it was last set. */
  linesMost = 0;
  #epoch = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Stores a message once, and tells everybody. */
  post(user: string, body: string, key?: string): { id: string; replayed?: true } {
    const known = this.log.find((one) => key !== undefined && one.key === key);
    if (known) return { id: known.id, replayed: true };
    const id = `${this.#epoch}.${this.log.length + 1}`;
    const sent = Math.floor(this.#clock.nowMs / 1000);
    const message: Message = { type: "message", room: ROOM, user, body, sent, id };
    this.log.push(key === undefined ? message : { ...message, key });
    for (const line of [...this.lines.keys()]) this.#serve(line);
    return { id };
  }

  /** Nobody's place is known any more. */
  forget(): void {
    this.#epoch++;
    this.log.forEach((one, at) => {
      this.log[at] = { ...one, id: `${this.#epoch}.${at + 1}` };
    });
    for (const line of [...this.lines.keys()]) line.hangUp(1012, "restart");
  }

  seen(): Seen {
    const messages = this.log.map(({ id, room, user, body, sent }) => ({
      ...{ id, room, user, body, sent },
    }));
    const room = { room: ROOM, topic: "?", name: "", watching: false, agent: "Ida", guest: null };
    return {
      me: { user: "Ana", role: "guest" },
      desk: "open",
      rooms: [{ ...room, users: ["Ana", "Ida"], messages, more: false }],
      id: `${this.#epoch}.${this.log.length}`,
    };
  }

  /** Events behind this id, and a heartbeat where there are none. Returns what lets go. */
  listen(since: string, line: Line): () => void {
    const [epoch, offset] = since.split(".").map(Number);
    if (epoch !== this.#epoch) {
      line.give([{ type: "reset", reason: "unknown_epoch" }]);
      line.hangUp(4410, "reset");
      return () => {};
    }
    this.lines.set(line, offset!);
    this.linesMost = Math.max(this.linesMost, this.lines.size);
    let silence = () => {};
    const beat = () => {
      silence = this.#clock.after(HEARTBEAT_MS, () => {
        if (this.lines.has(line)) line.give([{ type: "noop", id: this.#place(line) }]);
        beat();
      });
    };
    beat();
    this.#serve(line);
    return () => {
      silence();
      this.lines.delete(line);
    };
  }

  #place(line: Line): string {
    return `${this.#epoch}.${this.lines.get(line)}`;
  }

  #serve(line: Line): void {
    const news = this.log.slice(this.lines.get(line)!);
    this.lines.set(line, this.log.length);
    if (news.length) line.give(news);
  }
}
