import assert from "node:assert/strict";
import { test } from "node:test";

import { about } from "../widget/about.ts";

const SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const BLINK = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";

const AGENTS = [
  [`Mozilla/5.0 (X11; Linux x86_64) ${BLINK}`, "Linux", "Chrome 156"],
  [`Mozilla/5.0 (Linux; Android 16) ${BLINK}`, "Android", "Chrome 156"],
  [`Mozilla/5.0 (Windows NT 10.0; Win64) ${BLINK} Edg/156.0`, "Windows", "Edge 156"],
  [`Mozilla/5.0 (iPhone; CPU) ${SAFARI} Version/26.1 Mobile Safari/604.1`, "iOS", "Safari 26"],
  ["Mozilla/5.0 (Macintosh; rv:150.0) Gecko Firefox/150.0", "macOS", "Firefox 150"],
  ["curl/8", "", ""],
] as const;

test("the system and the browser are told apart, also where they pose as others", () => {
  for (const [agent, system, browser] of AGENTS) {
    assert.deepEqual(about(agent, "https://shop/"), { system, browser, page: "https://shop/" });
  }
});

test("of a long address as much is sent as the desk takes", () => {
  assert.equal(about("", "x".repeat(5_000)).page.length, 200);
});
