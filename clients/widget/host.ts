/** The page around this frame, if there is one: what it may tell us, and what we tell it. */

import type { Hello, ToPage, ToPanel } from "../launcher/messages.ts";

export interface Hearer {
  greeted(page: string): void;
  told(word: ToPanel): void;
}

/** Whether this is a frame in another page. */
export const isFramed = window.parent !== window;

/** Listens for one greeting, and says what follows over its port. Returns how to speak. */
export function host(hearer: Hearer): (word: ToPage) => void {
  let port: MessagePort | undefined;
  const greeting = ({ source, origin, data, ports }: MessageEvent<Partial<Hello> | null>) => {
    const [given] = ports;
    if (source !== window.parent || data?.frontdesk !== "hello" || !given) return;
    removeEventListener("message", greeting);
    port = given;
    port.onmessage = (event: MessageEvent<ToPanel>) => hearer.told(event.data);
    const page = String(data.page);
    // A page speaks for its own site alone.
    hearer.greeted(page === origin || page.startsWith(`${origin}/`) ? page : "");
  };
  if (isFramed) addEventListener("message", greeting);
  return (word) => port?.postMessage(word);
}
