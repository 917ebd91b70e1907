/**
 * What one does on the floor and in rooms. Each says above the screen why it was not done, and leads
 * to where one goes on.
 */

import { path } from "../link/path.ts";
import type { Joined, Success } from "../wire/events.ts";
import type { RoomView } from "../wire/view.ts";
import { command, read } from "./api.ts";
import { atDesk, me, view } from "./desk.ts";
import { entered } from "./room/acts.ts";
import { kindOf, nameOf } from "./room/order.ts";
import { leavingOf, putAway } from "./room/over.ts";
import { go, HOME, place } from "./router.ts";
import { hush, type Told, tell } from "./told.ts";
import { type Doing, refusal, words } from "./words.ts";

/** How many rooms one is entering by oneself at this moment. Others are given to one. */
let entering = 0;
export const isEntering = () => entering > 0;

/** Takes the next guest, or this one. */
export async function take(guest?: string): Promise<void> {
  if (entering) return;
  await enter("take", "/assist", guest === undefined ? {} : { guest });
}

/** Enters a room, to speak or to watch. */
export async function join(room: string, as: "speaker" | "watcher"): Promise<void> {
  await enter("join", path`/join/${room}`, { as });
}

/** Watches a guest whom a colleague helps: the roster names the guest, and a list the room. */
export async function watchGuest(guest: string): Promise<void> {
  const answer = await read<readonly { readonly room: string; readonly user: string }[]>("/rooms");
  if (answer.is !== "done") return refused(answer.is === "refused" ? answer.code : "no_answer");
  const found = answer.body.find((one) => one.user === guest);
  if (found) await join(found.room, "watcher");
  else refused("not_found", "join");
}

async function enter(doing: Doing, path: string, body: object): Promise<void> {
  const at = atDesk();
  entering++;
  const answer = await command<Joined>("POST", path, body);
  entering--;
  // One has got up since: whoever sits here now did not ask.
  if (at !== atDesk()) return;
  if (answer.is === "refused") {
    if (answer.code === "agent_unavailable" && isAway()) tell("bad", words.youAreAway, come(body));
    else refused(answer.code, doing);
  } else {
    hush();
    entered.value = answer.body.room;
    go("room", { room: answer.body.room });
  }
}

/** What who is away may do about it: come, and enter all the same. */
function come(body: { readonly guest?: string }): Told["act"] {
  const press = async () => {
    if (await setAvailable(true)) await take(body.guest);
  };
  return { word: words.comeAndTake, press };
}

/** Whether one is away, as far as one knows. */
function isAway(): boolean {
  const own = view.value?.roster.find((one) => one.user === me.value?.user);
  return own !== undefined && own.status !== "available";
}

export function setAvailable(is: boolean): Promise<boolean> {
  return done("status", "/status", { status: is ? "available" : "away" });
}

/** Sets how many guests at once: one's own limit, or as a monitor a colleague's. */
export function setLimit(limit: number, agent?: string): Promise<boolean> {
  return done("limit", "/set_limit", agent === undefined ? { limit } : { limit, agent });
}

/** Hands a guest to a colleague; by force also to one who is away, gone or at the limit. */
export function transfer(room: RoomView, agent: string, force: boolean): Promise<boolean> {
  return away(room, async () => {
    const isDone = await done("transfer", path`/transfer/${room.room}`, { agent, force });
    if (isDone) tell("good", words.transferred(nameOf(room, ""), agent));
    return isDone;
  });
}

/** Leaves a room that goes on. */
export function leave(room: RoomView): Promise<boolean> {
  return away(room, () => done("leave", path`/leave/${room.room}`));
}

export function end(room: RoomView): Promise<boolean> {
  return away(room, () => done("end", path`/end/${room.room}`));
}

/** Opens a group room, and goes in. */
export async function create(name: string, topic: string): Promise<string | undefined> {
  const answer = await command<Success>("POST", "/create", { name, topic });
  if (answer.is === "refused") return answer.code;
  await join(answer.body.room!, "speaker");
  return undefined;
}

/** Writes to a colleague with whom there is no room yet, and goes there. */
export async function write(agent: string, body: string): Promise<string | undefined> {
  const answer = await command<Success>("POST", "/direct_message", { agent, body });
  if (answer.is === "refused") return answer.code;
  go("room", { room: answer.body.room! }, true);
  return undefined;
}

/** Puts away what is over, and goes back to the floor if that is what is looked at. */
export function close(room: RoomView): void {
  putAway(room.room);
  goHomeFrom(room.room);
}

/** Does something after which one is no longer there. */
async function away(room: RoomView, act: () => Promise<boolean>): Promise<boolean> {
  const isDone = await leavingOf(room.room, act);
  if (isDone) goHomeFrom(room.room);
  return isDone;
}

/** To the room beside, if there is one; else to the floor. */
function goHomeFrom(room: string): void {
  const { screen, params } = place.value;
  if (params.room !== room && params.other !== room) return;
  const stays = params.room === room ? params.other : params.room;
  if (screen === "beside" && stays) go("room", { room: stays }, true);
  else go(HOME.screen, {}, true);
}

async function done(doing: Doing, path: string, body: object = {}): Promise<boolean> {
  const at = atDesk();
  const answer = await command("POST", path, body);
  if (at !== atDesk()) return false;
  if (answer.is === "refused") refused(answer.code, doing);
  else hush();
  return answer.is === "done";
}

function refused(code: string, doing?: Doing): void {
  tell("bad", refusal(code, doing));
}

/** What one may do in a room that one is in. */
export function mayIn(room: RoomView, isMonitor: boolean) {
  const kind = kindOf(room);
  const isOurs = kind === "guest" && !room.watching;
  return {
    write: !room.watching,
    transfer: kind === "guest" && (isMonitor || isOurs),
    end: isMonitor ? kind !== "direct" : isOurs,
    leave: kind !== "direct",
    speak: room.watching,
  };
}
