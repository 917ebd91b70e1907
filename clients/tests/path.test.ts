import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { path } from "../link/path.ts";

test("what is filled into a path is one part of it, whatever it holds", () => {
  const desk = "http://desk/api/v1/desks/main";
  for (const room of ["../set_limit", "..", ".", "a/b", "a?b#c", "%2e%2e", "\\..", "ü :"]) {
    const { pathname, search } = new URL(desk + path`/join/${room}`);
    assert.match(pathname, /^\/api\/v1\/desks\/main\/join\/[^/]+$/, room);
    assert.equal(search, "");
  }
  assert.equal(path`/rooms/${"r1"}/messages?before=${"e.1.0"}`, "/rooms/r1/messages?before=e.1.0");
});

test("the console makes no path in another way", () => {
  const folder = new URL("../../console/", import.meta.url);
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const sources = names.filter((name) => /\.tsx?$/.test(name));
  const made = sources.flatMap((name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    return [...text.matchAll(/(?<!path)`[/?][^`]*\$\{[^`]*`/g)].map(([one]) => `${name} ${one}`);
  });

  assert.ok(sources.length > 50);
  // A query that was put together by what encodes it.
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands there.
  assert.deepEqual(made, ["admin/history/search.ts `/history?${text}`"]);
});
