/** To whom one hands a guest: who is there, and how much they have to do. */

import { type Signal, useSignal } from "@preact/signals";

import type { RosterAgent } from "../../wire/events.ts";
import type { RoomView } from "../../wire/view.ts";
import { transfer } from "../actions.ts";
import { view } from "../desk.ts";
import { Standing } from "../floor/standing.tsx";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Switch } from "../parts/field.tsx";
import { List } from "../parts/list.tsx";
import { Empty } from "../parts/notice.tsx";
import { words } from "../words.ts";

/** Whoever can take the guest comes first, and of them who has least to do. */
function byRoom(one: RosterAgent, other: RosterAgent): number {
  const rank = (agent: RosterAgent) =>
    (canTake(agent) ? 0 : 1_000) + (agent.present ? 0 : 100) + agent.guests.length;
  return rank(one) - rank(other);
}

const canTake = (agent: RosterAgent) => agent.present && agent.available;

export function Transfer(props: { readonly room: RoomView; readonly close: () => void }) {
  const { room, close } = props;
  const isForced = useSignal(false);
  const guest = room.guest?.user ?? "";
  const others = (view.value?.roster ?? [])
    .filter((agent) => !agent.guests.includes(guest))
    .toSorted(byRoom);
  return (
    <Dialog title={words.transferTitle(guest)} close={close}>
      <p class="hint">{words.transferHint}</p>
      <List
        label={words.team}
        items={others}
        id={(agent) => agent.user}
        draw={(agent) => <Choice agent={agent} room={room} isForced={isForced} close={close} />}
        empty={<Empty title={words.transferNobody} />}
      />
      <Switch
        label={words.insist}
        on={isForced.value}
        turn={(on) => {
          isForced.value = on;
        }}
      />
    </Dialog>
  );
}

function Choice(props: {
  readonly agent: RosterAgent;
  readonly room: RoomView;
  readonly isForced: Signal<boolean>;
  readonly close: () => void;
}) {
  const { agent, room, isForced, close } = props;
  const give = async () => {
    if (await transfer(room, agent.user, isForced.value)) close();
  };
  return (
    <div class="row agent">
      <Standing agent={agent} />
      {(canTake(agent) || isForced.value) && (
        <Button press={give} aria-label={words.handTo(agent.user)}>
          {words.transfer}
        </Button>
      )}
    </div>
  );
}
