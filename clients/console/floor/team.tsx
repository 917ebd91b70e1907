/** Who is on the desk, how much they have to do, and with whom. */

import { useSignal } from "@preact/signals";

import type { RosterAgent } from "../../wire/events.ts";
import { setLimit, watchGuest } from "../actions.ts";
import { isMonitor, me, view } from "../desk.ts";
import { Button } from "../parts/button.tsx";
import { List } from "../parts/list.tsx";
import { roomWith } from "../room/order.ts";
import { to } from "../router.ts";
import { words } from "../words.ts";
import { Standing } from "./standing.tsx";

/** As many guests as anybody may have (`AGENT_LIMIT_MOST`). */
const LIMIT_MOST = 10;

/** Whoever is there comes first. */
function byPresence(one: RosterAgent, other: RosterAgent): number {
  return Number(other.present) - Number(one.present);
}

export function Team(props: {
  readonly roster: readonly RosterAgent[];
  readonly isMonitor: boolean;
}) {
  return (
    <section class="team" aria-labelledby="team">
      <h2 id="team">{words.team}</h2>
      <List
        label={words.team}
        items={props.roster.toSorted(byPresence)}
        id={(agent) => agent.user}
        draw={(agent) => <Colleague agent={agent} />}
      />
    </section>
  );
}

function Colleague({ agent }: { readonly agent: RosterAgent }) {
  const { user, guests, limit } = agent;
  const isMe = user === me.value?.user;
  const room = view.value && roomWith(view.value, user);
  const href = room ? to("room", { room: room.room }) : to("colleague", { user });
  return (
    <div class="colleague">
      <div class="row">
        <Standing agent={agent} />
        {!isMe && (
          <a class="button plain" href={href} aria-label={words.writeTo(user)}>
            {words.write}
          </a>
        )}
        {isMonitor.value && !isMe && <Limit user={user} limit={limit} />}
      </div>
      {guests.length > 0 && (
        <ul class="helped">
          {guests.map((guest) => (
            <li key={guest}>
              <Helped guest={guest} isMine={isMe} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Helped({ guest, isMine }: { readonly guest: string; readonly isMine: boolean }) {
  const room = view.value?.rooms.find((one) => one.guest?.user === guest);
  if (room) return <a href={to("room", { room: room.room })}>{guest}</a>;
  if (isMine || !isMonitor.value) return <>{guest}</>;
  return (
    <>
      {guest}{" "}
      <Button kind="plain" press={() => watchGuest(guest)} aria-label={words.watchingOf(guest)}>
        {words.watch}
      </Button>
    </>
  );
}

/** How many guests somebody has at once, changed at once. */
export function Limit({ user, limit }: { readonly user: string; readonly limit: number }) {
  const isBusy = useSignal(false);
  const change = async (now: number) => {
    isBusy.value = true;
    await setLimit(now, user === me.value?.user ? undefined : user);
    isBusy.value = false;
  };
  return (
    <select
      class="limit"
      aria-label={words.limitOf(user)}
      value={String(limit)}
      disabled={isBusy.value}
      onChange={(event) => change(Number(event.currentTarget.value))}
    >
      {Array.from({ length: LIMIT_MOST }, (_, at) => (
        <option key={at} value={String(at + 1)}>
          {at + 1}
        </option>
      ))}
    </select>
  );
}
