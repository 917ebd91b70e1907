/** The desks: which one to work at, and another one. */

import { command, useRead } from "../api.ts";
import { desk } from "../desk.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Form, TextField } from "../parts/field.tsx";
import { List } from "../parts/list.tsx";
import { Empty, Loaded } from "../parts/notice.tsx";
import { choose, look } from "../session.ts";
import { words as plain } from "../words.ts";
import { refusal, words } from "./account_words.ts";
import { type DeskSeen, given } from "./accounts.ts";
import { Page } from "./page.tsx";

export function DeskList() {
  const { desks } = words;
  const [found, again] = useRead<readonly DeskSeen[]>("/desks", "root");
  const add = async (form: FormData) => {
    const title = given(form, "title").trim();
    const body = { desk: given(form, "desk"), ...(title && { title }) };
    const answer = await command("POST", "/desks", body, "root");
    if (answer.is === "refused") return answer.code;
    // Where one works is known anew.
    await look();
    again();
    return undefined;
  };
  return (
    <Page name="desk_list" state="listed">
      <Loaded
        of={found}
        again={again}
        draw={(all) => (
          <List
            label={desks.title}
            items={all}
            id={(one) => one.desk}
            draw={(one) => <Row seen={one} />}
            empty={<Empty title={desks.none} />}
          />
        )}
      />
      <Form send={add} label={desks.add} say={refusal}>
        <TextField
          label={desks.name}
          hint={desks.nameWhy}
          name="desk"
          maxLength={40}
          autocomplete="off"
          required
        />
        <TextField label={desks.deskTitle} name="title" maxLength={60} autocomplete="off" />
      </Form>
    </Page>
  );
}

function Row({ seen }: { readonly seen: DeskSeen }) {
  const { desks } = words;
  return (
    <div class="entry">
      <div>
        <b>{seen.desk}</b> <Badge>{plain.deskStates[seen.state] ?? seen.state}</Badge>
      </div>
      {desk.value === seen.desk ? (
        <span class="hint">{desks.current}</span>
      ) : (
        <Button press={() => choose(seen.desk)} aria-label={`${desks.work}: ${seen.desk}`}>
          {desks.work}
        </Button>
      )}
    </div>
  );
}
