/** Markdown in one line of text, where there is room for no more: without marks and backslashes. */

import { markdown } from "./markdown.ts";

/** @param most so many characters of it are looked at: lists show the beginning alone. */
export function plain(source: string, most = 400): string {
  const nodes = markdown(source.slice(0, most));
  // What stood in lines of its own does not run together.
  for (const one of nodes.querySelectorAll("p, li, pre, br")) one.after(" ");
  return nodes.textContent!.replace(/\s+/g, " ").trim();
}
