/** All of the link in one: the feed, shared by the tabs, and what one does oneself. */

import type { Success } from "../wire/events.ts";
import { ask, type Desk, type Done, type Refused } from "./ask.ts";
import { Backoff } from "./backoff.ts";
import type { Via } from "./feed.ts";
import { Outbox, type Outgoing } from "./outbox.ts";
import type { Outside } from "./outside.ts";
import { type Listener, Tabs } from "./tabs.ts";

export class Link<P> {
  readonly outbox: Outbox;
  readonly #outside: Outside;
  readonly #desk: Desk;
  readonly #tabs: Tabs<P>;
  readonly #waiting = new Set<Backoff>();
  #asleep = () => {};
  #stopped = false;

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
    this.#desk = desk;
    const carryOut = this.carryOut.bind(this);
    // Encoded, so that no name is the beginning of another one's.
    const name = `frontdesk:${encodeURIComponent(session)}`;
    this.outbox = new Outbox(outside, name, carryOut, sending);
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
        this.outbox.heard(event);
        hear.event(event);
      },
      status: hear.status,
      picture: hear.picture,
    };
    this.#tabs = new Tabs(outside, desk, name, listener, only);
  }

  start(): void {
    this.#asleep = this.#outside.woken(() => this.wake());
    this.outbox.start();
    this.#tabs.start();
  }

  /** Whoever waits tries at once, if the server allows. */
  wake(): void {
    this.#tabs.wake();
    for (const backoff of this.#waiting) backoff.wake();
  }

  /** @param goodbye for good: the server need not wait for this page to come back. */
  stop(goodbye = false): void {
    this.#stopped = true;
    this.#asleep();
    this.#tabs.stop(goodbye);
    for (const backoff of this.#waiting) backoff.stop();
  }

  /**
   * Has a command carried out once, however often it has to be sent. Never answered once stopped.
   *
   * @param body without a `key` it gets one.
   * @param wanted whether to ask once more. If not it is refused, as `given_up`.
   */
  carryOut<T = Success>(
    method: string,
    path: string,
    body: object,
    wanted = () => true,
  ): Promise<Done<T> | Refused> {
    const backoff = new Backoff(this.#outside);
    this.#waiting.add(backoff);
    const keyed = { key: this.#outside.key(), ...body };
    return new Promise((resolve) => {
      const send = async () => {
        const answer = wanted()
          ? await ask<T>(this.#outside, this.#desk, method, path, { body: keyed })
          : ({ is: "refused", code: "given_up" } as const);
        if (this.#stopped) return;
        if (answer.is === "unknown") {
          backoff.wait(answer.afterMs, send);
        } else {
          this.#waiting.delete(backoff);
          resolve(answer);
        }
      };
      send();
    });
  }
}
