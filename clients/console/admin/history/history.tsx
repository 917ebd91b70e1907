/** Looking through all conversations that there were. */

import { useEffect } from "preact/hooks";

import { desk } from "../../desk.ts";
import { ChoiceField, Form, TextField } from "../../parts/field.tsx";
import { Page } from "../page.tsx";
import { Found } from "./found.tsx";
import { asked, begin, found, look } from "./search.ts";
import { words } from "./words.ts";

/** As long as the server takes it. */
const WORDS_MOST = 200;

export function History() {
  useEffect(begin, [desk.value]);
  const { is, rooms } = found.value;
  const state = is === "loading" ? "looking" : is === "failed" ? "failed" : "found";
  return (
    <Page name="history" state={rooms.length || is !== "there" ? state : "none"}>
      <Search />
      <Found />
    </Page>
  );
}

function Search() {
  const { q, user, sub, agent, reason } = asked.value;
  const send = async (given: FormData) => {
    const of = (name: string) => String(given.get(name) ?? "");
    await look({
      q: of("q"),
      user: of("user"),
      sub: of("sub"),
      agent: of("agent"),
      reason: of("reason"),
    });
    return undefined;
  };
  const reasons = Object.entries(words.reasons);
  return (
    <search class="search">
      <Form send={send} label={words.search}>
        <TextField
          label={words.words}
          hint={words.wordsHint}
          name="q"
          type="search"
          maxLength={WORDS_MOST}
          defaultValue={q}
        />
        <div class="filters">
          <TextField label={words.user} hint={words.begins} name="user" defaultValue={user} />
          <TextField label={words.sub} hint={words.subWhy} name="sub" defaultValue={sub} />
          <TextField label={words.agent} hint={words.exactly} name="agent" defaultValue={agent} />
          <ChoiceField
            label={words.reason}
            name="reason"
            options={[["", words.any], ...reasons]}
            defaultValue={reason}
          />
        </div>
      </Form>
    </search>
  );
}
