import assert from "node:assert/strict";
import { test } from "node:test";

import { byUrgency, kindOf, nameOf, unansweredSince, unreadIn } from "../console/room/order.ts";
import type { RoomView } from "../wire/view.ts";

const NOBODY: RoomView = {
  room: "r",
  topic: "",
  name: "",
  watching: false,
  agent: null,
  guest: null,
  users: ["Ida"],
  messages: [],
  more: false,
};

/** A guest's room, in which these have written, a second after each other. */
function roomOf(user: string, from: number, ...users: readonly string[]): RoomView {
  const messages = users.map((one, at) => ({
    id: `${user}${at}`,
    room: user,
    user: one,
    body: "Hello",
    sent: from + at,
  }));
  const guest = { user, question: "Why?", info: {}, vouched: null };
  return { ...NOBODY, room: user, guest, users: ["Ida", user], messages };
}

test("whoever has waited longest for an answer comes first, then the others as they came", () => {
  const answered = roomOf("Ana", 100, "Ana", "Ida");
  const late = roomOf("Ben", 300, "Ida", "Ben", "Ben");
  const early = roomOf("Cem", 200, "Cem", "Ida", "Cem");
  const silent = roomOf("Dan", 0);
  const other = roomOf("Eve", 50, "Ida");

  const unheard = roomOf("Fay", 400, "Fay");

  const order = byUrgency([answered, late, early, silent, other, unheard]).map((room) => room.room);
  assert.deepEqual(order, ["Dan", "Fay", "Cem", "Ben", "Ana", "Eve"]);
  assert.equal(unansweredSince(late), 301);
  assert.equal(unansweredSince(silent), 0);
  assert.equal(unansweredSince(answered), undefined);
});

test("nobody owes an answer where they only watch, or where there is no guest", () => {
  assert.equal(unansweredSince({ ...roomOf("Ana", 1, "Ana"), watching: true }), undefined);
  assert.equal(unansweredSince({ ...roomOf("Ana", 1, "Jon"), guest: null }), undefined);
});

test("what others have written since one looked is unread", () => {
  const room = roomOf("Ana", 1, "Ana", "Ida", "Ana", "Ana");

  assert.equal(unreadIn(room, undefined, "Ida"), 3);
  assert.equal(unreadIn(room, "Ana1", "Ida"), 2);
  assert.equal(unreadIn(room, "Ana3", "Ida"), 0);
  assert.equal(unreadIn(room, "long ago", "Ida"), 3);
});

test("a room is called after its guest, its name, or the colleague", () => {
  assert.deepEqual([kindOf(roomOf("Ana", 1)), nameOf(roomOf("Ana", 1), "Ida")], ["guest", "Ana"]);
  const group = { ...NOBODY, name: "Returns" };
  assert.deepEqual([kindOf(group), nameOf(group, "Ida")], ["group", "Returns"]);
  const direct = { ...NOBODY, users: ["Ida", "Jon"] };
  assert.deepEqual([kindOf(direct), nameOf(direct, "Ida")], ["direct", "Jon"]);
});
