/** One conversation: who it is with, what was said, and what one may do in it. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { typists } from "../../model/signals.ts";
import type { RoomView } from "../../wire/view.ts";
import { close, mayIn } from "../actions.ts";
import { hints, isMonitor, me } from "../desk.ts";
import { outside } from "../outside.ts";
import { Button } from "../parts/button.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { Notice } from "../parts/notice.tsx";
import { time, words } from "../words.ts";
import { About } from "./about.tsx";
import { Bar } from "./bar.tsx";
import { Composer } from "./composer.tsx";
import { draft } from "./drafts.ts";
import { closingIn, isGuestGone } from "./goings.ts";
import { Messages } from "./messages.tsx";
import { nameOf } from "./order.ts";
import type { Over } from "./over.ts";
import { forget, remember } from "./past.ts";
import { ratings } from "./ratings.ts";

/** From this width on, details stand beside a conversation by themselves. */
const WIDE = "(min-width: 1200px)";

export function Pane(props: {
  readonly room: RoomView;
  /** Whether it is over, and why. */
  readonly over?: Over | undefined;
  /** Whether there is another one beside it. */
  readonly isHalf: boolean;
  /** Takes it away from beside the other. */
  readonly shut?: () => void;
}) {
  const { room, over, isHalf, shut } = props;
  const root = useRef<HTMLElement>(null);
  const asked = useSignal<boolean | undefined>(undefined);
  const isAbout = asked.value ?? (!isHalf && matchMedia(WIDE).matches);
  const name = nameOf(room, me.value?.user ?? "");
  const may = mayIn(room, isMonitor.value);
  const turn = () => {
    asked.value = !isAbout;
  };
  useEffect(() => {
    remember(room);
    return () => forget(room.room);
  }, [room.room]);

  return (
    <section
      ref={root}
      class="pane"
      aria-label={words.conversationWith(name)}
      data-room={room.room}
    >
      <Bar room={room} name={name} over={over} isAbout={isAbout} turn={turn} shut={shut} />
      <div class="inside">
        <div class="talk">
          {room.topic && <Markdown text={room.topic} class="topic" />}
          <Messages room={room} name={name} isOver={!!over} />
          {over ? (
            <Ended over={over} />
          ) : (
            <>
              <Typing room={room.room} />
              <Goings room={room} name={name} />
              {may.write ? <Composer room={room} name={name} /> : <Notice>{words.youWatch}</Notice>}
            </>
          )}
        </div>
        {room.guest && isAbout && <About guest={room.guest} room={room.room} close={turn} />}
      </div>
    </section>
  );
}

function Typing({ room }: { readonly room: string }) {
  const who = typists(hints.value, room, outside().nowMs());
  return (
    <p class="typing" aria-live="off">
      {who.length > 0 && words.typing(who)}
    </p>
  );
}

/** What is about to happen to it. */
function Goings({ room, name }: { readonly room: RoomView; readonly name: string }) {
  const seconds = closingIn(room.room);
  if (seconds !== undefined) return <Notice>{words.closing(time(seconds))}</Notice>;
  if (isGuestGone(room)) return <Notice>{words.guestGone(name)}</Notice>;
  return null;
}

function Ended({ over }: { readonly over: Over }) {
  const unsent = draft(over.room.room);
  const rating = ratings.value.get(over.room.room);
  return (
    <Notice>
      <p>{words.ends[over.reason] ?? words.endsElse}</p>
      {rating !== undefined && <p>{words.rated(rating)}</p>}
      {unsent && (
        <div class="unsent">
          <p>{words.unsent}</p>
          <pre>{unsent}</pre>
        </div>
      )}
      <Button press={() => close(over.room)}>{words.putAway}</Button>
    </Notice>
  );
}
