/** What is around every screen: the bar, how the line is, the conversations, and which screen it is. */

import { setAvailable } from "./actions.ts";
import { desk, me, view } from "./desk.ts";
import { drawnBy, pagesBeside } from "./drawn.tsx";
import { isSheetOpen } from "./keys.ts";
import { LineNotice } from "./line.tsx";
import { words as noteWords } from "./notes/words.ts";
import { Badge } from "./parts/badge.tsx";
import { Button } from "./parts/button.tsx";
import { Switch } from "./parts/field.tsx";
import { Menu } from "./parts/menu.tsx";
import { Empty, Notice } from "./parts/notice.tsx";
import { Rail } from "./room/rail.tsx";
import { unreadRooms } from "./room/unread.ts";
import { place, to } from "./router.ts";
import { isFor, SCREENS, type ScreenName } from "./screens.ts";
import { who } from "./session.ts";
import { Sheet } from "./sheet.tsx";
import { hush, told } from "./told.ts";
import { words } from "./words.ts";

/** The sections in the bar, and those that are in its menu where there is no room for them. */
const SECTIONS = [
  ["floor", words.floor],
  ["conversations", words.conversations],
] as const satisfies Sections;
const MORE = [
  ["notes", noteWords.title],
  ["admin", words.admin],
] as const satisfies Sections;
type Sections = readonly (readonly [ScreenName, string])[];

/** Which section a screen belongs to, if it is none itself. */
const WITHIN: Partial<Record<ScreenName, ScreenName>> = {
  room: "conversations",
  beside: "conversations",
  colleague: "conversations",
};

export function Frame() {
  const screen = wanted();
  const isIn = who.value.is === "somebody" && desk.value !== "";
  return (
    <>
      <Button class="skip" press={skip}>
        {words.skip}
      </Button>
      {who.value.is === "somebody" && <Bar screen={screen} />}
      {isIn && <LineNotice />}
      <Told />
      <div class="frame">
        {isIn && <Beside screen={screen} />}
        <Shown screen={screen} />
      </div>
      <Sheet />
    </>
  );
}

/** What stands before the screen where there is room: one's conversations, or the pages of admins. */
function Beside({ screen }: { readonly screen: ScreenName }) {
  if (screen === "conversations") return null;
  if (SCREENS[screen].part === "first") return <Rail isBeside={screen === "beside"} />;
  const Pages = pagesBeside();
  return Pages ? <Pages screen={screen} /> : null;
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
  const { value } = who;
  if (value.is === "asking") return <Loading />;
  const role = value.is === "somebody" ? (me.value?.role ?? value.role) : undefined;
  // While nobody is signed in, the way in stands in place of whatever it is.
  if (screen !== "desks" && !isFor(SCREENS[screen].who, role)) {
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
  const { room, ...rest } = place.value.params;
  const isRoom = screen === "room" || screen === "beside";
  const key = isRoom ? `room ${room}` : screen + JSON.stringify(rest);
  // And another desk.
  return <Drawn key={`${desk.value} ${key}`} params={place.value.params} />;
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

function Told() {
  const { value } = told;
  return (
    <div aria-live="assertive">
      {value && (
        <Notice kind={value.kind}>
          <p>{value.text}</p>
          {value.act && <Button press={value.act.press}>{value.act.word}</Button>}
          <Button kind="plain" class="icon" aria-label={words.close} press={hush}>
            ×
          </Button>
        </Notice>
      )}
    </div>
  );
}

function Bar({ screen }: { readonly screen: ScreenName }) {
  const isAdmin = SCREENS[screen].part === "admin" && screen !== "welcome";
  const section = WITHIN[screen] ?? (isAdmin ? "admin" : screen);
  const name = who.value.is === "somebody" ? who.value.user : "";
  const left = view.value?.notes.length ?? 0;
  const counts: Partial<Record<ScreenName, Counted>> = {
    conversations: [unreadRooms.value, words.unread],
    notes: [left, noteWords.count(left)],
  };
  return (
    <header class="bar">
      <nav aria-label={words.sections}>
        {SECTIONS.map(([one, word]) => (
          <Section key={one} to={one} word={word} section={section} count={counts[one]} />
        ))}
        <Menu label={words.more} class="sections" beside={<Count of={counts.notes} />}>
          {MORE.map(([one, word]) => (
            <Section key={one} to={one} word={word} section={section} count={counts[one]} />
          ))}
          <Section to="me" word={name} section={section} />
        </Menu>
      </nav>
      <span class="who">
        <Own />
        <Button
          kind="plain"
          class="icon"
          aria-label={words.keys}
          aria-keyshortcuts="?"
          press={() => {
            isSheetOpen.value = true;
          }}
        >
          ?
        </Button>
      </span>
    </header>
  );
}

type Counted = readonly [count: number, label: string];

function Section(props: {
  readonly to: ScreenName;
  readonly word: string;
  /** Where one is. */
  readonly section: ScreenName;
  readonly count?: Counted | undefined;
}) {
  const { to: name, word, section, count } = props;
  return (
    <a class={name} href={to(name)} aria-current={name === section ? "page" : undefined}>
      {word}
      <Count of={count} />
    </a>
  );
}

function Count({ of }: { readonly of: Counted | undefined }) {
  if (!of?.[0]) return null;
  return (
    <>
      {" "}
      <Badge kind="news" label={of[1]}>
        {of[0]}
      </Badge>
    </>
  );
}

/** Whether one is available, and with how many guests. */
function Own() {
  const own = view.value?.roster.find((one) => one.user === me.value?.user);
  if (!own) return null;
  return (
    <>
      <Switch
        label={own.status === "available" ? words.available : words.away}
        on={own.status === "available"}
        turn={(on) => setAvailable(on)}
      />
      <Badge kind={own.guests.length < own.limit ? "calm" : "bad"} label={words.loadLabel}>
        {words.load(own.guests.length, own.limit)}
      </Badge>
    </>
  );
}

function skip(): void {
  document.querySelector<HTMLElement>("#content h1")?.focus();
}
