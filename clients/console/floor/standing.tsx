/** How a colleague stands, in one line: there or not, available or not, with how many guests. */

import type { RosterAgent } from "../../wire/events.ts";
import { me } from "../desk.ts";
import { Badge, Presence } from "../parts/badge.tsx";
import { words } from "../words.ts";

export function Standing({ agent }: { readonly agent: RosterAgent }) {
  const { user, status, available, present, limit, guests } = agent;
  const isFull = status === "available" && !available;
  return (
    <span class="standing">
      <Presence is={present} />
      <b>{user}</b>
      {user === me.value?.user && <span class="hint">({words.you})</span>}
      <Badge kind={isFull ? "bad" : "calm"}>
        {isFull ? words.atLimit : status === "available" ? words.available : words.away}
      </Badge>
      <span class="hint">
        {words.load(guests.length, limit)} <span class="unseen">{words.loadLabel}</span>
      </span>
    </span>
  );
}
