/** One conversation, or two side by side where there is room for them. */

import type { RoomView } from "../../wire/view.ts";
import { join } from "../actions.ts";
import { isMonitor, me, view } from "../desk.ts";
import { Button } from "../parts/button.tsx";
import { Empty } from "../parts/notice.tsx";
import { Screen } from "../parts/screen.tsx";
import { go, to } from "../router.ts";
import { words } from "../words.ts";
import { nameOf } from "./order.ts";
import { type Over, overs } from "./over.ts";
import { Pane } from "./pane.tsx";
import { Strip } from "./strip.tsx";

interface Found {
  readonly room: RoomView;
  readonly over?: Over;
}

/** The room, as one is in it or last was. */
function find(room: string | undefined): Found | undefined {
  const open = view.value?.rooms.find((one) => one.room === room);
  if (open) return { room: open };
  const over = overs.value.find((one) => one.room.room === room);
  return over && { room: over.room, over };
}

export function Room({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const { room = "", other } = params;
  const found = find(room);
  const beside = other === room ? undefined : find(other);
  if (!view.value) return <Waiting />;
  if (!found) return <Missing room={room} />;
  const state = found.over ? "over" : found.room.watching ? "watching" : "open";
  const title = nameOf(found.room, me.value?.user ?? "");
  const shut = (stays: string) => () => go("room", { room: stays }, true);
  return (
    <Screen name={beside ? "beside" : "room"} state={state} title={title}>
      <Strip shown={[room, ...(beside ? [beside.room.room] : [])]} />
      <div class="panes">
        <Pane
          key={room}
          room={found.room}
          over={found.over}
          isHalf={!!beside}
          {...(beside && { shut: shut(beside.room.room) })}
        />
        {beside && (
          <Pane
            key={beside.room.room}
            room={beside.room}
            over={beside.over}
            isHalf
            shut={shut(room)}
          />
        )}
      </div>
    </Screen>
  );
}

function Waiting() {
  return (
    <Screen name="room" state="connecting" title={words.conversation}>
      <p class="empty" role="status">
        {words.connecting}
      </p>
    </Screen>
  );
}

function Missing({ room }: { readonly room: string }) {
  const group = view.value?.groups.find((one) => one.room === room);
  return (
    <Screen name="room" state="missing" title={group?.name ?? words.notInRoom}>
      <Empty title={words.notInRoomWhy}>
        <p class="row">
          {(group || isMonitor.value) && (
            <Button press={() => join(room, group ? "speaker" : "watcher")}>
              {group ? words.joinGroup : words.watch}
            </Button>
          )}
          <a class="button" href={to("floor")}>
            {words.toFloor}
          </a>
        </p>
      </Empty>
    </Screen>
  );
}
