/**
 * The few words of the button, by language: what it opens, and what is said where the chat is not let
 * in, which leads to it in a tab of its own. `tools/words.ts` fills it from the catalogues.
 */

export const WORDS: Readonly<Record<string, readonly [name: string, blocked: string]>> = {};
