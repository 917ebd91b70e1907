/** The frame of every screen: its heading, which gets the focus when one comes, and its state. */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { heading as shown } from "../icon.ts";
import type { ScreenName, StateOf } from "../screens.ts";

/** The first screen is where the page begins, and takes the focus from nobody. */
let isFirst = true;

export function Screen<N extends ScreenName>(props: {
  readonly name: N;
  /** One of those that are listed for it in `screens.ts`. */
  readonly state: StateOf<N>;
  readonly title: string;
  /** Stands beside the heading. */
  readonly beside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const { name, state, title, beside, children } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  // With the screen itself: later it would take the focus from who has begun to write. What is in it
  // was asked first, and may have taken the focus.
  useLayoutEffect(() => {
    const isTaken = heading.current?.closest("main")?.contains(document.activeElement);
    if (!isFirst && !isTaken) heading.current?.focus();
    isFirst = false;
  }, []);
  useEffect(() => {
    shown.value = title;
  }, [title]);
  return (
    <main id="content" class={`screen ${name}`} data-screen={name} data-state={state}>
      <header class="row top">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {beside}
      </header>
      {children}
    </main>
  );
}
