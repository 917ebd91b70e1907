/** The panel: the one screen that fits how things stand. Loaded by its page. */

import { say } from "../text/dom.ts";
import { comeFrom, drawArrival, focusForm, introduce, lookWhile } from "./arrival.ts";
import * as guest from "./guest.ts";
import { host, isFramed } from "./host.ts";
import { keep, kept } from "./kept.ts";
import { parts, root } from "./page.ts";
import { chime } from "./sound.ts";
import { drawTalk, focusTalk } from "./talk.ts";
import { words } from "./words.ts";

/** Where it is of no use to know whether anybody is there; nothing is drawn yet at first. */
const STILL = ["", "talk", "over"];

let isShown = !isFramed;
/** Also since the page before this one. */
let unread = +kept("unread");
let isQuiet = !!kept("quiet");

const tell = host(
  (page) => {
    comeFrom(page);
    present();
  },
  ({ panel, vouch }) => {
    if (vouch !== "") introduce(guest.vouched(vouch));
    isShown = panel !== "hidden";
    look();
    // Not while the frame is still hidden: then it would take no focus, or lose it again.
    if (panel === "shown") requestAnimationFrame(focus);
  },
);

const isSeen = () => isShown && !document.hidden;
const focus = () => (guest.seat ? focusTalk : focusForm)();

function look(): void {
  if (isSeen()) unread = 0;
  present();
  guest.resume();
  lookWhile(() => isSeen() && !STILL.includes(root.className));
}

/** What the button has to know, and who looks at the title. */
function present(): void {
  keep("unread", `${unread}`);
  tell({ unread, quiet: isQuiet, busy: !!guest.seat, color: root.dataset.color! });
  document.title = (unread && !isQuiet ? `(${unread}) ` : "") + parts.title.textContent;
}

function draw(): void {
  say(parts.note, guest.isForgotten ? words.signedOut : "");
  const before = root.className;
  root.className = guest.seat ? drawTalk() : drawArrival();
  parts.contact.required = root.className === "note";
  parts.mute.ariaPressed = `${!isQuiet}`;
  if (before === root.className) return;
  if (STILL.includes(before)) look();
  else present();
  // Whoever was in the middle of what is gone goes on with the keys.
  const at = document.activeElement as HTMLElement | null;
  if (before && document.hasFocus() && !at?.offsetParent) focus();
}

parts.mute.onclick = () => {
  isQuiet = !isQuiet;
  keep("quiet", isQuiet ? "1" : "");
  present();
  draw();
};
parts.close.hidden = !isFramed;
parts.close.onclick = () => tell({ close: true });
window.onkeydown = ({ key, isComposing }) => {
  if (key === "Escape" && !isComposing) tell({ close: true });
};
addEventListener("visibilitychange", look);
root.style.setProperty("--tint", root.dataset.color!);
guest.begin(draw, ({ user, sent }) => {
  tell({ message: { user, sent } });
  if (isSeen() && document.hasFocus()) return;
  if (!isSeen()) unread++;
  present();
  if (!isQuiet) chime();
});
