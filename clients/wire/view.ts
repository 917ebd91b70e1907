// Made by tools/docs.py from the server's own code. Do not edit.
import type { Open, GuestGiven, LeftNote, PastMessage, QueuedGuest, RosterAgent } from "./events.ts";

/** An open group room, which every agent may join. */
export interface GroupView {
  readonly room: string;
  readonly name: string;
  readonly topic: string;
}

/** Who the viewer is. `role` is `guest`, or what the account may do. */
export interface Me {
  readonly user: string;
  readonly role: string;
}

/** A room that the viewer is in. A guest sees `agent`, an agent sees `guest`. */
export interface RoomView {
  readonly room: string;
  readonly topic: string;
  readonly name: string;
  readonly watching: boolean;
  readonly agent: string | null;
  readonly guest: GuestGiven | null;
  readonly users: readonly string[];
  readonly messages: readonly PastMessage[];
  readonly more: boolean;
}

/** What one sees now, and the `id` from which to go on listening. */
export interface Seen {
  readonly me: Me;
  readonly desk: Open<"closed" | "full" | "open">;
  readonly rooms: readonly RoomView[];
  readonly queue?: readonly QueuedGuest[];
  readonly roster?: readonly RosterAgent[];
  readonly groups?: readonly GroupView[];
  readonly settings?: Readonly<Record<string, boolean | number | string>>;
  readonly notes?: readonly LeftNote[];
  readonly id: string;
}

/** As many of a room's last messages stand in a view. */
export const BACKLOG = 50;
