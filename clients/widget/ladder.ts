/** How the panel listens: over a socket, and over the rest once that does not come to be. */

import type { Ladder } from "../link/feed.ts";
import { fetched, socket } from "../link/transports.ts";

type Fallbacks = typeof import("../link/fallbacks.ts");

// Beside the script of the panel. What could not be loaded a browser does not ask for again in this
// page, so each attempt has a name of its own; what stands behind the # the server does not see.
const FILE = "./panel-fallbacks.js#";

let attempts = 0;
let there: Fallbacks | undefined;

const rung = (via: keyof Fallbacks) =>
  [
    via,
    fetched(async () => {
      there ??= (await import(FILE + attempts++)) as Fallbacks;
      return there[via];
    }),
  ] as const;

export const LADDER: Ladder = [["socket", socket], rung("events"), rung("polls")];
