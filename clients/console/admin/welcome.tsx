/** The first thing that somebody sees who has a link: whom it is for, and a password to choose. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { command } from "../api.ts";
import { Button } from "../parts/button.tsx";
import { Form, TextField } from "../parts/field.tsx";
import { Empty, Notice } from "../parts/notice.tsx";
import { Screen } from "../parts/screen.tsx";
import { go } from "../router.ts";
import { look, who } from "../session.ts";
import { words as plain, refusal } from "../words.ts";
import { words } from "./account_words.ts";
import { given } from "./accounts.ts";
import { chosen, NewPassword } from "./passwords.tsx";

interface Whose {
  readonly user: string | null;
  readonly first: boolean;
}

type Found = Whose | "looking" | { readonly code: string };

export function Welcome({ params }: { readonly params: Readonly<Record<string, string>> }) {
  const invite = params.secret!;
  const found = useSignal<Found>("looking");
  const ask = async () => {
    found.value = "looking";
    const answer = await command<Whose>("POST", "/welcome", { invite }, "root");
    found.value = answer.is === "done" ? answer.body : { code: answer.code };
  };
  useEffect(() => {
    ask();
  }, []);
  const { value } = found;
  const { welcome } = words;
  if (value === "looking") {
    return (
      <Screen name="welcome" state="asked" title={welcome.title}>
        <Empty title={welcome.looking} />
      </Screen>
    );
  }
  if ("code" in value) return <Void code={value.code} again={ask} />;
  return (
    <Screen name="welcome" state={value.first ? "first" : "invited"} title={welcome.title}>
      {who.value.is === "somebody" && <Notice>{welcome.signedIn(who.value.user)}</Notice>}
      <p>{value.user === null ? welcome.first : welcome.invited(value.user)}</p>
      <Choose invite={invite} user={value.user} void={(code) => (found.value = { code })} />
    </Screen>
  );
}

function Choose(props: {
  readonly invite: string;
  /** Nobody yet, for who comes first. */
  readonly user: string | null;
  readonly void: (code: string) => void;
}) {
  const { invite, user } = props;
  const { welcome } = words;
  const send = async (form: FormData) => {
    const found = chosen(form);
    if ("why" in found) return found.why;
    const title = given(form, "title").trim();
    const first = { username: given(form, "username"), ...(title && { title }) };
    const body = { invite, password: found.password, ...(user === null && first) };
    const answer = await command("POST", "/accept", body, "root");
    if (answer.is === "refused" && answer.code === "not_found") props.void(answer.code);
    if (answer.is === "refused") return answer.code;
    await look();
    // The secret is of no use any more, and stands in no history.
    go(user === null ? "start" : "floor", {}, true);
    return undefined;
  };
  const name = { name: "username", autocomplete: "username" } as const;
  return (
    <Form send={send} label={user === null ? welcome.begin : welcome.accept}>
      {user === null ? (
        <TextField label={welcome.user} hint={welcome.userWhy} maxLength={40} required {...name} />
      ) : (
        <TextField label={plain.name} value={user} readOnly {...name} />
      )}
      <NewPassword label={plain.password} />
      {user === null && (
        <TextField
          label={welcome.deskTitle}
          hint={welcome.deskTitleWhy}
          name="title"
          maxLength={60}
        />
      )}
    </Form>
  );
}

function Void({ code, again }: { readonly code: string; readonly again: () => unknown }) {
  const { welcome } = words;
  const isVoid = code === "not_found";
  return (
    <Screen name="welcome" state="refused" title={isVoid ? welcome.void : welcome.title}>
      <Notice kind="bad">
        <p>{isVoid ? welcome.voidWhy : refusal(code)}</p>
      </Notice>
      <div class="row">
        {!isVoid && <Button press={again}>{plain.again}</Button>}
        <Button press={() => go("sign_in", {}, true)}>{welcome.signIn}</Button>
      </div>
    </Screen>
  );
}
