/**
 * What this page remembers of whoever sits at a desk. All of it is emptied when they get up, so that
 * the next one at this browser, or at another desk, reads nothing of it. Whatever else a module
 * remembers for itself stands with its reason in a list in tests/person_gone.test.ts.
 */

import { batch, type Signal, signal } from "@preact/signals";

const empties: (() => void)[] = [];

/** A signal that is as it was at the beginning, once they get up. */
export function remembered<T>(nothing: T): Signal<T> {
  const made = signal(nothing);
  atEnd(() => {
    made.value = nothing;
  });
  return made;
}

/** Calls whenever somebody gets up, for what is no signal. */
export function atEnd(empty: () => void): void {
  empties.push(empty);
}

/** Nothing is remembered any more. */
export function emptyAll(): void {
  batch(() => {
    for (const empty of empties) empty();
  });
}
