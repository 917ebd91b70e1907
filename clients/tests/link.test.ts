import assert from "node:assert/strict";
import { test } from "node:test";

import { events } from "../link/fallbacks.ts";
import { feed, type Status } from "../link/feed.ts";
import { fetched, socket, type Transport } from "../link/transports.ts";
import { Person, URL } from "./person.ts";
import { NONE, World } from "./world.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** A world with one page, which has been there for a while. */
async function given(change: (world: World) => void = () => {}): Promise<[World, Person]> {
  const world = new World(1);
  change(world);
  const ana = new Person(world.page());
  await world.clock.pass(20 * SECOND_MS);
  return [world, ana];
}

test("a page begins with the view, and hears what comes over a socket", async () => {
  const [world, ana] = await given((world) => world.desk.post("Ida", "one"));
  world.desk.post("Ida", "two");
  await world.clock.pass(SECOND_MS);

  assert.deepEqual(ana.texts, ["one", "two"]);
  assert.deepEqual(ana.status, { is: "live", via: "socket" });
  assert.deepEqual(world.asked, ["GET /state", "socket"]);
});

const BLOCKED = [
  { paths: ["/socket"], via: "events" },
  { paths: ["/socket", "/events"], via: "polls" },
];
for (const { paths, via } of BLOCKED) {
  test(`where no ${paths} gets through one listens by ${via}, and goes up again later`, async () => {
    const [world, ana] = await given((world) => {
      world.blocked = new Set(paths);
    });
    world.desk.post("Ida", "one");
    await world.clock.pass(SECOND_MS);
    assert.deepEqual(ana.status, { is: "live", via });
    assert.deepEqual(ana.texts, ["one"]);

    // Tried once in vain, and then with success.
    await world.clock.pass(15 * MINUTE_MS);
    assert.deepEqual(ana.status, { is: "live", via });
    world.blocked.clear();
    await world.clock.pass(20 * MINUTE_MS);
    world.desk.post("Ida", "two");
    await world.clock.pass(SECOND_MS);

    assert.deepEqual(ana.status, { is: "live", via: "socket" });
    assert.deepEqual(ana.texts, ["one", "two"]);
    assert.equal(ana.views, 1, "nothing had to be begun anew");
  });
}

/** Who listens over a socket, or over what is got when that is wanted. */
function whoGets(get: () => Promise<Transport>) {
  const world = new World(1);
  world.blocked = new Set(["/socket"]);
  const statuses: Status[] = [];
  const hear = {
    view: () => {},
    event: () => {},
    status: (status: Status) => statuses.push(status),
  };
  const ladder = [["socket", socket] as const, ["events", fetched(get)] as const];
  const line = feed(world.page().outside, { url: URL, token: "secret" }, hear, ladder);
  line.start();
  return { world, line, statuses };
}

test("what has to be got first is got when it is wanted, and again where that failed", async () => {
  let got = 0;
  const { world, statuses } = whoGets(async () => {
    if (++got === 1) throw new TypeError("network");
    return events;
  });
  await world.clock.pass(20 * SECOND_MS);

  assert.deepEqual(world.asked, ["GET /state", "socket", "socket", "GET /events"]);
  assert.deepEqual(statuses.at(-1), { is: "live", via: "events" });
  assert.equal(got, 2);
  const pauses = statuses.filter(({ is }) => is === "waiting");
  assert.deepEqual(
    pauses.map((one) => "via" in one && one.via),
    ["socket", "events", "events"],
  );
});

test("what comes when nobody listens any more does not begin to", async () => {
  let bring: (transport: Transport) => void = () => {};
  const { world, line } = whoGets(
    () =>
      new Promise((resolve) => {
        bring = resolve;
      }),
  );
  await world.clock.pass(20 * SECOND_MS);
  line.stop();
  bring(events);
  await world.clock.pass(20 * SECOND_MS);

  assert.deepEqual(world.asked, ["GET /state", "socket", "socket"]);
});

test("a text may hold what looks like the end of a line, or of the stream", async () => {
  const [world, ana] = await given((world) => {
    world.blocked = new Set(["/socket"]);
  });
  const texts = ["one\u2028two\u2029three", "x\u2028event: hangup\u2028y", "x\nevent: hangup\ny"];
  for (const text of texts) world.desk.post("Ida", text);
  await world.clock.pass(SECOND_MS);

  assert.deepEqual(ana.texts, texts);
  assert.equal(world.asked.filter((one) => one === "GET /events").length, 1, "it goes on");
});

