/**
 * Whatever the network does, everybody sees every message once and in order, and whatever was
 * written is stored once. Five hundred times, each another storm; a seed that fails is named.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Person } from "./person.ts";
import { type Faults, NONE, World } from "./world.ts";

const SEEDS = 500;
const MINUTE_MS = 60_000;
/** Longer than any back-off, a dead line and the wait for another tab. */
const CALM_MS = 4 * MINUTE_MS;

const STORM: Faults = {
  refused: 0.1,
  unanswered: 0.15,
  repeated: 0.1,
  cut: 0.1,
  stalled: 0.05,
  busy: 0.1,
  faulty: 0.05,
};

interface Storm {
  readonly world: World;
  /** What was written in each page, in order. */
  readonly said: Map<Person, string[]>;
  people: Person[];
}

async function happen(storm: Storm, step: number): Promise<void> {
  const { world, said, people } = storm;
  const { roll, desk } = world;
  const one = people[Math.floor(roll() * people.length)];
  const chance = roll();
  if (!one || chance < 0.05) {
    if (people.length < (world.tabs ? 3 : 1)) people.push(new Person(world.page()));
  } else if (chance < 0.4) {
    const text = `own ${step} é`;
    said.set(one, [...(said.get(one) ?? []), text]);
    one.link.outbox.say("room", text);
  } else if (chance < 0.7) {
    desk.post("Ida", `theirs ${step} 𝒜`);
  } else if (chance < 0.75) {
    // Closed, and often opened again at once: a reload.
    storm.people = people.filter((other) => other !== one);
    one.page.close();
    if (roll() < 0.7) storm.people.push(new Person(world.page()));
  } else if (chance < 0.8) {
    one.page.wake();
  } else if (chance < 0.83) {
    for (const line of [...desk.lines.keys()]) line.hangUp(1012, "restart");
  } else if (chance < 0.85) {
    desk.forget();
  } else if (chance < 0.9) {
    // The server is away, as in a restart.
    world.faults = { ...STORM, refused: 1 };
    await world.clock.pass(roll() * 5_000);
    world.faults = STORM;
  } else if (chance < 0.92) {
    one.page.freeze();
    await world.clock.pass(roll() * 2 * MINUTE_MS);
    one.page.thaw();
  }
  await world.clock.pass(roll() * 3_000);
}

async function storm(seed: number): Promise<Storm> {
  const world = new World(seed);
  world.tabs = seed % 4 !== 0;
  if (seed % 5 === 1) world.blocked.add("/socket");
  if (seed % 5 === 2) world.blocked = new Set(["/socket", "/events"]);
  const all: Storm = { world, said: new Map(), people: [new Person(world.page())] };
  world.faults = STORM;
  for (let step = 0; step < 40; step++) await happen(all, step);
  world.faults = NONE;
  if (all.people.length === 0) all.people.push(new Person(world.page()));
  await world.clock.pass(CALM_MS);
  return all;
}

test(`${SEEDS} storms: nothing lost, nothing twice, all in order`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      const { world, said, people } = await storm(seed);
      const log = world.desk.log.map((one) => one.body);
      const own = log.filter((body) => body.startsWith("own"));
      assert.equal(own.length, [...said.values()].flat().length, "nothing is stored twice");
      for (const texts of said.values()) {
        const stored = own.filter((body) => texts.includes(body));
        assert.deepEqual(stored, texts, "what was said is stored, in order");
      }
      for (const person of people) {
        assert.deepEqual(person.outgoing, [], "nothing is on the way");
        assert.deepEqual(person.texts, log, "everybody sees all");
        // It may just be trying a better transport.
        for (let more = 0; more < 10 && person.status.is !== "live"; more++) {
          await world.clock.pass(1_000);
        }
        assert.equal(person.status.is, "live");
      }
      assert.ok(world.desk.lines.size <= (world.tabs ? 1 : people.length), "lines at the end");
      assert.equal(world.stored.length, 0, "nothing is left behind in storage");
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).stack}`);
    }
  }
});

test("the same seed is the same storm", async () => {
  for (const seed of [3, 4, 7]) {
    const [one, other] = [await storm(seed), await storm(seed)];

    assert.deepEqual(one.world.desk.log, other.world.desk.log);
    assert.deepEqual(
      one.people.map((person) => person.statuses),
      other.people.map((person) => person.statuses),
    );
  }
});
