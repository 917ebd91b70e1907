/** The floor at a glance: who waits, and who helps whom. */

import { view } from "../desk.ts";
import { Badge, Presence, Since } from "../parts/badge.tsx";
import { List } from "../parts/list.tsx";
import { Empty } from "../parts/notice.tsx";
import { Screen } from "../parts/screen.tsx";
import { words } from "../words.ts";

export function Floor() {
  const seen = view.value;
  if (!seen) {
    return (
      <Screen name="floor" state="connecting" title={words.floor}>
        <Empty title={words.connecting} />
      </Screen>
    );
  }
  const { queue } = seen;
  return (
    <Screen name="floor" state={queue.length ? "busy" : "quiet"} title={words.floor}>
      <List
        label={words.floor}
        items={queue}
        id={(one) => one.room}
        draw={(one) => (
          <p>
            <Presence is={one.present} /> <b>{one.user}</b> <Since seconds={one.since} />
            <Badge>{one.topic}</Badge>
          </p>
        )}
      />
    </Screen>
  );
}