test("a restart, as long as it takes, is not taken for a blocked transport", async () => {
  const [world, ana] = await given();
  world.desk.post("Ida", "heard");
  await world.clock.pass(SECOND_MS);
  for (const line of [...world.desk.lines.keys()]) line.hangUp(1012, "restart");
  world.faults = { ...NONE, refused: 1 };
  await world.clock.pass(3 * SECOND_MS);
  assert.ok(["waiting", "connecting"].includes(ana.status.is));
  world.faults = NONE;
  await world.clock.pass(10 * SECOND_MS);

  assert.deepEqual(ana.status, { is: "live", via: "socket" });
  assert.ok(!world.asked.includes("GET /events"));
});

test("who is told not to come back does not", async () => {
  const [world, ana] = await given();
  for (const line of [...world.desk.lines.keys()]) line.hangUp(4401, "signed_out");
  await world.clock.pass(SECOND_MS);
  assert.deepEqual(ana.status, { is: "ended", why: "signed_out" });

  const before = world.asked.length;
  ana.page.wake();
  await world.clock.pass(10 * MINUTE_MS);
  assert.equal(world.asked.length, before);
});

test("who is told that a line was no good tries again", async () => {
  const [world, ana] = await given();
  for (const code of [4400, 1003]) {
    for (const line of [...world.desk.lines.keys()]) line.hangUp(code, "no_hello");
    world.desk.post("Ida", `${code}`);
    await world.clock.pass(MINUTE_MS);
  }

  assert.deepEqual(ana.status, { is: "live", via: "socket" });
  assert.deepEqual(ana.texts, ["4400", "1003"]);
});

test("what the server asks for is waited out, also by who is woken", async () => {
  const [world, ana] = await given();
  const before = world.asked.length;
  for (const line of [...world.desk.lines.keys()]) line.hangUp(1013, "overloaded");
  await world.clock.pass(SECOND_MS);
  ana.page.wake();
  await world.clock.pass(3 * SECOND_MS);
  assert.equal(ana.status.is, "waiting");
  assert.equal(world.asked.length, before, "not within five seconds");

  await world.clock.pass(2 * SECOND_MS);
  assert.equal(ana.status.is, "live", "and then, as it was woken, at once");
});

test("a fault of the server refuses nothing and ends nothing", async () => {
  const [world, ana] = await given((world) => {
    world.blocked = new Set(["/socket", "/events"]);
    world.faults = { ...NONE, faulty: 1 };
  });
  ana.link.outbox.say("room", "one");
  await world.clock.pass(MINUTE_MS);
  assert.notEqual(ana.status.is, "ended", "for want of a view");
  world.faults = NONE;
  await world.clock.pass(MINUTE_MS);
  assert.deepEqual(ana.texts, ["one"]);

  world.faults = { ...NONE, faulty: 1 };
  ana.link.outbox.say("room", "two");
  await world.clock.pass(MINUTE_MS);
  assert.notEqual(ana.status.is, "ended", "for want of a poll");
  world.faults = NONE;
  await world.clock.pass(MINUTE_MS);
  assert.deepEqual(ana.texts, ["one", "two"]);
  assert.deepEqual(ana.outgoing, []);
});

test("who is back online tries at once", async () => {
  const [world, ana] = await given();
  world.online = false;
  world.faults = { ...NONE, refused: 1 };
  for (const line of [...world.desk.lines.keys()]) line.hangUp(1012, "restart");
  let step = 0;
  while (!(ana.status.is === "offline" && ana.status.untilMs > world.clock.nowMs + 5_000)) {
    await world.clock.pass(100);
    assert.ok(++step < 5_000, "it is offline");
  }
  world.online = true;
  world.faults = NONE;
  ana.page.wake();
  await world.clock.pass(SECOND_MS);

  assert.equal(ana.status.is, "live");
});

test("a line on which nothing is heard is dead, and nothing is lost with it", async () => {
  const [world, ana] = await given();
  world.desk.post("Ida", "heard");
  await world.clock.pass(SECOND_MS);
  world.faults = { ...NONE, stalled: 1 };
  world.desk.post("Ida", "swallowed");
  await world.clock.pass(SECOND_MS);
  world.faults = NONE;
  await world.clock.pass(20 * SECOND_MS);
  assert.deepEqual(ana.texts, ["heard"]);

  await world.clock.pass(20 * SECOND_MS);
  assert.deepEqual(ana.texts, ["heard", "swallowed"]);
});

test("a page that slept does not trust its line, and begins anew where it has to", async () => {
  const [world, ana] = await given();
  ana.page.freeze();
  world.desk.post("Ida", "one");
  await world.clock.pass(10 * MINUTE_MS);
  world.desk.forget();
  ana.page.thaw();
  ana.page.wake();
  await world.clock.pass(5 * SECOND_MS);

  assert.deepEqual(ana.texts, ["one"]);
  assert.equal(ana.status.is, "live");
});

