/**
 * What is never stored: who is typing. The latest wins.
 *
 * Kept beside the view, which is made of facts alone. Time is handed in.
 */

import type { Event } from "../wire/events.ts";

/** Whoever types says so every 3 s, and is believed for twice as long (protocol §6). */
export const TYPING_MS = 6_000;

export interface Signals {
  /** By room and user: until when they are believed to type. */
  readonly typing: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Nobody types; also while nothing is heard, since nobody can say then that they have stopped. */
export const SILENT: Signals = { typing: {} };

/** The signals after this event; facts end some of them (protocol §6). */
export function hear(signals: Signals, event: Event, nowMs: number): Signals {
  switch (event.type) {
    case "status":
      return event.of === "typing"
        ? typed(signals, event.room, event.user, event.is ? nowMs + TYPING_MS : 0)
        : signals;
    case "message":
      return typed(signals, event.room, event.user, 0);
    case "notification":
      return event.details === "left" ? typed(signals, event.room, event.user, 0) : signals;
    case "left":
    case "end": {
      const { [event.room]: _, ...typing } = signals.typing;
      return { typing };
    }
    default:
      return signals;
  }
}

/** Who types in this room now. */
export function typists(signals: Signals, room: string, nowMs: number): readonly string[] {
  return Object.entries(signals.typing[room] ?? {})
    .filter(([, untilMs]) => untilMs > nowMs)
    .map(([user]) => user);
}

/** When `typists` will next be shorter by itself; Infinity if nobody types. */
export function nextSilenceMs(signals: Signals, nowMs: number): number {
  const all = Object.values(signals.typing).flatMap((room) => Object.values(room));
  return Math.min(...all.filter((untilMs) => untilMs > nowMs));
}

function typed(signals: Signals, room: string, user: string, untilMs: number): Signals {
  if (!untilMs && !signals.typing[room]?.[user]) return signals;
  const { [user]: _, ...others } = signals.typing[room] ?? {};
  const now = untilMs ? { ...others, [user]: untilMs } : others;
  return { ...signals, typing: { ...signals.typing, [room]: now } };
}
