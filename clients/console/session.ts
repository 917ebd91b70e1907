/** Who sits at this browser, by its cookie: nobody, or an account and its desks. */

import { signal } from "@preact/signals";

import { ask } from "../link/ask.ts";
import { backoff } from "../link/backoff.ts";
import { desk, getUp, sit } from "./desk.ts";
import { clearHere } from "./kept.ts";
import { keep, kept, outside, root } from "./outside.ts";

export interface Somebody {
  readonly user: string;
  readonly role: string;
  readonly desks: readonly string[];
}

export type Who =
  | { readonly is: "asking" }
  /** `over`: there was somebody, whose session was ended from elsewhere. */
  | { readonly is: "nobody"; readonly over: boolean }
  | ({ readonly is: "somebody" } & Somebody);

export const who = signal<Who>({ is: "asking" });

const CHOSEN = "frontdesk:console:desk";

/** Finds out who it is, however long that takes, and sits down. */
export function look(): Promise<void> {
  const pauses = backoff(outside());
  return new Promise((resolve) => {
    const send = async () => {
      const answer = await ask<Somebody>(outside(), { url: root() }, "GET", "/session");
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
 * Signs out, here and in all tabs. Whatever the server says of it, nobody sits here any more, and
 * what was drafted is gone: the next one here may be somebody else.
 */
export async function signOut(): Promise<void> {
  clearHere();
  getUp(true);
  who.value = { is: "nobody", over: false };
  await ask(outside(), { url: root() }, "DELETE", "/session", { body: {} });
}

/** Works at this desk from now on. This tab's own choice, and what the next tab begins with. */
export function choose(at: string): void {
  const { value } = who;
  if (value.is !== "somebody") return;
  keep(CHOSEN, at, "tab");
  keep(CHOSEN, at);
  sit(value.user, at, over);
}

/** Somebody has signed in here. */
export function arrive(somebody: Somebody): void {
  const { user, role, desks } = somebody;
  who.value = { is: "somebody", user, role, desks };
  const before = [desk.value, kept(CHOSEN, "tab"), kept(CHOSEN)];
  const at =
    before.find((one) => one && desks.includes(one)) ?? (desks.length === 1 ? desks[0] : "");
  if (at) choose(at);
}

function over(): void {
  getUp();
  who.value = { is: "nobody", over: true };
}
