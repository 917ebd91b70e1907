/**
 * What one does and asks for, at the desk or around it. Screens come here and never to `fetch`.
 *
 * Whatever changes something carries a key, so that it is done once however often it is sent.
 */

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { type Answer, ask, type Done, type Refused } from "../link/ask.ts";
import { Link } from "../link/link.ts";
import type { Success } from "../wire/events.ts";
import { atDesk, desk, urlOf } from "./desk.ts";
import { outside, root } from "./outside.ts";

/** Below the desk at which one sits, or below `/api/v1`. */
export type At = "desk" | "root";

/**
 * So long a press is carried out again while nothing answers. What comes later would surprise the
 * one who pressed: the guest may be somebody else's by then.
 */
const GIVE_UP_MS = 15_000;

/** What one asked for is there, or it is not, or it is on its way. */
export type Loading<T> =
  | { readonly is: "loading" }
  | { readonly is: "there"; readonly body: T }
  | { readonly is: "failed"; readonly code: string };

let around: Link<undefined> | undefined;

/**
 * Has a command carried out once.
 *
 * Returns what it gave; or `refused` with a code of `wire/refusals.ts`, or `given_up`: nothing has
 * answered for a while, and nobody knows whether it was done. `words.ts` says either in words.
 */
export async function command<T = Success>(
  method: "POST" | "DELETE",
  path: string,
  body: object = {},
  at: At = "desk",
): Promise<Done<T> | Refused> {
  const link = at === "desk" ? atDesk() : linkAround();
  if (!link) return { is: "refused", code: "not_signed_in" };
  const untilMs = outside().nowMs() + GIVE_UP_MS;
  return link.carryOut<T>(method, path, body, () => outside().nowMs() < untilMs);
}

/** The same, where only the reason matters for which it was not done. */
export async function refusedFor(
  ...asked: Parameters<typeof command>
): Promise<string | undefined> {
  const answer = await command(...asked);
  return answer.is === "refused" ? answer.code : undefined;
}

/** Reads once. Nothing but this and `command` asks the server for anything. */
export function read<T>(path: string, at: At = "desk"): Promise<Answer<T>> {
  const url = at === "desk" ? urlOf(desk.value) : root();
  return ask<T>(outside(), { url }, "GET", path);
}

/** Reads for as long as it is drawn, again when the path changes or when told to. */
export function useRead<T>(path: string, at: At = "desk"): [Signal<Loading<T>>, () => void] {
  const state = useSignal<Loading<T>>({ is: "loading" });
  const turn = useSignal(0);
  useEffect(() => {
    let isWanted = true;
    if (state.value.is === "failed") state.value = { is: "loading" };
    read<T>(path, at).then((answer) => {
      if (!isWanted) return;
      if (answer.is === "done") state.value = { is: "there", body: answer.body };
      else {
        const code = answer.is === "refused" ? answer.code : "no_answer";
        state.value = { is: "failed", code };
      }
    });
    return () => {
      isWanted = false;
    };
  }, [path, at, desk.value, turn.value]);
  return [state, () => turn.value++];
}

/** For commands that are about no desk. It listens to nothing. */
function linkAround(): Link<undefined> {
  const hear = { view() {}, event() {}, status() {}, taken() {}, picture: () => undefined };
  around ??= new Link(outside(), { url: root() }, "console", hear, () => {});
  return around;
}
