/**
 * What a guest has and does: who they are at the desk, what they see, what is on its way.
 *
 * Everything drawn is drawn from here; nothing here knows how.
 */

import { ask, type Desk } from "../link/ask.ts";
import type { Status } from "../link/feed.ts";
import { Link } from "../link/link.ts";
import type { Outgoing } from "../link/outbox.ts";
import type { Outside } from "../link/outside.ts";
import { fold, type View } from "../model/fold.ts";
import { hear, lost, nextSilenceMs, SILENT, type Signals, typists } from "../model/signals.ts";
import type { Event } from "../wire/events.ts";
import type { RoomView } from "../wire/view.ts";
import type { Seat, Seats } from "./seat.ts";

/** How it would be for whoever came now (protocol, `waittime`). */
export interface Outlook {
  readonly state: string;
  readonly position: number;
  readonly waittime: number;
}

/** A conversation that is over, as it last was; `reason` as in `end`, or empty if nobody heard. */
export interface Over {
  readonly room: RoomView | undefined;
  readonly reason: string;
}

/** Whoever types says so as often (protocol §6). */
const TYPING_EACH_MS = 3_000;

export class Guest {
  view: View | undefined;
  signals: Signals = SILENT;
  outgoing: readonly Outgoing[] = [];
  status: Status | undefined;
  over: Over | undefined;
  /** Whether the room ends soon unless somebody writes. */
  closing = false;
  /** Whether a session was here that the desk no longer knows. */
  forgotten = false;
  readonly #outside: Outside;
  readonly #url: string;
  readonly #seats: Seats;
  readonly #changed: () => void;
  readonly #news: () => void;
  #seat: Seat | undefined;
  #link: Link<View> | undefined;
  #typedMs = 0;
  #silence = () => {};

  /**
   * @param url of the desk: `https://…/api/v1/desks/main`.
   * @param changed called after each change of what is to be seen.
   * @param news called when somebody else has written.
   */
  constructor(outside: Outside, url: string, seats: Seats, changed: () => void, news: () => void) {
    this.#outside = outside;
    this.#url = url;
    this.#seats = seats;
    this.#changed = changed;
    this.#news = news;
  }

  /** Whether they have asked, here or before a reload. */
  get isHere(): boolean {
    return this.#seat !== undefined;
  }

  /** The room that is open. */
  get room(): RoomView | undefined {
    return this.view?.rooms[0];
  }

  /** Who types in the room, by name. */
  get typing(): readonly string[] {
    return this.room ? typists(this.signals, this.room.room, this.#outside.nowMs()) : [];
  }

  /** Takes up the conversation that was here before a reload. */
  resume(): void {
    const seat = this.#seats.read();
    if (seat) this.#sit(seat);
  }

  /** How it would be to come now; nothing if the desk does not answer. */
  async outlook(): Promise<Outlook | undefined> {
    const answer = await ask<Outlook>(this.#outside, this.#desk(), "GET", "/waittime");
    return answer.is === "done" ? answer.body : undefined;
  }

  /** Asks for help, once, however long that takes. Returns why not, if not. */
  async arrive(
    username: string,
    question: string,
    info: Readonly<Record<string, string>>,
  ): Promise<string | undefined> {
    const knock = this.#connect(this.#desk(), "");
    const body = { username, question, info };
    const answer = await knock.carryOut("POST", "/identify", body);
    knock.stop();
    if (answer.is === "refused") return answer.code;
    const seat = { token: answer.body.token!, room: answer.body.room! };
    this.#seats.write(seat);
    this.#sit(seat);
    this.#changed();
    return undefined;
  }

  say(body: string): void {
    this.#typedMs = 0;
    this.#link!.outbox.say(this.room!.room, body);
  }

  retry(key: string): void {
    this.#link!.outbox.retry(key);
  }

  drop(key: string): void {
    this.#link!.outbox.drop(key);
  }

  /** Says that the guest types, or no longer. What is lost of it is not said again. */
  type(state: boolean): void {
    const nowMs = this.#outside.nowMs();
    const isNews = state ? nowMs - this.#typedMs >= TYPING_EACH_MS : this.#typedMs > 0;
    if (!this.room || !isNews) return;
    this.#typedMs = state ? nowMs : 0;
    const path = `/message/${this.room.room}/typing`;
    ask(this.#outside, this.#desk(), "POST", path, { body: { state } });
  }

  /** Leaves the queue, or ends the conversation. */
  async leave(): Promise<void> {
    const room = this.room;
    if (!room) return;
    if (room.agent === null) {
      const answer = await this.#link!.carryOut("DELETE", "/queue", {});
      // An agent has taken them meanwhile: then it is a conversation that is to end.
      if (answer.is === "done" || answer.code !== "not_waiting") return;
    }
    await this.#link!.carryOut("POST", `/end/${room.room}`, {});
  }

  /** Waits again, with the same question. Returns why not, if not. */
  async again(): Promise<string | undefined> {
    const answer = await this.#link!.carryOut("POST", "/queue", {});
    return answer.is === "refused" ? answer.code : undefined;
  }

  /** Gets up: the next question is somebody else's. */
  forget(): void {
    this.#link?.stop(true);
    this.#silence();
    this.#link = this.#seat = this.view = this.status = this.over = undefined;
    this.outgoing = [];
    this.signals = SILENT;
    this.closing = false;
    this.#seats.write(undefined);
    this.#changed();
  }

  #desk(): Desk {
    return { url: this.#url, ...(this.#seat && { token: this.#seat.token }) };
  }

  #sit(seat: Seat): void {
    this.#seat = seat;
    this.forgotten = false;
    this.#link = this.#connect(this.#desk(), seat.room);
    this.#link.start();
  }

  #connect(desk: Desk, session: string): Link<View> {
    const see = (view: View) => {
      this.view = view;
      if (view.rooms.length) this.over = undefined;
      else this.over ??= { room: undefined, reason: "" };
      this.#changed();
    };
    const hearer = {
      view: see,
      taken: see,
      picture: () => this.view!,
      event: (event: Event) => this.#heard(event),
      status: (status: Status) => this.#stands(status),
    };
    return new Link(this.#outside, desk, session, hearer, (all) => {
      this.outgoing = all;
      this.#changed();
    });
  }

  #heard(event: Event): void {
    if (event.type === "noop") return;
    const { me, rooms } = this.view!;
    if (event.type === "end") {
      const room = rooms.find((one) => one.room === event.room);
      this.over = { room, reason: event.reason };
      this.closing = false;
    } else if (event.type === "joined") {
      this.over = undefined;
    } else if (event.type === "closing") {
      this.closing = true;
    } else if (event.type === "message") {
      this.closing = false;
      if (event.user !== me.user) this.#news();
    }
    this.view = fold(this.view!, event);
    this.#listen(hear(this.signals, event, this.#outside.nowMs()));
    this.#changed();
  }

  #stands(status: Status): void {
    this.status = status;
    if (status.is === "ended") {
      // The desk knows this guest no more; nothing that was kept is of use.
      this.forgotten = true;
      this.forget();
      return;
    }
    if (status.is !== "live") this.#listen(lost(this.signals));
    this.#changed();
  }

  /** Has these signals, and looks again when somebody has stopped typing without a word. */
  #listen(signals: Signals): void {
    this.signals = signals;
    this.#silence();
    const nowMs = this.#outside.nowMs();
    const untilMs = nextSilenceMs(signals, nowMs);
    if (Number.isFinite(untilMs)) {
      this.#silence = this.#outside.after(untilMs - nowMs, () => this.#listen(this.signals));
    }
    this.#changed();
  }
}
