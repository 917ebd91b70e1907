import assert from "node:assert/strict";
import { test } from "node:test";

import { Person } from "./person.ts";
import { NONE, World } from "./world.ts";

const SECOND_MS = 1_000;

async function tabs(many: number): Promise<[World, Person[]]> {
  const world = new World(2);
  const people = Array.from({ length: many }, () => new Person(world.page()));
  await world.clock.pass(20 * SECOND_MS);
  return [world, people];
}

test("one tab listens for all", async () => {
  const [world, people] = await tabs(3);
  world.desk.post("Ida", "one");
  await world.clock.pass(SECOND_MS);

  assert.deepEqual(
    people.map((person) => person.texts),
    [["one"], ["one"], ["one"]],
  );
  assert.deepEqual(
    people.map((person) => person.status),
    Array(3).fill({ is: "live", via: "socket" }),
  );
  assert.equal(world.desk.linesMost, 1);
  assert.deepEqual(world.asked, ["GET /state", "socket"]);
});

test("when it closes another goes on where it was", async () => {
  const [world, people] = await tabs(3);
  world.desk.post("Ida", "one");
  await world.clock.pass(SECOND_MS);
  people[0]!.page.close();
  world.desk.post("Ida", "two");
  await world.clock.pass(2 * SECOND_MS);

  for (const person of people.slice(1)) assert.deepEqual(person.texts, ["one", "two"]);
  assert.deepEqual(world.asked, ["GET /state", "socket", "socket"], "and the view stays");
  assert.equal(world.desk.linesMost, 1);
});

test("a tab that was frozen is not waited for, and joins in again when it is thawed", async () => {
  const [world, people] = await tabs(2);
  const [frozen, other] = people as [Person, Person];
  frozen.page.freeze();
  world.desk.post("Ida", "one");
  await world.clock.pass(60 * SECOND_MS);
  assert.deepEqual([frozen.texts, other.texts], [[], ["one"]]);

  frozen.page.thaw();
  world.desk.post("Ida", "two");
  await world.clock.pass(10 * SECOND_MS);
  assert.deepEqual(
    [frozen.texts, other.texts],
    [
      ["one", "two"],
      ["one", "two"],
    ],
  );
  assert.equal(world.desk.lines.size, 1);
});

test("what one tab writes all see once, and what a closed one left another sends", async () => {
  const [world, people] = await tabs(2);
  const [one, other] = people as [Person, Person];
  other.link.outbox.say("room", "hello");
  await world.clock.pass(2 * SECOND_MS);
  assert.deepEqual([one.texts, other.texts], [["hello"], ["hello"]]);

  world.blocked.add("/message/room");
  other.link.outbox.say("room", "left behind");
  await world.clock.pass(SECOND_MS);
  other.page.close();
  world.blocked.clear();
  await world.clock.pass(120 * SECOND_MS);
  assert.deepEqual(one.texts, ["hello", "left behind"]);
});

test("a tab that is refused locks listens for itself", async () => {
  const world = new World(2);
  let requests = 0;
  const request = async () => {
    // Whoever asks for ever would never come to an end.
    if (++requests > 10) await new Promise(() => {});
    throw new DOMException("forbidden", "SecurityError");
  };
  const people = [0, 1].map(() => {
    const page = world.page();
    Object.assign(page.outside, { locks: { request } });
    return new Person(page);
  });
  await world.clock.pass(20 * SECOND_MS);
  world.desk.post("Ida", "one");
  await world.clock.pass(60 * SECOND_MS);

  for (const person of people) {
    assert.deepEqual(person.texts, ["one"]);
    assert.deepEqual(person.status, { is: "live", via: "socket" });
  }
  assert.equal(requests, 2, "each has asked once");
});

test("a tab that is opened does not hurry the back-off, one that is looked at does", async () => {
  const [world, people] = await tabs(2);
  const [holder, other] = people as [Person, Person];
  world.faults = { ...NONE, refused: 1 };
  for (const line of [...world.desk.lines.keys()]) line.hangUp(1012, "restart");
  const pauseMs = () =>
    holder.status.is === "waiting" ? holder.status.untilMs - world.clock.nowMs : 0;
  for (let step = 0; pauseMs() < 10 * SECOND_MS; step++) {
    await world.clock.pass(100);
    assert.ok(step < 5_000, "it waits");
  }
  const asked = world.asked.length;
  for (let more = 0; more < 5; more++) new Person(world.page());
  await world.clock.pass(3 * SECOND_MS);
  assert.equal(world.asked.length, asked);

  other.page.wake();
  await world.clock.pass(SECOND_MS);
  assert.equal(world.asked.length, asked + 1);
});

test("what is given up in one tab no other tab sends or shows", async () => {
  const [world, people] = await tabs(2);
  world.blocked.add("/message/room");
  people[0]!.link.outbox.say("room", "one");
  await world.clock.pass(60 * SECOND_MS);
  for (const { texts } of people) assert.deepEqual(texts, ["one"], "both try");
  world.refusal = "too_large";
  world.blocked.clear();
  const failed = () => people.find((person) => person.outgoing[0]?.state === "failed");
  for (let step = 0; !failed(); step++) {
    await world.clock.pass(100);
    assert.ok(step < 1_000, "it is refused");
  }
  const other = people.find((person) => person !== failed())!;
  assert.equal(other.outgoing[0]!.state, "pending");
  failed()!.link.outbox.drop(other.outgoing[0]!.key);
  world.refusal = undefined;
  await world.clock.pass(120 * SECOND_MS);

  for (const { texts } of people) assert.deepEqual(texts, []);
  assert.deepEqual(world.desk.log, []);
  assert.equal(world.stored.length, 0);
});

test("what was refused stays with its tab, and with those that are opened later", async () => {
  const [world, people] = await tabs(2);
  const [one, other] = people as [Person, Person];
  world.refusal = "too_large";
  one.link.outbox.say("room", "one");
  await world.clock.pass(60 * SECOND_MS);
  const later = new Person(world.page());
  await world.clock.pass(SECOND_MS);
  assert.deepEqual([one.texts, other.texts, later.texts], [["one"], [], ["one"]]);

  one.link.outbox.drop(one.outgoing[0]!.key);
  later.link.outbox.retry(later.outgoing[0]!.key);
  await world.clock.pass(60 * SECOND_MS);
  for (const { texts } of [one, other, later]) assert.deepEqual(texts, []);
  assert.equal(world.stored.length, 0);
});
