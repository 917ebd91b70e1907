/**
 * What was said in a room further back than the view goes, for as long as it is shown.
 *
 * In blocks that stay the same objects, so that a long conversation costs no more than its end. No
 * message is missing between two blocks, or between the last one and the view: what cannot be joined
 * to it is dropped, and asked for again when it is looked for.
 */

import { path } from "../../link/path.ts";
import type { PastMessage } from "../../wire/events.ts";
import type { RoomView } from "../../wire/view.ts";
import { read } from "../api.ts";
import { onEvent, onView } from "../desk.ts";
import { remembered } from "../person.ts";

export type Block = readonly PastMessage[];

export interface Past {
  readonly blocks: readonly Block[];
  /** Whether there is more before the first block. */
  readonly more: boolean;
  readonly is: "there" | "loading" | "failed";
}

/** As many are asked for at once, and stand in a block. */
const BLOCK = 100;

/** By room. */
const pasts = remembered<Readonly<Record<string, Past>>>({});

/** What there is behind this room, as it is in the view. */
export function past(room: RoomView): Past {
  return pasts.value[room.room] ?? { blocks: [], more: room.more, is: "there" };
}

/** Keeps what falls out of the view from now on. */
export function remember(room: RoomView): void {
  if (!pasts.value[room.room]) put(room.room, past(room));
}

/** Drops it: the room is no longer shown, or may no longer be. */
export function forget(room: string): void {
  const { [room]: _, ...others } = pasts.value;
  pasts.value = others;
}

/** Gets the block before the first. */
export async function older(room: RoomView): Promise<void> {
  const known = past(room);
  const first = (known.blocks[0] ?? room.messages)[0];
  if (known.is === "loading" || !known.more || !first) return;
  put(room.room, { ...known, is: "loading" });
  const where = path`/rooms/${room.room}/messages?before=${first.id}&limit=${String(BLOCK)}`;
  const answer = await read<{ messages: PastMessage[]; more: boolean }>(where);
  const now = pasts.value[room.room];
  if (!now) return;
  if (answer.is !== "done") {
    put(room.room, { ...now, is: "failed" });
  } else if (now.blocks[0]?.[0]?.id === known.blocks[0]?.[0]?.id) {
    const { messages, more } = answer.body;
    const blocks = messages.length ? [messages.reverse(), ...now.blocks] : now.blocks;
    put(room.room, { blocks, more, is: "there" });
  } else {
    put(room.room, { ...now, is: "there" });
  }
}

/** Begins to keep. */
export function keepPasts(): void {
  onEvent((event, before, after) => {
    if (event.type !== "message" || !pasts.value[event.room]) return;
    const [was, is] = [before, after].map((view) => view.rooms.find((r) => r.room === event.room));
    if (was && is) join(was, is);
  });
  onView((before, after) => {
    for (const room of Object.keys(pasts.value)) {
      const was = before?.rooms.find((one) => one.room === room);
      const is = after.rooms.find((one) => one.room === room);
      if (was && is) join(was, is);
    }
  });
}

/** Adds what stood in the view and does not any more. */
function join(was: RoomView, is: RoomView): void {
  const known = pasts.value[was.room]!;
  const first = is.messages[0];
  const at = was.messages.findIndex((one) => one.id === first?.id);
  if (at === 0) return;
  if (at < 0) {
    // Nothing of it is left in the view, and nobody knows what was between.
    if (was.messages.length) put(was.room, { blocks: [], more: is.more, is: "there" });
    return;
  }
  const fallen = was.messages.slice(0, at);
  const last = known.blocks.at(-1);
  const isFull = !last || last.length >= BLOCK;
  const blocks = isFull
    ? [...known.blocks, fallen]
    : [...known.blocks.slice(0, -1), [...last, ...fallen]];
  put(was.room, { ...known, blocks });
}

function put(room: string, is: Past): void {
  pasts.value = { ...pasts.value, [room]: is };
}
