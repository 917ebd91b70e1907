/** All that there is besides the daily work, for whom one is. */

import { List } from "../parts/list.tsx";
import { Empty } from "../parts/notice.tsx";
import { Screen } from "../parts/screen.tsx";
import { to } from "../router.ts";
import { isFor, SCREENS, type ScreensOf } from "../screens.ts";
import { who } from "../session.ts";
import { words } from "./words.ts";

/** In the order in which they stand there. */
const SHOWN = Object.keys(words.screens) as ScreensOf<"admin">[];

export function Overview() {
  const role = who.value.is === "somebody" ? who.value.role : undefined;
  const shown = SHOWN.filter((name) => isFor(SCREENS[name].who, role));
  return (
    <Screen name="admin" state="listed" title={words.title}>
      <List
        label={words.title}
        items={shown}
        id={(name) => name}
        draw={(name) => (
          <a class="button plain wide" href={to(name)}>
            {words.screens[name]}
          </a>
        )}
        empty={<Empty title={words.nothing} />}
      />
    </Screen>
  );
}
