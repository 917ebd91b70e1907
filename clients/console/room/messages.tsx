/** What was said in a room: a long page of which only what is looked at is laid out. */

import { useSignal } from "@preact/signals";
import { Component } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import type { Outgoing } from "../../link/outbox.ts";
import { shown } from "../../model/pending.ts";
import type { PastMessage } from "../../wire/events.ts";
import type { RoomView } from "../../wire/view.ts";
import { atDesk, me, onEvent, outgoing } from "../desk.ts";
import { Button } from "../parts/button.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { atEnd } from "../person.ts";
import { refusal, words } from "../words.ts";
import { type Block, older, past } from "./past.ts";
import { see } from "./unread.ts";

/** So near to the end, one is taken along when something is added. */
const NEAR_PX = 60;
/** So near to the beginning, what was before is asked for: about a second of scrolling. */
const AHEAD_PX = 1_200;

// As whoever looks is used to, whatever the language of the words.
const HOUR = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

type Line = PastMessage | Outgoing;

/** By id, under which keys one's own messages were sent. */
const sentAs = new Map<string, string>();
/** More than stand in the view of a room. */
const SENT_MOST = 200;

/** Begins to hear of one's own messages. */
export function hearSent(): void {
  atEnd(() => sentAs.clear());
  onEvent((event) => {
    if (event.type !== "message" || !event.key) return;
    sentAs.set(event.id, event.key);
    if (sentAs.size > SENT_MOST) sentAs.delete(sentAs.keys().next().value!);
  });
}

/** One's own stays the same row from its first moment on: else it would be read out again. */
function rowOf(line: Line): string {
  return "key" in line ? line.key : (sentAs.get(line.id) ?? line.id);
}

export function Messages(props: {
  readonly room: RoomView;
  readonly name: string;
  /** Nothing is sent from here any more. */
  readonly isOver: boolean;
}) {
  const { room, name, isOver } = props;
  const log = useRef<HTMLDivElement>(null);
  const isNear = useSignal(true);
  const { blocks, more, is } = past(room);
  const now = shown(room, outgoing.value);
  const first = blocks[0]?.[0]?.id ?? now[0]?.id;
  const toEnd = () => {
    const { current } = log;
    if (current) current.scrollTop = current.scrollHeight;
  };
  const size = useRef("");
  const scrolled = () => {
    // What was scrolled or resized last may be told once it is gone.
    if (!log.current) return;
    const { scrollHeight, scrollTop, clientHeight, clientWidth } = log.current;
    // It has another width or height: the browser has scrolled, and not the one who reads.
    const now = `${clientWidth} ${clientHeight}`;
    const isResized = size.current !== now;
    size.current = now;
    if (isResized && isNear.value) return toEnd();
    isNear.value = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (scrollTop < AHEAD_PX && more && is === "there") older(room);
    if (isNear.value) seen(room, isOver);
  };

  useKept(log, first);
  useLayoutEffect(() => {
    if (isNear.value) toEnd();
  });
  // What is around it takes room and gives it back: the end stays where it was.
  useEffect(() => {
    const watch = new ResizeObserver(scrolled);
    watch.observe(log.current!);
    return () => watch.disconnect();
  }, []);
  const last = room.messages.at(-1)?.id;
  useEffect(() => {
    const look = () => isNear.value && seen(room, isOver);
    look();
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [last, room, isOver]);
  useEffect(() => {
    // Less than a page of it: there is nothing to scroll that would ask for the rest.
    const { scrollHeight, clientHeight } = log.current!;
    if (scrollHeight <= clientHeight + NEAR_PX && more && is === "there") older(room);
  });

  return (
    <div class="messages">
      <div
        ref={log}
        class="log"
        role="log"
        aria-label={words.conversationWith(name)}
        aria-busy={is === "loading"}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long page is scrolled by keys too.
        tabIndex={0}
        onScroll={scrolled}
      >
        <Before is={is} more={more} again={() => older(room)} />
        {blocks.map((block) => (
          <Said key={block[0]!.id} block={block} />
        ))}
        <ol>
          {now.map((one) => (
            <Row key={rowOf(one)} line={one} isOver={isOver} />
          ))}
        </ol>
      </div>
      {!isNear.value && (
        <Button class="newest" press={toEnd} aria-label={words.newest}>
          ↓
        </Button>
      )}
    </div>
  );
}

/** What is read is read while somebody looks. */
function seen(room: RoomView, isOver: boolean): void {
  if (!isOver && document.hasFocus()) see(room);
}

/**
 * Keeps what is looked at where it is when something is put before it. Most browsers do it by
 * themselves, but for what stands at the very top.
 */
function useKept(log: { current: HTMLDivElement | null }, first: string | undefined): void {
  const before = useRef({ first, height: 0 });
  useLayoutEffect(() => {
    const { current } = log;
    if (!current) return;
    const { scrollHeight, scrollTop } = current;
    const isOurs = scrollTop < 2 || !CSS.supports("overflow-anchor", "auto");
    if (before.current.first !== first && before.current.height && isOurs) {
      current.scrollTop = scrollTop + scrollHeight - before.current.height;
    }
    before.current = { first, height: current.scrollHeight };
  });
}

function Before(props: {
  readonly is: "there" | "loading" | "failed";
  readonly more: boolean;
  readonly again: () => void;
}) {
  const { is, more, again } = props;
  if (is === "failed") {
    return (
      <p class="before" role="alert">
        {words.olderFailed} <Button press={again}>{words.again}</Button>
      </p>
    );
  }
  return <p class="before">{more ? words.older : words.beginning}</p>;
}

/** A block that will never change. */
class Said extends Component<{ readonly block: Block }> {
  override shouldComponentUpdate(next: { readonly block: Block }): boolean {
    return next.block !== this.props.block;
  }
  override render({ block }: { readonly block: Block }) {
    return (
      <ol class="block">
        {block.map((one) => (
          <Row key={one.id} line={one} isOver={false} />
        ))}
      </ol>
    );
  }
}

interface RowProps {
  readonly line: Line;
  readonly isOver: boolean;
}

class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    return next.line !== this.props.line || next.isOver !== this.props.isOver;
  }
  override render({ line, isOver }: RowProps) {
    const own = me.peek()?.user;
    const user = "user" in line ? line.user : own;
    const isMine = user === own;
    return (
      <li class={isMine ? "mine" : "theirs"}>
        <span class={isMine ? "unseen" : "who"}>{user}</span>
        <Markdown text={line.body} class="body" />
        {"key" in line ? <State one={line} isOver={isOver} /> : <Stamp seconds={line.sent} />}
      </li>
    );
  }
}

function State({ one, isOver }: { readonly one: Outgoing; readonly isOver: boolean }) {
  if (one.state !== "failed") return <small>{words[one.state]}</small>;
  const outbox = atDesk()?.outbox;
  return (
    <small class="problem">
      {words.notSent(refusal(one.code ?? ""))}{" "}
      {!isOver && <Button press={() => outbox?.retry(one.key)}>{words.retry}</Button>}{" "}
      <Button press={() => outbox?.drop(one.key)}>{words.drop}</Button>
    </small>
  );
}

function Stamp({ seconds }: { readonly seconds: number }) {
  const at = new Date(seconds * 1000);
  const isToday = at.toDateString() === new Date().toDateString();
  return (
    <small>
      <time dateTime={at.toISOString()}>{(isToday ? HOUR : DAY).format(at)}</time>
    </small>
  );
}
