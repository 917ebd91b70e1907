/** What one has chosen for this browser: what makes a sound, what a key does, and what is folded. */

import { type Signal, signal } from "@preact/signals";

import { keep, kept } from "./outside.ts";

export type Sound = "soundQueue" | "soundGiven" | "soundMessage";
export type Preference = Sound | "singleKeys" | "unfolded" | "foldedBeside";

const all = new Map<Preference, Signal<boolean>>();

/** Whether this is on. Everything is until it is turned off. */
export function preference(name: Preference): Signal<boolean> {
  let found = all.get(name);
  if (!found) {
    found = signal(kept(`frontdesk:console:${name}`) !== "off");
    all.set(name, found);
  }
  return found;
}

export function prefer(name: Preference, is: boolean): void {
  preference(name).value = is;
  keep(`frontdesk:console:${name}`, is ? undefined : "off");
}
