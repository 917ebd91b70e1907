import assert from "node:assert/strict";
import { test } from "node:test";

import { KEYS, meant } from "../console/keys.ts";

type Press = Parameters<typeof meant>[0];

const named = (press: Press, isWriting: boolean) => meant(press, isWriting)?.name;
const press = (key: string, code: string, altKey = true): Press => ({ key, code, altKey });

test("what a key with Alt writes is written, and is no command meanwhile", () => {
  for (const [key, code] of [
    ["@", "KeyL"],
    ["€", "KeyE"],
    ["Dead", "KeyN"],
    ["¡", "Digit1"],
    ["÷", "Slash"],
  ] as const) {
    assert.equal(named(press(key, code), true), undefined, key);
  }
  assert.equal(named(press("@", "KeyL"), false), "leave");
  assert.equal(named(press("€", "KeyE"), false), "end");
  assert.equal(named(press("¡", "Digit1"), false), "number");
  assert.equal(named(press("÷", "Slash"), false), "keys");
});

test("with Alt each key works while one writes, also with capitals locked", () => {
  for (const { key, name } of KEYS) {
    assert.equal(named(press(key, "Unidentified"), true), name);
    assert.equal(named(press(key.toUpperCase(), "Unidentified"), true), name);
  }
  assert.equal(named(press("7", "Digit7"), true), "number");
});

test("a key is what is written on it before it is what stands there elsewhere", () => {
  // As on a Dvorak keyboard.
  assert.equal(named(press("t", "KeyK"), false), "transfer");
});

test("alone a capital, and a letter that only stands at that place, is none", () => {
  assert.equal(named(press("E", "KeyE", false), false), undefined);
  assert.equal(named(press("у", "KeyE", false), false), undefined);
  assert.equal(named(press("e", "KeyE", false), false), "end");
});
