/**
 * What browsers load, made of the folders beside: `requirements/node.sh ./build` writes it where the
 * server has it. docs/decisions/0010 says why it is checked in; tests/size.test.ts, that it is no older.
 */

import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import { type BuildOptions, build } from "esbuild";

const CLIENTS = fileURLToPath(new URL("../../", import.meta.url));
export const ASSETS = new URL("../../../src/frontdesk/web/assets/", import.meta.url);

const BUNDLES: readonly BuildOptions[] = [
  { entryPoints: { widget: "launcher/launcher.ts" }, format: "iife" },
  { entryPoints: { panel: "widget/panel.ts" }, format: "esm" },
  { entryPoints: { panel: "widget/panel.css" } },
  {
    // What the console imports when it is first wanted is a file of its own, called after the module,
    // and what the two have in common another: `console-chunk.js`. Names without hashes, so there can
    // be no third part: two files would be called the same, and esbuild says so.
    entryPoints: { console: "console/console.tsx" },
    format: "esm",
    splitting: true,
    chunkNames: "console-[name]",
  },
  { entryPoints: { console: "console/console.css" } },
];

export interface Bundle {
  readonly name: string;
  readonly contents: Uint8Array;
}

/** All of them, the same to the byte for the same sources. */
export async function bundles(): Promise<Bundle[]> {
  const built = await Promise.all(
    BUNDLES.map((options) =>
      build({
        ...options,
        absWorkingDir: CLIENTS,
        bundle: true,
        minify: true,
        target: "es2022",
        outdir: "built",
        write: false,
      }),
    ),
  );
  return built.flatMap(({ outputFiles }) =>
    outputFiles.map(({ path, contents }) => ({ name: basename(path), contents })),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, contents } of await bundles()) writeFileSync(new URL(name, ASSETS), contents);
}
