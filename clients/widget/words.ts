/**
 * What a guest reads, in their language: `words/*.json` has the catalogues, one a language.
 *
 * Words that never change stand in the page already; the others come with it, as a list in the
 * order that `tools/words.ts` knows, which writes each name as a place in it. The server's sentences
 * are for those who write clients; what a guest is told comes from codes.
 */

import { parts, root } from "./page.ts";

export type Words = typeof import("./words/en.json");

export const words = JSON.parse(parts.words.textContent!) as Words;

/** With something in its place. */
export const fill = (text: string, what: string) => text.replace("{}", () => what);

/** The form that fits this number (CLDR), with the number as it is written in this language. */
export function counted(forms: Readonly<Record<string, string>>, count: number): string {
  const form = forms[new Intl.PluralRules(root.lang).select(count)] ?? forms.other!;
  return fill(form, count.toLocaleString(root.lang));
}

/**
 * How long people waited, as they say it: in seconds, from a minute on in minutes, and never shorter
 * than it is; or nothing.
 */
export function waited(seconds: number): string {
  const isShort = seconds < 60;
  const time = Math.ceil(isShort ? seconds : seconds / 60);
  const unit = { style: "unit", unit: isShort ? "second" : "minute", unitDisplay: "long" } as const;
  return seconds ? fill(words.waited, time.toLocaleString(root.lang, unit)) : "";
}

/** What a refusal is to a guest. */
export const refusal = (code: string) =>
  (words.refused as Readonly<Record<string, string>>)[code] ?? words.refusedElse;
