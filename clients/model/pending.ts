/**
 * The messages of a room as a person sees them: those that everybody has, and then their own that
 * are still on the way.
 */

import type { PastMessage } from "../wire/events.ts";
import type { RoomView } from "../wire/view.ts";

/** A message of one's own, until it is heard in the feed. The link's outbox holds them. */
export interface Outgoing {
  /** The idempotency key, which one's own `message` carries too. */
  readonly key: string;
  readonly room: string;
  readonly body: string;
  readonly state: "pending" | "sent" | "failed";
  /** Why it failed: a code of `wire/refusals.ts`, for the client to translate. */
  readonly code?: string;
  /** Its place, once it is sent. */
  readonly id?: string;
}

/** What to show in this room, oldest first. Nothing stands there twice. */
export function shown(
  room: RoomView,
  outgoing: readonly Outgoing[],
): readonly (PastMessage | Outgoing)[] {
  const heard = new Set(room.messages.map((message) => message.id));
  const own = outgoing.filter(
    (one) => one.room === room.room && !(one.id !== undefined && heard.has(one.id)),
  );
  return [...room.messages, ...own];
}
