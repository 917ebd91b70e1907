/** The panel: the one screen that fits how things stand. Loaded by its page. */

import { say } from "../text/dom.ts";
import { arrivalNow, comeFrom, focusForm, introduce, lookWhile } from "./arrival.ts";
import * as guest from "./guest.ts";
import { host, isFramed } from "./host.ts";
import { keep, kept } from "./kept.ts";
import { parts, root } from "./page.ts";
import { chime } from "./sound.ts";
import { drawTalk, focusTalk } from "./talk.ts";
import { words } from "./words.ts";

let isShown = !isFramed;
let unread = 0;
let isQuiet = !!kept("quiet");

const tell = host(
  (page) => {
    comeFrom(page);
    present();
  },
  ({ panel, vouch }) => {
    introduce(guest.vouched(vouch));
    isShown = panel !== "hidden";
    look();
    // Not while the frame is still hidden: then it would take no focus, or lose it again.
    if (panel === "shown") requestAnimationFrame(focus);
  },
);

/** What the button has to know. */
const present = () => tell({ busy: !!guest.seat, color: root.dataset.color! });

const isSeen = () => isShown && !document.hidden;
const focus = () => (guest.seat ? focusTalk : focusForm)();

function look(): void {
  if (isSeen()) count(0);
  guest.resume();
  lookWhile(() => isSeen() && !guest.seat);
}

function count(now: number): void {
  unread = now;
  tell({ unread, quiet: isQuiet });
  document.title = (unread && !isQuiet ? `(${unread}) ` : "") + parts.title.textContent;
}

function draw(): void {
  say(parts.note, guest.isForgotten ? words.signedOut : "");
  const before = root.className;
  root.className = guest.seat ? drawTalk() : arrivalNow();
  parts.contact.required = root.className === "note";
  parts.mute.ariaPressed = `${!isQuiet}`;
  if (before === root.className) return;
  present();
  // Whoever was in the middle of it goes on with the keys.
  if (before && document.hasFocus()) focus();
}

parts.mute.onclick = () => {
  isQuiet = !isQuiet;
  keep("quiet", isQuiet ? "1" : "");
  count(unread);
  draw();
};
parts.close.hidden = !isFramed;
parts.close.onclick = () => tell({ close: true });
window.onkeydown = ({ key, isComposing }) => {
  if (key === "Escape" && !isComposing) tell({ close: true });
};
document.addEventListener("visibilitychange", look);
if (root.dataset.color) root.style.setProperty("--tint", root.dataset.color);
guest.begin(draw, ({ user, sent }) => {
  tell({ message: { user, sent } });
  if (isSeen() && document.hasFocus()) return;
  if (!isSeen()) count(unread + 1);
  if (!isQuiet) chime();
});
look();
