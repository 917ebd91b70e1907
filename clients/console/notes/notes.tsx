/** Messages that were left while nobody could come, until somebody has dealt with them. */

import { useSignal } from "@preact/signals";

import { path } from "../../link/path.ts";
import type { LeftNote } from "../../wire/events.ts";
import { refusedFor } from "../api.ts";
import { view } from "../desk.ts";
import { Since } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { List } from "../parts/list.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { Empty, Notice } from "../parts/notice.tsx";
import { pressed } from "../parts/pressed.ts";
import { Screen } from "../parts/screen.tsx";
import { Given } from "../room/about.tsx";
import { words as common, LANGUAGE } from "../words.ts";
import { hrefOf } from "./contact.ts";
import { refused, words } from "./words.ts";

const WHEN = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });

export function Notes() {
  const problem = useSignal("");
  const notes = view.value?.notes;
  if (!notes) {
    return (
      <Screen name="notes" state="connecting" title={words.title}>
        <p class="empty" role="status">
          {common.connecting}
        </p>
      </Screen>
    );
  }
  const done = async (room: string) => {
    problem.value = "";
    const beside = besideOf(room);
    const code = await refusedFor("POST", path`/note_done/${room}`);
    if (code) problem.value = refused(code);
    else beside?.focus();
  };
  return (
    <Screen name="notes" state={notes.length ? "some" : "none"} title={words.title}>
      {problem.value && <Notice kind="bad">{problem.value}</Notice>}
      {notes.length > 0 && <p class="hint">{words.hint}</p>}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it are what is pressed. */}
      <div onKeyDown={walk}>
        <List
          label={words.title}
          items={notes}
          id={(one) => one.room}
          draw={(one) => <Note one={one} done={done} />}
          empty={
            <Empty title={words.none}>
              <p>{words.noneWhy}</p>
            </Empty>
          }
        />
      </div>
    </Screen>
  );
}

type Done = (room: string) => Promise<void>;

function Note({ one, done }: { readonly one: LeftNote; readonly done: Done }) {
  const { room, user, topic, contact, info, since } = one;
  return (
    <article class="note" data-room={room} aria-label={words.from(user)}>
      <p class="row">
        <b>{user}</b>
        <span class="hint" title={WHEN.format(since * 1000)}>
          <Since seconds={since} />
        </span>
      </p>
      <Markdown text={topic} class="topic" />
      <p class="row">
        <span class="hint">{words.contact}</span>
        <Contact contact={contact} />
      </p>
      <Given info={info} />
      <Button
        class="done"
        press={() => done(room)}
        aria-label={words.doneWith(user)}
        aria-keyshortcuts="d"
      >
        {words.done}
      </Button>
    </article>
  );
}

function Contact({ contact }: { readonly contact: string }) {
  const href = hrefOf(contact);
  return href ? <a href={href}>{contact}</a> : <span dir="auto">{contact}</span>;
}

/** D is done with the message in which the focus is; the arrows go from one to the next. */
function walk(event: KeyboardEvent): void {
  const key = pressed(event);
  const here = event.target instanceof Element && event.target.closest("li");
  if (!here) return;
  if (key === "down") buttonIn(here.nextElementSibling)?.focus();
  else if (key === "up") buttonIn(here.previousElementSibling)?.focus();
  else if (key === "done") buttonIn(here)?.click();
  else return;
  event.preventDefault();
}

/** Where the focus goes once this message is gone: the next one, else the one before, else the top. */
function besideOf(room: string): HTMLElement | null {
  const here = document.querySelector(`.note[data-room="${CSS.escape(room)}"]`)?.closest("li");
  if (!here?.contains(document.activeElement)) return null;
  const beside = buttonIn(here.nextElementSibling) ?? buttonIn(here.previousElementSibling);
  return beside ?? document.querySelector<HTMLElement>("#content h1");
}

function buttonIn(item: Element | null | undefined): HTMLElement | null {
  return item?.querySelector<HTMLElement>(".done") ?? null;
}
