/** Rooms that one is no longer in, and has not put away: what was said is still to be read. */

import type { FloorView } from "../../model/floor.ts";
import type { RoomView } from "../../wire/view.ts";
import { onEvent, onView } from "../desk.ts";
import { remembered } from "../person.ts";
import { words } from "../words.ts";
import { keepDraft } from "./drafts.ts";
import { forget } from "./past.ts";

export interface Over {
  /** As it last was. */
  readonly room: RoomView;
  /** As in `end`; `left` if it goes on without us; empty if nobody heard. */
  readonly reason: string;
  /** Who has the guest from then on, where that is known. */
  readonly to?: string | undefined;
}

export const overs = remembered<readonly Over[]>([]);

/** Nobody reads back further. */
const MOST = 20;

/** Rooms that one is leaving by one's own will: nothing of them is to be shown. */
const leaving = new Set<string>();

/** Puts it away. */
export function putAway(room: string): void {
  overs.value = overs.value.filter((one) => one.room.room !== room);
  keepDraft(room, "");
  forget(room);
}

/** One leaves by oneself: `done` says whether it came to that. */
export async function leavingOf<T>(room: string, done: () => Promise<T>): Promise<T> {
  leaving.add(room);
  try {
    return await done();
  } finally {
    leaving.delete(room);
  }
}

/** What has become of it, in a few words. */
export function became({ reason, to }: Over): string {
  if (reason !== "left") return words.over;
  return to === undefined ? words.goesOn : words.handed(to);
}

/** Who helps the guest of this room now, if somebody does. */
function helper(view: FloorView, room: RoomView): string | undefined {
  const guest = room.guest?.user;
  return guest && view.roster.find((one) => one.guests.includes(guest))?.user;
}

/** Begins to keep. */
export function keepOvers(): void {
  onEvent((event, before, after) => {
    if (event.type === "end" || event.type === "left") {
      const room = before.rooms.find((one) => one.room === event.room);
      const reason = event.type === "end" ? event.reason : "left";
      if (room) put(room, reason, event.type === "left" ? helper(after, room) : undefined);
    } else if (event.type === "update" && event.details === "assigned") {
      overs.value = overs.value.map((one) =>
        one.reason === "left" ? { ...one, to: helper(after, one.room) ?? one.to } : one,
      );
    } else if (event.type === "floor" && event.what === "erased") {
      for (const room of event.rooms) putAway(room);
    } else if (event.type === "joined" || event.type === "transfer") {
      overs.value = overs.value.filter((one) => one.room.room !== event.room);
    }
  });
  onView((before, after) => {
    for (const room of before?.rooms ?? []) {
      if (!after.rooms.some((one) => one.room === room.room)) put(room, "");
    }
  });
}

function put(room: RoomView, reason: string, to?: string): void {
  if (reason === "erased" || leaving.has(room.room)) {
    putAway(room.room);
  } else {
    const others = overs.value.filter((one) => one.room.room !== room.room);
    overs.value = [...others, { room, reason, to }].slice(-MOST);
  }
}
