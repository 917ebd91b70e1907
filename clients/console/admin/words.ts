/** The words of what is loaded later. See `../words.ts`. */

import type { ScreensOf } from "../screens.ts";
import { words as accounts } from "./account_words.ts";
import { words as desk } from "./desk_words.ts";
import { words as history } from "./history/words.ts";

/** The screens that the overview leads to. */
export type Listed = Exclude<ScreensOf<"admin">, "admin" | "welcome" | "past">;

/** What a screen is called, and what it is for, in a sentence. */
interface About {
  readonly title: string;
  readonly why: string;
}

const EN = {
  title: "Admin",
  nothing: "There is nothing to look after here yet.",
  /** In the order in which they are listed. */
  screens: {
    history,
    start: accounts.start,
    desk_settings: desk.settings,
    sites: desk.sites,
    site_keys: desk.keys,
    snippet: desk.snippet,
    people: accounts.people,
    desk_list: accounts.desks,
    audit: accounts.audit,
    tokens: accounts.tokens,
    own_password: accounts.password,
  } satisfies Readonly<Record<Listed, About>>,
};

export const words: typeof EN = EN;
