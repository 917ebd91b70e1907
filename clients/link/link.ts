/** All of the link in one: the feed, shared by the tabs, and what one does oneself. */

import { EVENT_TYPES, type Event } from "../wire/events.ts";
import type { Desk } from "./ask.ts";
import { type Errands, errands } from "./errands.ts";
import type { Via } from "./feed.ts";
import { type Outbox, type Outgoing, outbox } from "./outbox.ts";
import type { Outside } from "./outside.ts";
import { Shelf } from "./shelf.ts";
import { type Listener, Tabs } from "./tabs.ts";
import { SILENCE_MS } from "./transports.ts";

export class Link<P> {
  /** As in `Errands`. */
  readonly carryOut: Errands["carryOut"];
  readonly outbox: Outbox;
  /** Events of types that this version does not know: dropped. */
  unknown = 0;
  readonly #outside: Outside;
  readonly #errands: Errands;
  readonly #shelf: Shelf;
  readonly #tabs: Tabs<P>;
  #asleep = () => {};

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
    this.carryOut = this.#errands.carryOut;
    // Encoded, so that no name is the beginning of another one's.
    const name = `frontdesk:${encodeURIComponent(session)}`;
    this.#shelf = new Shelf(outside, name);
    const changed = (all: readonly Outgoing[]) => {
      this.#shelf.put(all);
      sending(all);
    };
    this.outbox = outbox(outside, this.carryOut, changed, (key) => this.#shelf.isGone(key));
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
        if (EVENT_TYPES.has(event.type)) this.#heard(event, hear);
        else this.unknown++;
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
