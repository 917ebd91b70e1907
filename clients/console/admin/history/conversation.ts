/** One conversation of the past, part by part; and files made of it, and of all that is kept of a guest. */

import { type Signal, useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

import { path } from "../../../link/path.ts";
import { read } from "../../api.ts";
import type { Conversation } from "./transcript.ts";

/** As far as it was loaded, or why it was not. */
export type Loaded =
  | { readonly is: "loading"; readonly body?: Conversation }
  | { readonly is: "there"; readonly body: Conversation }
  | { readonly is: "failed"; readonly code: string; readonly body?: Conversation };

/** The room from its beginning; call what comes with it for the next part. */
export function useConversation(room: string): [Signal<Loaded>, () => Promise<void>] {
  const state = useSignal<Loaded>({ is: "loading" });
  const looked = useRef(room);
  const more = async () => {
    const { body } = state.value;
    state.value = { is: "loading", ...(body && { body }) };
    const read = await part(room, body);
    // Whoever looks has gone on to another one meanwhile.
    if (looked.current !== room) return;
    state.value = typeof read === "string" ? failed(read, body) : { is: "there", body: read };
  };
  // Before it is shown: the one before would stand under this one's name for a moment.
  useLayoutEffect(() => {
    looked.current = room;
    state.value = { is: "loading" };
    more();
  }, [room]);
  return [state, more];
}

function failed(code: string, body: Conversation | undefined): Loaded {
  return { is: "failed", code, ...(body && { body }) };
}

/** With its next part; or why there is none. */
async function part(room: string, sofar?: Conversation): Promise<Conversation | string> {
  const query = sofar?.next ? path`?after=${sofar.next}` : "";
  const answer = await read<Conversation>(path`/history/${room}` + query);
  if (answer.is !== "done") return answer.is === "refused" ? answer.code : "no_answer";
  return { ...answer.body, lines: [...(sofar?.lines ?? []), ...answer.body.lines] };
}

/** All of it, however long; or why not. */
export async function whole(begun: Conversation): Promise<Conversation | string> {
  let sofar = begun;
  while (sofar.next) {
    const longer = await part(sofar.room, sofar);
    if (typeof longer === "string") return longer;
    sofar = longer;
  }
  return sofar;
}

interface Kept {
  readonly rooms: readonly {
    readonly room: string;
    readonly messages: unknown[];
    readonly statuses: unknown[];
  }[];
  readonly next: string | null;
}

/** All that is kept of a guest, however much, in one; or why not. */
export async function kept(person: string): Promise<Kept | string> {
  let made: Kept | undefined;
  let next: string | null = null;
  do {
    const query: string = next ? path`?after=${next}` : "";
    const answer = await read<Kept>(path`/people/${person}` + query);
    if (answer.is !== "done") return answer.is === "refused" ? answer.code : "no_answer";
    ({ next } = answer.body);
    made = made ? added(made, answer.body) : answer.body;
  } while (next);
  return { ...made, next: null };
}

function added(made: Kept, more: Kept): Kept {
  const later = new Map(more.rooms.map((one) => [one.room, one]));
  const rooms = made.rooms.map((one) => ({
    ...one,
    messages: [...one.messages, ...(later.get(one.room)?.messages ?? [])],
    statuses: [...one.statuses, ...(later.get(one.room)?.statuses ?? [])],
  }));
  return { ...made, rooms };
}

/** Has the browser keep this as a file. */
export function save(name: string, text: string, type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // Once the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
