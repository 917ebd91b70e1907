/** What is said of rooms and guests in passing, and stands in no view: after a reload nobody knows. */

import type { Event } from "../../wire/events.ts";
import type { RoomView } from "../../wire/view.ts";
import { onEvent, onView } from "../desk.ts";
import { outside } from "../outside.ts";
import { remembered } from "../person.ts";

/** By room, when it ends unless somebody writes. */
const closing = remembered<Readonly<Record<string, number>>>({});
/** Guests who have lost the connection. */
const gone = remembered<ReadonlySet<string>>(new Set());

/** In how many seconds the room ends; undefined if it does not. */
export function closingIn(room: string): number | undefined {
  const atMs = closing.value[room];
  return atMs === undefined ? undefined : Math.max(0, (atMs - outside().nowMs()) / 1000);
}

export function isGuestGone(room: RoomView): boolean {
  return room.guest !== null && gone.value.has(room.guest.user);
}

/** Begins to listen. */
export function hearGoings(): void {
  onEvent((event) => {
    heard(event);
    // Every other word in a room calls it off.
    if (event.type === "closing") {
      const atMs = outside().nowMs() + event.seconds * 1000;
      closing.value = { ...closing.value, [event.room]: atMs };
    } else if ("room" in event && event.type !== "notification" && event.room in closing.value) {
      if (event.type === "status") return;
      const { [event.room]: _, ...others } = closing.value;
      closing.value = others;
    }
  });
  onView(() => {
    closing.value = {};
    gone.value = new Set();
  });
}

function heard(event: Event): void {
  if (event.type !== "status" || event.of !== "availability") return;
  const others = [...gone.value].filter((user) => user !== event.user);
  gone.value = new Set(event.is === "away" ? [...others, event.user] : others);
}
