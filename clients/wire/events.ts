// Made by tools/docs.py from the server's own code. Do not edit.

/** One of these, or what a later version may say. */
export type Open<T extends string> = T | (string & Record<never, never>);

/** A guest has left the queue unhelped. */
export interface Abandoned {
  readonly type: "abandoned";
  readonly user: string;
  readonly id: string;
}

/** Somebody is available or away. It is about the desk, so `room` is empty. */
export interface Availability {
  readonly type: "status";
  readonly room: "";
  readonly user: string;
  readonly of: "availability";
  readonly is: Open<"available" | "away">;
  readonly id: string;
}

/** Nobody has written for a while: the room ends in so many seconds unless somebody does. */
export interface Closing {
  readonly type: "closing";
  readonly room: string;
  readonly seconds: number;
  readonly id: string;
}

/** Whether guests may come: the desk has become open, closed or full. */
export interface Desk {
  readonly type: "desk";
  readonly state: Open<"closed" | "full" | "open">;
  readonly id: string;
}

/** The room is over, for everybody in it. `reason` is an `entries.EndReason`. */
export interface Ended {
  readonly type: "end";
  readonly room: string;
  readonly reason: Open<"guest" | "agent" | "monitor" | "guest_gone" | "left_queue" | "silence" | "erased" | "message">;
  readonly id: string;
}

/** A command was refused. `error` is a sentence, `code` a `refusals.Reason`. */
export interface Error {
  readonly type: "error";
  readonly error: string;
  readonly code: Open<"malformed" | "not_signed_in" | "wrong_credentials" | "insecure_connection" | "wrong_origin" | "not_allowed" | "not_found" | "method_not_allowed" | "desk_closed" | "queue_full" | "desk_open" | "not_waiting" | "no_queued_guests" | "agent_unavailable" | "name_taken" | "last_admin" | "too_large" | "name_not_allowed" | "text_not_allowed" | "password_not_allowed" | "vouch_not_valid" | "too_fast" | "too_many_readers" | "overloaded" | "fault">;
  readonly where?: string;
  readonly ref?: string;
  readonly retry_after?: number;
}

/** A guest was erased: drop whatever you keep of these rooms, and of who had whom. */
export interface FloorErased {
  readonly type: "floor";
  readonly user: string;
  readonly rooms: readonly string[];
  readonly helped: Readonly<Record<string, readonly string[]>>;
  readonly what: "erased";
  readonly id: string;
}

/** There is a group room; or there was, if it is not `open`. */
export interface FloorGroup {
  readonly type: "floor";
  readonly room: string;
  readonly name: string;
  readonly topic: string;
  readonly open: boolean;
  readonly what: "group_room";
  readonly id: string;
}

/** This guest waits. */
export interface FloorGuest {
  readonly type: "floor";
  readonly guest: QueuedGuest;
  readonly what: "guest";
  readonly id: string;
}

/** This agent's guest limit is now this. */
export interface FloorLimit {
  readonly type: "floor";
  readonly user: string;
  readonly limit: number;
  readonly what: "limit";
  readonly id: string;
}

/** Somebody has left a message. */
export interface FloorNote {
  readonly type: "floor";
  readonly note: LeftNote;
  readonly what: "note";
  readonly id: string;
}

/** This agent has dealt with the message that was left in this room. */
export interface FloorNoteDone {
  readonly type: "floor";
  readonly room: string;
  readonly user: string;
  readonly what: "note_done";
  readonly id: string;
}

/** What is new about a colleague: all of it for a new one, None for a disabled one. */
export interface FloorPerson {
  readonly type: "floor";
  readonly user: string;
  readonly agent: RosterAgent | null;
  readonly what: "person";
  readonly id: string;
}

/** This colleague is there or not: something listens for them, or nothing does. */
export interface FloorPresence {
  readonly type: "floor";
  readonly user: string;
  readonly present: boolean;
  readonly what: "presence";
  readonly id: string;
}

/** A guest has said how it was, from 1 to 5, in a room that is over. `agent` had them last. */
export interface FloorRated {
  readonly type: "floor";
  readonly room: string;
  readonly user: string;
  readonly rating: number;
  readonly agent: string | null;
  readonly what: "rated";
  readonly id: string;
}

/** This agent no longer has this guest. */
export interface FloorReleased {
  readonly type: "floor";
  readonly user: string;
  readonly agent: string;
  readonly what: "released";
  readonly id: string;
}

/** This colleague's role is now this. */
export interface FloorRole {
  readonly type: "floor";
  readonly user: string;
  readonly role: Open<"admin" | "agent" | "monitor">;
  readonly what: "role";
  readonly id: string;
}

/** These settings of the desk have these values from now on. */
export interface FloorSettings {
  readonly type: "floor";
  readonly settings: Readonly<Record<string, boolean | number | string>>;
  readonly what: "settings";
  readonly id: string;
}

/** All that a guest gave at identify. Of that, `vouched` alone is signed by a site. */
export interface GuestGiven {
  readonly user: string;
  readonly question: string;
  readonly info: Readonly<Record<string, string>>;
  readonly vouched: VouchedFor | null;
}

