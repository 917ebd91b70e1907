/** Who has changed what, the last first. */

import { useSignal } from "@preact/signals";

import { path } from "../../link/path.ts";
import { read, useRead } from "../api.ts";
import { Button } from "../parts/button.tsx";
import { List } from "../parts/list.tsx";
import { Empty, Loaded, Notice } from "../parts/notice.tsx";
import { refusal } from "../words.ts";
import { date, words } from "./account_words.ts";
import type { AuditEvent, AuditTrail } from "./accounts.ts";
import { Page } from "./page.tsx";

export function Audit() {
  const [found, again] = useRead<AuditTrail>("/audit");
  return (
    <Page name="audit" state="listed">
      <Loaded of={found} again={again} draw={(trail) => <Trail first={trail} />} />
    </Page>
  );
}

function Trail({ first }: { readonly first: AuditTrail }) {
  const { audit } = words;
  const trail = useSignal(first);
  const problem = useSignal("");
  const older = async () => {
    const { events, next } = trail.value;
    const answer = await read<AuditTrail>(path`/audit?before=${next!}`);
    problem.value =
      answer.is === "done" ? "" : refusal(answer.is === "refused" ? answer.code : "no_answer");
    if (answer.is !== "done") return;
    trail.value = { events: [...events, ...answer.body.events], next: answer.body.next };
  };
  // An event has no name of its own; its place from the oldest that is shown stays its own.
  const items = trail.value.events.map((event, at) => ({ event, id: String(at) }));
  return (
    <>
      <List
        label={audit.title}
        items={items}
        id={(one) => one.id}
        draw={({ event }) => <Row event={event} />}
        empty={<Empty title={audit.none} />}
      />
      {problem.value && <Notice kind="bad">{problem.value}</Notice>}
      {trail.value.next !== null && (
        <div class="row">
          <Button press={older}>{audit.older}</Button>
        </div>
      )}
    </>
  );
}

function Row({ event }: { readonly event: AuditEvent }) {
  const { audit } = words;
  const { at, by, what, about, detail } = event;
  const said = audit.said[what]?.(about, detail) ?? audit.else(what, about);
  return (
    <p class="entry">
      <span>
        {by === null ? <i>{audit.operator}</i> : <b>{by}</b>} {said}
      </span>
      <time class="hint" dateTime={new Date(at * 1000).toISOString()}>
        {date(at)}
      </time>
    </p>
  );
}
