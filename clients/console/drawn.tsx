/** What draws each screen: those that are there from the start, and how the others are got. */

import { signal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import { Floor } from "./floor/floor.tsx";
import { Me } from "./me/me.tsx";
import { Notes } from "./notes/notes.tsx";
import { Nowhere } from "./nowhere.tsx";
import { Colleague } from "./room/colleague.tsx";
import { ConversationsScreen } from "./room/rail.tsx";
import { Room } from "./room/room.tsx";
import type { Place } from "./router.ts";
import { SCREENS, type ScreenName, type ScreensOf } from "./screens.ts";
import { Desks } from "./sign_in/desks.tsx";
import { SignIn } from "./sign_in/sign_in.tsx";

/** A screen is drawn from signals, and from what stands in its address. */
export type Drawn = FunctionComponent<{ readonly params: Place["params"] }>;

export const drawn: Readonly<Record<ScreensOf<"first">, Drawn>> = {
  sign_in: SignIn,
  desks: Desks,
  floor: Floor,
  conversations: ConversationsScreen,
  room: Room,
  beside: Room,
  colleague: Colleague,
  notes: Notes,
  nowhere: Nowhere,
  me: Me,
};

const later = signal<typeof import("./admin/admin.tsx") | undefined>(undefined);
/** Whether the rest could not be got: most likely the server has a newer version by now. */
const isMissing = signal(false);

/** What draws the pages that stand beside what is loaded later, once that is there. */
export function pagesBeside(): FunctionComponent<{ readonly screen: ScreenName }> | undefined {
  return later.value?.Pages;
}

/** What draws this screen; or that it is still on its way, or will not come. */
export function drawnBy(screen: ScreenName): Drawn | "loading" | "missing" {
  if (isOf("first", screen)) return drawn[screen];
  if (later.value) return later.value.drawn[screen];
  if (!isMissing.value) load();
  return isMissing.value ? "missing" : "loading";
}

function isOf(part: "first", screen: ScreenName): screen is ScreensOf<"first"> {
  return SCREENS[screen].part === part;
}

async function load(): Promise<void> {
  try {
    later.value = await import("./admin/admin.tsx");
  } catch {
    isMissing.value = true;
  }
}
