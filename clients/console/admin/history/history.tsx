/** Looking through all conversations that there were. */

import { useEffect } from "preact/hooks";

import { desk } from "../../desk.ts";
import { ChoiceField, Form, TextField } from "../../parts/field.tsx";
import { Screen } from "../../parts/screen.tsx";
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
    <Screen
      name="history"
      state={rooms.length || is !== "there" ? state : "none"}
      title={words.title}
    >
      <Search />
      <Found />
    </Screen>
  );
}

function Search() {
  const { q, user, agent, reason } = asked.value;
  const send = async (given: FormData) => {
    const of = (name: string) => String(given.get(name) ?? "");
    await look({ q: of("q"), user: of("user"), agent: of("agent"), reason: of("reason") });
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
          <TextField label={words.user} hint={words.exactly} name="user" defaultValue={user} />
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
