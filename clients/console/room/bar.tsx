/** What stands above a conversation: who it is with, and what one may do. */

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { RoomView } from "../../wire/view.ts";
import { end, join, leave, mayIn } from "../actions.ts";
import { isMonitor, me } from "../desk.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Sure } from "../parts/dialog.tsx";
import { Menu } from "../parts/menu.tsx";
import { to } from "../router.ts";
import { words } from "../words.ts";
import { type Acts, offer } from "./acts.ts";
import { kindOf } from "./order.ts";
import { became, type Over } from "./over.ts";
import { Transfer } from "./transfer.tsx";

type Asked = "transfer" | "leave" | "end" | undefined;

export function Bar(props: {
  readonly room: RoomView;
  readonly name: string;
  readonly over: Over | undefined;
  readonly isAbout: boolean;
  /** Shows the details, or hides them. */
  readonly turn: () => void;
  readonly shut?: (() => void) | undefined;
}) {
  const { room, name, over, isAbout, turn, shut } = props;
  const isOver = over !== undefined;
  const asked = useSignal<Asked>(undefined);
  const may = mayIn(room, isMonitor.value);
  const ask = (what: Asked) => () => {
    asked.value = what;
  };
  const acts: Acts = {
    ...(room.guest && { details: turn }),
    ...(!isOver && may.transfer && { transfer: ask("transfer") }),
    ...(!isOver && may.leave && { leave: ask("leave") }),
    ...(!isOver && may.end && { end: ask("end") }),
  };
  useEffect(() => offer(room.room, acts));

  return (
    <header class="pane-bar">
      <a class="button plain back" href={to("conversations")} aria-label={words.back}>
        ‹
      </a>
      <div class="with">
        <h2 title={name}>{name}</h2>
        <span class="hint">{over ? became(over) : present(room)}</span>
        {room.watching && !isOver && <Badge>{words.watching}</Badge>}
      </div>
      <Menu label={words.more} class="acts">
        {!isOver && may.speak && (
          <Button press={() => join(room.room, "speaker")}>{words.enter}</Button>
        )}
        {acts.details && (
          <Button aria-pressed={isAbout} press={acts.details}>
            {words.details}
          </Button>
        )}
        {acts.transfer && <Button press={acts.transfer}>{words.transfer}</Button>}
        {acts.leave && <Button press={acts.leave}>{words.leave}</Button>}
        {acts.end && (
          <Button kind="bad" press={acts.end}>
            {words.end}
          </Button>
        )}
      </Menu>
      {shut && (
        <Button kind="plain" class="icon" press={shut} aria-label={words.closeBeside}>
          ×
        </Button>
      )}
      <Question room={room} name={name} asked={asked} />
    </header>
  );
}

/** Who else is in it. */
function present(room: RoomView): string {
  const own = me.value?.user;
  const others = room.users.filter((user) => user !== own && user !== room.guest?.user);
  return others.length ? words.and(others) : "";
}

/** What is asked before it is done. */
function Question(props: {
  readonly room: RoomView;
  readonly name: string;
  readonly asked: Signal<Asked>;
}) {
  const { room, name, asked } = props;
  const close = () => {
    asked.value = undefined;
  };
  const isOurs = kindOf(room) === "guest" && !room.watching;
  if (asked.value === "transfer") return <Transfer room={room} close={close} />;
  if (asked.value === "leave") {
    return (
      <Sure title={words.leaveSure} yes={words.leave} act={() => leave(room)} close={close}>
        <p>{isOurs ? words.leaveGuest : words.leaveElse}</p>
      </Sure>
    );
  }
  if (asked.value === "end") {
    const title = room.guest ? words.endSure(name) : words.endGroup(name);
    return (
      <Sure title={title} yes={words.end} act={() => end(room)} close={close}>
        <p>{words.endWhy}</p>
      </Sure>
    );
  }
  return null;
}
