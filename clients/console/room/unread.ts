/** How far each room has been read: the same in all tabs, and after a reload. */

import { computed } from "@preact/signals";

import type { RoomView } from "../../wire/view.ts";
import { me, onView, view } from "../desk.ts";
import { keepHere, keptHere, onKeptHere } from "../kept.ts";
import { remembered } from "../person.ts";
import { unreadIn } from "./order.ts";

/** By room, the id of the last message that was seen. */
const seen = remembered<Readonly<Record<string, string>>>({});

const NAME = "seen";

/** How many messages of others have not been seen in this room. Who only watches owes nothing. */
export function unread(room: RoomView): number {
  return room.watching ? 0 : unreadIn(room, seen.value[room.room], me.value?.user ?? "");
}

/** In how many rooms there is something to read. */
export const unreadRooms = computed(
  () => (view.value?.rooms ?? []).filter((room) => unread(room) > 0).length,
);

/** All of this room has been seen. */
export function see(room: RoomView): void {
  const last = room.messages.at(-1)?.id;
  if (last === undefined || seen.value[room.room] === last) return;
  seen.value = { ...seen.value, [room.room]: last };
  keepHere(NAME, JSON.stringify(seen.value));
}

/** Begins to keep, and to hear of other tabs. */
export function keepSeen(): void {
  onView((_, after) => {
    const known = read();
    const open = after.rooms.map((room) => room.room);
    seen.value = Object.fromEntries(Object.entries(known).filter(([room]) => open.includes(room)));
  });
  onKeptHere(NAME, () => {
    if (view.value) seen.value = read();
  });
}

function read(): Record<string, string> {
  try {
    return { ...(JSON.parse(keptHere(NAME) ?? "{}") as Record<string, string>) };
  } catch {
    return {};
  }
}
