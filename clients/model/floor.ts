/**
 * What agents see besides their rooms, from event to event: queue, roster, group rooms, settings.
 *
 * `foldFloor` is `fold` and this. Guests hear none of it, and need not load it.
 */

import type { Event, FloorErased, RosterAgent } from "../wire/events.ts";
import type { Seen } from "../wire/view.ts";
import { byName, fold } from "./fold.ts";

/** What an agent sees. */
export type FloorView = Required<Omit<Seen, "id">>;

type Floor = Event & { type: "floor" };
type Update = Event & { type: "update" };

/** The view after this event. */
export function foldFloor(view: FloorView, event: Event): FloorView {
  switch (event.type) {
    case "update":
      return updated(view, event);
    case "status":
      return event.of === "availability" ? status(view, event.user, event.is) : view;
    case "abandoned":
      return dequeued(view, event.user);
    case "floor":
      return changed(view, event);
    default:
      return fold(view, event);
  }
}

function changed(view: FloorView, event: Floor): FloorView {
  switch (event.what) {
    case "guest": {
      const others = view.queue.filter((one) => one.user !== event.guest.user);
      const queue = [...others, event.guest].sort((one, other) => one.ticket - other.ticket);
      return { ...view, queue };
    }
    case "released":
      return released(view, event.user, event.agent);
    case "group_room": {
      const { room, name, topic } = event;
      const others = view.groups.filter((one) => one.room !== room);
      return { ...view, groups: event.open ? [...others, { room, name, topic }] : others };
    }
    case "limit":
      return agent(view, event.user, () => ({ limit: event.limit }));
    case "presence":
      return agent(view, event.user, () => ({ present: event.present }));
    case "role":
      return agent(self(view, event.user, event.role), event.user, () => ({ role: event.role }));
    case "settings":
      return { ...view, settings: { ...view.settings, ...event.settings } };
    case "person": {
      const others = view.roster.filter((one) => one.user !== event.user);
      if (event.agent === null) return { ...view, roster: others };
      const roster = [...others, event.agent].sort((one, other) => byName(one.user, other.user));
      // The role may have changed while the account was disabled.
      return { ...self(view, event.user, event.agent.role), roster };
    }
    case "note": {
      const others = view.notes.filter((one) => one.room !== event.note.room);
      return { ...view, notes: [...others, event.note] };
    }
    case "note_done":
      return { ...view, notes: view.notes.filter((one) => one.room !== event.room) };
    case "erased":
      // By rooms: who knew the name hears it no more, also in what was missed.
      return {
        ...view,
        rooms: view.rooms.filter((room) => !event.rooms.includes(room.room)),
        queue: view.queue.filter((one) => !event.rooms.includes(one.room)),
        notes: view.notes.filter((one) => !event.rooms.includes(one.room)),
        roster: view.roster.map((one) => ({ ...one, guests: helpedBy(event.helped, one.user) })),
      };
    default:
      return view;
  }
}

/** Names are people's own: one may be `constructor`, which every object has. */
function helpedBy(helped: FloorErased["helped"], user: string): readonly string[] {
  return Object.hasOwn(helped, user) ? helped[user]! : [];
}

function updated(view: FloorView, event: Update): FloorView {
  const [user, by] = event.users;
  if (user === undefined) return view;
  switch (event.details) {
    case "dequeued":
      return dequeued(view, user);
    case "assigned": {
      if (by === undefined) return view;
      const holders = view.roster.filter((one) => one.guests.includes(user));
      const free = holders.reduce((now, one) => released(now, user, one.user), view);
      return agent(free, by, (one) => ({ guests: [...one.guests, user] }));
    }
    case "available":
    case "unavailable":
      return agent(view, user, () => ({ available: event.details === "available" }));
    default:
      // `queued`: `floor` `guest` says the same, and all of it.
      return view;
  }
}

/** An agent's own word; of a guest it says whether they are there. */
function status(view: FloorView, user: string, is: RosterAgent["status"]): FloorView {
  const present = is === "available";
  const queue = view.queue.map((one) => (one.user === user ? { ...one, present } : one));
  return agent({ ...view, queue }, user, () => ({ status: is }));
}

function dequeued(view: FloorView, user: string): FloorView {
  return { ...view, queue: view.queue.filter((one) => one.user !== user) };
}

function released(view: FloorView, guest: string, by: string): FloorView {
  return agent(view, by, (one) => ({ guests: one.guests.filter((user) => user !== guest) }));
}

function self(view: FloorView, user: string, role: string): FloorView {
  return user === view.me.user ? { ...view, me: { ...view.me, role } } : view;
}

function agent(
  view: FloorView,
  user: string,
  news: (one: RosterAgent) => Partial<RosterAgent>,
): FloorView {
  const roster = view.roster.map((one) => (one.user === user ? { ...one, ...news(one) } : one));
  return { ...view, roster };
}
