/** A page of what admins look after: its name, and what it is for; and the way to all others. */

import type { ComponentChildren } from "preact";

import { Screen } from "../parts/screen.tsx";
import { to } from "../router.ts";
import { isFor, SCREENS, type ScreenName, type StateOf } from "../screens.ts";
import { who } from "../session.ts";
import { type Listed, words } from "./words.ts";

/** Those that are for whoever has signed in, in the order in which they are listed. */
export function pages(): readonly Listed[] {
  const role = who.value.is === "somebody" ? who.value.role : undefined;
  return (Object.keys(words.screens) as Listed[]).filter((name) => isFor(SCREENS[name].who, role));
}

export function Page<N extends Listed>(props: {
  readonly name: N;
  readonly state: StateOf<N>;
  /** Stands beside the heading. */
  readonly beside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const { name, state, beside, children } = props;
  const { title, why } = words.screens[name];
  return (
    <Screen name={name} state={state} title={title} beside={beside}>
      <p class="hint">{why}</p>
      {children}
    </Screen>
  );
}

/** Beside each of them, with the one that is shown. The overview lists them itself. */
export function Pages({ screen }: { readonly screen: ScreenName }) {
  if (screen === "admin" || screen === "welcome") return null;
  const shown = screen === "past" ? "history" : screen;
  return (
    <nav class="rail pages" aria-label={words.title}>
      {pages().map((name) => (
        <a key={name} href={to(name)} aria-current={name === shown ? "page" : undefined}>
          {words.screens[name].title}
        </a>
      ))}
    </nav>
  );
}
