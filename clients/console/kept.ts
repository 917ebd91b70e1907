/** What is kept in this browser for one account at one desk: under names of its own. */

import { desk, me } from "./desk.ts";
import { keep, kept } from "./outside.ts";

const ALL = "frontdesk:console:";

/** Where this account's own things at this desk begin. Encoded, so that no name begins another's. */
function own(user = me.value?.user ?? "", at = desk.value): string {
  return `${ALL}${encodeURIComponent(user)}:${encodeURIComponent(at)}:`;
}

export const keptHere = (name: string) => kept(own() + name);
export const keepHere = (name: string, text: string | undefined) => keep(own() + name, text);

/** The names of what is kept here that begin so. */
export function namesHere(beginning: string): readonly string[] {
  const start = own() + beginning;
  try {
    return Object.keys(localStorage)
      .filter((one) => one.startsWith(start))
      .map((one) => one.slice(own().length));
  } catch {
    return [];
  }
}

/** Leaves nothing behind for whoever sits here next. */
export function clearHere(): void {
  for (const name of namesHere("")) keepHere(name, undefined);
}
