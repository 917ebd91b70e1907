/** What can be done in each conversation that is shown, for keys: those who draw it say so. */

import { remembered } from "../person.ts";

export interface Acts {
  readonly transfer?: () => void;
  readonly leave?: () => void;
  readonly end?: () => void;
  readonly details?: () => void;
}

const shown = new Map<string, Acts>();

/** Offers these as long as it is drawn so; returns what takes them back. */
export function offer(room: string, acts: Acts): () => void {
  shown.set(room, acts);
  return () => {
    if (shown.get(room) === acts) shown.delete(room);
  };
}

/** The conversation in which the focus is, or else the first one that is shown. */
export function current(): { readonly room: string; readonly acts: Acts } | undefined {
  const pane =
    document.activeElement?.closest<HTMLElement>(".pane") ??
    document.querySelector<HTMLElement>(".pane");
  const room = pane?.dataset.room;
  const acts = room === undefined ? undefined : shown.get(room);
  return room !== undefined && acts ? { room, acts } : undefined;
}

/** The room that one has entered to write in it, until the box is there and has the focus. */
export const entered = remembered("");

/** To where one writes in it. */
export function toComposer(): void {
  const pane = document.activeElement?.closest(".pane") ?? document.querySelector(".pane");
  pane?.querySelector<HTMLElement>(".composer textarea")?.focus();
}
