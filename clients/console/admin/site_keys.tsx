/** Keys with which sites vouch for their guests. A secret is shown once, when it is made. */

import { useSignal } from "@preact/signals";

import { path } from "../../link/path.ts";
import { refusedFor, useRead } from "../api.ts";
import { Button } from "../parts/button.tsx";
import { Copy } from "../parts/copy.tsx";
import { Dialog, Sure } from "../parts/dialog.tsx";
import { Form, TextField } from "../parts/field.tsx";
import { List } from "../parts/list.tsx";
import { Empty, Loaded, Notice } from "../parts/notice.tsx";
import { refusal } from "../words.ts";
import { date } from "./account_words.ts";
import { given } from "./accounts.ts";
import { words } from "./desk_words.ts";
import { Page } from "./page.tsx";
import { type KeyMade, makeKey, type SiteKey } from "./settings.ts";

export function SiteKeys() {
  const { keys } = words;
  const [found, again] = useRead<readonly SiteKey[]>("/keys");
  const made = useSignal<KeyMade | undefined>(undefined);
  const ending = useSignal<SiteKey | undefined>(undefined);
  const problem = useSignal("");
  const draft = useSignal("");
  const make = async (form: FormData) => {
    const answer = await makeKey(given(form, "label"));
    if (answer.is === "refused") return answer.code;
    made.value = answer.body;
    draft.value = "";
    again();
    return undefined;
  };
  const end = async ({ id }: SiteKey) => {
    const code = await refusedFor("DELETE", path`/keys/${id}`);
    problem.value = code ? refusal(code) : "";
    again();
  };
  return (
    <Page name="site_keys" state="listed">
      <p class="hint">{keys.keep}</p>
      {problem.value && <Notice kind="bad">{problem.value}</Notice>}
      <Loaded
        of={found}
        again={again}
        draw={(all) => (
          <List
            label={keys.title}
            items={all}
            id={(one) => one.id}
            draw={(one) => <Row siteKey={one} end={() => (ending.value = one)} />}
            empty={
              <Empty title={keys.none}>
                <p>{keys.noneWhy}</p>
              </Empty>
            }
          />
        )}
      />
      <Form
        send={make}
        label={keys.make}
        say={(code) => (code === "not_allowed" ? keys.full : refusal(code))}
      >
        <TextField
          label={keys.label}
          name="label"
          maxLength={60}
          autocomplete="off"
          required
          value={draft.value}
          onInput={(event) => (draft.value = event.currentTarget.value)}
        />
      </Form>
      {made.value && (
        <Dialog title={keys.made} close={() => (made.value = undefined)}>
          <p>{keys.madeWhy}</p>
          <h3>{keys.secret}</h3>
          <Copy text={made.value.secret} label={keys.secret} />
          <h3>{keys.id}</h3>
          <Copy text={made.value.id} label={keys.id} />
        </Dialog>
      )}
      {ending.value && (
        <Ending siteKey={ending.value} end={end} close={() => (ending.value = undefined)} />
      )}
    </Page>
  );
}

function Ending(props: {
  readonly siteKey: SiteKey;
  readonly end: (one: SiteKey) => unknown;
  readonly close: () => void;
}) {
  const { keys } = words;
  const { siteKey, end, close } = props;
  return (
    <Sure title={keys.endSure(siteKey.label)} yes={keys.end} act={() => end(siteKey)} close={close}>
      <p>{keys.endWhy}</p>
    </Sure>
  );
}

function Row({ siteKey, end }: { readonly siteKey: SiteKey; readonly end: () => unknown }) {
  const { keys } = words;
  const { id, label, created, last_used } = siteKey;
  return (
    <div class="entry">
      <div>
        <b>{label}</b> <code>{id}</code>
        <p class="hint">
          {keys.created(date(created))} ·{" "}
          {last_used === null ? keys.unused : keys.used(date(last_used))}
        </p>
      </div>
      <Button kind="bad" press={end} aria-label={`${keys.end}: ${label}`}>
        {keys.end}
      </Button>
    </div>
  );
}
