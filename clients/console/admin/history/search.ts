/** What was looked for and what was found so far: kept while one reads what was found. */

import { read } from "../../api.ts";
import { atEnd, remembered } from "../../person.ts";

/** A guest's room as the list shows it (docs/protocol.md, looking back). */
export interface PastRoom {
  readonly room: string;
  readonly user: string;
  readonly question: string;
  readonly opened: number;
  readonly ended: number | null;
  readonly reason: string | null;
  readonly agents: readonly string[];
  readonly rating: number | null;
  readonly messages: number;
  readonly excerpt: string | null;
}

interface Page {
  readonly rooms: readonly PastRoom[];
  readonly next: string | null;
}

/** What is looked for; what is empty does not matter. */
export interface Asked {
  readonly q: string;
  readonly user: string;
  readonly sub: string;
  readonly agent: string;
  readonly reason: string;
}

export interface Found extends Page {
  readonly is: "loading" | "there" | "failed";
  readonly code?: string;
}

export const ANYTHING: Asked = { q: "", user: "", sub: "", agent: "", reason: "" };
const NOTHING: Page = { rooms: [], next: null };

/** The server looks at so much for one answer; so many are asked for until something is there. */
const TURNS_MOST = 10;

export const asked = remembered<Asked>(ANYTHING);
export const found = remembered<Found>({ is: "loading", ...NOTHING });

let isBegun = false;
let turn = 0;
atEnd(() => {
  isBegun = false;
  // What was asked for is not wanted any more.
  turn++;
});

/** Looks for anything, unless something was looked for before. */
export function begin(): void {
  if (!isBegun) look(ANYTHING);
}

/** Looks for this from now on. */
export async function look(what: Asked): Promise<void> {
  isBegun = true;
  asked.value = what;
  found.value = { is: "loading", ...NOTHING };
  await take();
}

/** Takes the next page, behind those that are there. */
export async function take(): Promise<void> {
  const mine = ++turn;
  let { rooms, next } = found.value;
  found.value = { is: "loading", rooms, next };
  for (let turns = 0; turns < TURNS_MOST; turns++) {
    const answer = await read<Page>(pathOf(asked.value, next));
    if (mine !== turn) return;
    if (answer.is !== "done") {
      const code = answer.is === "refused" ? answer.code : "no_answer";
      found.value = { is: "failed", code, rooms, next };
      return;
    }
    rooms = [...rooms, ...answer.body.rooms];
    next = answer.body.next;
    if (answer.body.rooms.length || next === null) break;
  }
  found.value = { is: "there", rooms, next };
}

/** The address of a page. */
export function pathOf(what: Asked, before: string | null): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...what, before: before ?? "" })) {
    if (value.trim()) query.set(name, value.trim());
  }
  const text = query.toString();
  return text ? `/history?${text}` : "/history";
}
