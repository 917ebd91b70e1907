/** Small things that tell something at a glance, and say it to those who do not see them. */

import { signal } from "@preact/signals";

import { outside } from "../outside.ts";
import { time, words } from "../words.ts";

/** A number or a word that stands out. `label` says what it counts. */
export function Badge(props: {
  readonly children: number | string;
  readonly kind?: "news" | "bad" | "calm";
  readonly label?: string;
}) {
  const { children, kind = "calm", label } = props;
  return (
    <span class={`badge ${kind}`}>
      {children}
      {label && <span class="unseen"> {label}</span>}
    </span>
  );
}

/** Whether somebody is there. Told by a full or an empty mark, and not by its colour alone. */
export function Presence({ is }: { readonly is: boolean }) {
  return (
    <span class={is ? "presence here" : "presence"}>
      <span class="unseen">{is ? words.here : words.gone}</span>
    </span>
  );
}

/** Ticks while anything on the page looks at it; a second is more than anybody can read. */
const TICK_MS = 5_000;
export const now = signal(0);

/** Begins to tick. */
export function tick(): void {
  now.value = outside().nowMs();
  outside().after(TICK_MS, tick);
}

/** For how long something has been so, in seconds since 1970. */
export function Since({ seconds }: { readonly seconds: number }) {
  const at = new Date(seconds * 1000);
  return <time dateTime={at.toISOString()}>{time(now.value / 1000 - seconds)}</time>;
}
