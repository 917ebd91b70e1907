/** Markdown as nodes of the page; see `text/markdown.ts`. */

import { useLayoutEffect, useRef } from "preact/hooks";

import { markdown } from "../../text/markdown.ts";

export function Markdown({ text, class: name = "" }: { text: string; class?: string }) {
  const into = useRef<HTMLDivElement>(null);
  // Before it is seen: nobody sees a message come up empty.
  useLayoutEffect(() => into.current?.replaceChildren(markdown(text)), [text]);
  return <div ref={into} class={`markdown ${name}`} dir="auto" />;
}
