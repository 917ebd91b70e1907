/** What is around every screen: the bar, how the line is, and which screen it is. */

import { desk, me, view } from "./desk.ts";
import { drawnBy } from "./drawn.tsx";
import { LineNotice } from "./line.tsx";
import { Button } from "./parts/button.tsx";
import { Empty, Notice } from "./parts/notice.tsx";
import { go, place, to } from "./router.ts";
import { isFor, SCREENS, type ScreenName } from "./screens.ts";
import { signOut, who } from "./session.ts";
import { words } from "./words.ts";

/** The sections in the bar. */
const SECTIONS = [
  ["floor", words.floor],
  ["admin", words.admin],
] as const satisfies readonly (readonly [ScreenName, string])[];

export function Frame() {
  const screen = wanted();
  return (
    <>
      <Button class="skip" press={skip}>
        {words.skip}
      </Button>
      {who.value.is === "somebody" && <Bar screen={screen} />}
      {desk.value && <LineNotice />}
      <Shown screen={screen} />
    </>
  );
}

/** The screen to draw: the one that the address names, if one may see it and has come so far. */
function wanted(): ScreenName {
  const { screen } = place.value;
  const { value } = who;
  if (SCREENS[screen].who === "anyone" && screen !== "sign_in") return screen;
  if (value.is !== "somebody") return "sign_in";
  if (!desk.value) return "desks";
  return screen === "sign_in" ? "floor" : screen;
}

function Shown({ screen }: { readonly screen: ScreenName }) {
  const role = view.value ? me.value?.role : undefined;
  const { value } = who;
  if (value.is === "asking") return <Loading />;
  const own = value.is === "somebody" ? (role ?? value.role) : undefined;
  if (!isFor(SCREENS[screen].who, own)) {
    return (
      <main id="content" class="screen">
        <Empty title={words.notForYou} />
      </main>
    );
  }
  const Drawn = drawnBy(screen);
  if (Drawn === "loading") return <Loading />;
  if (Drawn === "missing") return <NewVersion />;
  // Another room is another screen: nothing that was opened in one is open in the next.
  return <Drawn key={screen + JSON.stringify(place.value.params)} params={place.value.params} />;
}

function Loading() {
  return (
    <main id="content" class="screen">
      <p class="empty" role="status">
        {words.connecting}
      </p>
    </main>
  );
}

function NewVersion() {
  return (
    <main id="content" class="screen">
      <Notice kind="bad">
        <p>{words.newVersion}</p>
        <Button press={() => location.reload()}>{words.reload}</Button>
      </Notice>
    </main>
  );
}

function Bar({ screen }: { readonly screen: ScreenName }) {
  const name = who.value.is === "somebody" ? who.value.user : "";
  const several = who.value.is === "somebody" && who.value.desks.length > 1;
  return (
    <header class="bar">
      <nav aria-label={words.sections}>
        {SECTIONS.map(([one, word]) => (
          <a key={one} href={to(one)} aria-current={one === screen ? "page" : undefined}>
            {word}
          </a>
        ))}
      </nav>
      <span class="who">
        {several && <Button press={() => go("desks")}>{desk.value || words.desk}</Button>}
        <span>{name}</span>
        <Button press={signOut}>{words.signOut}</Button>
      </span>
    </header>
  );
}

function skip(): void {
  document.querySelector<HTMLElement>("#content h1")?.focus();
}
