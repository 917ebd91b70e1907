/** All of the link in one: the feed, shared by the tabs, and what one does oneself. */

import { EVENT_TYPES, type Event } from "../wire/events.ts";
import type { Desk, Done, Refused } from "./ask.ts";
import { type Errands, errands } from "./errands.ts";
import type { Via } from "./feed.ts";
import { type Outbox, type Outgoing, outbox } from "./outbox.ts";
import type { Outside } from "./outside.ts";
import { Shelf } from "./shelf.ts";
import { type Listener, Tabs } from "./tabs.ts";
import { SILENCE_MS } from "./transports.ts";

const GIVEN_UP: Refused = { is: "refused", code: "given_up" };

export class Link<P> {
  readonly outbox: Outbox;
  readonly #outside: Outside;
  readonly #errands: Errands;
  readonly #shelf: Shelf;
  readonly #tabs: Tabs<P>;
  #asleep = () => {};
  #isStopped = false;
  // What gives up each command that waits for its answer.
  readonly #waiting = new Set<(answer: Refused) => void>();

  /**
   * @param session names this session in this browser, for storage and other tabs; no secret.
   * @param only listen in this way alone, for trials.
   */
  constructor(
    outside: Outside,
    desk: Desk,
    session: string,
    hear: Listener<P>,
    sending: (all: readonly Outgoing[]) => void,
    only?: Via,
  ) {
    this.#outside = outside;
    this.#errands = errands(outside, desk);
    // Encoded, so that no name is the beginning of another one's.
    const name = `frontdesk:${encodeURIComponent(session)}`;
    this.#shelf = new Shelf(outside, name);
    const changed = (all: readonly Outgoing[]) => {
      this.#shelf.put(all);
      sending(all);
    };
    // What is on its way stays so when we stop: it is sent the next time.
    const { carryOut } = this.#errands;
    this.outbox = outbox(outside, carryOut, changed, (key) => this.#shelf.isGone(key));
    const listener: Listener<P> = {
      view: (seen) => {
        this.outbox.viewed();
        hear.view(seen);
      },
      taken: (picture) => {
        this.outbox.viewed();
        hear.taken(picture);
      },
      event: (event) => {
        // What this version does not know is dropped.
        if (EVENT_TYPES.has(event.type)) this.#heard(event, hear);
      },
      status: hear.status,
      picture: hear.picture,
    };
    this.#tabs = new Tabs(outside, desk, name, listener, only);
  }

  start(): void {
    this.#asleep = this.#outside.woken(() => this.wake());
    this.outbox.adopt(this.#shelf.found());
    this.#tabs.start();
  }

  /** Whoever waits tries at once, if the server allows. */
  wake(): void {
    this.#tabs.wake();
    this.#errands.wake();
  }

  /** @param goodbye for good: the server need not wait for this page to come back. */
  stop(goodbye = false): void {
    this.#asleep();
    this.#tabs.stop(goodbye);
    this.#errands.stop();
    this.#isStopped = true;
    for (const answer of this.#waiting) answer(GIVEN_UP);
  }

  /** As in `Errands`; but once stopped it is given up: nobody waits for what never comes. */
  carryOut<T>(...asked: Parameters<Errands["carryOut"]>): Promise<Done<T> | Refused> {
    return new Promise((resolve) => {
      if (this.#isStopped) return resolve(GIVEN_UP);
      this.#waiting.add(resolve);
      this.#errands.carryOut<T>(...asked).then((answer) => {
        this.#waiting.delete(resolve);
        resolve(answer);
      });
    });
  }

  #heard(event: Event, hear: Listener<P>): void {
    this.outbox.heard(event);
    // Another tab may have been closed before it was done. If it was not, nothing is sent twice.
    if (event.type === "noop") {
      this.outbox.adopt(this.#shelf.found(this.#outside.nowMs() - SILENCE_MS));
    }
    hear.event(event);
  }
}
