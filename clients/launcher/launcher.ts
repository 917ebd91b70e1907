/**
 * A button in the page of a site, which opens the chat in a frame of the desk's own origin.
 *
 * This alone of ours runs in that page. It reads nothing there but its address and language, knows no
 * secret of the desk's, and asks for nothing before somebody presses the button or the page opens it.
 */

import { LOOK } from "./look.ts";
import type { Hello, Panel, ToPage, ToPanel } from "./messages.ts";
import { WORDS } from "./words.ts";

type Listener = (detail?: unknown) => void;
type Call = readonly [name: string, ...given: never[]];

const MARK = "frontdesk-launcher";
/** A frame that does not come for so long, or comes and says nothing for so long, was not let in. */
const ANSWER_MS = 5_000;

const script = document.currentScript as HTMLScriptElement;
const { desk = "main", lang, color = "" } = script.dataset;
const { origin } = new URL(script.src);

function start(): void {
  if (document.querySelector(MARK)) return;
  const languages = [lang, document.documentElement.lang, ...navigator.languages];
  const known = languages
    .map((one = "") => one.slice(0, 2).toLowerCase())
    .find((one) => one in WORDS);
  const [name, blocked] = WORDS[known ?? "en"]!;

  const host = document.createElement(MARK);
  // A part of the page that is known as such, whatever stands around it.
  host.role = "complementary";
  host.ariaLabel = name;
  const root = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(LOOK);
  root.adoptedStyleSheets = [style];
  const button = document.createElement("button");
  const badge = document.createElement("b");
  const frame = document.createElement("iframe");
  const link = document.createElement("a");
  button.append(badge);
  root.append(button, link);
  document.body.append(host);

  const listeners: (readonly [string, Listener])[] = [];
  let panel: Panel = "hidden";
  let said: ToPage = { color, unread: 0 };
  let port: MessagePort | undefined;
  let isRefused = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let mark = "";
  let vouch: string | null = "";

  function tell(what: string, detail?: unknown): void {
    // Theirs may fail; ours goes on.
    for (const [one, call] of listeners) if (one === what) queueMicrotask(() => call(detail));
  }

  function show(now: Panel): void {
    const isNews = (now === "hidden") !== (panel === "hidden");
    panel = now;
    if (panel !== "hidden") load();
    draw();
    if (isNews) tell(panel === "hidden" ? "close" : "open");
    greet();
  }

  function draw(): void {
    const { unread, quiet, busy, color } = said;
    const isOpen = panel !== "hidden";
    frame.hidden = !isOpen || isRefused;
    link.hidden = !isOpen || !isRefused;
    // Until there is a way to close it in the frame, the button stays.
    button.className = isOpen ? (port ? "open in" : "open") : "";
    button.ariaExpanded = `${isOpen}`;
    button.ariaLabel = unread ? `${name} (${unread})` : name;
    badge.textContent = `${unread || ""}`;
    if (color) host.style.setProperty("--tint", color);
    // What the site itself begins with is left there.
    const title = document.title.replace(mark, "");
    mark = unread && !quiet ? `(${unread}) ` : "";
    if (document.title !== mark + title) document.title = mark + title;
    kept(isOpen ? "open" : busy ? "busy" : "");
  }

  function greet(): void {
    if (!port) return;
    // A frame may not take the focus by itself; it is given to it, once the chat is in it.
    if (panel === "shown") frame.focus();
    port.postMessage({ panel, vouch } satisfies ToPanel);
  }

  function hear(news: ToPage): void {
    if (news.message) tell("message", news.message);
    if ((news.unread ?? said.unread) !== said.unread) tell("unread", news.unread);
    said = { ...said, ...news };
    if (news.close && panel !== "hidden") {
      show("hidden");
      button.focus();
    } else draw();
  }

  /** The chat in its frame. It is greeted when it has come, with the port for all that follows. */
  function load(): void {
    if (frame.src && !isRefused) return;
    isRefused = false;
    wait();
    frame.src = link.href;
    frame.onload = () => {
      wait();
      const { port1, port2 } = new MessageChannel();
      const hello: Hello = { frontdesk: "hello", page: location.origin + location.pathname };
      // For the desk alone: whatever else is in the frame, an error of the network say, gets nothing.
      frame.contentWindow!.postMessage(hello, origin, [port2]);
      port1.onmessage = ({ data }: MessageEvent<ToPage>) => {
        clearTimeout(timer);
        isRefused = false;
        if (!port) {
          port = port1;
          greet();
        }
        hear(data);
      };
    };
    root.prepend(frame);
  }

  function wait(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isRefused = true;
      draw();
    }, ANSWER_MS);
  }

  frame.title = name;
  frame.referrerPolicy = "no-referrer";
  frame.allow = "autoplay";
  frame.sandbox.value =
    "allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox";
  link.href = `${origin}/chat/${encodeURIComponent(desk)}?lang=${known ?? ""}`;
  link.target = "_blank";
  link.textContent = blocked;
  button.onclick = () => show(panel === "hidden" ? "shown" : "hidden");

  const api = {
    open: () => show("shown"),
    close: () => show("hidden"),
    identify: (jwt: string) => {
      vouch = jwt || null;
      greet();
    },
    on: (what: string, call: Listener) => {
      listeners.push([what, call]);
    },
    push: ([name, ...given]: Call) => (api[name as "on"] as (...all: never[]) => void)(...given),
  };
  const page = window as unknown as { Frontdesk?: Pick<Call[], "forEach"> | typeof api };
  const early = page.Frontdesk;
  page.Frontdesk = api;
  const before = kept();
  said = { ...said, busy: before === "busy" };
  if (before === "busy") load();
  show(before === "open" ? "kept" : "hidden");
  if (early && "forEach" in early) early.forEach(api.push);
}

/**
 * Whether it was open on the page before this one, or at least in use: no secret, and gone with the
 * tab. A page without storage begins closed.
 */
function kept(now?: "open" | "busy" | ""): string | undefined {
  try {
    const key = `${MARK}:${desk}`;
    if (now === undefined) return sessionStorage[key];
    sessionStorage[key] = now;
  } catch {}
  return undefined;
}

if (document.body) start();
else addEventListener("DOMContentLoaded", start);
