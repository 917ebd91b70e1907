/** Markdown as nodes of the page; see `text/markdown.ts`. */

import { useLayoutEffect, useMemo, useRef } from "preact/hooks";

import { markdown } from "../../text/markdown.ts";
import { plain } from "../../text/plain.ts";

export function Markdown({ text, class: name = "" }: { text: string; class?: string }) {
  const into = useRef<HTMLDivElement>(null);
  // Before it is seen: nobody sees a message come up empty.
  useLayoutEffect(() => into.current?.replaceChildren(markdown(text)), [text]);
  return <div ref={into} class={`markdown ${name}`} dir="auto" />;
}

/** Its beginning as text alone, in one line. */
export function Plain({ text }: { readonly text: string }) {
  return <>{useMemo(() => plain(text), [text])}</>;
}
