import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { drawn as later } from "../console/admin/admin.tsx";
import { drawn } from "../console/drawn.tsx";
import { KEYS } from "../console/keys.ts";
import { find, to } from "../console/router.ts";
import { isFor, SCREENS, type ScreenName } from "../console/screens.ts";
import { words } from "../console/words.ts";

const NAMES = Object.keys(SCREENS) as ScreenName[];
const DESIGN = new URL("../../../docs/design/console.md", import.meta.url);

test("every screen that is listed is drawn, and no other", () => {
  assert.deepEqual(Object.keys({ ...drawn, ...later }).sort(), NAMES.toSorted());
});

test("every screen has an address of its own, from which it is found again", () => {
  for (const screen of NAMES) {
    const names = [...SCREENS[screen].path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
    const params = Object.fromEntries(names.map((name) => [name, `${name} / ü:?#%`]));
    assert.deepEqual(find(to(screen, params)), { screen, params });
  }
  assert.equal(find("#/nowhere"), undefined);
  assert.equal(find("#/floor/of/what"), undefined);
  assert.equal(find(""), undefined);
});

test("the page on the design names every screen, with its address and all of its states", () => {
  const rows = readFileSync(DESIGN, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `#/"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const told = new Map(rows.map(([, path, , states]) => [path, states!.match(/`([^`]+)`/g)]));

  for (const { path, states } of Object.values(SCREENS)) {
    const listed = told.get(`\`#${path}\``);
    assert.deepEqual(
      listed,
      states.map((state) => `\`${state}\``),
      path,
    );
  }
  assert.equal(told.size, NAMES.length);
});

test("the page on the design has every key, and what it does", () => {
  const told = readFileSync(DESIGN, "utf8").matchAll(/^\| `(.)` \| (.+) \|$/gm);
  const listed = KEYS.map(({ key, name }) => [key, words.keyWords[name]]);

  assert.deepEqual(
    [...told].map(([, key, does]) => [key, does]),
    listed,
  );
});

test("what is for a role is for those above it too", () => {
  assert.ok(isFor("monitor", "admin") && isFor("monitor", "monitor") && isFor("agent", "agent"));
  assert.ok(!isFor("monitor", "agent") && !isFor("admin", "monitor"));
  assert.ok(isFor("anyone", undefined) && !isFor("agent", undefined));
  assert.ok(!isFor("agent", "of another kind"));
});
