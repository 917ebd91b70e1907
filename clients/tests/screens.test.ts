import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { drawn as later } from "../console/admin/admin.tsx";
import { drawn } from "../console/drawn.tsx";
import { KEYS } from "../console/keys.ts";
import { LOCAL_KEYS, type LocalKey, pressed } from "../console/parts/pressed.ts";
import { find, placeAt, to } from "../console/router.ts";
import { isFor, SCREENS, type ScreenName } from "../console/screens.ts";
import { words } from "../console/words.ts";

const NAMES = Object.keys(SCREENS) as ScreenName[];
const CONSOLE = new URL("../../console/", import.meta.url);
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
  assert.equal(find("#/elsewhere"), undefined);
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
  const [, keys] = /^## Keys$(.*?)^## /ms.exec(readFileSync(DESIGN, "utf8"))!;
  const told = keys!.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm);
  const everywhere = KEYS.map(({ key, name }) => [key, words.keyWords[name]]);
  const locally = (Object.keys(LOCAL_KEYS) as LocalKey[]).map((name) => [
    LOCAL_KEYS[name],
    words.localKeyWords[name],
  ]);

  assert.deepEqual(
    [...told].map(([, key, does]) => [key, does]),
    [...everywhere, ...locally],
  );
});

test("no key does anything that is not in the two lists, which the sheet shows", () => {
  const listed = ["keys.ts", "parts/pressed.ts"];
  const asks = /\.(?:key|code) [!=]==|\{[^}]*\b(?:key|code)\b[^}]*\}[:=] *(?:KeyboardEvent|event)/;
  const caps = /"(?:Enter|Escape|Esc|Tab|Arrow\w+|Page(?:Up|Down)|Backspace|Delete|F\d+)"/;
  const names = readdirSync(CONSOLE, { recursive: true, encoding: "utf8" });
  const sources = names.filter((name) => /\.tsx?$/.test(name) && !listed.includes(name));

  assert.ok(sources.length > 50);
  for (const name of sources) {
    const text = readFileSync(new URL(name, CONSOLE), "utf8");
    const hears = /onKey(?:Down|Up|Press)|"key(?:down|up|press)"|KeyboardEvent/.test(text);
    if (hears) assert.ok(!asks.test(text) && !caps.test(text), name);
  }
});

const typed = (key: string, more: object = {}) =>
  pressed({
    key,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    ...more,
  } as never);

test("a key is known by what is held with it, and is none while a word is put together", () => {
  assert.equal(typed("Enter"), "send");
  assert.equal(typed("Enter", { shiftKey: true }), "line");
  assert.equal(typed("Enter", { metaKey: true }), "sendToo");
  assert.equal(typed("Enter", { isComposing: true }), undefined);
  assert.equal(typed("d", { ctrlKey: true }), undefined);
  assert.equal(typed("ArrowDown", { altKey: true }), undefined);
});

test("whatever is no address is no place, and nothing at all is the floor", () => {
  for (const hash of ["", "#", "#/"]) assert.equal(placeAt(hash).screen, "floor");
  for (const hash of ["#/flor", "#floor", "#/room", "#/admin/none"]) {
    assert.equal(placeAt(hash).screen, "nowhere");
  }
});

test("what is for a role is for those above it too", () => {
  assert.ok(isFor("monitor", "admin") && isFor("monitor", "monitor") && isFor("agent", "agent"));
  assert.ok(!isFor("monitor", "agent") && !isFor("admin", "monitor"));
  assert.ok(isFor("anyone", undefined) && !isFor("agent", undefined));
  assert.ok(!isFor("agent", "of another kind"));
});
