/**
 * Everything that the link needs from outside: the network, time and chance; and, where tabs share a
 * line, storage and the other tabs.
 *
 * Handed in, so that tests are the same every time, and that nothing is touched on import.
 */

/** What is used of a WebSocket. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  send(data: string): void;
  close(code?: number): void;
}

/** What is used of a BroadcastChannel. */
export interface Channel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** What is used of the Web Locks. */
export interface Locks {
  request(
    name: string,
    options: { readonly signal?: AbortSignal; readonly steal?: boolean },
    held: () => Promise<void>,
  ): Promise<unknown>;
}

/** What is used of a Web Storage. */
export type Stored = Pick<Storage, "getItem" | "key" | "length" | "removeItem" | "setItem">;

export interface Alone {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Undefined where there are none. */
  readonly socket: ((url: string) => Socket) | undefined;
  readonly nowMs: () => number;
  /** Calls once, later; returns what calls it off. */
  readonly after: (ms: number, call: () => void) => () => void;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** A fresh idempotency key: 16 to 64 characters. */
  readonly key: () => string;
  readonly online: () => boolean;
  /** Calls when it is worth trying at once: online again, or looked at again. Returns as above. */
  readonly woken: (call: () => void) => () => void;
}

/** With what pages share: undefined where there is none. */
export interface Outside extends Alone {
  readonly channel: ((name: string) => Channel) | undefined;
  readonly locks: Locks | undefined;
  readonly stored: Stored | undefined;
}

/** What a page has that keeps to itself. */
export const alone = (): Alone => ({
  fetch: (url, init) => fetch(url, init),
  socket: (url) => new WebSocket(url) as unknown as Socket,
  nowMs: Date.now,
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
  // Of 160 bits in decimal, so never too short.
  key: () => crypto.getRandomValues(new Uint32Array(5)).join("-"),
  online: () => navigator.onLine,
  woken: (call) => {
    const off = new AbortController();
    addEventListener("online", call, off);
    addEventListener("visibilitychange", () => document.hidden || call(), off);
    return () => off.abort();
  },
});

/** What a page has that shares with others. Where storage is forbidden, nothing is kept. */
export function browser(): Outside {
  const { BroadcastChannel, navigator } = globalThis;
  return {
    ...alone(),
    channel: BroadcastChannel && ((name) => new BroadcastChannel(name) as unknown as Channel),
    locks: navigator.locks as Locks | undefined,
    stored: storage(),
  };
}

function storage(): Stored | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
