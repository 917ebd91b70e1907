/** The page around this frame, if there is one: what it may tell us, and what we tell it. */

import type { Hello, ToPage, ToPanel } from "../launcher/messages.ts";

/** Whether this is a frame in another page. */
export const isFramed = parent !== window;

/**
 * Takes one greeting, and for what follows over its port. Whoever greets was let in: the policy
 * of the page that is in the frame names the sites.
 *
 * @param greeted is given where the guest is.
 * @returns how to speak; what is said before the greeting is lost.
 */
export function host(
  greeted: (page: string) => void,
  told: (word: ToPanel) => void,
): (news: ToPage) => void {
  let port: MessagePort | undefined;
  function greeting({ source, origin, data, ports }: MessageEvent<Partial<Hello> | null>): void {
    const [given] = ports;
    if (port || source !== parent || data?.frontdesk !== "hello" || !given) return;
    port = given;
    port.onmessage = ({ data }: MessageEvent<ToPanel>) => told(data);
    const page = `${data.page}`;
    // A page speaks for its own site alone.
    greeted(page.startsWith(`${origin}/`) ? page : "");
  }
  if (isFramed) addEventListener("message", greeting);
  return (news) => port?.postMessage(news);
}
