import assert from "node:assert/strict";
import { test } from "node:test";

import { said, wanted, words } from "../console/admin/desk_words.ts";
import { inkOn, originsOf, type Setting } from "../console/admin/settings.ts";
import { snippetOf } from "../console/admin/snippet.tsx";

const QUEUE: Setting = {
  name: "queue_most",
  value: 10,
  default: 10,
  kind: "number",
  unit: "guests",
  help: "How many may wait.",
  least: 1,
  most: 100,
  options: null,
};

test("what stands on a colour is black or white, whichever is read better", () => {
  const inks = ["#ffffff", "#ffff00", "#8ab8ff", "#777777", "#757575", "#1d5bb8", "#000000"].map(
    inkOn,
  );
  assert.deepEqual(inks, [
    "#000000",
    "#000000",
    "#000000",
    "#000000",
    "#ffffff",
    "#ffffff",
    "#ffffff",
  ]);
});

test("a list of sites is as many as there are, and none where there is none", () => {
  assert.deepEqual(originsOf("https://a.example\nhttps://b.example"), [
    "https://a.example",
    "https://b.example",
  ]);
  assert.deepEqual(originsOf(""), []);
});

test("a setting that a later server has is called what the server calls it", () => {
  assert.equal(said(QUEUE)[0], words.settings.said.queue_most![0]);
  assert.deepEqual(said({ ...QUEUE, name: "colour_of_tea", help: "Green." }), [
    "colour_of_tea",
    "Green.",
  ]);
});

test("who gives what a setting does not take is told what it takes", () => {
  assert.equal(wanted(QUEUE), "A whole number from 1 to 100.");
  assert.match(wanted({ ...QUEUE, kind: "text", name: "title", most: 60 }), /60 characters/);
  assert.match(wanted({ ...QUEUE, kind: "lines", name: "fields", most: null }), /6 lines/);
});

test("no setting stands in two groups", () => {
  const { groups, elsewhere } = words.settings;
  const names = [...elsewhere, ...groups.flatMap(([, inside]) => inside)];
  assert.equal(new Set(names).size, names.length);
});

test("the snippet is one line", () => {
  assert.equal(
    snippetOf("https://desk.example", "night-shift"),
    '<script src="https://desk.example/widget.js" data-desk="night-shift" async></script>',
  );
});
