/** Where one writes: kept as it is written, seen before it is sent if one likes, and never lost. */

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { ask } from "../../link/ask.ts";
import { path } from "../../link/path.ts";
import type { RoomView } from "../../wire/view.ts";
import { atDesk, desk, urlOf } from "../desk.ts";
import { onKeptHere } from "../kept.ts";
import { outside } from "../outside.ts";
import { Button } from "../parts/button.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { pressed } from "../parts/pressed.ts";
import { words } from "../words.ts";
import { entered } from "./acts.ts";
import { draft, keepDraft, nameOf } from "./drafts.ts";

/** The server takes 8 KiB of UTF-8: two thousand of the widest characters. */
const TEXT_MOST = 4_000;
/** Whoever types says so as often (protocol §6). */
const TYPING_EACH_MS = 3_000;

export function Composer({ room, name }: { readonly room: RoomView; readonly name: string }) {
  const text = useSignal(draft(room.room));
  const isPreview = useSignal(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const typedMs = useRef(0);

  const focus = () => {
    if (!box.current) return;
    // What is hidden takes no focus, and it is drawn again only later.
    box.current.hidden = false;
    box.current.focus();
  };
  const type = (state: boolean) => {
    const nowMs = outside().nowMs();
    const isNews = state ? nowMs - typedMs.current >= TYPING_EACH_MS : typedMs.current > 0;
    if (!isNews) return;
    typedMs.current = state ? nowMs : 0;
    const where = path`/message/${room.room}/typing`;
    // What is lost of it is not said again.
    ask(outside(), { url: urlOf(desk.value) }, "POST", where, { body: { state } });
  };
  const change = (now: string) => {
    text.value = now;
    keepDraft(room.room, now);
    type(now.trim() !== "");
  };
  const send = () => {
    if (!text.value.trim()) return;
    atDesk()?.outbox.say(room.room, text.value);
    typedMs.current = 0;
    text.value = "";
    keepDraft(room.room, "");
    isPreview.value = false;
    focus();
  };
  const press = (event: KeyboardEvent) => {
    const key = pressed(event);
    if (key !== "send" && key !== "sendToo") return;
    event.preventDefault();
    send();
  };
  useEffect(() => () => type(false), []);
  // What another tab has written on, or sent, is no longer to be sent from here.
  useEffect(
    () =>
      onKeptHere(nameOf(room.room), () => {
        text.value = draft(room.room);
      }),
    [room.room],
  );
  useLayoutEffect(() => {
    if (entered.value !== room.room) return;
    entered.value = "";
    focus();
  }, [entered.value]);

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {isPreview.value && <Markdown text={text.value} class="preview" />}
      <textarea
        ref={box}
        aria-label={words.messageTo(name)}
        placeholder={words.messageTo(name)}
        title={words.sendHint}
        rows={2}
        maxLength={TEXT_MOST}
        dir="auto"
        value={text.value}
        hidden={isPreview.value}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={press}
      />
      <div class="row">
        <Button kind="main" type="submit">
          {words.send}
        </Button>
        <Button
          aria-pressed={isPreview.value}
          press={() => {
            isPreview.value = !isPreview.value;
          }}
        >
          {isPreview.value ? words.edit : words.preview}
        </Button>
      </div>
    </form>
  );
}
