/**
 * A view and the next event give the next view: the rooms, and whether the desk is open.
 *
 * The same fold as the server's (`desk/fold.py`), over the same fixtures (`wire/fixtures/`). Pure:
 * what has not changed is the same object in the next view. This is all that a guest needs; what
 * agents see besides is in `floor.ts`. What this version does not know changes nothing.
 */

import type { Event, Joined, Message, Notification, Transferred } from "../wire/events.ts";
import { BACKLOG, type RoomView, type Seen } from "../wire/view.ts";

/** What a viewer sees; where to go on listening is the link's own. */
export type View = Omit<Seen, "id">;

/** The view after this event. */
export function fold<V extends View>(view: V, event: Event): V {
  switch (event.type) {
    case "joined":
    case "transfer":
      return { ...view, rooms: joined(view, event) };
    case "left":
    case "end":
      return { ...view, rooms: view.rooms.filter((room) => room.room !== event.room) };
    case "message":
      return inRoom(view, event.room, (room) => heard(room, event));
    case "notification":
      return inRoom(view, event.room, (room) => noticed(room, event));
    case "desk":
      return { ...view, desk: event.state };
    default:
      return view;
  }
}

function inRoom<V extends View>(view: V, id: string, change: (room: RoomView) => RoomView): V {
  return { ...view, rooms: view.rooms.map((room) => (room.room === id ? change(room) : room)) };
}

function joined(view: View, event: Joined | Transferred): readonly RoomView[] {
  const told: Partial<Joined> = event.type === "joined" ? event : {};
  const agent = told.agent ?? null;
  if (view.rooms.some((room) => room.room === event.room)) {
    return view.rooms.map((room) => (room.room === event.room ? { ...room, agent } : room));
  }
  const watching = told.watching ?? false;
  const room = {
    room: event.room,
    topic: event.topic,
    name: told.name ?? "",
    watching,
    agent,
    guest: event.guest ?? null,
    users: watching ? [] : [view.me.user],
    messages: event.backlog ?? [],
    more: event.more ?? false,
  };
  return [...view.rooms, room];
}

function heard(room: RoomView, event: Message): RoomView {
  const { id, room: where, user, body, sent } = event;
  const messages = [...room.messages, { id, room: where, user, body, sent }];
  return {
    ...room,
    messages: messages.slice(-BACKLOG),
    more: room.more || messages.length > BACKLOG,
  };
}

function noticed(room: RoomView, event: Notification): RoomView {
  const users = room.users.filter((user) => user !== event.user);
  if (event.details === "joined") {
    return { ...room, users: [...users, event.user].sort(byName) };
  }
  return { ...room, users, agent: room.agent === event.user ? null : room.agent };
}

/** The order of code points, in which the server sorts; that of `<` is of UTF-16 units. */
export function byName(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return rank(one, at) - rank(other, at);
}

/** Surrogates stand for what comes after every other unit. */
function rank(name: string, at: number): number {
  const unit = at < name.length ? name.charCodeAt(at) : -1;
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
