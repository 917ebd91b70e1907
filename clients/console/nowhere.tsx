/** At an address at which there is nothing: what that means, and the way back. */

import { Empty } from "./parts/notice.tsx";
import { Screen } from "./parts/screen.tsx";
import { to } from "./router.ts";
import { words } from "./words.ts";

export function Nowhere() {
  return (
    <Screen name="nowhere" state="shown" title={words.nowhere}>
      <Empty title={words.nowhereWhy}>
        <p>
          <a class="button" href={to("floor")}>
            {words.toFloor}
          </a>
        </p>
      </Empty>
    </Screen>
  );
}
