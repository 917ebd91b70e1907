/** What is kept in this browser for one account: under names of its own, desk by desk. */

import { desk, me, sessionOf } from "./desk.ts";
import { keep, kept } from "./outside.ts";

/** Where this account's own things at this desk begin. */
function own(user = me.value?.user ?? "", at = desk.value): string {
  return `frontdesk:${sessionOf(user, at)}:`;
}

export const keptHere = (name: string) => kept(own() + name);
export const keepHere = (name: string, text: string | undefined) => keep(own() + name, text);

/** The names of what is kept here that begin so. */
export function namesHere(beginning: string): readonly string[] {
  return names()
    .filter((one) => one.startsWith(own() + beginning))
    .map((one) => one.slice(own().length));
}

/** Calls when another tab has kept something else under this name. Returns what calls it off. */
export function onKeptHere(name: string, call: () => void): () => void {
  const hear = ({ key }: StorageEvent) => key === own() + name && call();
  addEventListener("storage", hear);
  return () => removeEventListener("storage", hear);
}

/** Leaves nothing behind of this account for whoever sits here next, at whatever desk it was. */
export function clearOf(user: string): void {
  const all = sessionOf(user, "");
  // Its drafts and the like, and what its links keep that is on its way.
  const beginnings = [`frontdesk:${all}`, `frontdesk:${encodeURIComponent(all)}`];
  for (const name of names()) {
    if (beginnings.some((one) => name.startsWith(one))) keep(name, undefined);
  }
}

function names(): readonly string[] {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}
