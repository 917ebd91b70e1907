/** API tokens: one's own; to admins of all desks, everybody's. */

import { useSignal } from "@preact/signals";

import { path } from "../../link/path.ts";
import { command, refusedFor, useRead } from "../api.ts";
import { Button } from "../parts/button.tsx";
import { Copy } from "../parts/copy.tsx";
import { Dialog, Sure } from "../parts/dialog.tsx";
import { Form, TextField } from "../parts/field.tsx";
import { List } from "../parts/list.tsx";
import { Empty, Loaded, Notice } from "../parts/notice.tsx";
import { who } from "../session.ts";
import { refusal } from "../words.ts";
import { date, words } from "./account_words.ts";
import { given, type Token } from "./accounts.ts";
import { Page } from "./page.tsx";

export function Tokens() {
  const { tokens } = words;
  const [found, again] = useRead<readonly Token[]>("/tokens", "root");
  const made = useSignal("");
  const ending = useSignal<Token | undefined>(undefined);
  const problem = useSignal("");
  const create = async (form: FormData) => {
    const body = { label: given(form, "label") };
    const answer = await command<{ token: string }>("POST", "/tokens", body, "root");
    if (answer.is === "refused") return answer.code;
    made.value = answer.body.token;
    again();
    return undefined;
  };
  const end = async ({ id }: Token) => {
    const code = await refusedFor("DELETE", path`/tokens/${id}`, {}, "root");
    problem.value = code ? refusal(code) : "";
    again();
  };
  const { value } = ending;
  return (
    <Page name="tokens" state="listed">
      {problem.value && <Notice kind="bad">{problem.value}</Notice>}
      <Loaded
        of={found}
        again={again}
        draw={(all) => (
          <List
            label={tokens.title}
            items={all}
            id={(one) => one.id}
            draw={(one) => <Row token={one} end={() => (ending.value = one)} />}
            empty={<Empty title={tokens.none} />}
          />
        )}
      />
      <Form send={create} label={tokens.create}>
        <TextField label={tokens.label} name="label" maxLength={60} autocomplete="off" required />
      </Form>
      {made.value && (
        <Dialog title={tokens.made} close={() => (made.value = "")}>
          <p>{tokens.madeWhy}</p>
          <Copy text={made.value} label={tokens.madeLabel} />
        </Dialog>
      )}
      {value && (
        <Sure
          title={tokens.endSure(value.label)}
          yes={tokens.end}
          act={() => end(value)}
          close={() => (ending.value = undefined)}
        >
          <p>{tokens.endWhy}</p>
        </Sure>
      )}
    </Page>
  );
}

function Row({ token, end }: { readonly token: Token; readonly end: () => unknown }) {
  const { tokens } = words;
  const { label, user, created, last_used } = token;
  const isOwn = who.value.is === "somebody" && who.value.user === user;
  return (
    <div class="entry">
      <div>
        <b>{label}</b> {!isOwn && tokens.of(user)}
        <p class="hint">
          {tokens.created(date(created))} ·{" "}
          {last_used === null ? tokens.unused : tokens.used(date(last_used))}
        </p>
      </div>
      <Button kind="bad" press={end} aria-label={`${tokens.end}: ${label}`}>
        {tokens.end}
      </Button>
    </div>
  );
}
