/** One's own password. */

import { useSignal } from "@preact/signals";

import { refusedFor } from "../api.ts";
import { Form, TextField } from "../parts/field.tsx";
import { Notice } from "../parts/notice.tsx";
import { who } from "../session.ts";
import { words } from "./account_words.ts";
import { given } from "./accounts.ts";
import { Page } from "./page.tsx";
import { chosen, NewPassword } from "./passwords.tsx";

export function OwnPassword() {
  const { password } = words;
  const isChanged = useSignal(false);
  const send = async (form: FormData) => {
    isChanged.value = false;
    const found = chosen(form);
    if ("why" in found) return found.why;
    const body = { old: given(form, "old"), new: found.password };
    const code = await refusedFor("POST", "/password", body, "root");
    isChanged.value = !code;
    return code;
  };
  const user = who.value.is === "somebody" ? who.value.user : "";
  return (
    <Page name="own_password" state={isChanged.value ? "changed" : "asked"}>
      {isChanged.value ? (
        <Notice kind="good">{password.changed}</Notice>
      ) : (
        <Form send={send} label={password.change}>
          {/* For whatever keeps passwords. */}
          <input type="hidden" name="username" autocomplete="username" value={user} />
          <TextField
            label={password.old}
            name="old"
            type="password"
            autocomplete="current-password"
            required
          />
          <NewPassword label={password.new} />
        </Form>
      )}
    </Page>
  );
}
