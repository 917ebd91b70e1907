/** What the console needs of its browser. Made when first used, so that importing touches nothing. */

import { browser, type Outside } from "../link/outside.ts";

let made: Outside | undefined;

export function outside(): Outside {
  made ??= browser();
  return made;
}

/** Where the API is; desks are below. */
export const root = () => `${location.origin}/api/v1`;

/** What was kept under this name, or nothing; also where storage is forbidden. */
export function kept(name: string, where: Where = "browser"): string | undefined {
  return stored(where, (all) => all.getItem(name)) ?? undefined;
}

/** Keeps this across reloads; with nothing, no longer. */
export function keep(name: string, text: string | undefined, where: Where = "browser"): void {
  stored(where, (all) => (text === undefined ? all.removeItem(name) : all.setItem(name, text)));
}

/** For all tabs and for good, or for one tab as long as it is there. */
type Where = "browser" | "tab";

function stored<T>(where: Where, use: (all: Storage) => T): T | undefined {
  try {
    return use(where === "tab" ? sessionStorage : localStorage);
  } catch {
    return undefined;
  }
}
