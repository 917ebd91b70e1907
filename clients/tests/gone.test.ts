import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { asked, found } from "../console/admin/history/search.ts";
import { desk, getUp, hints, line, outgoing, view } from "../console/desk.ts";
import { isSheetOpen } from "../console/keys.ts";
import { entered } from "../console/room/acts.ts";
import { overs } from "../console/room/over.ts";
import { ratings } from "../console/room/ratings.ts";
import { told } from "../console/told.ts";

const CONSOLE = new URL("../../console/", import.meta.url);

/** What a module may remember for itself, because it is nobody's, or is over when they get up. */
const REASONS: Readonly<Record<string, string>> = {
  "actions.ts entering": "counts what is on its way, and a link that stops gives all of it up",
  "alerts.ts callOff": "is called when they get up",
  "alerts.ts isGiven": "is taken back when they get up",
  "alerts.ts myself": "names the tab",
  "alerts.ts repeats": "counts from zero with each call",
  "admin/history/search.ts isBegun": "is taken back when they get up",
  "admin/history/search.ts turn": "goes on when they get up",
  "api.ts around": "belongs to no desk, and nothing is kept of its answers",
  "desk.ts ended": "is the next one's before anything ends",
  "desk.ts hearers": "are the parts of the page",
  "desk.ts link": "is stopped",
  "desk.ts lookers": "are the parts of the page",
  "desk.ts silence": "is called when they get up",
  "drawn.tsx isMissing": "is about the page",
  "drawn.tsx later": "is a part of the page",
  "icon.ts heading": "is that of the screen, and the next screen's at once",
  "outside.ts made": "is the browser",
  "parts/badge.tsx now": "is the time",
  "parts/screen.tsx isFirst": "is about the page",
  "person.ts empties": "are the parts of the page",
  "preferences.ts all": "is chosen for the browser, whoever sits there",
  "room/acts.ts shown": "is what is drawn, and taken back once it is not",
  "room/messages.tsx sentAs": "is emptied when they get up",
  "room/over.ts leaving": "is what is on its way, and a link that stops gives all of it up",
  "router.ts place": "is the address",
  "session.ts last": "is who sat here, to say that it is somebody else now",
  "session.ts stopLeaving": "has nothing to stop once it is done",
  "session.ts tryNow": "has nothing to try once it is done",
  "session.ts who": "is who sits here",
  "sound.ts context": "is the browser's",
  "told.ts callOff": "takes away what is gone by then",
};

test("whatever is remembered of somebody is forgotten once they get up", () => {
  const all = { asked, desk, entered, found, hints, isSheetOpen, line, outgoing, overs };
  const signals = Object.entries({ ...all, ratings, told, view });
  const before = signals.map(([, one]) => one.value);
  for (const [, one] of signals) (one as { value: unknown }).value = { of: "Ida" };
  getUp();

  signals.forEach(([name, one], at) => {
    assert.equal(one.value, before[at], name);
  });
});

test("no module of the console remembers anything else", () => {
  const names = readdirSync(CONSOLE, { recursive: true, encoding: "utf8" });
  const kept = names
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) => {
      const text = readFileSync(new URL(name, CONSOLE), "utf8");
      const lets = text.matchAll(/^(?:export )?let (\w+)/gm);
      // What is filled in after it is made; a list that is written out stays as it is.
      const filled =
        /^(?:export )?const (\w+).*=\s*(?:signal\b|new (?:Map|Set)\b.*\(\)|\[\]|\{\});?/gm;
      return [...lets, ...text.matchAll(filled)].map(([, one]) => `${name} ${one}`);
    });

  assert.deepEqual(kept.toSorted(), Object.keys(REASONS).toSorted());
});
