import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

/** Of the 12 KB that the widget may weigh, what all but its looks may take. */
const MOST_BYTES = 5_450;

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
