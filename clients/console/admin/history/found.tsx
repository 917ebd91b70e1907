/** What was found: a list that goes on as far as one likes. */

import { plain } from "../../../text/plain.ts";
import { Button } from "../../parts/button.tsx";
import { List } from "../../parts/list.tsx";
import { Plain } from "../../parts/markdown.tsx";
import { Empty, Notice } from "../../parts/notice.tsx";
import { to } from "../../router.ts";
import { words as common, refusal } from "../../words.ts";
import { At } from "./at.tsx";
import { marked } from "./marked.ts";
import { ANYTHING, asked, found, type PastRoom, take } from "./search.ts";
import { words } from "./words.ts";

export function Found({ room }: { readonly room?: string | undefined }) {
  const { is, code, rooms, next } = found.value;
  const { q } = asked.value;
  return (
    <section class="found" aria-label={words.found} aria-busy={is === "loading"}>
      <List
        label={words.found}
        items={rooms}
        id={(one) => one.room}
        draw={(one) => <One room={one} q={q} isOpen={one.room === room} />}
        empty={is === "there" && <Nothing />}
      />
      {is === "failed" && (
        <Notice kind="bad">
          <p>{refusal(code ?? "")}</p>
        </Notice>
      )}
      {is === "loading" && (
        <p class="empty" role="status">
          {common.loading}
        </p>
      )}
      {is !== "loading" && (next !== null || is === "failed") && (
        <Button press={take}>{is === "failed" ? common.again : words.more}</Button>
      )}
    </section>
  );
}

function Nothing() {
  const isAnything = JSON.stringify(asked.value) === JSON.stringify(ANYTHING);
  return isAnything ? (
    <Empty title={words.nothingYet} />
  ) : (
    <Empty title={words.none}>
      <p>{words.noneWhy}</p>
    </Empty>
  );
}

function One({ room, q, isOpen }: { room: PastRoom; q: string; isOpen: boolean }) {
  const { user, question, excerpt, agents, rating, reason, ended } = room;
  const how = ended === null ? words.stillOpen : (words.reasons[reason ?? ""] ?? reason);
  return (
    <a class="past-room" href={to("past", { room: room.room })} aria-current={isOpen || undefined}>
      <span class="row">
        <b>{user}</b>
        <At seconds={room.opened} />
      </span>
      {excerpt ? (
        <Marked text={excerpt} q={q} />
      ) : (
        <span class="excerpt">
          <Plain text={question} />
        </span>
      )}
      <small class="hint">
        {[
          agents.length ? words.helpedBy(agents.join(", ")) : words.noAgent,
          words.messages(room.messages),
          rating !== null && words.rated(rating),
          how,
        ]
          .filter(Boolean)
          .join(" · ")}
      </small>
    </a>
  );
}

function Marked({ text, q }: { text: string; q: string }) {
  return (
    <span class="excerpt">
      {marked(plain(text), q).map((piece) =>
        piece.isFound ? <mark>{piece.text}</mark> : piece.text,
      )}
    </span>
  );
}
