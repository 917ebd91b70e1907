/**
 * What browsers load, made of the folders beside: `requirements/node.sh ./build` writes it where the
 * server has it. docs/decisions/0010 says why it is checked in; tests/size.test.ts, that it is no older.
 */

import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import { type BuildOptions, build } from "esbuild";
import { type MinifyOptions, minify } from "terser";

import { SHORT } from "./short.ts";
import { nth, Widget } from "./words.ts";

const CLIENTS = fileURLToPath(new URL("../../", import.meta.url));
export const ASSETS = new URL("../../../src/frontdesk/web/assets/", import.meta.url);

export const WIDGET = new Widget(new URL("../../widget/", import.meta.url));

/** What a guest loads, where each byte counts, is made shorter than the rest. */
export const GUESTS: BuildOptions = { mangleProps: SHORT, plugins: [WIDGET.plugin()] };
const AGAIN: MinifyOptions = {
  mangle: { nth_identifier: { get: nth } },
  module: true,
  ecma: 2020,
  compress: {
    passes: 3,
    unsafe: true,
    unsafe_arrows: true,
    lhs_constants: false,
    // Not `unsafe_comps`: it turns `a >= 0` round, which is something else for what is no number.
    pure_getters: true,
    keep_fargs: false,
  },
};

const BUNDLES: readonly BuildOptions[] = [
  { ...GUESTS, entryPoints: { widget: "launcher/launcher.ts" }, format: "iife" },
  {
    // Each of the two with all that it needs, so that most guests load one file alone; made together
    // and with one table of names, since what they hand each other has to be called the same.
    ...GUESTS,
    mangleCache: {},
    entryPoints: { panel: "widget/panel.ts", "panel-fallbacks": "link/fallbacks.ts" },
    format: "esm",
  },
  { ...GUESTS, entryPoints: { panel: "widget/panel.css" } },
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
  const built = await Promise.all(BUNDLES.map(made));
  const pages = [...WIDGET.catalogues.keys()].map((lang) => ({
    name: `panel.${lang}.html`,
    contents: encoded(WIDGET.page(lang)),
  }));
  return [...built.flat(), ...pages];
}

export async function made(options: BuildOptions): Promise<Bundle[]> {
  const { outputFiles } = await build({
    absWorkingDir: CLIENTS,
    bundle: true,
    minify: true,
    charset: "utf8",
    target: "es2022",
    outdir: "built",
    ...options,
    write: false,
  });
  return Promise.all(
    outputFiles.map(async ({ path, text, contents }) => {
      const isShorter = "mangleProps" in options && path.endsWith(".js");
      const { code } = isShorter ? await minify(text, AGAIN) : {};
      return { name: basename(path), contents: code === undefined ? contents : encoded(code) };
    }),
  );
}

const encoded = (text: string) => new TextEncoder().encode(text);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, contents } of await bundles()) writeFileSync(new URL(name, ASSETS), contents);
}
