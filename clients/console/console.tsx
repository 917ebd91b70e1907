/** The console of agents. Loaded by its page; everything begins here. */

import { render } from "preact";

import { callOut } from "./alerts.ts";
import { onView } from "./desk.ts";
import { Frame } from "./frame.tsx";
import { showTitle } from "./icon.ts";
import { hearKeys } from "./keys.ts";
import { tick } from "./parts/badge.tsx";
import { tidyDrafts } from "./room/drafts.ts";
import { hearGoings } from "./room/goings.ts";
import { hearSent } from "./room/messages.tsx";
import { keepOvers } from "./room/over.ts";
import { keepPasts } from "./room/past.ts";
import { hearRatings } from "./room/ratings.ts";
import { keepSeen } from "./room/unread.ts";
import { follow } from "./router.ts";
import { begin } from "./session.ts";
import { LANGUAGE } from "./words.ts";

document.documentElement.lang = LANGUAGE;
// In this order: what keeps a room sees it before what puts it away.
keepPasts();
keepSeen();
keepOvers();
hearGoings();
hearRatings();
hearSent();
callOut();
onView(tidyDrafts);
hearKeys();
showTitle();
tick();
follow();
begin();
render(<Frame />, document.getElementById("console")!);
