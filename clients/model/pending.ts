/**
 * The messages of a room as a person sees them: those that everybody has, and then their own that
 * are still on the way.
 */

import type { PastMessage } from "../wire/events.ts";
import type { RoomView } from "../wire/view.ts";

/** Of a message in the link's outbox, what it takes to put it in its place. */
export interface Own {
  readonly room: string;
  /** Its place in the feed, once it is sent. */
  readonly id?: string;
}

/** What to show in this room, oldest first. Nothing stands there twice. */
export function shown<O extends Own>(
  room: RoomView,
  outgoing: readonly O[],
): readonly (PastMessage | O)[] {
  const heard = new Set(room.messages.map((message) => message.id));
  const own = outgoing.filter(
    (one) => one.room === room.room && !(one.id !== undefined && heard.has(one.id)),
  );
  return [...room.messages, ...own];
}
