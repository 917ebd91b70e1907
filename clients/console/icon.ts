/** The title and the icon of the tab: where one is, and how many rooms have something to read. */

import { effect, signal } from "@preact/signals";

import { isLive, view } from "./desk.ts";
import { unreadRooms } from "./room/unread.ts";
import { words } from "./words.ts";

/** The screen's own heading. */
export const heading = signal("");

/** Begins to show it. */
export function showTitle(): void {
  effect(() => {
    const count = unreadRooms.value;
    const where = heading.value ? `${heading.value} – ${words.product}` : words.product;
    document.title = count ? `(${count}) ${where}` : where;
  });
  effect(() => {
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    const waits = (view.value?.queue.length ?? 0) > 0;
    if (icon)
      icon.href = `data:image/svg+xml,${encodeURIComponent(drawn(unreadRooms.value, waits, isLive.value))}`;
  });
}

/** A bubble, grey while there is no connection; with a number to read, or a dot for who waits. */
function drawn(count: number, waits: boolean, isConnected: boolean): string {
  const colour = isConnected ? "#1d5bb8" : "#7a8694";
  const mark = count
    ? `<circle cx="22" cy="10" r="10" fill="#b3261e"/><text x="22" y="15" font-family="sans-serif" font-size="14" font-weight="bold" text-anchor="middle" fill="#fff">${count > 9 ? "9+" : count}</text>`
    : waits
      ? '<circle cx="25" cy="7" r="6" fill="#b3261e"/>'
      : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M4 4h24a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H16l-8 7v-7H4a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3z" fill="${colour}"/>${mark}</svg>`;
}
