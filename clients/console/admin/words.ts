/** The words of what is loaded later. See `../words.ts`. */

import type { ScreensOf } from "../screens.ts";

const EN = {
  title: "Admin",
  nothing: "There is nothing to look after here yet.",
  /** The screens that the overview leads to, and what they are called there. */
  screens: {
    history: "History",
    start: "Get started",
    desk_settings: "Settings of the desk",
    sites: "Allowed sites",
    site_keys: "Keys of sites",
    snippet: "Snippet",
    people: "People",
    desk_list: "Desks",
    audit: "Audit trail",
    tokens: "API tokens",
    own_password: "Your password",
  } as Partial<Record<ScreensOf<"admin">, string>>,
};

export const words: typeof EN = EN;
