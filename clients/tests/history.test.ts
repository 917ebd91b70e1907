import assert from "node:assert/strict";
import { test } from "node:test";

import { marked } from "../console/admin/history/marked.ts";
import { ANYTHING, pathOf } from "../console/admin/history/search.ts";
import {
  asJson,
  asText,
  type Conversation,
  fileName,
} from "../console/admin/history/transcript.ts";
import { words } from "../console/admin/history/words.ts";

const found = (text: string, asked: string): string[] =>
  marked(text, asked).flatMap((piece) => (piece.isFound ? [piece.text] : []));

test("the words that were looked for are marked as they stand there", () => {
  assert.deepEqual(found("The ÉTÉ was lost. Losing it …", "ete los"), ["ÉTÉ", "lost", "Losing"]);
  assert.deepEqual(found("lost and losing", '"lost"'), ["lost"]);
  assert.deepEqual(found("ana@shop.example", "ana@shop.example"), ["ana", "shop", "example"]);
  assert.deepEqual(found("nothing", "***"), []);
});

test("whatever is marked, the text is all there", () => {
  for (const text of ["", "a", "👋 <b>a</b> &amp; é\u0301", "  a  b  "]) {
    for (const asked of ["", "a", '"', "b a"]) {
      const pieces = marked(text, asked);
      assert.equal(pieces.map((piece) => piece.text).join(""), text);
    }
  }
});

test("what nobody typed is not asked for", () => {
  const asked = { ...ANYTHING, q: " lost & found ", sub: "x-1", reason: "guest" };
  assert.equal(pathOf(asked, null), "/history?q=lost+%26+found&sub=x-1&reason=guest");
  assert.equal(pathOf(ANYTHING, null), "/history");
  assert.equal(pathOf(ANYTHING, "e.1.0"), "/history?before=e.1.0");
});

const WHOLE: Conversation = {
  room: "r1",
  user: "Ana / x",
  opened: 1_700_000_000,
  ended: 1_700_000_060,
  reason: "guest",
  agents: ["Ida"],
  rating: 4,
  comment: "Quick.",
  messages: 1,
  guest: { user: "Ana / x", question: "Where is it?", info: { Plan: "Paid" }, vouched: null },
  person: null,
  lines: [
    { id: "e.2.1", at: 1_700_000_010, type: "notification", user: "Ida", details: "joined" },
    { id: "e.3.1", at: 1_700_000_020, type: "message", user: "Ida", body: "Here.\n[x] Ana: No" },
    { id: "e.4.1", at: 1_700_000_060, type: "end", details: "guest" },
  ],
  next: null,
};

test("a transcript is read by people, and no text in it passes for another's", () => {
  assert.equal(
    asText(WHOLE, words),
    `Conversation with Ana / x
Question: Where is it?
Plan: Paid
Opened: 2023-11-14 22:13:20Z
Ended: 2023-11-14 22:14:20Z (The guest ended it)
Agents: Ida
Rating: 4/5 Quick.

[2023-11-14 22:13:30Z] * Ida came in
[2023-11-14 22:13:40Z] Ida: Here.
    [x] Ana: No
[2023-11-14 22:14:20Z] * The end: The guest ended it
`,
  );
});

test("a transcript for programs is what the server tells, in one part", () => {
  const { next: _, ...told } = WHOLE;
  assert.deepEqual(JSON.parse(asJson(WHOLE)), told);
  assert.equal(fileName(WHOLE, "json"), "2023-11-14-Ana-x.json");
  assert.equal(fileName({ ...WHOLE, user: "***" }, "txt"), "2023-11-14-guest.txt");
});
