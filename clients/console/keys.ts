/**
 * What the keys do everywhere: one list, which the sheet shows and the page on the design has. Those
 * that do something in one place alone are in `parts/pressed.ts`.
 *
 * Each works with Alt, also while one writes, unless it writes something itself; and alone, unless
 * that was turned off, where nothing is written (WCAG 2.2, 2.1.4).
 */

import { setAvailable, take } from "./actions.ts";
import { me, view } from "./desk.ts";
import { toWaiting } from "./floor/waiting.tsx";
import { pressed } from "./parts/pressed.ts";
import { remembered } from "./person.ts";
import { preference } from "./preferences.ts";
import { current, toComposer } from "./room/acts.ts";
import { unansweredSince } from "./room/order.ts";
import { inOrder } from "./room/rail.tsx";
import { tabs } from "./room/strip.tsx";
import { unread } from "./room/unread.ts";
import { go, place } from "./router.ts";
import type { Words } from "./words.ts";

export interface Key {
  /** As it is written on the key; `1` stands for all digits. */
  readonly key: string;
  readonly name: keyof Words["keyWords"];
  readonly act: (digit: number) => void;
}

/** Whether the sheet is shown. */
export const isSheetOpen = remembered(false);

export const KEYS: readonly Key[] = [
  { key: "n", name: "next", act: () => void take() },
  { key: "w", name: "waiting", act: waiting },
  { key: "u", name: "unanswered", act: unanswered },
  { key: "j", name: "following", act: () => step(1) },
  { key: "k", name: "preceding", act: () => step(-1) },
  { key: "1", name: "number", act: (digit) => open(tabs()[digit - 1]?.room) },
  { key: "r", name: "write", act: toComposer },
  { key: "t", name: "transfer", act: () => current()?.acts.transfer?.() },
  { key: "i", name: "details", act: () => current()?.acts.details?.() },
  { key: "b", name: "beside", act: beside },
  { key: "l", name: "leave", act: () => current()?.acts.leave?.() },
  { key: "e", name: "end", act: () => current()?.acts.end?.() },
  { key: "a", name: "availability", act: availability },
  { key: "m", name: "messages", act: () => go("notes") },
  { key: "f", name: "floor", act: () => go("floor") },
  {
    key: "?",
    name: "keys",
    act: () => {
      isSheetOpen.value = !isSheetOpen.value;
    },
  },
];

/** What begins in the middle of a word is no command. */
const WRITTEN = "input:not([type=checkbox]), textarea, select, [contenteditable]";

/** Begins to listen. */
export function hearKeys(): void {
  addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || !view.value) return;
    const isWriting = event.target instanceof Element && event.target.matches(WRITTEN);
    if (pressed(event) === "stop" && isWriting) return stop();
    if (!event.altKey && (isWriting || !preference("singleKeys").value)) return;
    const found = meant(event, isWriting);
    const isBusy = document.querySelector("dialog[open]") && found?.key !== "?";
    if (!found || isBusy) return;
    event.preventDefault();
    // One that is held is one press.
    if (!event.repeat) found.act(Number(event.key) || digitOf(event.code));
  });
}

/**
 * Which one a press means. With Alt some keyboards give another character: then the key is known by
 * its place, but while one writes it is that character, as `@` is on a Mac.
 */
export function meant(
  { key, code, altKey }: Pick<KeyboardEvent, "key" | "code" | "altKey">,
  isWriting: boolean,
): Key | undefined {
  // Whatever else is held: alone, a capital is none.
  const written = altKey ? key.toLowerCase() : key;
  const named = KEYS.find((one) => one.key === (/^[1-9]$/.test(key) ? "1" : written));
  if (named || isWriting) return named;
  if (digitOf(code)) return KEYS.find((one) => one.key === "1");
  const place = code === "Slash" ? "?" : code.replace(/^Key/, "").toLowerCase();
  return altKey ? KEYS.find((one) => one.key === place) : undefined;
}

function digitOf(code: string): number {
  return Number(/^Digit([1-9])$/.exec(code)?.[1] ?? 0);
}

/** Out of the box, so that keys alone mean something again. */
function stop(): void {
  if (document.querySelector("dialog[open]")) return;
  document.querySelector<HTMLElement>("#content h1")?.focus();
}

function waiting(): void {
  go("floor");
  // Once it is drawn.
  setTimeout(toWaiting);
}

function unanswered(): void {
  const all = inOrder();
  const first = all.find((room) => unansweredSince(room) !== undefined) ?? all.find(unread);
  open(first?.room);
}

function step(by: 1 | -1): void {
  const all = tabs();
  const at = all.findIndex((room) => room.room === place.value.params.room);
  const from = at < 0 && by < 0 ? 0 : at;
  open(all[(from + by + all.length) % all.length]?.room);
}

function beside(): void {
  const { room, other } = place.value.params;
  const all = tabs().map((one) => one.room);
  if (!room || all.length < 2) return;
  const next = all[(all.indexOf(other ?? room) + 1) % all.length]!;
  if (next === room) open(room);
  else go("beside", { room, other: next }, true);
}

function availability(): void {
  const own = view.value?.roster.find((one) => one.user === me.value?.user);
  if (own) setAvailable(own.status !== "available");
}

function open(room: string | undefined): void {
  if (room) go("room", { room });
}
