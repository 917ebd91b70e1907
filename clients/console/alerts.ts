/**
 * What calls for somebody who looks elsewhere: a sound that is repeated until they look, and a
 * notification of the system. One tab does it for all; while one of them is looked at, nothing is
 * repeated, and nothing said by the system.
 */

import { effect } from "@preact/signals";

import type { Event, RosterAgent } from "../wire/events.ts";
import { isEntering } from "./actions.ts";
import { desk, me, onEvent, view } from "./desk.ts";
import { keep, kept, outside } from "./outside.ts";
import { atEnd } from "./person.ts";
import { preference, type Sound } from "./preferences.ts";
import { go, HOME, type Place, to } from "./router.ts";
import { chime } from "./sound.ts";
import { words } from "./words.ts";

/** As often it is repeated, and for as long: who has not come by then is not in the room. */
const REPEAT_MS = 5_000;
const REPEATS_MOST = 60;
/** So much later than a tab that is looked at comes one that is not, and one that may make no sound. */
const LATER_MS = 50;
const SILENT_LATER_MS = 1_500;
/** Longer than any tab takes to hear of it, and to come: a browser slows down those behind. */
const CALLED_MS = 10_000;
/** Another tab that was looked at so recently is looked at now. */
const LOOKED_MS = 3_000;
const NOTES: Place = { screen: "notes", params: {} };
const LOOKED = "frontdesk:console:looked";

let repeats = 0;
let callOff = () => {};

/** Begins to call. */
export function callOut(): void {
  atEnd(hushUp);
  onEvent((event, before) => {
    const call = callFor(event, before.me.user);
    if (call && "id" in event) once(event.id, call);
  });
  for (const kind of ["focus", "pointerdown", "keydown"]) addEventListener(kind, looked, true);
  // Another tab is looked at: it is enough that one of them is.
  addEventListener("storage", ({ key }) => key === LOOKED && hushUp());
  // Nobody waits any more: there is nothing to look at.
  effect(() => {
    if (view.value?.queue.length === 0 && !isGiven) hushUp();
  });
}

interface Call {
  readonly by: Sound;
  readonly text: string;
  /** Where one goes who presses it. */
  readonly where: Place;
  readonly isRepeated: boolean;
}

let isGiven = false;

function callFor(event: Event, user: string): Call | undefined {
  if (event.type === "floor" && event.what === "guest") {
    return mayTake() ? call("soundQueue", words.notifyQueue(event.guest.user), true) : undefined;
  }
  if (event.type === "floor" && event.what === "note") {
    // It can wait. Who is full is told all the same, since nobody has to be taken.
    const text = words.notifyNote(event.note.user);
    return own()?.status === "available" ? call("soundQueue", text, false, NOTES) : undefined;
  }
  if (event.type === "transfer" || (event.type === "joined" && event.guest && !isEntering())) {
    const name = event.guest?.user ?? "";
    return call("soundGiven", words.notifyGiven(name), true, roomAt(event.room));
  }
  if (event.type === "message" && event.user !== user) {
    const room = view.value?.rooms.find((one) => one.room === event.room);
    if (!room || room.watching || isLookedAt()) return undefined;
    return call("soundMessage", words.notifyMessage(event.user), false, roomAt(event.room));
  }
  return undefined;
}

function call(by: Sound, text: string, isRepeated: boolean, where: Place = HOME): Call {
  return { by, text, isRepeated, where };
}

function roomAt(room: string): Place {
  return { screen: "room", params: { room } };
}

/** Whether a guest who waits is any business of ours: who is away or full has been asked not to be. */
function mayTake(): boolean {
  return own()?.available ?? false;
}

function own(): RosterAgent | undefined {
  return view.value?.roster.find((one) => one.user === me.value?.user);
}

/** Tells of it in one of all tabs that hear of it: in the one that is looked at, if there is one. */
function once(event: string, one: Call): void {
  const at = desk.value;
  const tellHere = () => {
    const isOver = one.by === "soundQueue" && one.isRepeated && !view.value?.queue.length;
    if (desk.value === at && !isOver) tellOf(one);
  };
  const { locks, userActivation } = navigator;
  if (!locks) {
    tellHere();
    return;
  }
  const laterMs = userActivation?.hasBeenActive ? LATER_MS : SILENT_LATER_MS;
  outside().after(isHere() ? 0 : laterMs, () => {
    const name = `frontdesk:console:call:${at}:${event}`;
    const called = (lock: Lock | null) => {
      if (!lock) return undefined;
      tellHere();
      return new Promise<void>((done) => outside().after(CALLED_MS, done));
    };
    // Where storage is forbidden there are no locks either.
    locks.request(name, { ifAvailable: true }, called).catch(tellHere);
  });
}

function tellOf(one: Call): void {
  const { by, text, where, isRepeated } = one;
  if (!isLookedAt()) notify(text, where);
  if (!preference(by).value) return;
  chime(by);
  if (!isRepeated || isLookedAt()) return;
  if (by === "soundGiven") isGiven = true;
  callOff();
  repeats = 0;
  again(by);
}

function again(by: Sound): void {
  callOff = outside().after(REPEAT_MS, () => {
    if (isLookedAt() || ++repeats > REPEATS_MOST) return hushUp();
    chime(by);
    again(by);
  });
}

function looked(): void {
  if (!document.hasFocus()) return;
  hushUp();
  keep(LOOKED, `${outside().nowMs()} ${tab()}`);
}

function hushUp(): void {
  isGiven = false;
  callOff();
}

function isHere(): boolean {
  return document.hasFocus() && !document.hidden;
}

function isLookedAt(): boolean {
  if (isHere()) return true;
  const [atMs, by] = (kept(LOOKED) ?? "").split(" ");
  // Either way: the clock may have been set back since.
  return by !== tab() && Math.abs(outside().nowMs() - Number(atMs)) < LOOKED_MS;
}

/** Names this tab: of itself it knows better whether it is looked at. */
function tab(): string {
  myself ??= outside().key();
  return myself;
}

let myself: string | undefined;

/** With the same words it takes the place of the one before: several tabs show one. */
function notify(text: string, where: Place): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  try {
    const shown = new Notification(text, { tag: `${to(where.screen, where.params)} ${text}` });
    shown.onclick = () => {
      window.focus();
      go(where.screen, where.params);
      shown.close();
    };
  } catch {
    // Phones have them in service workers alone.
  }
}
