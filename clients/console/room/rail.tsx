/** One's own conversations: whoever has waited longest for an answer comes first. */

import type { RoomView } from "../../wire/view.ts";
import { me, view } from "../desk.ts";
import { TakeNext } from "../floor/waiting.tsx";
import { Badge, Since } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Plain } from "../parts/markdown.tsx";
import { Empty } from "../parts/notice.tsx";
import { Screen } from "../parts/screen.tsx";
import { prefer, preference } from "../preferences.ts";
import { place, to } from "../router.ts";
import { words } from "../words.ts";
import { byUrgency, kindOf, nameOf, unansweredSince } from "./order.ts";
import { became, overs } from "./over.ts";
import { unread } from "./unread.ts";

/** Below this width it leaves too little for two conversations side by side. */
const CROWDED = "(max-width: 1499px)";

/** Beside every screen where there is room for it. */
export function Rail({ isBeside }: { readonly isBeside: boolean }) {
  // Two side by side need the room, and the strip above them leads to all others.
  const isCrowded = isBeside && matchMedia(CROWDED).matches;
  const name = isCrowded ? "foldedBeside" : "unfolded";
  const isFolded = preference(name).value === isCrowded;
  const waits = view.value?.queue.length ?? 0;
  return (
    <nav class={isFolded ? "rail folded" : "rail"} aria-label={words.conversations}>
      <Button
        kind="plain"
        class="icon fold"
        aria-expanded={!isFolded}
        aria-label={isFolded ? words.unfold : words.fold}
        press={() => prefer(name, !preference(name).value)}
      >
        {isFolded ? "»" : "«"}
      </Button>
      {!isFolded && <Conversations />}
      {isFolded && waits > 0 && (
        <a href={to("floor")} aria-label={words.waitingCount(waits)}>
          <Badge kind="news">{waits}</Badge>
        </a>
      )}
    </nav>
  );
}

/** The same as a screen of its own, where one thing is shown at a time. */
export function ConversationsScreen() {
  const state = !view.value ? "connecting" : view.value.rooms.length ? "some" : "none";
  return (
    <Screen name="conversations" state={state} title={words.conversations}>
      <Conversations />
    </Screen>
  );
}

/** Guests first, in the order in which they are to be answered; then colleagues and groups. */
export function inOrder(): readonly RoomView[] {
  const rooms = view.value?.rooms ?? [];
  const guests = rooms.filter((room) => kindOf(room) === "guest");
  return [...byUrgency(guests), ...rooms.filter((room) => kindOf(room) !== "guest")];
}

function Conversations() {
  const seen = view.value;
  if (!seen) {
    return (
      <p class="empty" role="status">
        {words.connecting}
      </p>
    );
  }
  const all = inOrder();
  const guests = all.filter((room) => kindOf(room) === "guest");
  const others = all.filter((room) => kindOf(room) !== "guest");
  const past = overs.value;
  return (
    <>
      <div class="row waits">
        <a href={to("floor")}>{words.waitingCount(seen.queue.length)}</a>
        <TakeNext queue={seen.queue} />
      </div>
      {all.length + past.length === 0 && (
        <Empty title={words.noConversations}>
          <p>{words.noConversationsWhy}</p>
        </Empty>
      )}
      <Group title={words.guests} rooms={guests} />
      <Group title={words.colleagues} rooms={others} />
      <Group title={words.overs} rooms={past.map((one) => one.room)} became={past.map(became)} />
    </>
  );
}

function Group(props: {
  readonly title: string;
  readonly rooms: readonly RoomView[];
  /** What has become of each, if one is no longer in them. */
  readonly became?: readonly string[];
}) {
  const { title, rooms, became } = props;
  if (!rooms.length) return null;
  return (
    <>
      <h2>{title}</h2>
      <ul>
        {rooms.map((room, at) => (
          <li key={room.room}>
            <Conversation room={room} became={became?.[at]} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Conversation({
  room,
  became,
}: {
  readonly room: RoomView;
  readonly became?: string | undefined;
}) {
  const own = me.value?.user ?? "";
  const count = unread(room);
  const owed = became === undefined ? unansweredSince(room) : undefined;
  const since = owed || (owed === 0 ? (room.messages[0]?.sent ?? 0) : 0);
  const last = room.messages.at(-1);
  const { params } = place.value;
  const isShown = [params.room, params.other].includes(room.room);
  return (
    <a
      class="conversation"
      href={to("room", { room: room.room })}
      aria-current={isShown ? "page" : undefined}
    >
      <span class="row">
        <b>{nameOf(room, own)}</b>
        {room.watching && <Badge>{words.watching}</Badge>}
        {count > 0 && (
          <Badge kind="news" label={words.unread}>
            {count}
          </Badge>
        )}
        {became && <span class="hint">{became}</span>}
        {since > 0 && (
          <span class="hint">
            <span class="unseen">{words.unanswered} </span>
            <Since seconds={since} />
          </span>
        )}
      </span>
      <span class="last" dir="auto">
        {last?.user === own && `${words.me}: `}
        <Plain text={last ? last.body : room.topic} />
      </span>
    </a>
  );
}
