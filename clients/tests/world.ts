/**
 * A browser and a network before a desk, in virtual time: the same every time, for the same seed.
 *
 * The network loses, cuts, stalls and repeats as often as it is told. Pages can be closed, frozen
 * and thawed; they share storage, locks and channels.
 */

import { setMaxListeners } from "node:events";

import type { Channel, Locks, Outside, Socket } from "../link/outside.ts";
import type { Event } from "../wire/events.ts";
import { Clock, Desk, dice } from "./desk.ts";

/** How often something goes wrong, from 0 to 1 each. */
export interface Faults {
  /** A request or a line is not let through at all. */
  refused: number;
  /** An answer is lost after the request was carried out. */
  unanswered: number;
  /** A request is carried out twice. */
  repeated: number;
  /** A piece of a stream breaks it, in its middle or after it. */
  cut: number;
  /** A line stalls: it stays open, and nothing comes any more. */
  stalled: number;
  /** A request is answered with 503. */
  busy: number;
  /** A request is answered with 500. */
  faulty: number;
}

export const NONE: Faults = {
  refused: 0,
  unanswered: 0,
  repeated: 0,
  cut: 0,
  stalled: 0,
  busy: 0,
  faulty: 0,
};

/** All that the pages share. */
export class World {
  readonly clock = new Clock();
  readonly desk = new Desk(this.clock);
  readonly roll: () => number;
  faults: Faults = { ...NONE };
  /** Whether pages have locks and channels. */
  tabs = true;
  /** What the desk says to every command; undefined: carries it out. */
  refusal: string | undefined;
  /** Requests so far, by method and path. */
  readonly asked: string[] = [];
  online = true;
  /** Transports that no proxy lets through. */
  blocked = new Set<string>();
  readonly stored = storage();
  readonly pages: Page[] = [];
  readonly locks: { page: Page; held: boolean; lose: (why: Error) => void }[] = [];

  constructor(seed: number) {
    this.roll = dice(seed);
  }

  happens(what: keyof Faults): boolean {
    return this.roll() < this.faults[what];
  }

  page(): Page {
    const page = new Page(this);
    this.pages.push(page);
    return page;
  }

  /** Lets the next one have the lock. */
  grant(): void {
    if (this.locks.some((one) => one.held)) return;
    const next = this.locks[0] as ((typeof this.locks)[0] & { grant?: () => void }) | undefined;
    if (!next) return;
    next.held = true;
    next.grant!();
  }
}

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (at: number) => [...kept.keys()][at] ?? null,
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  } as unknown as Storage;
}

/** One page of the browser. Whatever reaches it passes `enter`. */
export class Page {
  readonly outside: Outside;
  readonly channels = new Map<Channel, string>();
  woken = new Set<() => void>();
  readonly #world: World;
  readonly #lettingGo = new Set<() => void>();
  #closed = false;
  #frozen: (() => void)[] | undefined;

  constructor(world: World) {
    this.#world = world;
    const { clock, roll } = world;
    this.outside = {
      fetch: (url, init) => this.#fetch(url, init),
      socket: () => this.#socket(),
      channel: world.tabs ? (name) => this.#channel(name) : undefined,
      locks: world.tabs ? this.#locks() : undefined,
      stored: world.stored,
      nowMs: () => clock.nowMs,
      after: (ms, call) => this.#after(ms, call),
      random: roll,
      key: () => `key-${Math.floor(roll() * 2 ** 32)}-${clock.nowMs}`,
      online: () => world.online,
      woken: (call) => {
        this.woken.add(call);
        return () => this.woken.delete(call);
      },
    };
  }

