/**
 * What one sees and does at a desk, as signals: whatever is drawn is drawn from them, and nothing
 * here knows how.
 */

import { batch, computed } from "@preact/signals";

import type { Status } from "../link/feed.ts";
import { Link } from "../link/link.ts";
import type { Outgoing } from "../link/outbox.ts";
import { path } from "../link/path.ts";
import { type FloorView, foldFloor } from "../model/floor.ts";
import { hear, nextSilenceMs, SILENT, type Signals } from "../model/signals.ts";
import type { Event } from "../wire/events.ts";
import type { Seen } from "../wire/view.ts";
import { outside, root } from "./outside.ts";
import { emptyAll, remembered } from "./person.ts";
import { isFor } from "./screens.ts";

/** The desk at which one works; empty while there is none. */
export const desk = remembered("");
/** What one sees there. Nothing until the desk has answered. */
export const view = remembered<FloorView | undefined>(undefined);
/** How the line to the desk is, in all honesty. */
export const line = remembered<Status | undefined>(undefined);
/** One's own messages that are not heard yet. */
export const outgoing = remembered<readonly Outgoing[]>([]);
/** Who types. */
export const hints = remembered<Signals>(SILENT);

export const me = computed(() => view.value?.me);
/** Whether one may watch, enter and end what is others'. */
export const isMonitor = computed(() => isFor("monitor", me.value?.role));
export const isLive = computed(() => line.value?.is === "live");

/** Is told of each event, and of what was seen before it and after it. */
export type Hearer = (event: Event, before: FloorView, after: FloorView) => void;
/** Is told of what was seen before and is seen now, after a gap: nobody knows what was in it. */
export type Looker = (before: FloorView | undefined, after: FloorView) => void;

const hearers = new Set<Hearer>();
const lookers = new Set<Looker>();
let link: Link<FloorView> | undefined;
let silence = () => {};
let ended: (why: string) => void = () => {};

/** Tells this one of all events, of every desk that one sits down at. */
export function onEvent(hearer: Hearer): void {
  hearers.add(hearer);
}

/** Tells this one of each view that does not come from the one before by events. */
export function onView(looker: Looker): void {
  lookers.add(looker);
}

/** The link to the desk, while one sits there. */
export function atDesk(): Link<FloorView> | undefined {
  return link;
}

/** Where what belongs to this desk is. */
export const urlOf = (at: string) => root() + path`/desks/${at}`;

/** Names this account at this desk, in this browser. Encoded, so that no name begins another's. */
export function sessionOf(user: string, at: string): string {
  return `console:${encodeURIComponent(user)}:${encodeURIComponent(at)}`;
}

/**
 * Sits down at a desk: all tabs of this person at this desk share one stream.
 *
 * @param over called when the desk no longer knows who this is.
 */
export function sit(user: string, at: string, over: (why: string) => void): void {
  getUp();
  desk.value = at;
  ended = over;
  const see = (seen: FloorView) => {
    const before = view.value;
    view.value = seen;
    for (const looker of lookers) looker(before, seen);
  };
  const listener = {
    view: ({ id: _, ...seen }: Seen) => see(seen as FloorView),
    taken: see,
    picture: () => view.value!,
    event: heard,
    status: stands,
  };
  link = new Link(outside(), { url: urlOf(at) }, sessionOf(user, at), listener, (all) => {
    outgoing.value = all;
  });
  link.start();
}

/** Leaves the desk. What is drafted or on its way is kept for the next time; nothing else is. */
export function getUp(goodbye = false): void {
  link?.stop(goodbye);
  link = undefined;
  silence();
  emptyAll();
}

function heard(event: Event): void {
  const before = view.value;
  if (event.type === "noop" || !before) return;
  batch(() => {
    const after = foldFloor(before, event);
    view.value = after;
    hint(hear(hints.value, event, outside().nowMs()));
    for (const hearer of hearers) hearer(event, before, after);
  });
}

function stands(status: Status): void {
  line.value = status;
  if (status.is !== "live") hint(SILENT);
  if (status.is === "ended") ended(status.why);
}

/** Has these signals, and looks again when somebody has stopped typing without a word. */
function hint(signals: Signals): void {
  hints.value = signals;
  silence();
  const nowMs = outside().nowMs();
  const untilMs = nextSilenceMs(signals, nowMs);
  if (!Number.isFinite(untilMs)) return;
  silence = outside().after(untilMs - nowMs, () => hint({ ...hints.value }));
}
