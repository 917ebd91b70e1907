/** Which sites may show the chat of the desk: all, or those of a list. */

import { useSignal } from "@preact/signals";

import { useRead } from "../api.ts";
import { view } from "../desk.ts";
import { Button } from "../parts/button.tsx";
import { Sure } from "../parts/dialog.tsx";
import { Form, TextField } from "../parts/field.tsx";
import { List } from "../parts/list.tsx";
import { Empty, Loaded, Notice } from "../parts/notice.tsx";
import { refusal } from "../words.ts";
import { given } from "./accounts.ts";
import { words } from "./desk_words.ts";
import { Page } from "./page.tsx";
import { change, current, originsOf, type Setting } from "./settings.ts";

export function Sites() {
  const { sites } = words;
  const [found, again] = useRead<readonly Setting[]>("/settings");
  const isAny = !view.value?.settings?.sites;
  return (
    <Page name="sites" state={isAny ? "any" : "listed"}>
      <p class="hint">{sites.limits}</p>
      <Loaded
        of={found}
        again={again}
        draw={(all) => <Listed setting={all.find((one) => one.name === "sites")!} />}
      />
    </Page>
  );
}

function Listed({ setting }: { readonly setting: Setting }) {
  const { sites } = words;
  // Asked for anew at each press: a row is drawn once and knows only what was listed then.
  const listed = () => originsOf(current(setting));
  const draft = useSignal("");
  const problem = useSignal("");
  const told = useSignal("");
  const last = useSignal("");
  const save = async (now: readonly string[]) => {
    told.value = problem.value = "";
    const code = await change(setting.name, now.join("\n"));
    if (!code) told.value = words.told.saved;
    return code;
  };
  const add = async (form: FormData) => {
    const code = await save([...listed(), given(form, "site")]);
    if (!code) draft.value = "";
    return code;
  };
  const remove = async (site: string) => {
    const code = await save(listed().filter((one) => one !== site));
    if (code) problem.value = refusal(code);
  };
  const ask = (site: string) => {
    if (listed().length > 1) return remove(site);
    last.value = site;
    return undefined;
  };
  return (
    <>
      {problem.value && <Notice kind="bad">{problem.value}</Notice>}
      <List
        label={sites.title}
        items={listed()}
        id={(one) => one}
        draw={(one) => (
          <div class="entry">
            <code>{one}</code>
            <Button kind="bad" press={() => ask(one)} aria-label={`${sites.remove}: ${one}`}>
              {sites.remove}
            </Button>
          </div>
        )}
        empty={
          <Empty title={sites.any}>
            <p>{sites.anyWhy}</p>
          </Empty>
        }
      />
      <Form
        send={add}
        label={sites.add}
        say={(code) => (code === "malformed" ? sites.wrong : refusal(code))}
        beside={<span role="status">{told.value}</span>}
      >
        <TextField
          label={sites.site}
          hint={sites.siteWhy}
          name="site"
          inputMode="url"
          autocomplete="off"
          maxLength={280}
          required
          value={draft.value}
          onInput={(event) => (draft.value = event.currentTarget.value)}
        />
      </Form>
      {last.value && (
        <Sure
          title={sites.lastSure}
          yes={sites.remove}
          act={() => remove(last.value)}
          close={() => (last.value = "")}
        >
          <p>{sites.lastWhy}</p>
        </Sure>
      )}
    </>
  );
}
