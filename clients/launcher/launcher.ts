/**
 * A button in the page of a site, which opens the chat in a frame of the desk's own origin.
 *
 * This alone of ours runs in that page. It reads nothing there but its address, knows no secret,
 * and asks for nothing before somebody presses the button.
 */

import { LOOK } from "./look.ts";
import type { Hello, ToPage, ToPanel } from "./messages.ts";

const MARK = "frontdesk-launcher";
const SVG = "http://www.w3.org/2000/svg";
const BUBBLE = "M4 5h16v11H11l-5 4v-4H4z";
const CROSS = "M6 6l12 12M18 6L6 18";

const script = document.currentScript as HTMLScriptElement;
const { origin } = new URL(script.src);
const desk = script.dataset.desk ?? "main";
// Whether it was open on the page before this one: no secret, and gone with the tab.
const kept = `${MARK}:${desk}`;

function start(): void {
  if (document.querySelector(MARK)) return;
  const host = document.createElement(MARK);
  const root = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(LOOK);
  root.adoptedStyleSheets = [style];

  const button = document.createElement("button");
  const path = document.createElementNS(SVG, "path");
  button.append(icon(path));
  root.append(button);
  document.body.append(host);

  let frame: HTMLIFrameElement | undefined;
  let port: MessagePort | undefined;
  let word: ToPanel = "hidden";

  function show(now: ToPanel): void {
    word = now;
    const open = word !== "hidden";
    if (open && !frame) {
      frame = panel((to) => {
        port = to;
        to.onmessage = ({ data }: MessageEvent<ToPage>) => {
          if (data === "news") button.classList.toggle("news", word === "hidden");
          else if (word !== "hidden") {
            show("hidden");
            button.focus();
          }
        };
        tell();
      });
      root.append(frame);
    }
    if (frame) frame.hidden = !open;
    if (open) button.classList.remove("news");
    button.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", open ? "Close chat" : "Open chat");
    path.setAttribute("d", open ? CROSS : BUBBLE);
    remember(open);
    tell();
  }

  function tell(): void {
    if (!port) return;
    // A frame may not take the focus by itself; it is given to it, once the chat is in it.
    if (word === "shown") frame!.focus();
    port.postMessage(word);
  }

  button.onclick = () => show(word === "hidden" ? "shown" : "hidden");
  show(wasOpen() ? "kept" : "hidden");
}

/** The chat in its frame. It is greeted when it has come, with the port for all that follows. */
function panel(greeted: (port: MessagePort) => void): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.title = "Chat";
  frame.referrerPolicy = "no-referrer";
  frame.setAttribute(
    "sandbox",
    "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox",
  );
  frame.src = `${origin}/chat/${encodeURIComponent(desk)}`;
  frame.onload = () => {
    const { port1, port2 } = new MessageChannel();
    const hello: Hello = { frontdesk: "hello", page: location.origin + location.pathname };
    // For the desk alone: whatever else is in the frame, an error of the network say, gets nothing.
    frame.contentWindow!.postMessage(hello, origin, [port2]);
    greeted(port1);
  };
  return frame;
}

function icon(path: SVGElement): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("width", "26");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}

function remember(open: boolean): void {
  try {
    if (open) sessionStorage.setItem(kept, "open");
    else sessionStorage.removeItem(kept);
  } catch {
    // A page without storage begins closed.
  }
}

function wasOpen(): boolean {
  try {
    return sessionStorage.getItem(kept) !== null;
  } catch {
    return false;
  }
}

if (document.body) start();
else addEventListener("DOMContentLoaded", start);
