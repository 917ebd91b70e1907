/**
 * Everything that is not the daily work, loaded when the first of it is wanted: what admins look
 * after, and what was. One module, so that it is one file to load; each screen has its own beside.
 */

import type { Drawn } from "../drawn.tsx";
import type { ScreensOf } from "../screens.ts";
import { Audit } from "./audit.tsx";
import { DeskList } from "./desk_list.tsx";
import { DeskSettings } from "./desk_settings.tsx";
import { History } from "./history/history.tsx";
import { Past } from "./history/past.tsx";
import { Overview } from "./overview.tsx";
import { OwnPassword } from "./own_password.tsx";
import { People } from "./people.tsx";
import { SiteKeys } from "./site_keys.tsx";
import { Sites } from "./sites.tsx";
import { Snippet } from "./snippet.tsx";
import { Start } from "./start.tsx";
import { Tokens } from "./tokens.tsx";
import { Welcome } from "./welcome.tsx";

export { Pages } from "./page.tsx";

export const drawn: Readonly<Record<ScreensOf<"admin">, Drawn>> = {
  admin: Overview,
  welcome: Welcome,
  start: Start,
  people: People,
  tokens: Tokens,
  desk_list: DeskList,
  own_password: OwnPassword,
  desk_settings: DeskSettings,
  sites: Sites,
  site_keys: SiteKeys,
  snippet: Snippet,
  audit: Audit,
  history: History,
  past: Past,
};
