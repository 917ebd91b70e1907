import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { type FloorView, foldFloor } from "../model/floor.ts";
import { byName, fold, type View } from "../model/fold.ts";
import { follow, type Mine } from "../model/mine.ts";
import type { Event } from "../wire/events.ts";
import { BACKLOG } from "../wire/view.ts";

interface Fixture {
  readonly name: string;
  readonly viewer: string;
  readonly before: View;
  readonly events: readonly Event[];
  readonly after: View;
}

// Tests run where they were compiled to, in `.built/tests`.
const FIXTURES = new URL("../../../wire/fixtures/", import.meta.url);

for (const file of ["scenes.json", "days.json"]) {
  const fixtures = JSON.parse(readFileSync(new URL(file, FIXTURES), "utf8")) as Fixture[];

  test(`a view and the events give the next view, in ${file}`, () => {
    assert.ok(fixtures.length > 0);
    for (const { name, viewer, before, events, after } of fixtures) {
      const kept = structuredClone(before);
      const now =
        viewer === "guest"
          ? events.reduce(fold, before)
          : events.reduce(foldFloor, before as FloorView);
      assert.deepEqual(now, after, `${name}, seen by ${viewer}`);
      assert.deepEqual(before, kept, "a fold changes nothing");
    }
  });

  test(`a guest follows the conversation, in ${file}`, () => {
    for (const { name, viewer, before, events, after } of fixtures) {
      if (viewer !== "guest") continue;
      const mine = events.reduce(follow, before.rooms[0] as Mine | undefined);
      const [room] = after.rooms;
      if (!room) {
        assert.ok(!mine || mine.over !== undefined, name);
        continue;
      }
      const { agent, topic, messages } = mine!;
      const said = messages
        .slice(-BACKLOG)
        .map(({ id, user, body, sent }) => [id, user, body, sent]);
      const told = room.messages.map(({ id, user, body, sent }) => [id, user, body, sent]);
      assert.deepEqual(
        [mine!.room, topic, agent, said],
        [room.room, room.topic, room.agent, told],
        name,
      );
      assert.equal(mine!.over, undefined, name);
    }
  });

  test(`a guest's fold keeps an agent's rooms as well, in ${file}`, () => {
    for (const { name, before, events, after } of fixtures) {
      // Whoever is erased is erased from the floor's picture alone.
      if (events.some((event) => event.type === "floor" && event.what === "erased")) continue;
      assert.deepEqual(events.reduce(fold, before).rooms, after.rooms, name);
    }
  });
}

const VIEW: View = { me: { user: "Ana", role: "guest" }, desk: "open", rooms: [] };

test("what this version does not know changes nothing", () => {
  const later = [
    { type: "news", id: "1" },
    { type: "floor", what: "weather", id: "2" },
    { type: "update", details: "promoted", users: ["Ida"], id: "3" },
    { type: "status", of: "mood", is: "fine", user: "Ida", room: "", id: "4" },
  ] as unknown as Event[];
  const floor: FloorView = { ...VIEW, queue: [], roster: [], groups: [], settings: {}, notes: [] };

  assert.equal(later.reduce(fold, VIEW), VIEW);
  assert.equal(later.reduce(foldFloor, floor), floor);
});

test("an agent is not taken for a part of JavaScript, whatever the name", () => {
  const one = {
    role: "agent",
    limit: 3,
    status: "away",
    available: false,
    present: false,
  } as const;
  const roster = ["constructor", "toString"].map((user) => ({ user, ...one, guests: ["Ana"] }));
  const floor: FloorView = { ...VIEW, queue: [], roster, groups: [], settings: {}, notes: [] };
  const erased = {
    type: "floor",
    what: "erased",
    rooms: [],
    helped: { toString: ["Bo"] },
    id: "1",
  };

  assert.deepEqual(
    foldFloor(floor, erased as unknown as Event).roster.map((one) => one.guests),
    [[], ["Bo"]],
  );
});

test("names are in the order of code points, as the server has them", () => {
  // U+1D49C is written in surrogates, which as units come before U+FF21.
  const names = ["𝒜na", "Ana", "Ａna", "An", "Zoë", "Ana 2", ""];

  assert.deepEqual([...names].sort(byName), ["", "An", "Ana", "Ana 2", "Zoë", "Ａna", "𝒜na"]);
  assert.equal(byName("𝒜na", "𝒜na"), 0);
});
