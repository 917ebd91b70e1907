/** What is written and not sent, by room: kept across reloads, and whoever ends the session. */

import { keepHere, keptHere, namesHere } from "../kept.ts";
import { outside } from "../outside.ts";

interface Draft {
  readonly text: string;
  readonly atMs: number;
}

/** Whoever has not come back to it for a week has forgotten it. */
const KEPT_MS = 604_800_000;

/** Under which name it is kept. */
export const nameOf = (room: string) => `draft:${room}`;

export function draft(room: string): string {
  return found(room)?.text ?? "";
}

/** Keeps it; an empty one is none. */
export function keepDraft(room: string, text: string): void {
  const kept: Draft = { text, atMs: outside().nowMs() };
  keepHere(nameOf(room), text.trim() ? JSON.stringify(kept) : undefined);
}

/** Drops what is old. */
export function tidyDrafts(): void {
  const oldMs = outside().nowMs() - KEPT_MS;
  for (const name of namesHere(nameOf(""))) {
    const room = name.slice(nameOf("").length);
    if ((found(room)?.atMs ?? 0) < oldMs) keepDraft(room, "");
  }
}

function found(room: string): Draft | undefined {
  try {
    const kept = JSON.parse(keptHere(nameOf(room)) ?? "null") as Draft | null;
    return typeof kept?.text === "string" ? kept : undefined;
  } catch {
    return undefined;
  }
}
