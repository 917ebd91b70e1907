import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

import { ASSETS, bundles, WIDGET } from "../tools/bundles.ts";

/** Of the 12 KB that the widget may weigh, what all but its looks may take. */
const MOST_BYTES = 5_450;

/** What every visitor of a site loads. */
const LAUNCHER_MOST_BYTES = 3_072;
/** And who opens the chat in all: the button, its script, its style, and its page with the words. */
const ALL_MOST_BYTES = 12_288;
/** And once more where no socket comes to be. */
const FALLBACKS_MOST_BYTES = 1_200;

/** What an agent loads before there is anything to see, and all that the console ever loads. */
const CONSOLE_FIRST_MOST_BYTES = 92_160;
const CONSOLE_MOST_BYTES = 153_600;

const CLIENTS = fileURLToPath(new URL("../../", import.meta.url));

async function weigh(modules: readonly string[]): Promise<number> {
  const contents = modules.map((name) => `export * from "./${name}";`).join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: CLIENTS },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
}

const GUEST = ["link/link.ts", "link/outside.ts", "model/fold.ts", "model/signals.ts"];

test("what a guest loads is small, and has nothing of the floor in it", async () => {
  const guest = await weigh([...GUEST, "model/pending.ts"]);
  const agent = await weigh([...GUEST, "model/pending.ts", "model/floor.ts"]);

  assert.ok(guest <= MOST_BYTES, `${guest} bytes, compressed`);
  assert.ok(agent > guest + 500, "the floor is counted apart");
});

test("what the server has is made of these sources", async () => {
  for (const { name, contents } of await bundles()) {
    const there = readFileSync(new URL(name, ASSETS));
    assert.ok(there.equals(contents), `${name} is old: run requirements/node.sh ./build`);
  }
});

const weights = async () =>
  new Map(
    (await bundles()).map(({ name, contents }) => [name, gzipSync(contents, { level: 9 }).length]),
  );
const sum = (bytes: ReadonlyMap<string, number>, names: readonly string[]) =>
  names.reduce((all, one) => all + bytes.get(one)!, 0);

test("a visitor of a site loads little, and whoever opens the chat not much more", async () => {
  const bytes = await weights();

  assert.ok(bytes.get("widget.js")! <= LAUNCHER_MOST_BYTES, `the launcher: ${[...bytes]}`);
  for (const lang of WIDGET.catalogues.keys()) {
    const all = sum(bytes, ["widget.js", "panel.js", "panel.css", `panel.${lang}.html`]);
    assert.ok(all <= ALL_MOST_BYTES, `${lang}: ${all} bytes, compressed: ${[...bytes]}`);
  }
  const more = bytes.get("panel-fallbacks.js")!;
  assert.ok(more <= FALLBACKS_MOST_BYTES, `where sockets are blocked: ${more} bytes, compressed`);
});

test("an agent loads one part of the console first", async () => {
  const bytes = await weights();
  const console = [...bytes.keys()].filter((name) => name.startsWith("console"));
  const first = sum(
    bytes,
    console.filter((name) => name !== "console-admin.js"),
  );

  assert.deepEqual(console.length, 4, "the server names each of them");
  assert.ok(first <= CONSOLE_FIRST_MOST_BYTES, `${first} bytes, compressed: ${[...bytes]}`);
  assert.ok(
    sum(bytes, console) <= CONSOLE_MOST_BYTES,
    `${sum(bytes, console)} bytes: ${[...bytes]}`,
  );
});
