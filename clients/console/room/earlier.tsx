/** What the guest had before: a list beside the conversation, each of them to be read over it. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { path } from "../../link/path.ts";
import { read, useRead } from "../api.ts";
import { Since } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { List } from "../parts/list.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { Loaded, Notice } from "../parts/notice.tsx";
import { refusal, words } from "../words.ts";

interface EarlierRoom {
  readonly room: string;
  readonly question: string;
  readonly opened: number;
}

interface Page {
  readonly messages: readonly { id: string; user: string; body: string; sent: number }[];
  readonly more: boolean;
}

export function Earlier({ room }: { readonly room: string }) {
  const where = path`/rooms/${room}/earlier`;
  const [found, again] = useRead<{ rooms: readonly EarlierRoom[] }>(where);
  const opened = useSignal<EarlierRoom | undefined>(undefined);
  const draw = (one: EarlierRoom) => (
    <Button
      class="wide earlier-room"
      press={() => {
        opened.value = one;
      }}
    >
      <span dir="auto">{one.question || words.conversation}</span>
      <Since seconds={one.opened} />
    </Button>
  );
  return (
    <section class="earlier" aria-label={words.earlier}>
      <h3>{words.earlier}</h3>
      <Loaded
        of={found}
        again={again}
        draw={({ rooms }) => (
          <List
            label={words.earlier}
            items={rooms}
            id={(one) => one.room}
            draw={draw}
            empty={<p class="hint">{words.nothingEarlier}</p>}
          />
        )}
      />
      {opened.value && (
        <Read
          of={opened.value}
          close={() => {
            opened.value = undefined;
          }}
        />
      )}
    </section>
  );
}

/** What was said then, as far back as one asks. */
function Read({ of, close }: { readonly of: EarlierRoom; readonly close: () => void }) {
  const said = useSignal<Page>({ messages: [], more: true });
  const code = useSignal("");
  const load = async () => {
    const first = said.value.messages[0]?.id;
    const before = first ? path`?before=${first}` : "";
    const answer = await read<Page>(path`/rooms/${of.room}/messages` + before);
    if (answer.is !== "done") {
      code.value = answer.is === "refused" ? answer.code : "no_answer";
      return;
    }
    code.value = "";
    const { messages, more } = answer.body;
    said.value = { messages: [...messages.toReversed(), ...said.value.messages], more };
  };
  useEffect(() => {
    load();
  }, []);
  return (
    <Dialog title={of.question || words.conversation} close={close}>
      {code.value && (
        <Notice kind="bad">
          <p>
            {words.failed} {refusal(code.value)}
          </p>
        </Notice>
      )}
      {said.value.more && <Button press={load}>{words.earlierMore}</Button>}
      <ol class="said-then">
        {said.value.messages.map((one) => (
          <li key={one.id}>
            <p class="hint">
              <b>{one.user}</b> <Since seconds={one.sent} />
            </p>
            <Markdown text={one.body} />
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