test("a message is shown at once, sent in turn, and in its place once it is heard", async () => {
  const [world, ana] = await given();
  ana.link.outbox.say("room", "one");
  ana.link.outbox.say("room", "two");
  assert.deepEqual(ana.texts, ["one", "two"]);
  assert.deepEqual(
    ana.outgoing.map((one) => one.state),
    ["pending", "pending"],
  );
  await world.clock.pass(2 * SECOND_MS);

  assert.deepEqual(ana.outgoing, []);
  assert.deepEqual(
    ana.view?.rooms[0]?.messages.map((one) => one.body),
    ["one", "two"],
  );
  assert.equal(world.asked.filter((one) => one.startsWith("POST")).length, 2, "each once");
});

test("what was refused says why, outlives a reload, and is sent again or given up", async () => {
  const [world, ana] = await given();
  world.refusal = "too_large";
  ana.link.outbox.say("room", "one");
  ana.link.outbox.say("room", "two");
  await world.clock.pass(2 * SECOND_MS);
  const failed = [
    ["one", "failed", "too_large"],
    ["two", "failed", "too_large"],
  ];
  const told = (person: Person) => person.outgoing.map((one) => [one.body, one.state, one.code]);
  assert.deepEqual(told(ana), failed);

  ana.page.close();
  const again = new Person(world.page());
  await world.clock.pass(2 * SECOND_MS);
  assert.deepEqual(told(again), failed);
  world.refusal = undefined;
  const [one, two] = again.outgoing;
  again.link.outbox.retry(one!.key);
  again.link.outbox.drop(two!.key);
  await world.clock.pass(2 * SECOND_MS);

  assert.deepEqual(again.texts, ["one"]);
  assert.deepEqual(again.outgoing, []);
  assert.equal(world.stored.length, 0);
});

test("what is broken in storage is removed, and stops nothing else", async () => {
  const [world] = await given((world) => {
    const key = "a-key-of-16-signs";
    const good = { key, room: "room", body: "one", at: 1, state: "pending" };
    const keep = (key: string, text: string) => world.stored.setItem(`frontdesk:ana:${key}`, text);
    for (const text of ["{", "null", "[]", '"one"']) keep(text, text);
    [{ state: "sent" }, { at: null }, { body: 1 }].forEach((wrong, at) => {
      const key = `another-key-${at}`;
      keep(key, JSON.stringify({ ...good, key, ...wrong }));
    });
    keep("not its key", JSON.stringify({ ...good, body: "two" }));
    keep(key, JSON.stringify(good));
    world.stored.setItem("of somebody else", "{");
  });

  assert.deepEqual(
    world.desk.log.map((one) => one.body),
    ["one"],
  );
  assert.equal(world.stored.length, 1, "and what is not ours stays");
});

test("nobody sends what somebody else has left behind, whatever the names", async () => {
  const [world, ana] = await given((world) => world.blocked.add("/message/room"));
  const other = new Person(world.page(), "ana:2");
  other.link.outbox.say("room", "of the other one");
  other.page.close();
  world.blocked.clear();
  const again = new Person(world.page());
  await world.clock.pass(2 * MINUTE_MS);

  assert.deepEqual([ana.texts, again.texts], [[], []]);
  assert.equal(world.stored.length, 1);
});

test("a page without storage, locks and channels works for itself", async () => {
  const [world, ana] = await given((world) => {
    world.tabs = false;
    world.stored.setItem = () => {
      throw new Error("forbidden");
    };
  });
  const other = new Person(world.page());
  ana.link.outbox.say("room", "one");
  await world.clock.pass(5 * SECOND_MS);

  assert.deepEqual([ana.texts, other.texts], [["one"], ["one"]]);
  assert.equal(world.desk.lines.size, 2);
});

test("who gets up hears at once that what they asked for was given up; messages are kept", async () => {
  const [world, ana] = await given();
  world.faults = { ...NONE, busy: 1 };
  const asked = ana.link.carryOut("POST", "/assist", {});
  ana.link.outbox.say("room", "one");
  await world.clock.pass(SECOND_MS);
  ana.link.stop();
  const late = ana.link.carryOut("POST", "/assist", {});

  assert.deepEqual(await asked, { is: "refused", code: "given_up" });
  assert.deepEqual(await late, { is: "refused", code: "given_up" });
  await world.clock.pass(MINUTE_MS);
  assert.deepEqual(
    ana.outgoing.map(({ body, state }) => [body, state]),
    [["one", "pending"]],
  );
});