  enter(call: () => void): void {
    if (this.#closed) return;
    if (this.#frozen) this.#frozen.push(call);
    else call();
  }

  /** Gone from one moment to the next, with all that it held. */
  close(): void {
    this.#closed = true;
    for (const letGo of this.#lettingGo) letGo();
    const { locks } = this.#world;
    locks.splice(0, locks.length, ...locks.filter((one) => one.page !== this));
    this.#world.pages.splice(this.#world.pages.indexOf(this), 1);
    this.#world.grant();
  }

  freeze(): void {
    this.#frozen = [];
  }

  thaw(): void {
    const missed = this.#frozen ?? [];
    this.#frozen = undefined;
    for (const call of missed) call();
  }

  /** What is due while the page is frozen may still be called off. */
  #after(ms: number, call: () => void): () => void {
    let off = false;
    const letGo = this.#world.clock.after(ms, () => this.enter(() => off || call()));
    return () => {
      off = true;
      letGo();
    };
  }

  wake(): void {
    for (const call of [...this.woken]) this.enter(call);
  }

  /** A way through the network takes this long. */
  #later(call: () => void): void {
    this.#world.clock.after(1 + this.#world.roll() * 200, () => this.enter(call));
  }

  // --- HTTP -----------------------------------------------------------------------------------

  #fetch(url: string, init: RequestInit): Promise<Response> {
    const world = this.#world;
    const path = url.slice(url.indexOf("/main") + "/main".length);
    const [where] = path.split("?");
    world.asked.push(`${init.method ?? "GET"} ${where}`);
    const signal = init.signal as AbortSignal;
    // All polls of a line share one.
    setMaxListeners(0, signal);
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Error("aborted"));
      const fail = () => this.#later(() => reject(new TypeError("network")));
      signal.addEventListener("abort", () => reject(new Error("aborted")));
      if (world.happens("refused") || world.blocked.has(where!)) return fail();
      const answer = (status: number, body: unknown, retryAfter?: number) =>
        this.#later(() => resolve(response(status, body, retryAfter)));
      if (world.happens("busy")) return answer(503, { code: "overloaded" }, 1);
      if (world.happens("faulty")) return answer(500, { code: "fault" });
      if (world.happens("stalled")) return;
      // The request travels; then it is carried out, also if nobody waits for the answer.
      world.clock.after(world.roll() * 200, () => {
        if (init.method !== "POST" && (signal.aborted || this.#closed)) return;
        if (where === "/events") return this.#stream(path, signal, resolve);
        if (where === "/listen") return this.#poll(path, signal, answer, fail);
        if (world.refusal && init.method === "POST") return answer(409, { code: world.refusal });
        const done = () => this.#carriedOut(path, init);
        const told = done();
        if (world.happens("repeated")) done();
        if (world.happens("unanswered")) fail();
        else answer(200, told);
      });
    });
  }

  #carriedOut(path: string, init: RequestInit): unknown {
    const { desk } = this.#world;
    if (path === "/state") return desk.seen();
    const { body, key } = JSON.parse(String(init.body));
    return { type: "success", code: "message", ...desk.post("Ana", body, key) };
  }

  #poll(
    path: string,
    signal: AbortSignal,
    answer: (status: number, body: unknown) => void,
    fail: () => void,
  ): void {
    const { clock, desk } = this.#world;
    const query = new URLSearchParams(path.split("?")[1]);
    let told = false;
    const tell = (events: readonly Event[]) => {
      if (told) return;
      told = true;
      letGo();
      if (this.#world.happens("unanswered")) fail();
      else answer(200, events);
    };
    // Whoever is given something at once has let go before there was anything to let go of.
    let letGo = () => {};
    letGo = desk.listen(query.get("since")!, { give: tell, hangUp: () => tell([]) });
    const give = () => tell([{ type: "noop", id: query.get("since")! }]);
    if (told) letGo();
    else clock.after(Number(query.get("wait")) * 1000, give);
    this.#onClose(signal, letGo);
  }

  #stream(path: string, signal: AbortSignal, resolve: (response: Response) => void): void {
    const waiting: { resolve: (read: object) => void; reject: (why: Error) => void }[] = [];
    const ready: (Uint8Array | undefined | Error)[] = [];
    const flow = () => {
      while (waiting[0] && ready.length) {
        const reader = waiting.shift()!;
        const next = ready.shift();
        if (next instanceof Error) reader.reject(next);
        else reader.resolve(next ? { done: false, value: next } : { done: true });
      }
    };
    const pipe = this.#pipe<Uint8Array>((piece) => {
      ready.push(piece);
      flow();
    });
    const encode = (text: string) => new TextEncoder().encode(text);
    const letGo = this.#world.desk.listen(path.split("since=")[1]!, {
      give: (events) => {
        for (const event of events) {
          const block = encode(`data: ${JSON.stringify(event)}\n\n`);
          // In two pieces, and cut within a character where it has several bytes.
          const middle = Math.floor(this.#world.roll() * block.length);
          pipe(block.slice(0, middle), () => letGo());
          pipe(block.slice(middle), () => letGo());
        }
      },
      hangUp: (_, why) => {
        const told = { why, come_back: true, after_ms: 100 };
        pipe(encode(`event: hangup\nretry: 1\ndata: ${JSON.stringify(told)}\n\n`), () => letGo());
        pipe(undefined, () => letGo());
      },
    });
    this.#onClose(signal, letGo);
    signal.addEventListener("abort", () => {
      ready.push(new Error("aborted"));
      flow();
    });
    const read = () =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        flow();
      });
    this.#later(() =>
      resolve({ ok: true, body: { getReader: () => ({ read }) } } as unknown as Response),
    );
  }

  // --- sockets --------------------------------------------------------------------------------

  #socket(): Socket {
    const { desk, happens, clock, roll, blocked, asked } = this.#bound();
    asked.push("socket");
    let letGo = () => {};
    let closed = false;
    const shut = (code: number) => {
      letGo();
      if (!closed) this.#later(() => socket.onclose?.({ code }));
      closed = true;
    };
    const pipe = this.#pipe((piece: string | Error | undefined) => {
      if (piece === undefined || piece instanceof Error) shut(1006);
      else if (!closed) socket.onmessage?.({ data: piece });
    });
    const socket: Socket = {
      onopen: null,
      onmessage: null,
      onclose: null,
      send: (data) => {
        const { since } = JSON.parse(data);
        clock.after(roll() * 200, () => {
          if (closed || this.#closed) return;
          letGo = desk.listen(since, {
            give: (events) => {
              for (const event of events) pipe(JSON.stringify(event), () => letGo());
            },
            hangUp: (code) => clock.after(300, () => this.enter(() => shut(code))),
          });
          this.#lettingGo.add(letGo);
        });
      },
      close: () => shut(1005),
    };
    if (happens("refused") || blocked.has("/socket")) shut(1006);
    else if (!happens("stalled")) this.#later(() => closed || socket.onopen?.());
    return socket;
  }

  #bound() {
    const world = this.#world;
    const happens = world.happens.bind(world);
    return { ...world, desk: world.desk, clock: world.clock, roll: world.roll, happens };
  }

  /** Pieces in order, each a little later; until one of them breaks it, or it stalls. */
  #pipe<T>(give: (piece: T | Error | undefined) => void) {
    const { clock, roll, happens } = this.#bound();
    let broken = false;
    let freeMs = 0;
    return (piece: T | undefined, letGo: () => void) => {
      if (broken) return;
      const stalled = happens("stalled");
      const cut = happens("cut");
      broken = stalled || cut;
      if (broken) clock.after(0, letGo);
      if (stalled) return;
      freeMs = Math.max(freeMs, clock.nowMs + roll() * 100);
      clock.after(freeMs - clock.nowMs, () =>
        this.enter(() => {
          if (!cut || roll() < 0.5) give(piece);
          if (cut) give(new Error("cut"));
        }),
      );
    };
  }

  #onClose(signal: AbortSignal, letGo: () => void): void {
    signal.addEventListener("abort", letGo);
    this.#lettingGo.add(letGo);
  }

  // --- other tabs -----------------------------------------------------------------------------

  #channel(name: string): Channel {
    const { clock, roll, pages } = this.#bound();
    const free = new Map<Channel, number>();
    const channel: Channel = {
      onmessage: null,
      postMessage: (data) => {
        const copy = structuredClone(data);
        for (const page of pages) {
          for (const [other, as] of page.channels) {
            if (other === channel || as !== name) continue;
            const atMs = Math.max(free.get(other) ?? 0, clock.nowMs + roll() * 50);
            free.set(other, atMs);
            const give = () => page.channels.has(other) && other.onmessage?.({ data: copy });
            clock.after(atMs - clock.nowMs, () => page.enter(give));
          }
        }
      },
      close: () => this.channels.delete(channel),
    };
    this.channels.set(channel, name);
    return channel;
  }

  #locks(): Locks {
    return {
      request: (_, { signal, steal }, held) =>
        new Promise((resolve, reject) => {
          const world = this.#world;
          const leave = () => {
            const at = world.locks.indexOf(one);
            if (at >= 0) world.locks.splice(at, 1);
            world.grant();
          };
          const lose = (why: Error) => {
            leave();
            this.enter(() => reject(why));
          };
          const grant = () =>
            this.#later(() => {
              if (!world.locks.includes(one)) return;
              held().then(() => {
                leave();
                resolve(undefined);
              });
            });
          const one = { page: this as Page, held: false, lose, grant };
          if (steal) {
            const holder = world.locks.find((other) => other.held);
            world.locks.unshift(one);
            one.held = true;
            holder?.lose(new DOMException("stolen", "AbortError"));
            grant();
          } else {
            world.locks.push(one);
            world.grant();
          }
          signal?.addEventListener("abort", () => one.held || lose(new Error("aborted")));
        }),
    };
  }
}

function response(status: number, body: unknown, retryAfter?: number): Response {
  return {
    ok: status < 300,
    status,
    headers: new Headers(retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) }),
    json: async () => body,
  } as unknown as Response;
}
