/**
 * What a guest sees of their conversation, from event to event: all of it that is drawn, and no more.
 *
 * A part of what `fold` keeps, held to the same fixtures; here a room that is over stays to be read.
 * Pure, and what this version does not know changes nothing.
 */

import type { Event, PastMessage } from "../wire/events.ts";

export interface Said extends PastMessage {
  /** The idempotency key, on one's own. */
  readonly key?: string;
}

export interface Mine {
  readonly room: string;
  /** What was asked. */
  readonly topic: string;
  /** Who helps; null while nobody does. */
  readonly agent: string | null;
  readonly messages: readonly Said[];
  /** Why it is over, as in `end`; empty if nobody heard why. Undefined while it goes on. */
  readonly over?: string;
}

export function follow(mine: Mine | undefined, event: Event): Mine | undefined {
  if (event.type === "joined") {
    const { room, topic, agent = null } = event;
    const messages = mine?.room === room ? mine.messages : [];
    return { room, topic, agent, messages };
  }
  if (!mine || !("room" in event) || event.room !== mine.room) return mine;
  if (event.type === "message") return { ...mine, messages: [...mine.messages, event] };
  if (event.type === "end") return { ...mine, over: event.reason };
  const isLeft = event.type === "notification" && event.details === "left";
  return isLeft && event.user === mine.agent ? { ...mine, agent: null } : mine;
}
