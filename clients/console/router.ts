/** Where one is: the hash of the address, and the screen that it names. */

import { signal } from "@preact/signals";

import { SCREENS, type ScreenName } from "./screens.ts";

export interface Place {
  readonly screen: ScreenName;
  /** By the names in the path. */
  readonly params: Readonly<Record<string, string>>;
}

export const HOME: Place = { screen: "floor", params: {} };
/** Where one is at an address that is none. */
const NOWHERE: Place = { screen: "nowhere", params: {} };

/** Where one is. Read it; `go` changes it. */
export const place = signal<Place>(HOME);

/** The place that an address names, if it is one. */
export function find(hash: string): Place | undefined {
  const given = hash.replace(/^#/, "").split("/");
  for (const screen of Object.keys(SCREENS) as ScreenName[]) {
    const asked = SCREENS[screen].path.split("/");
    const fits = asked.length === given.length && asked.every((one, at) => fit(one, given[at]!));
    if (!fits) continue;
    const named = asked.flatMap((one, at) =>
      one.startsWith(":") ? [[one.slice(1), decoded(given[at]!)]] : [],
    );
    return { screen, params: Object.fromEntries(named) };
  }
  return undefined;
}

/** The address of a place, to link to. */
export function to(screen: ScreenName, params: Place["params"] = {}): string {
  const path: string = SCREENS[screen].path;
  return `#${path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name]!))}`;
}

/** Goes there. @param instead of this place, which `back` then does not come to. */
export function go(screen: ScreenName, params: Place["params"] = {}, instead = false): void {
  if (instead) {
    history.replaceState(null, "", to(screen, params));
    look();
  } else {
    location.hash = to(screen, params);
  }
}

/** Follows the address from now on. */
export function follow(): void {
  addEventListener("hashchange", look);
  look();
}

/** The place at an address, whatever it is; without one, where everybody begins. */
export function placeAt(hash: string): Place {
  return /^#?\/?$/.test(hash) ? HOME : (find(hash) ?? NOWHERE);
}

function look(): void {
  place.value = placeAt(location.hash);
}

function fit(asked: string, given: string): boolean {
  return asked.startsWith(":") ? given !== "" : asked === given;
}

/** What somebody typed into the address need not be well-formed. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
