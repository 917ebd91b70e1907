/**
 * What a guest has and does: who they are at the desk, what they see, what is on its way.
 *
 * There is one guest a page, so this is remembered here, for all to look at; whoever draws is called
 * after each change. Nothing here knows how it is drawn.
 */

import { ask } from "../link/ask.ts";
import { backoff } from "../link/backoff.ts";
import { errands } from "../link/errands.ts";
import { type Feed, feed, type Status } from "../link/feed.ts";
import { type Outbox, type Outgoing, outbox } from "../link/outbox.ts";
import { alone } from "../link/outside.ts";
import { follow, type Mine, type Said } from "../model/mine.ts";
import { TYPING_MS } from "../model/signals.ts";
import type { Event, QueuePos } from "../wire/events.ts";
import type { Seen } from "../wire/view.ts";
import { keep, kept, path } from "./kept.ts";
import { LADDER } from "./ladder.ts";

/** How it would be for whoever came now (protocol, `face`), and what may be done after the end. */
export interface Face {
  readonly state: string;
  readonly position: number;
  readonly waittime: number;
  /** Whether anybody takes guests; null where guests are not told. */
  readonly attended: boolean | null;
  readonly ratings: boolean;
  readonly leave_messages: boolean;
}

/** Who they are at the desk, across reloads. */
interface Seat {
  readonly token: string;
  /** The last room, and what was asked in it. */
  readonly room: string;
  readonly topic: string;
  /** Whose it is by the word of the site, if that said so. */
  readonly sub?: string | undefined;
  /** How it was, once they have said so. */
  readonly rated?: number;
}

/** Whoever types says so as often (protocol §6). */
const TYPING_EACH_MS = 3_000;
const PAGE_OF_MESSAGES = 200;
/** As much of the question is kept, in characters: a cookie, where there is no storage, has 4 KB. */
const TOPIC_MOST = 250;

const outside = alone();
const desk: { readonly url: string; token?: string } = {
  url: `${origin}/api/v1/desks${path.slice(5)}`,
};

export let seat: Seat | undefined;
export let face: Face | undefined;
/** Whether the desk has not answered when it was looked at last. */
export let isSilent = false;
export let room: Mine | undefined;
/** The name under which they are known. */
export let me = "";
export let place: QueuePos | undefined;
/** Who types, or nobody. */
export let typist = "";
/** Whether the room ends soon unless somebody writes. */
export let isClosing = false;
/** Whether a session was here that the desk no longer knows. */
export let isForgotten = false;
/** Whether there has been no line for a while. */
export let isOffline = false;
export let outgoing: readonly Outgoing[] = [];

/** Draws what has changed. */
export let changed: () => void;

let line: Feed | undefined;
let box: Outbox;
let errand = errands(outside, desk);
let vouch: string | null;
/** Who is here by the word of the site; empty: nobody. Undefined until it says so. */
let sub: string | undefined;
let typedMs = 0;
let quiet = () => {};
const pauses = backoff(outside);
let heard: (message: Said) => void;

/**
 * @param draws called after each change of what is to be seen.
 * @param hears called when somebody else has written.
 */
export function begin(draws: () => void, hears: (message: Said) => void): void {
  changed = draws;
  heard = hears;
  outside.woken(() => {
    errand.wake();
    line?.wake();
  });
  changed();
}

/** Takes up the conversation that was here before a reload, or is in another tab. */
export function resume(): void {
  const text = !seat && kept("seat");
  if (text) sit(JSON.parse(text));
}

/**
 * The site says who they are, or that they are nobody: then whoever was here before has left.
 *
 * @returns the name that it says; whether that is true the desk knows.
 */
