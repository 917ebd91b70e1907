/**
 * What browsers load, made of the folders beside: `requirements/node.sh ./build` writes it where the
 * server has it. docs/decisions/0010 says why it is checked in; tests/size.test.ts, that it is no older.
 */

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { type BuildOptions, build } from "esbuild";

const CLIENTS = fileURLToPath(new URL("../../", import.meta.url));
export const ASSETS = new URL("../../../src/frontdesk/web/assets/", import.meta.url);

const BUNDLES: Readonly<Record<string, BuildOptions>> = {
  "widget.js": { entryPoints: ["launcher/launcher.ts"], format: "iife" },
  "panel.js": { entryPoints: ["widget/panel.ts"], format: "esm" },
  "panel.css": { entryPoints: ["widget/panel.css"] },
};

export interface Bundle {
  readonly name: string;
  readonly contents: Uint8Array;
}

/** All of them, the same to the byte for the same sources. */
export function bundles(): Promise<Bundle[]> {
  return Promise.all(
    Object.entries(BUNDLES).map(async ([name, options]) => {
      const { outputFiles } = await build({
        ...options,
        absWorkingDir: CLIENTS,
        bundle: true,
        minify: true,
        target: "es2022",
        write: false,
      });
      return { name, contents: outputFiles![0]!.contents };
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, contents } of await bundles()) writeFileSync(new URL(name, ASSETS), contents);
}
