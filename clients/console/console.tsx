/** The console of agents. Loaded by its page; everything begins here. */

import { render } from "preact";

import { Frame } from "./frame.tsx";
import { tick } from "./parts/badge.tsx";
import { follow } from "./router.ts";
import { look } from "./session.ts";
import { LANGUAGE } from "./words.ts";

document.documentElement.lang = LANGUAGE;
tick();
follow();
look();
render(<Frame />, document.getElementById("console")!);
