/** All that there is besides the daily work, for whom one is. */

import { List } from "../parts/list.tsx";
import { Empty } from "../parts/notice.tsx";
import { Screen } from "../parts/screen.tsx";
import { to } from "../router.ts";
import { pages } from "./page.tsx";
import { words } from "./words.ts";

export function Overview() {
  return (
    <Screen name="admin" state="listed" title={words.title}>
      <List
        label={words.title}
        items={pages()}
        id={(name) => name}
        draw={(name) => (
          <div class="entry">
            <div>
              <a href={to(name)}>{words.screens[name].title}</a>
              <p class="hint">{words.screens[name].why}</p>
            </div>
          </div>
        )}
        empty={<Empty title={words.nothing} />}
      />
    </Screen>
  );
}
