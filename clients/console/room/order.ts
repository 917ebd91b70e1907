/** What one's own rooms are called, and which of them comes first. Pure. */

import type { FloorView } from "../../model/floor.ts";
import type { RoomView } from "../../wire/view.ts";

export type RoomKind = "guest" | "group" | "direct";

export function kindOf(room: RoomView): RoomKind {
  return room.guest ? "guest" : room.name ? "group" : "direct";
}

/** Who or what it is about, in a word or two. */
export function nameOf(room: RoomView, me: string): string {
  return room.guest?.user ?? (room.name || (room.users.find((user) => user !== me) ?? ""));
}

/** The room that one has with this colleague, if there is one. */
export function roomWith(view: FloorView, user: string): RoomView | undefined {
  return view.rooms.find((room) => kindOf(room) === "direct" && room.users.includes(user));
}

/**
 * Since when the guest waits for an answer, in seconds since 1970; undefined if nobody owes one.
 * Zero: since the question, which is older than whatever the guest has written since.
 */
export function unansweredSince(room: RoomView): number | undefined {
  if (!room.guest || room.watching) return undefined;
  const guest = room.guest.user;
  const last = room.messages.findLastIndex((one) => one.user !== guest);
  return last < 0 ? 0 : room.messages[last + 1]?.sent;
}

/** Whoever has waited longest for an answer comes first; then the others, as they were entered. */
export function byUrgency(rooms: readonly RoomView[]): readonly RoomView[] {
  const since = (room: RoomView) => unansweredSince(room) ?? Number.POSITIVE_INFINITY;
  // Two that owe nothing are equal, and infinities have no difference.
  return rooms.toSorted((one, other) =>
    since(one) === since(other) ? 0 : since(one) - since(other),
  );
}

/** How many messages of others stand behind the one that was seen last; all if none was. */
export function unreadIn(room: RoomView, seen: string | undefined, me: string): number {
  const at = room.messages.findIndex((one) => one.id === seen);
  return room.messages.slice(at + 1).filter((one) => one.user !== me).length;
}
