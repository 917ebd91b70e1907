/*
 * Looks for words in all pages.
 *
 * The list of places is a script, fetched when somebody is about to look: from a folder a page may
 * load nothing else. What is found is put together of text nodes.
 */
"use strict";

const ROOT = document.currentScript.dataset.root;
// More than anybody reads; whoever wants others adds a word.
const MOST = 30;
// What stands around the first word that was found.
const BEFORE = 40;
const SHOWN = 160;

document.addEventListener("DOMContentLoaded", () => {
  const search = document.querySelector("search");
  const input = search.querySelector("input");
  const told = document.getElementById("told");
  const found = document.getElementById("found");
  search.hidden = false;

  const show = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    const places = words.length && window.places ? matching(window.places, words) : [];
    found.replaceChildren(...places.slice(0, MOST).map((place) => item(place, words)));
    found.hidden = places.length === 0;
    told.textContent = words.length && window.places ? count(places.length) : "";
  };
  const close = () => {
    input.value = "";
    show();
  };

  input.addEventListener("focus", () => load(show), { once: true });
  input.addEventListener("input", show);
  found.addEventListener("click", (event) => event.target.closest("a") && close());
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input") || event.altKey || event.ctrlKey || event.metaKey;
    if (event.key === "/" && !busy) {
      event.preventDefault();
      input.focus();
    } else if (event.key === "Escape" && search.contains(event.target)) {
      close();
      input.focus();
    } else if (search.contains(event.target) && /^Arrow(Up|Down)$/.test(event.key)) {
      const stops = [input, ...found.querySelectorAll("a")];
      const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
      event.preventDefault();
      next?.focus();
    }
  });
});

function load(done) {
  const script = document.createElement("script");
  script.src = `${ROOT}places.js`;
  script.addEventListener("load", done);
  document.head.append(script);
}

/** As words are compared: without case and accents. */
function plain(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
}

function count(number) {
  if (number === 0) return "Nothing is found.";
  if (number === 1) return "1 place";
  return number > MOST ? `${number} places, the first ${MOST} of them below` : `${number} places`;
}

/** The places with all words in them, headings before titles before what stands below. */
function matching(places, words) {
  const scored = [];
  for (const place of places) {
    const [, page, heading, text] = (place.plain ??= place.map(plain));
    let score = 0;
    for (const word of words) {
      const one =
        (begins(heading, word) && 8) || (begins(page, word) && 4) || (begins(text, word) && 2) ||
        (text.includes(word) && 1);
      if (!one) {
        score = 0;
        break;
      }
      score += one;
    }
    if (score) scored.push([score, place]);
  }
  return scored.sort(([one], [other]) => other - one).map(([, place]) => place);
}

/** Whether a word of the text begins so. */
function begins(text, word) {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1])) return true;
  }
  return false;
}

function item(place, words) {
  const [address, page, heading, text] = place;
  const link = document.createElement("a");
  link.href = ROOT + address;
  link.append(...marked(heading, words));
  if (heading !== page) link.append(" ", span("page", [page]));
  link.append(span("words", marked(around(text, words), words)));
  const one = document.createElement("li");
  one.append(link);
  return one;
}

function span(name, inside) {
  const made = document.createElement("span");
  made.className = name;
  made.append(...inside);
  return made;
}

/** A line of the text, from a little before the first word that is looked for. */
function around(text, words) {
  const lower = text.toLowerCase();
  const at = Math.min(...words.map((word) => lower.indexOf(word)).filter((place) => place >= 0));
  const from = Number.isFinite(at) ? Math.max(0, lower.lastIndexOf(" ", Math.max(0, at - BEFORE))) : 0;
  const shown = text.slice(from, from + SHOWN).trim();
  return `${from > 0 ? "… " : ""}${shown}${from + SHOWN < text.length ? " …" : ""}`;
}

/** The text, with what is looked for in `mark`. */
function marked(text, words) {
  const any = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|");
  return text.split(new RegExp(`(${any})`, "giu")).map((part, at) => {
    if (at % 2 === 0) return part;
    const mark = document.createElement("mark");
    mark.textContent = part;
    return mark;
  });
}
