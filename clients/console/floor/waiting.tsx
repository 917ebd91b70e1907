/** Who waits: since when, with which question, and whether they are there. */

import type { QueuedGuest } from "../../wire/events.ts";
import { join, take } from "../actions.ts";
import { isMonitor } from "../desk.ts";
import { Badge, Presence, Since } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { List } from "../parts/list.tsx";
import { Plain } from "../parts/markdown.tsx";
import { Empty } from "../parts/notice.tsx";
import { pressed } from "../parts/pressed.ts";
import { words } from "../words.ts";

export function Waiting({ queue }: { readonly queue: readonly QueuedGuest[] }) {
  return (
    <section class="waiting" aria-labelledby="waiting">
      <header class="row">
        <h2 id="waiting">{words.waiting}</h2>
        <Badge label={words.waitingCount(queue.length)}>{queue.length}</Badge>
        <TakeNext queue={queue} />
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it are what is pressed. */}
      <div onKeyDown={walk}>
        <List
          label={words.waiting}
          items={queue}
          id={(one) => one.room}
          draw={(one) => <Guest one={one} />}
          empty={
            <Empty title={words.nobodyWaits}>
              <p>{words.nobodyWaitsWhy}</p>
            </Empty>
          }
        />
      </div>
    </section>
  );
}

/** Takes whoever is next; only where somebody is there to be taken. */
export function TakeNext({ queue }: { readonly queue: readonly QueuedGuest[] }) {
  if (!queue.some((one) => one.present)) return null;
  return (
    <Button kind="main" class="next" aria-keyshortcuts="n Alt+n" press={() => take()}>
      {words.takeNext}
    </Button>
  );
}

function Guest({ one }: { readonly one: QueuedGuest }) {
  const { user, topic, since, present, room } = one;
  return (
    <div class={present ? "guest" : "guest gone"}>
      <p class="row">
        <Presence is={present} />
        <b>{user}</b>
        <span class="hint">
          <Since seconds={since} />
        </span>
        {!present && <Badge kind="bad">{words.absent}</Badge>}
      </p>
      <p class="topic" dir="auto">
        <Plain text={topic} />
      </p>
      <p class="row">
        <Button class="take" press={() => take(user)} aria-label={words.taking(user)}>
          {words.take}
        </Button>
        {isMonitor.value && (
          <Button
            kind="plain"
            press={() => join(room, "watcher")}
            aria-label={words.watchingOf(user)}
          >
            {words.watch}
          </Button>
        )}
      </p>
    </div>
  );
}

/** To the first of those who wait. */
export function toWaiting(): void {
  document.querySelector<HTMLElement>(".waiting .take")?.focus();
}

/** The arrows go from one guest to the next; Enter is the button's own. */
function walk(event: KeyboardEvent): void {
  const key = pressed(event);
  const here = event.target instanceof Element && event.target.closest("li");
  if (!here || (key !== "up" && key !== "down")) return;
  const next = key === "down" ? here.nextElementSibling : here.previousElementSibling;
  next?.querySelector<HTMLElement>(".take")?.focus();
  event.preventDefault();
}
