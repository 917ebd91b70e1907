/**
 * A path of which each part that is filled in stays one part, whatever it holds: names and rooms may
 * come from the address of a page, which anybody can have written.
 */
export function path(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  return String.raw({ raw: texts }, ...parts.map(part));
}

/** What a URL takes for a step is nothing's name, and stays so: encoded it would be a step all the same. */
function part(one: string): string {
  return /^\.{1,2}$/.test(one) ? "-" : encodeURIComponent(one);
}
