/**
 * Everything that is not the daily work, loaded when the first of it is wanted: what admins look
 * after, and what was. One module, so that it is one file to load; each screen has its own beside.
 */

import type { Drawn } from "../drawn.tsx";
import type { ScreensOf } from "../screens.ts";
import { Overview } from "./overview.tsx";

export const drawn: Readonly<Record<ScreensOf<"admin">, Drawn>> = {
  admin: Overview,
};
