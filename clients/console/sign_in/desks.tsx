/** Which of several desks one works at. */

import { useRead } from "../api.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { List } from "../parts/list.tsx";
import { Empty, Loaded } from "../parts/notice.tsx";
import { Screen } from "../parts/screen.tsx";
import { go, HOME } from "../router.ts";
import { choose, who } from "../session.ts";
import { words } from "../words.ts";

interface DeskSeen {
  readonly desk: string;
  readonly state: string;
}

export function Desks() {
  const [found, again] = useRead<readonly DeskSeen[]>("/desks", "root");
  const isNone = who.value.is === "somebody" && !who.value.desks.length;
  if (isNone) {
    return (
      <Screen name="desks" state="none" title={words.noDesk}>
        <Empty title={words.noDeskWhy} />
      </Screen>
    );
  }
  const pick = (desk: string) => {
    choose(desk);
    go(HOME.screen, HOME.params, true);
  };
  const draw = ({ desk, state }: DeskSeen) => (
    <Button class="wide" press={() => pick(desk)}>
      <span>{desk}</span>
      <Badge>{words.deskStates[state] ?? state}</Badge>
    </Button>
  );
  return (
    <Screen name="desks" state="asked" title={words.chooseDesk}>
      <Loaded
        of={found}
        again={again}
        draw={(desks) => (
          <List label={words.chooseDesk} items={desks} id={(one) => one.desk} draw={draw} />
        )}
      />
    </Screen>
  );
}