export function vouched(word: string | null): string {
  let name: unknown;
  vouch = word;
  sub = "";
  try {
    const bytes = atob(word!.split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/"));
    ({ sub = "", name } = JSON.parse(decodeURIComponent(escape(bytes))));
  } catch {}
  part();
  return `${name ?? ""}`;
}

/** What somebody else was told here is theirs. */
function part(): void {
  if (sub !== undefined && (seat?.sub || sub) !== sub) forget();
}

/** Looks how it would be to come now. */
export async function look(): Promise<void> {
  const answer = await ask<Face>(outside, desk, "GET", "/face");
  isSilent = answer.is !== "done";
  if (answer.is === "done") face = answer.body;
  changed();
}

/** Asks for help, once, however long that takes. Returns why not, if not. */
export async function arrive(given: object, topic: string): Promise<string | undefined> {
  const answer = await errand.carryOut("POST", "/identify", {
    ...given,
    ...word(),
    question: topic,
  });
  if (answer.is === "refused") return answer.code;
  const { token, room } = answer.body;
  if (!kept("seat")) keep("seat", token!);
  sit({ token: token!, room: room!, topic, sub });
  return undefined;
}

/** Leaves a message where nobody is there. Returns why not, if not. */
export const leaveMessage = (given: object) => told("/leave_message", { ...given, ...word() });

/** Waits again, with the same question. Returns why not, if not. */
export const again = () => told("/queue", {});

/** Says how it was. Returns why not, if not. */
export async function rate(rating: number, comment: string): Promise<string | undefined> {
  const why = await told(`/rate/${room!.room}`, { rating, comment });
  if (!why) settle({ ...seat!, rated: rating });
  return why;
}

export function write(body: string): void {
  typedMs = 0;
  box.say(room!.room, body);
}

export const retry = (key: string) => box.retry(key);
export const drop = (key: string) => box.drop(key);

/** Says that the guest types, or no longer. What is lost of it is not said again. */
export function type(state: boolean): void {
  const nowMs = outside.nowMs();
  if (state ? nowMs - typedMs < TYPING_EACH_MS : !typedMs) return;
  typedMs = state ? nowMs : 0;
  ask(outside, desk, "POST", `/message/${room!.room}/typing`, { body: { state } });
}

/** Leaves the queue, or ends the conversation. */
export async function leave(): Promise<void> {
  if (room!.agent === null) {
    const answer = await errand.carryOut("DELETE", "/queue", {});
    // An agent has taken them meanwhile: then it is a conversation that is to end.
    if (answer.is === "done" || answer.code !== "not_waiting") return;
  }
  await told(`/end/${room!.room}`, {});
}

/** Gets up: the next question is somebody else's. */
export function forget(): void {
  line!.stop(true);
  errand.stop();
  errand = errands(outside, desk);
  desk.token = undefined!;
  if (kept("seat").includes(seat!.token)) {
    keep("seat", "");
    keep("comment", "");
  }
  seat = room = place = undefined;
  outgoing = [];
  typist = "";
  isClosing = isOffline = false;
  pauses.stop();
  save();
  changed();
}

const word = () => (vouch ? { vouch } : {});

async function told(command: string, body: object): Promise<string | undefined> {
  const answer = await errand.carryOut("POST", command, body);
  return answer.is === "refused" ? answer.code : undefined;
}

function settle(now: Seat): void {
  seat = now;
  // In another tab somebody else may sit by now, or nobody.
  if (kept("seat").includes(now.token)) {
    keep("seat", JSON.stringify({ ...now, topic: now.topic.slice(0, TOPIC_MOST) }));
  }
  changed();
}

function sit(now: Seat): void {
  // Where they sat as another tab did, while they asked.
  line?.stop();
  seat = now;
  desk.token = now.token;
  room = { room: now.room, topic: now.topic, agent: null, messages: [] };
  isForgotten = false;
  box = outbox(outside, errand.carryOut, (all) => {
    outgoing = all;
    save();
    changed();
  });
  line = feed(outside, desk, { view: see, event: hear, status: stand }, LADDER);
  line.start();
  try {
    box.adopt(JSON.parse(sessionStorage[path] ?? "[]"));
  } catch {}
  settle(now);
  part();
}

/** What is on its way stays with the tab across a reload, where that is allowed. */
function save(): void {
  const mine = outgoing.filter((one) => one.state !== "sent");
  try {
    sessionStorage[path] = JSON.stringify(mine);
  } catch {}
}

function see({ me: { user }, rooms: [open] }: Seen): void {
  me = user;
  box.viewed();
  // What is over stays to be read, also after a reload.
  room = open ?? { over: "", ...room! };
  if (!open || open.more) recall();
  settle({ ...seat!, room: room.room });
}

/** Has all that was said in the room, of which a view has the end at most. */
async function recall(): Promise<void> {
  const { room: id } = room!;
  let said: readonly Said[] = [];
  for (let more = true; more; ) {
    const before = said[0] ? `&before=${said[0].id}` : "";
    const page = `/rooms/${id}/messages?limit=${PAGE_OF_MESSAGES}${before}`;
    const answer = await ask<Page>(outside, desk, "GET", page);
    if (room?.room !== id) return;
    if (answer.is === "unknown") pauses.waitOut(answer.afterMs, recall);
    if (answer.is !== "done") return;
    said = [...answer.body.messages.reverse(), ...said];
    more = answer.body.more;
  }
  const news = room!.messages.filter(({ id }) => !said.some((one) => one.id === id));
  room = { ...room!, messages: [...said, ...news] };
  changed();
}

/** Of `GET …/messages`, the last first. */
interface Page {
  readonly messages: Said[];
  readonly more: boolean;
}

function hear(event: Event): void {
  box.heard(event);
  room = follow(room, event);
  if (event.type === "queuepos") place = event;
  else if (event.type === "status" && event.of === "typing") types(event.is ? event.user : "");
  else if (event.type === "closing") isClosing = true;
  else if (event.type === "joined") {
    place = undefined;
    isClosing = false;
    keep("comment", "");
    settle({ ...seat!, room: event.room, topic: event.topic, rated: 0 });
  } else if (event.type === "message") {
    isClosing = false;
    if (event.user !== me) {
      types("");
      heard(event);
    }
  } else if (event.type === "end") types("");
  changed();
}

/** They are believed for a while, in which they say so again. */
function types(who: string): void {
  typist = who;
  quiet();
  if (who) {
    quiet = outside.after(TYPING_MS, () => {
      typist = "";
      changed();
    });
  }
}

function stand(status: Status): void {
  // It waits to try again.
  isOffline = status.untilMs !== undefined;
  if (isOffline) types("");
  if (status.is === "ended") {
    // The desk knows this guest no more; nothing that was kept is of use.
    isForgotten = true;
    forget();
  }
  changed();
}