/** The reader is in this room from now on. */
export interface Joined {
  readonly type: "joined";
  readonly room: string;
  readonly topic: string;
  readonly name?: string;
  readonly watching?: boolean;
  readonly agent?: string;
  readonly guest?: GuestGiven;
  readonly backlog?: readonly PastMessage[];
  readonly more?: boolean;
  readonly id: string;
}

/** The reader is no longer in this room, and it goes on. */
export interface Left {
  readonly type: "left";
  readonly room: string;
  readonly id: string;
}

/** A message that somebody left, as agents see it. `since` is a Unix timestamp in whole seconds. */
export interface LeftNote {
  readonly room: string;
  readonly user: string;
  readonly topic: string;
  readonly contact: string;
  readonly info: Readonly<Record<string, string>>;
  readonly since: number;
}

/** Somebody has written in a room. `sent` is a Unix timestamp in whole seconds. */
export interface Message {
  readonly type: "message";
  readonly room: string;
  readonly user: string;
  readonly body: string;
  readonly sent: number;
  readonly id: string;
  readonly key?: string;
}

/** Nothing; the line is alive, and `id` says how far this reader has been served. */
export interface Noop {
  readonly type: "noop";
  readonly id: string;
}

/** Somebody has joined or left a room. */
export interface Notification {
  readonly type: "notification";
  readonly room: string;
  readonly user: string;
  readonly details: Open<"joined" | "left">;
  readonly id: string;
}

/** A message as it stands in a backlog or a state, with its id. */
export interface PastMessage {
  readonly id: string;
  readonly room: string;
  readonly user: string;
  readonly body: string;
  readonly sent: number;
}

/** A guest's place: how many are ahead, and the average wait in seconds. A signal. */
export interface QueuePos {
  readonly type: "queuepos";
  readonly position: number;
  readonly wait: number;
}

/** A guest in the queue, as agents see them. `since` is a Unix timestamp in whole seconds. */
export interface QueuedGuest {
  readonly user: string;
  readonly room: string;
  readonly topic: string;
  readonly ticket: number;
  readonly since: number;
  readonly present: boolean;
  readonly vouched: VouchedFor | null;
}

/** The reader's place cannot be served: get the state and go on from its id. */
export interface Reset {
  readonly type: "reset";
  readonly reason: Open<"from_the_future" | "malformed_id" | "no_longer_kept" | "unknown_epoch">;
}

/** A colleague, as agents see them. `available` says: can take another guest now. */
export interface RosterAgent {
  readonly user: string;
  readonly role: Open<"admin" | "agent" | "monitor">;
  readonly status: Open<"available" | "away">;
  readonly available: boolean;
  readonly present: boolean;
  readonly limit: number;
  readonly guests: readonly string[];
}

/** A command was carried out. `success` is a sentence, `code` the name of the command. */
export interface Success {
  readonly type: "success";
  readonly success: string;
  readonly code: string;
  readonly id?: string;
  readonly sent?: number;
  readonly room?: string;
  readonly user?: string;
  readonly role?: string;
  readonly token?: string;
  readonly replayed?: boolean;
}

/** The reader has this guest from now on. As `joined` for an agent. */
export interface Transferred {
  readonly type: "transfer";
  readonly room: string;
  readonly topic: string;
  readonly guest: GuestGiven;
  readonly backlog?: readonly PastMessage[];
  readonly more?: boolean;
  readonly id: string;
}

/** Somebody in a room is typing, or no longer. A signal: never stored. */
export interface Typing {
  readonly type: "status";
  readonly room: string;
  readonly user: string;
  readonly of: "typing";
  readonly is: boolean;
}

/** What has become of a guest or an agent, for agents. `assigned` names guest, then agent. */
export interface Update {
  readonly type: "update";
  readonly users: readonly string[];
  readonly details: Open<"assigned" | "available" | "dequeued" | "queued" | "unavailable">;
  readonly id: string;
}

/** What the site has signed of a guest: who that is to the site, and an address. */
export interface VouchedFor {
  readonly sub: string;
  readonly email?: string;
}

/** Whoever listens has no session: identify or sign in. */
export interface Welcome {
  readonly type: "welcome";
}

export type Event =
  | Notification
  | Message
  | Availability
  | Typing
  | Update
  | Joined
  | Transferred
  | Closing
  | Left
  | Ended
  | Abandoned
  | FloorGuest
  | FloorReleased
  | FloorGroup
  | FloorLimit
  | FloorPerson
  | FloorPresence
  | FloorRole
  | FloorSettings
  | FloorErased
  | FloorRated
  | FloorNote
  | FloorNoteDone
  | Desk
  | QueuePos
  | Welcome
  | Noop
  | Success
  | Error
  | Reset;

/** Every type that an event may have. */
export const EVENT_TYPES: ReadonlySet<string> = new Set([
  "notification",
  "message",
  "status",
  "update",
  "joined",
  "transfer",
  "closing",
  "left",
  "end",
  "abandoned",
  "floor",
  "desk",
  "queuepos",
  "welcome",
  "noop",
  "success",
  "error",
  "reset",
]);
