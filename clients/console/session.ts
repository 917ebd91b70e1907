/** Who sits at this browser, by its cookie: nobody, or an account and its desks. */

import { effect, signal, untracked } from "@preact/signals";

import { ask } from "../link/ask.ts";
import { backoff } from "../link/backoff.ts";
import { desk, getUp, line, sit } from "./desk.ts";
import { clearOf } from "./kept.ts";
import { keep, kept, outside, root } from "./outside.ts";
import { go, HOME } from "./router.ts";
import { tell } from "./told.ts";
import { words } from "./words.ts";

export interface Somebody {
  readonly user: string;
  readonly role: string;
  readonly desks: readonly string[];
}

export type Who =
  | { readonly is: "asking" }
  /** Signs out, and the server has not said that it is done; `isLate`: it was asked before. */
  | { readonly is: "leaving"; readonly isLate: boolean }
  /** `over`: there was somebody, whose session was ended from elsewhere. */
  | { readonly is: "nobody"; readonly over: boolean; readonly isKept?: boolean }
  | ({ readonly is: "somebody" } & Somebody);

export const who = signal<Who>({ is: "asking" });

const CHOSEN = "frontdesk:console:desk";
/** Who sits here, for other tabs: all of them have one cookie, and any of them may change it. */
const WHO = "frontdesk:console:who";
/** Who signs out, until the server has said that it is done. */
const LEAVING = "frontdesk:console:leaving";

/** Who sat here until now, unless that was ended on this page. */
let last = "";
let tryNow = () => {};
let stopLeaving = () => {};

/** Finds out who it is, or goes on with signing out; and looks after it from now on. */
export function begin(): void {
  addEventListener("storage", ({ key }) => {
    if (key === LEAVING) leavingElsewhere();
    else if (key === WHO) arrivedElsewhere();
  });
  outside().woken(() => {
    tryNow();
    compare();
  });
  let isLost = false;
  effect(() => {
    const is = line.value?.is;
    if (is === "live" && isLost) untracked(compare);
    isLost = is === "waiting" || is === "offline" || (is === "connecting" && isLost);
  });
  const leaving = kept(LEAVING);
  if (leaving === undefined) find();
  else leave(leaving);
}

/** Sits down as whoever has signed in on this page. */
export function look(): Promise<void> {
  last = "";
  return find();
}

/** Finds out who it is, however long that takes, and sits down. */
function find(): Promise<void> {
  const pauses = backoff(outside());
  return new Promise((resolve) => {
    const send = async () => {
      const answer = await session();
      if (answer.is === "unknown") {
        pauses.waitOut(answer.afterMs, send);
        return;
      }
      if (answer.is === "done") arrive(answer.body);
      else who.value = { is: "nobody", over: false };
      resolve();
    };
    send();
  });
}

/** Signs in. Gives why not, if not, as a code; and when to try again, if that was too fast. */
export async function signIn(
  username: string,
  password: string,
): Promise<{ readonly code: string; readonly afterMs: number } | undefined> {
  const body = { username, password };
  const answer = await ask(outside(), { url: root() }, "POST", "/session", { body });
  if (answer.is === "refused") return { code: answer.code, afterMs: 0 };
  if (answer.is === "unknown") {
    return { code: answer.afterMs ? "too_fast" : "no_answer", afterMs: answer.afterMs };
  }
  await look();
  return undefined;
}

/**
 * Signs out, here and in all tabs. Nobody sits here any more at once, and what was drafted is gone:
 * the next one here may be somebody else. Until the server has said so they are told that it has not.
 */
export function signOut(): void {
  const { value } = who;
  if (value.is !== "somebody") return;
  keep(LEAVING, value.user);
  keep(WHO, undefined);
  leave(value.user);
}

/** Tries at once to be signed out. */
export const leaveNow = () => tryNow();

/** Works at this desk from now on. This tab's own choice, and what the next tab begins with. */
export function choose(at: string): void {
  const { value } = who;
  if (value.is !== "somebody") return;
  keep(CHOSEN, at, "tab");
  keep(CHOSEN, at);
  if (at !== desk.value) sit(value.user, at, over);
}

/** Somebody sits here from now on; who is not the one before is told so. */
function arrive(somebody: Somebody): void {
  const { user, role, desks } = somebody;
  const { value } = who;
  const isOther = last !== "" && last !== user;
  last = user;
  stopLeaving();
  if (value.is === "somebody" && value.user !== user) getUp();
  keep(WHO, user);
  keep(LEAVING, undefined);
  who.value = { is: "somebody", user, role, desks };
  const before = [desk.value, kept(CHOSEN, "tab"), kept(CHOSEN)];
  const at =
    before.find((one) => one && desks.includes(one)) ?? (desks.length === 1 ? desks[0] : "");
  if (at) choose(at);
  else getUp();
  if (!isOther) return;
  go(HOME.screen, {}, true);
  tell("note", words.takenOver(user));
}

/** The session was ended: by an admin, with a password, or by who has signed in in another tab. */
async function over(): Promise<void> {
  const { value } = who;
  const user = value.is === "somebody" ? value.user : "";
  getUp();
  const gone: Who = { is: "nobody", over: true, isKept: kept(WHO) === user };
  who.value = gone;
  const answer = await session();
  if (answer.is === "done" && who.value === gone) arrive(answer.body);
}

/**
 * Has the server end the session, however long that takes. Every tab does it, and the next page does
 * if there is none left: the cookie is good for as long as the server knows it.
 */
function leave(user: string): void {
  last = "";
  getUp(true);
  clearOf(user);
  if (who.value.is === "leaving") return;
  go(HOME.screen, {}, true);
  who.value = { is: "leaving", isLate: false };
  const pauses = backoff(outside());
  tryNow = pauses.wake;
  stopLeaving = pauses.stop;
  const send = async () => {
    if (who.value.is !== "leaving") return;
    const answer = await ask(outside(), { url: root() }, "DELETE", "/session", { body: {} });
    // Somebody has signed in meanwhile.
    if (who.value.is !== "leaving") return;
    if (answer.is === "done" || (answer.is === "refused" && answer.code === "not_signed_in")) {
      keep(LEAVING, undefined);
      who.value = { is: "nobody", over: false };
    } else {
      who.value = { is: "leaving", isLate: true };
      pauses.waitOut(answer.is === "unknown" ? answer.afterMs : 0, send);
    }
  };
  send();
}

/** In another tab one has pressed, or it is done. */
function leavingElsewhere(): void {
  const leaving = kept(LEAVING);
  if (leaving !== undefined) {
    leave(leaving);
  } else if (who.value.is === "leaving") {
    // Whoever has the cookie by now is not to be signed out.
    stopLeaving();
    find();
  }
}

/** In another tab somebody has signed in. */
function arrivedElsewhere(): void {
  if (kept(WHO) === undefined) return;
  if (who.value.is === "nobody") find();
  else compare();
}

/** Looks whether the cookie is still that of whoever sits here: whatever one does is done by it. */
async function compare(): Promise<void> {
  const { value } = who;
  if (value.is !== "somebody") return;
  const answer = await session();
  // That nobody is signed in the link hears for itself.
  if (answer.is === "done" && answer.body.user !== value.user && who.value === value) {
    arrive(answer.body);
  }
}

const session = () => ask<Somebody>(outside(), { url: root() }, "GET", "/session");
