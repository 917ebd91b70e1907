/** The conversations in the order in which they were entered, which does not change under a hand. */

import type { RoomView } from "../../wire/view.ts";
import { me, view } from "../desk.ts";
import { Badge } from "../parts/badge.tsx";
import { to } from "../router.ts";
import { words } from "../words.ts";
import { nameOf } from "./order.ts";
import { became, overs } from "./over.ts";
import { unread } from "./unread.ts";

/** All that are open or still to be put away. */
export function tabs(): readonly RoomView[] {
  return [...(view.value?.rooms ?? []), ...overs.value.map((one) => one.room)];
}

export function Strip({ shown }: { readonly shown: readonly string[] }) {
  const all = tabs();
  if (all.length < 2) return null;
  return (
    <nav class="strip" aria-label={words.strip}>
      {all.map((room, at) => (
        <Tab key={room.room} room={room} at={at} shown={shown} />
      ))}
    </nav>
  );
}

function Tab(props: {
  readonly room: RoomView;
  readonly at: number;
  readonly shown: readonly string[];
}) {
  const { room, at, shown } = props;
  const name = nameOf(room, me.value?.user ?? "");
  const count = unread(room);
  const isShown = shown.includes(room.room);
  const over = overs.value.find((one) => one.room === room);
  return (
    <span class={isShown ? "tab shown" : "tab"}>
      <a
        href={to("room", { room: room.room })}
        aria-current={shown[0] === room.room ? "page" : undefined}
        aria-keyshortcuts={at < 9 ? `${at + 1} Alt+${at + 1}` : undefined}
      >
        {name}
        {over && <span class="hint"> ({became(over)})</span>}
        {count > 0 && (
          <>
            {" "}
            <Badge kind="news" label={words.unread}>
              {count}
            </Badge>
          </>
        )}
      </a>
      {!isShown && (
        <a
          class="besides"
          href={to("beside", { room: shown[0]!, other: room.room })}
          aria-label={words.showBeside(name)}
          title={words.showBeside(name)}
        >
          ◫
        </a>
      )}
    </span>
  );
}
