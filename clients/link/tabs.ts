/**
 * One tab listens for all tabs of a session; when it closes, another goes on where it was.
 *
 * The holder of a lock has the feed and tells the others each event, with the id behind which it
 * comes. So everyone knows what they missed, and asks the holder for its picture. Where there are no
 * locks or channels each tab listens for itself.
 */

import type { Event } from "../wire/events.ts";
import type { Seen } from "../wire/view.ts";
import type { Desk } from "./ask.ts";
import { events, polls } from "./fallbacks.ts";
import { type Feed, feed, type Hearer, type Ladder, type Status, type Via } from "./feed.ts";
import type { Channel, Outside } from "./outside.ts";
import { SILENCE_MS, socket } from "./transports.ts";

/** What a tab makes of what it hears, and what it can hand to another tab (structured clone). */
export interface Listener<P> extends Hearer {
  /** All that there is to see now. */
  picture(): P;
  /** Another tab's picture, in place of all that was before. */
  taken(picture: P): void;
}

type Told<P> =
  | { readonly do: "hello"; readonly woken?: boolean }
  | { readonly do: "picture"; readonly picture: P; readonly id: string; readonly fresh: boolean }
  | { readonly do: "event"; readonly event: Event; readonly after: string }
  | { readonly do: "status"; readonly status: Status };

const LADDER: Ladder = [
  ["socket", socket],
  ["events", events],
  ["polls", polls],
];
/** A holder that does not answer for so long is frozen: its lock is taken from it. */
const ANSWER_MS = 5_000;
/** As many ids are remembered, to tell what was heard twice from what was missed. */
const RECENT_MOST = 200;

export class Tabs<P> {
  readonly #outside: Outside;
  readonly #desk: Desk;
  readonly #name: string;
  readonly #hear: Listener<P>;
  readonly #only: Via | undefined;
  #channel: Channel | undefined;
  #feed: Feed | undefined;
  #id: string | undefined;
  // Whether the picture is missing, or has a gap.
  #asked = true;
  #status: Status | undefined;
  #recent: string[] = [];
  #request = 0;
  #giveUp = () => {};
  #timer = () => {};

  /** @param name of the lock and the channel. */
  constructor(outside: Outside, desk: Desk, name: string, hear: Listener<P>, only?: Via) {
    this.#outside = outside;
    this.#desk = desk;
    this.#name = name;
    this.#hear = hear;
    this.#only = only;
  }

  start(): void {
    const { channel, locks } = this.#outside;
    if (!channel || !locks) {
      this.#hold();
      return;
    }
    this.#channel = channel(this.#name);
    this.#channel.onmessage = ({ data }) => this.#told(data as Told<P>);
    this.#hear.status({ is: "connecting", via: "socket" });
    this.#ask();
    this.#want(false);
  }

  /** Something has changed outside. Whoever holds the feed looks after it. */
  wake(): void {
    if (this.#feed) this.#feed.wake();
    else this.#ask(true);
  }

  stop(goodbye = false): void {
    this.#request++;
    this.#timer();
    this.#feed?.stop(goodbye);
    this.#feed = undefined;
    this.#giveUp();
    this.#channel?.close();
    this.#channel = undefined;
  }

  // --- who listens --------------------------------------------------------------------------

  #want(steal: boolean): void {
    const request = ++this.#request;
    const mine = () => request === this.#request;
    const abort = new AbortController();
    this.#giveUp();
    this.#giveUp = () => abort.abort();
    const held = () =>
      new Promise<void>((release) => {
        if (!mine()) return release();
        this.#giveUp = release;
        this.#hold();
      });
    this.#outside
      .locks!.request(this.#name, steal ? { steal } : { signal: abort.signal }, held)
      .catch((why: Error) => {
        if (!mine()) return;
        if (why.name === "AbortError") this.#yield();
        // No page of this origin gets one, as where storage is forbidden.
        else this.#hold();
      });
  }

  #hold(): void {
    this.#timer();
    const only = this.#only;
    const ladder = LADDER.filter(
      ([via]) => (!only || via === only) && (via !== "socket" || this.#outside.socket),
    );
    this.#feed = feed(this.#outside, this.#desk, this.#telling(), ladder);
    // Whatever we missed comes again, from where we were.
    this.#asked = this.#id === undefined;
    this.#feed.start(this.#id);
  }

  /** Another tab found us frozen, and took over. */
  #yield(): void {
    this.#feed?.stop();
    this.#feed = undefined;
    this.#asked = true;
    this.#ask();
    this.#want(false);
  }

  // --- as the holder ------------------------------------------------------------------------

  /** Hears, and tells the others. */
  #telling(): Hearer {
    return {
      view: (seen: Seen) => {
        this.#at(seen.id);
        this.#hear.view(seen);
        this.#show(true);
      },
      event: (event) => {
        this.#channel?.postMessage({ do: "event", event, after: this.#id });
        if ("id" in event && event.id) this.#at(event.id);
        this.#hear.event(event);
      },
      status: (status) => this.#stands(status),
    };
  }

  #stands(status: Status): void {
    this.#status = status;
    this.#hear.status(status);
    if (this.#feed) this.#channel?.postMessage({ do: "status", status });
  }

  #show(fresh: boolean): void {
    const picture = this.#hear.picture();
    this.#channel?.postMessage({ do: "picture", picture, id: this.#id, fresh });
  }

  #at(id: string): void {
    this.#asked = false;
    this.#id = id;
    this.#recent = [...this.#recent.slice(1 - RECENT_MOST), id];
  }

  // --- as one of the others -----------------------------------------------------------------

  #told(told: Told<P>): void {
    if (this.#feed) {
      if (told.do === "hello") {
        if (!this.#asked) this.#show(false);
        this.#stands(this.#status!);
        // A tab that was opened is no reason to ask a server that is away once more.
        if (told.woken) this.#feed.wake();
      }
    } else if (told.do !== "hello") {
      if (told.do === "status") this.#stands(told.status);
      else if (told.do === "event") this.#next(told.event, told.after);
      else if (this.#asked || told.fresh) {
        this.#at(told.id);
        this.#hear.taken(told.picture);
      }
      // It lives. Whoever took over since we asked does not know that we did.
      this.#later(this.#asked ? ANSWER_MS : SILENCE_MS, () => this.#ask());
    }
  }

  #next(event: Event, after: string): void {
    const id = "id" in event && event.id;
    if (this.#asked) return;
    if (id && after !== this.#id) {
      // Two holders told it, one after the other; or we missed one.
      if (this.#recent.includes(id)) return;
      this.#asked = true;
      this.#channel?.postMessage({ do: "hello" });
      return;
    }
    if (id) this.#at(id);
    this.#hear.event(event);
  }

  /** Asks the holder for a sign of life, and for its picture where ours is missing. */
  #ask(woken = false): void {
    this.#channel?.postMessage({ do: "hello", woken });
    this.#later(ANSWER_MS, () => this.#want(true));
  }

  #later(ms: number, call: () => void): void {
    this.#timer();
    this.#timer = this.#outside.after(ms, call);
  }
}
