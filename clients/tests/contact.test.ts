import assert from "node:assert/strict";
import { test } from "node:test";

import { hrefOf } from "../console/notes/contact.ts";

test("an address of mail and a number are there to be pressed", () => {
  assert.equal(hrefOf("nora@mail.example"), "mailto:nora@mail.example");
  assert.equal(hrefOf("o'neill+desk@müller.example"), "mailto:o'neill%2Bdesk@m%C3%BCller.example");
  assert.equal(hrefOf("+49 (30) 1234-56/7"), "tel:+49301234567");
});

test("whatever else somebody wrote is text", () => {
  for (const contact of [
    "javascript:alert(1)",
    "https://evil.example",
    "a@b.example?bcc=c@d.example",
    "a@b.example, c@d.example",
    "a@b",
    "room 7, building C",
    "12",
    "",
  ]) {
    assert.equal(hrefOf(contact), undefined, contact);
  }
});
