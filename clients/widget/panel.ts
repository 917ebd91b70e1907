/** The panel: a heading, and the one screen that fits how things stand. Loaded by its page. */

import { browser } from "../link/outside.ts";
import { el, say } from "../text/dom.ts";
import { Arrival } from "./arrival.ts";
import { Guest } from "./guest.ts";
import { host, isFramed } from "./host.ts";
import { Seats } from "./seat.ts";
import { Talk } from "./talk.ts";
import { LANGUAGE, words } from "./words.ts";

const desk = location.pathname.split("/").pop()!;
const url = `${location.origin}/api/v1/desks/${desk}`;

const outside = browser(window);
const seats = new Seats(outside.stored, location.pathname);
const guest: Guest = new Guest(outside, url, seats, draw, () => tell("news"));
const arrival = new Arrival(guest);
const talk = new Talk(guest);
const note = el("p", { role: "status", className: "note", hidden: true });
const close = el("button", { type: "button", className: "close", ariaLabel: words.close }, "×");
const screen = el("main");
let shown = !isFramed;
let screenOf: Arrival | Talk | undefined;

const tell = host({
  greeted: (page) => arrival.comeFrom(page),
  told: (word) => {
    shown = word !== "hidden";
    if (screenOf === arrival) arrival.look(shown);
    if (word === "shown") screenOf?.focus();
  },
});

close.hidden = !isFramed;
close.onclick = () => tell("close");
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing) tell("close");
});
document.documentElement.lang = LANGUAGE;
document.title = words.title;
document.body.append(el("header", {}, el("h1", {}, words.title), close), note, screen);
guest.resume();
draw();

function draw(): void {
  const next = guest.isHere ? talk : arrival;
  if (next === talk) talk.draw();
  say(note, guest.forgotten ? words.signedOut : "");
  if (next === screenOf) return;
  const before = screenOf;
  screenOf = next;
  screen.replaceChildren(next.root);
  arrival.look(next === arrival && shown);
  if (before) next.focus();
}
