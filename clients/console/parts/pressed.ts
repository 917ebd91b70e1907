/**
 * The keys that mean something in one place alone: one list, by which they are told apart wherever
 * one is pressed, and which the sheet and the page on the design show. Those that work everywhere
 * are in `keys.ts`.
 */

export const LOCAL_KEYS = {
  /** In the box. */
  send: "Enter",
  sendToo: "Ctrl+Enter",
  line: "Shift+Enter",
  /** In the box, a menu and a dialog. */
  stop: "Escape",
  /** In the lists of those who wait, and of messages that were left. */
  up: "ArrowUp",
  down: "ArrowDown",
  /** In the list of messages that were left. */
  done: "d",
} as const;

export type LocalKey = keyof typeof LOCAL_KEYS;

const NAMES = new Map(Object.entries(LOCAL_KEYS).map(([name, key]) => [key as string, name]));

/**
 * Which of them it is, if one. None while a word is being put together, which the same keys confirm.
 */
export function pressed(event: KeyboardEvent): LocalKey | undefined {
  const { key, shiftKey, altKey, ctrlKey, metaKey, isComposing } = event;
  if (altKey || isComposing) return undefined;
  const held = `${ctrlKey || metaKey ? "Ctrl+" : ""}${shiftKey ? "Shift+" : ""}`;
  return NAMES.get(held + key) as LocalKey | undefined;
}
