/** The rooms that are open to all agents. */

import { useSignal } from "@preact/signals";

import type { GroupView } from "../../wire/view.ts";
import { create, join } from "../actions.ts";
import { view } from "../desk.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { AreaField, Form, TextField } from "../parts/field.tsx";
import { List } from "../parts/list.tsx";
import { Empty } from "../parts/notice.tsx";
import { to } from "../router.ts";
import { words } from "../words.ts";

const NAME_MOST = 60;
const TOPIC_MOST = 500;

export function Groups(props: {
  readonly groups: readonly GroupView[];
  readonly isMonitor: boolean;
}) {
  const { groups, isMonitor } = props;
  const isOpening = useSignal(false);
  return (
    <section class="groups" aria-labelledby="groups">
      <header class="row">
        <h2 id="groups">{words.groups}</h2>
        {isMonitor && (
          <Button
            press={() => {
              isOpening.value = true;
            }}
          >
            {words.openGroup}
          </Button>
        )}
      </header>
      <List
        label={words.groups}
        items={groups}
        id={(one) => one.room}
        draw={(one) => <Group group={one} />}
        empty={<Empty title={words.groupsNone}>{!isMonitor && <p>{words.groupsNoneWhy}</p>}</Empty>}
      />
      {isOpening.value && (
        <Opening
          close={() => {
            isOpening.value = false;
          }}
        />
      )}
    </section>
  );
}

function Group({ group }: { readonly group: GroupView }) {
  const { room, name, topic } = group;
  const isIn = view.value?.rooms.some((one) => one.room === room);
  return (
    <div class="row group">
      <span>
        <b>{name}</b> <span class="hint">{topic}</span>
      </span>
      {isIn ? (
        <a class="button" href={to("room", { room })}>
          {words.goTo}
        </a>
      ) : (
        <Button press={() => join(room, "speaker")} aria-label={`${words.joinGroup} ${name}`}>
          {words.joinGroup}
        </Button>
      )}
    </div>
  );
}

function Opening({ close }: { readonly close: () => void }) {
  const send = async (given: FormData) => {
    const why = await create(String(given.get("name")), String(given.get("topic")));
    if (!why) close();
    return why;
  };
  return (
    <Dialog title={words.openGroup} close={close}>
      <Form send={send} label={words.openGroup}>
        <TextField label={words.groupName} name="name" required maxLength={NAME_MOST} />
        <AreaField label={words.groupTopic} name="topic" maxLength={TOPIC_MOST} rows={2} />
      </Form>
    </Dialog>
  );
}
