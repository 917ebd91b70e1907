/**
 * Markdown as nodes: what people write in a chat, and no HTML, ever.
 *
 * Everything ends in text nodes; the only attributes that come from a text are addresses of the
 * four kinds that protocol §8 allows. What is not understood is shown as it was written. Texts are
 * at most 8 KiB, and nothing here takes more than time square in that.
 */

import { el } from "./dom.ts";

/** A quote in a quote in a quote is enough; what is deeper is text. */
const DEPTH_MOST = 4;

// In this order: fenced code, to its fence or the end; a quote; a list; a heading; a paragraph, up to
// an empty line or one that begins something else.
const BLOCK =
  /^ {0,3}(`{3,}|~{3,}).*\n?([\s\S]*?)(?:^ {0,3}\1.*|(?![\s\S]))|((?:^ {0,3}>.*\n?)+)|((?:^ {0,3}(?:[-*+]|\d{1,9}[.)])\s.*\n?)+)|^ {0,3}#{1,6} +(.*)|((?:^(?! {0,3}(?:`{3}|~{3}|>|(?:[-*+]|\d{1,9}[.)])\s|#{1,6} )).*\S.*\n?)+)/gm;

export function markdown(source: string, depth = 0): DocumentFragment {
  if (depth > DEPTH_MOST) return inline(source);
  const into = new DocumentFragment();
  for (const [, fence, code, quote, list, heading, text] of source.matchAll(BLOCK)) {
    if (fence) {
      into.append(el("pre", { tabIndex: 0 }, el("code", {}, code!.replace(/\n$/, ""))));
    } else if (quote) {
      const inner = quote.replace(/^ {0,3}> ?/gm, "");
      into.append(el("blockquote", {}, markdown(inner, depth + 1)));
    } else if (list) {
      const lines = list.match(/\S.*/g)!;
      const items = lines.map((line) => el("li", {}, inline(line.replace(/^\S+\s*/, ""))));
      const start = Number.parseInt(list, 10);
      into.append(start >= 0 ? el("ol", { start }, ...items) : el("ul", {}, ...items));
    } else {
      into.append(el("p", {}, text ? inline(text.trim()) : el("strong", {}, inline(heading!))));
    }
  }
  return into;
}

// In this order: an escape; code; a link with a text, and one without; emphasis, which is not within
// a word where it is `_`; the end of a line; ticks that close nothing.
const INLINE =
  /\\([!-/:-@[-`{-~])|(`+)(?!`)(.*?[^`])\2(?!`)|\[([^[\]]{1,500})\]\(<?((?:https?:\/\/|mailto:|tel:)[^\s()<>]+)>?(?:\s+"[^"]*")?\)|(?<!\w)<?((?:https?:\/\/|mailto:|tel:)[^\s<>"`]*[^\s<>"`.,:;!?')\]*_~])>?|(\*\*|~~|\*|(?<!\w)_{1,2})(?=\S)(.*?[^\s\\])\7(?![*_~])(?<!_(?=\w))|(\n)|`+/gis;
const TAGS: Readonly<Record<string, "em" | "s">> = { "~~": "s", "*": "em", _: "em" };

function inline(source: string, depth = 0): DocumentFragment {
  const into = new DocumentFragment();
  const inner = (text: string) => (depth < DEPTH_MOST ? inline(text, depth + 1) : text);
  let at = 0;
  for (const found of source.matchAll(INLINE)) {
    const [all, escaped, , code, text, named, bare, mark, marked, line] = found;
    const href = named ?? bare;
    into.append(source.slice(at, found.index));
    at = found.index + all.length;
    if (code) into.append(el("code", {}, code.replace(/^ (.*\S.*) $/s, "$1")));
    else if (line) into.append(el("br"));
    else if (mark) into.append(el(TAGS[mark] ?? "strong", {}, inner(marked!)));
    else if (href) {
      const link = { href, target: "_blank", rel: "noopener noreferrer nofollow" };
      into.append(el("a", link, text ? inner(text) : href));
    } else into.append(escaped ?? all);
  }
  into.append(source.slice(at));
  return into;
}
