/**
 * Markdown as nodes: what people write in a chat, and no HTML, ever.
 *
 * Everything ends in text nodes; the only attributes that come from a text are addresses of the
 * four kinds that protocol §8 allows. What is not understood is shown as it was written. Texts are
 * at most 8 KiB, and nothing here takes more than time square in that.
 */

import { el } from "./dom.ts";

const LIVE = /^(?:https?:\/\/|mailto:|tel:)/i;
/** A quote in a quote in a quote is enough; what is deeper is text. */
const DEPTH_MOST = 4;

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const ITEM = /^ {0,3}(?:[-*+]|(\d{1,9})[.)])\s+/;
const QUOTE = /^ {0,3}> ?/;
const HEADING = /^ {0,3}#{1,6}\s+/;

export function markdown(source: string, depth = 0): DocumentFragment {
  const into = document.createDocumentFragment();
  const lines = source.split("\n");
  let at = 0;
  /** The lines from here on for which this holds. */
  const run = (belongs: (line: string) => boolean) => {
    const from = at;
    while (at < lines.length && belongs(lines[at]!)) at++;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at]!;
    const fence = FENCE.exec(line)?.[1];
    if (fence) {
      at++;
      const code = run((one) => !one.trimStart().startsWith(fence));
      at++;
      into.append(el("pre", { tabIndex: 0 }, el("code", {}, code.join("\n"))));
    } else if (QUOTE.test(line) && depth < DEPTH_MOST) {
      const inner = run((one) => QUOTE.test(one)).map((one) => one.replace(QUOTE, ""));
      into.append(el("blockquote", {}, markdown(inner.join("\n"), depth + 1)));
    } else if (ITEM.test(line)) {
      into.append(list(run((one) => ITEM.test(one))));
    } else if (HEADING.test(line)) {
      at++;
      into.append(el("p", {}, el("strong", {}, inline(line.replace(HEADING, "")))));
    } else if (line.trim()) {
      const first = at;
      const text = run((one) => at === first || (!!one.trim() && !begins(one, depth)));
      into.append(el("p", {}, inline(text.join("\n"))));
    } else {
      at++;
    }
  }
  return into;
}

function begins(line: string, depth: number): boolean {
  const quote = QUOTE.test(line) && depth < DEPTH_MOST;
  return quote || FENCE.test(line) || ITEM.test(line) || HEADING.test(line);
}

function list(lines: readonly string[]): HTMLElement {
  const number = ITEM.exec(lines[0]!)![1];
  const items = lines.map((one) => el("li", {}, inline(one.replace(ITEM, ""))));
  return number === undefined ? el("ul", {}, ...items) : el("ol", { start: +number }, ...items);
}

// --- within a line --------------------------------------------------------------------------

const ESCAPE = /\\([!-/:-@[-`{-~])/y;
const LINK = /\[([^[\]]{1,500})\]\(<?([^\s()<>]{1,2000})>?(?:\s+"[^"]{0,500}")?\)/y;
const POINTED = /<((?:https?:\/\/|mailto:|tel:)[^\s<>]{1,2000})>/iy;
const BARE = /https?:\/\/[^\s<>"`]{1,2000}/iy;
const MARKS = [
  ["**", "strong"],
  ["__", "strong"],
  ["~~", "s"],
  ["*", "em"],
  ["_", "em"],
] as const;
const WORD = /[\p{L}\p{N}]/u;

function inline(source: string, depth = 0): DocumentFragment {
  const into = document.createDocumentFragment();
  let plain = "";
  let at = 0;
  const put = (node: Node, length: number) => {
    if (plain) into.append(plain);
    plain = "";
    into.append(node);
    at += length;
  };
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  while (at < source.length) {
    const escaped = match(ESCAPE);
    if (escaped) {
      plain += escaped[1];
      at += 2;
      continue;
    }
    if (source[at] === "\n") {
      put(el("br", {}), 1);
      continue;
    }
    const code = source[at] === "`" && span(source, at);
    if (code) {
      put(el("code", {}, code.text), code.length);
      continue;
    }
    const named = match(LINK);
    if (named && LIVE.test(named[2]!)) {
      put(link(named[2]!, inline(named[1]!, depth + 1)), named[0].length);
      continue;
    }
    const pointed = match(POINTED);
    if (pointed) {
      put(link(pointed[1]!, pointed[1]!), pointed[0].length);
      continue;
    }
    const bare = match(BARE)?.[0].replace(/[.,:;!?'")\]*_~]+$/, "");
    if (bare && LIVE.test(bare) && !WORD.test(source[at - 1] ?? "")) {
      put(link(bare, bare), bare.length);
      continue;
    }
    const marked = depth < DEPTH_MOST && emphasis(source, at);
    if (marked) {
      const inner = source.slice(at + marked.mark.length, marked.end);
      const length = marked.end + marked.mark.length - at;
      put(el(marked.tag, {}, inline(inner, depth + 1)), length);
      continue;
    }
    // A run of ticks that closes nothing is text as a whole.
    const ticks = source[at] === "`" ? /^`+/.exec(source.slice(at))![0] : source[at]!;
    plain += ticks;
    at += ticks.length;
  }
  if (plain) into.append(plain);
  return into;
}

/** The code between two equal runs of ticks. */
function span(source: string, at: number): { text: string; length: number } | undefined {
  const ticks = /`+/g;
  ticks.lastIndex = at;
  const open = ticks.exec(source)![0];
  for (let close = ticks.exec(source); close; close = ticks.exec(source)) {
    if (close[0] === open) {
      const text = source.slice(at + open.length, close.index);
      return { text: text.replace(/^ (.*\S.*) $/s, "$1"), length: ticks.lastIndex - at };
    }
  }
  return undefined;
}

function emphasis(source: string, at: number) {
  for (const [mark, tag] of MARKS) {
    if (!source.startsWith(mark, at)) continue;
    const from = at + mark.length;
    if (!source[from]?.trim() || (mark[0] === "_" && WORD.test(source[at - 1] ?? ""))) return;
    const end = closing(source, mark, from + 1);
    if (end > 0) return { mark, tag, end };
  }
  return undefined;
}

function closing(source: string, mark: string, from: number): number {
  for (let end = source.indexOf(mark, from); end > 0; end = source.indexOf(mark, end + 1)) {
    const before = source[end - 1]!;
    const inWord = mark[0] === "_" && WORD.test(source[end + mark.length] ?? "");
    // The single mark is not one half of a double.
    const half = mark.length === 1 && (source[end + 1] === mark || before === mark);
    if (before.trim() && before !== "\\" && !inWord && !half) return end;
  }
  return -1;
}

function link(href: string, text: Node | string): HTMLElement {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text);
}
