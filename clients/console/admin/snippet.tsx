/** What puts the chat into a site, and the chat itself, as it is there. */

import { useSignal } from "@preact/signals";

import type { Hello, ToPanel } from "../../launcher/messages.ts";
import { desk } from "../desk.ts";
import { Button } from "../parts/button.tsx";
import { Copy } from "../parts/copy.tsx";
import { words } from "./desk_words.ts";
import { Page } from "./page.tsx";

/** The line that stands in the pages of a site. */
export function snippetOf(origin: string, name: string): string {
  return `<script src="${origin}/widget.js" data-desk="${name}" async></script>`;
}

/** Greets the chat as the button in a site does, and says that it is open. */
function greet(frame: HTMLIFrameElement): void {
  const { port1, port2 } = new MessageChannel();
  const hello: Hello = { frontdesk: "hello", page: location.origin + location.pathname };
  frame.contentWindow?.postMessage(hello, location.origin, [port2]);
  const open: ToPanel = { panel: "kept", vouch: "" };
  port1.postMessage(open);
}

export function Snippet() {
  const { snippet } = words;
  const turn = useSignal(0);
  const { origin } = location;
  const chat = `${origin}/chat/${encodeURIComponent(desk.value)}`;
  return (
    <Page name="snippet" state="there">
      <section>
        <Copy text={snippetOf(origin, desk.value)} label={snippet.label} />
        <p>{snippet.policy}</p>
        <Copy text={`script-src ${origin}; frame-src ${origin}`} label={snippet.policyLabel} />
        <p>
          {snippet.link}{" "}
          <a href={chat} target="_blank" rel="noreferrer">
            {chat}
          </a>
        </p>
      </section>
      <section>
        <h2>{snippet.preview}</h2>
        <iframe
          key={turn.value}
          class="chat"
          title={snippet.preview}
          src={chat}
          onLoad={(event) => greet(event.currentTarget)}
          sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox"
        />
        <div class="row">
          <Button press={() => turn.value++}>{snippet.again}</Button>
        </div>
      </section>
    </Page>
  );
}
