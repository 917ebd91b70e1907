/**
 * The catalogues of the widget, `widget/words/*.json`, put where they are read: what never changes
 * into the page of a language, what scripts say into a list beside it, and the words of the button
 * into the launcher.
 *
 * In scripts `words.x` becomes `words[3]` and `parts.x` becomes `parts[3]`: by the order in which
 * words are used first, and in which parts stand in the page. There an id is as short as it can be.
 */

import { readdirSync, readFileSync } from "node:fs";

import type { Plugin } from "esbuild";

export type Forms = Readonly<Record<string, string>>;
export type Catalogue = Readonly<Record<string, string | Forms>>;

const WORD = /(?<![./])\bwords\.([a-z]\w*)/gi;
const PART = /(?<![./])\bparts\.([a-z]\w*)/gi;
const ID = /\bid="(\w+)"/g;
/** What needs no quotes in HTML. */
const QUOTED = /(?<= [\w-]+=)"([\w./-]+)"/g;
/** Between what stands in lines of its own. */
const BREAK = /(?<=>)\n(?=<)/g;
/** What only the page and its style know: classes, and values but for the one that scripts set. */
const CLASS = /\bclass="(\w+)"/g;
const VALUE = /--(?!tint\b)(\w+)/g;
/** In values that esbuild leaves as they are. */
const SPACE = /((?:--\w+:|#\w{6},)) /g;
const FILLED = /\{\{(\w+)\}\}/g;
/** Those of the launcher, in this order. */
export const LAUNCHER = ["openChat", "blocked"] as const;
const STARS = 5;
const RTL = new Set(["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);

const read = (folder: URL, name: string) => readFileSync(new URL(name, folder), "utf8");
const places = (pattern: RegExp, text: string) => [
  ...new Set([...text.matchAll(pattern)].map(([, name]) => name!)),
];

/** What the folder of the widget says of words and parts. */
export class Widget {
  readonly html: string;
  /** By language. */
  readonly catalogues: ReadonlyMap<string, Catalogue>;
  /** The keys that the scripts of the panel use, in the order of their list. */
  readonly spoken: readonly string[];
  /** The keys that stand in the page. */
  readonly written: readonly string[];
  readonly ids: readonly string[];
  readonly classes: readonly string[];

  constructor(folder: URL) {
    const named = (end: string, where: URL) =>
      readdirSync(where)
        .filter((name) => name.endsWith(end))
        .sort();
    const texts = new URL("words/", folder);
    this.html = read(folder, "panel.html");
    this.catalogues = new Map(
      named(".json", texts).map((name) => [
        name.replace(".json", ""),
        JSON.parse(read(texts, name)) as Catalogue,
      ]),
    );
    const scripts = named(".ts", folder).map((name) => read(folder, name));
    this.spoken = places(WORD, scripts.join("\n"));
    this.written = places(FILLED, this.html).filter((key) => !(key in OURS));
    this.ids = places(ID, this.html);
    this.classes = places(CLASS, this.html);
  }

  /** The page in this language, and holes for what the server knows. */
  page(lang: string): string {
    const words = this.catalogues.get(lang)!;
    const ours = {
      lang,
      dir: RTL.has(lang) ? "rtl" : "ltr",
      stars: Array.from({ length: STARS }, (_, at) => star(at + 1)).join(""),
      // Nobody is told that they are behind zero others.
      words: JSON.stringify(
        this.spoken.map((key) => words[key]),
        (key, value) => (key === "zero" ? undefined : value),
      ).replaceAll("<", "\\u003c"),
    } satisfies typeof OURS;
    return this.html
      .replace(ID, (_, id) => `id="${short(this.ids, id)}"`)
      .replace(CLASS, (_, name) => `class="${short(this.classes, name)}"`)
      .replace(BREAK, "")
      .replace(FILLED, (_, key) => ours[key as keyof typeof ours] ?? escaped(words[key]))
      .replace(QUOTED, "$1");
  }

  /** Tells esbuild how it is with words and parts. */
  plugin(): Plugin {
    const place = (all: readonly string[], name: string) => {
      if (!all.includes(name)) throw new Error(`neither a word nor a part: ${name}`);
      return `[${all.indexOf(name)}]`;
    };
    const script = (text: string) =>
      text
        .replace(WORD, (_, key) => `words${place(this.spoken, key)}`)
        .replace(PART, (_, id) => `parts${place(this.ids, id)}`);
    const style = (text: string) => {
      const values = places(VALUE, text);
      const named = (names: readonly string[]) => (all: string, name: string) =>
        names.includes(name) ? all.replace(name, short(names, name)) : all;
      return text
        .replace(/#(\w+)/g, named(this.ids))
        .replace(/\.(\w+)/g, named(this.classes))
        .replace(VALUE, named(values))
        .replace(SPACE, "$1");
    };
    const launcher = [...this.catalogues].map(([lang, words]) => [
      lang,
      LAUNCHER.map((key) => words[key]),
    ]);
    const table = `export const WORDS = ${JSON.stringify(Object.fromEntries(launcher))}`;
    return {
      name: "widget",
      setup(build) {
        build.onLoad({ filter: /\bwidget.[a-z]+\.ts$/ }, ({ path }) => ({
          contents: script(readFileSync(path, "utf8")),
          loader: "ts",
        }));
        build.onLoad({ filter: /\bwidget.panel\.css$/ }, ({ path }) => ({
          contents: style(readFileSync(path, "utf8")),
          loader: "css",
        }));
        build.onLoad({ filter: /\blauncher.words\.ts$/ }, () => ({
          contents: table,
          loader: "ts",
        }));
      },
    };
  }
}

/** Of few letters, which stand in words as often as any: what is made of them is compressed better. */
const LETTERS = "etiaosdcuphfmnrl";

/** The shortest names there are, one after the other. */
export function nth(at: number): string {
  const most = LETTERS.length;
  return (at < most ? "" : nth(Math.floor(at / most) - 1)) + LETTERS[at % most];
}

/** A name as short as can be for one of these. */
const short = (names: readonly string[], name: string) => nth(names.indexOf(name));

/** What is filled in and is no word. */
const OURS = { lang: "", dir: "", stars: "", words: "" };

const star = (value: number) =>
  `<label><input type="radio" name="stars" value="${value}"><b>${value}</b></label>`;

function escaped(text: unknown): string {
  if (typeof text !== "string") throw new Error(`not a text: ${JSON.stringify(text)}`);
  return text.replace(/[&<>"{}]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
