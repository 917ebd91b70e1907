/** The floor at a glance: who waits, who helps whom, and which rooms there are for all. */

import { isMonitor, view } from "../desk.ts";
import { Notice } from "../parts/notice.tsx";
import { Screen } from "../parts/screen.tsx";
import { words } from "../words.ts";
import { Groups } from "./groups.tsx";
import { Team } from "./team.tsx";
import { Waiting } from "./waiting.tsx";

export function Floor() {
  const seen = view.value;
  if (!seen) {
    return (
      <Screen name="floor" state="connecting" title={words.floor}>
        <p class="empty" role="status">
          {words.connecting}
        </p>
      </Screen>
    );
  }
  const { queue, roster, groups, desk } = seen;
  return (
    <Screen name="floor" state={queue.length ? "busy" : "quiet"} title={words.floor}>
      {desk !== "open" && <Notice>{desk === "closed" ? words.deskClosed : words.deskFull}</Notice>}
      <div class="columns">
        <Waiting queue={queue} />
        <div class="column">
          <Team roster={roster} isMonitor={isMonitor.value} />
          <Groups groups={groups} isMonitor={isMonitor.value} />
        </div>
      </div>
    </Screen>
  );
}
