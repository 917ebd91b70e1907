import assert from "node:assert/strict";
import { test } from "node:test";

import { shown } from "../model/pending.ts";
import { hear, nextSilenceMs, SILENT, typists } from "../model/signals.ts";
import type { Event } from "../wire/events.ts";
import type { RoomView } from "../wire/view.ts";

const typing = (user: string, is: boolean): Event => ({
  type: "status",
  room: "r",
  user,
  of: "typing",
  is,
});
const after = (events: readonly Event[], nowMs = 0) =>
  events.reduce((signals, event) => hear(signals, event, nowMs), SILENT);

test("who types is believed for six seconds", () => {
  const signals = hear(after([typing("Ida", true)], 1_000), typing("Mia", true), 3_000);

  assert.deepEqual(typists(signals, "r", 6_999), ["Ida", "Mia"]);
  assert.equal(nextSilenceMs(signals, 6_999), 7_000);
  assert.deepEqual(typists(signals, "r", 7_000), ["Mia"]);
  assert.deepEqual(typists(signals, "r", 9_000), []);
  assert.equal(nextSilenceMs(signals, 9_000), Number.POSITIVE_INFINITY);
  assert.deepEqual(typists(signals, "elsewhere", 0), []);
});

const ENDS: Event[] = [
  typing("Ida", false),
  { type: "message", room: "r", user: "Ida", body: "x", sent: 1, id: "1" },
  { type: "notification", room: "r", user: "Ida", details: "left", id: "1" },
  { type: "left", room: "r", id: "1" },
  { type: "end", room: "r", reason: "agent", id: "1" },
];
for (const end of ENDS) {
  test(`typing is over with ${JSON.stringify(end)}`, () => {
    const signals = after([typing("Ida", true), end]);

    assert.deepEqual(typists(signals, "r", 0), []);
    assert.equal(nextSilenceMs(signals, 0), Number.POSITIVE_INFINITY);
  });
}

test("a room shows what everybody has, then one's own that is on the way, and nothing twice", () => {
  const message = { id: "1", room: "r", user: "Ana", body: "one", sent: 1 };
  const room = { room: "r", messages: [message] } as unknown as RoomView;
  const own = { key: "a", room: "r", body: "one", state: "sent", id: "1" } as const;
  const next = { key: "b", room: "r", body: "two", state: "pending" } as const;
  const elsewhere = { key: "c", room: "s", body: "three", state: "pending" } as const;

  assert.deepEqual(shown(room, [own, next, elsewhere]), [message, next]);
});
