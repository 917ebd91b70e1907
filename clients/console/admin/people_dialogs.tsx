/** What is asked about an account, and the link that is shown once. */

import { useSignal } from "@preact/signals";

import { command, refusedFor, useRead } from "../api.ts";
import { Button } from "../parts/button.tsx";
import { Copy } from "../parts/copy.tsx";
import { Dialog, Sure } from "../parts/dialog.tsx";
import { ChoiceField, Form, Switch, TextField } from "../parts/field.tsx";
import { Loaded } from "../parts/notice.tsx";
import { to } from "../router.ts";
import { date, refusal, words } from "./account_words.ts";
import { type Account, type DeskSeen, given, type Invited } from "./accounts.ts";

/** Adds an account, and gives its link to `done`. */
export function Invite(props: {
  readonly done: (invited: Invited) => void;
  readonly close: () => void;
}) {
  const { people } = words;
  const send = async (form: FormData) => {
    const desks = desksIn(form);
    if (!desks) return words.someDesk;
    const body = { username: given(form, "username"), role: given(form, "role"), desks };
    const answer = await command<Invited>("POST", "/accounts", body, "root");
    if (answer.is === "refused") return answer.code;
    props.done(answer.body);
    return undefined;
  };
  return (
    <Dialog title={people.invite} close={props.close}>
      <Form send={send} label={people.invite} say={refusal}>
        <TextField
          label={people.name}
          hint={people.nameWhy}
          name="username"
          maxLength={40}
          autocomplete="off"
          required
        />
        <RoleField begins="agent" />
        <SomeDesks desks="all" />
      </Form>
    </Dialog>
  );
}

/** Changes the role and the desks of an account. */
export function Change(props: {
  readonly account: Account;
  readonly done: () => void;
  readonly close: () => void;
}) {
  const { people } = words;
  const { user, role, desks } = props.account;
  const send = async (form: FormData) => {
    const now = desksIn(form);
    if (!now) return words.someDesk;
    const body = { user, role: given(form, "role"), desks: now };
    const code = await refusedFor("POST", "/change_account", body, "root");
    if (!code) props.done();
    return code;
  };
  return (
    <Dialog title={people.changing(user)} close={props.close}>
      <Form send={send} label={people.save} say={refusal}>
        <RoleField begins={role} />
        <SomeDesks desks={desks} />
      </Form>
    </Dialog>
  );
}

export function Disable(props: {
  readonly user: string;
  readonly act: () => unknown;
  readonly close: () => void;
}) {
  const { people } = words;
  return (
    <Sure
      title={people.disableSure(props.user)}
      yes={people.disable}
      act={props.act}
      close={props.close}
    >
      <p>{people.disableWhy}</p>
    </Sure>
  );
}

export function Renew(props: {
  readonly user: string;
  readonly act: () => unknown;
  readonly close: () => void;
}) {
  const { people } = words;
  return (
    <Sure
      title={people.newLinkSure(props.user)}
      yes={people.newLink}
      kind="main"
      act={props.act}
      close={props.close}
    >
      <p>{people.newLinkWhy}</p>
    </Sure>
  );
}

/** The link for somebody, this once. */
export function LinkShown(props: { readonly of: Invited; readonly close: () => void }) {
  const { people } = words;
  const { user, invite, until } = props.of;
  const link = `${location.origin}/console${to("welcome", { secret: invite })}`;
  return (
    <Dialog title={people.link(user)} close={props.close}>
      <p>{people.linkWhy(date(until))}</p>
      <Copy text={link} label={people.linkLabel} />
      <div class="row">
        <Button kind="main" press={props.close}>
          {people.done}
        </Button>
      </div>
    </Dialog>
  );
}

function RoleField({ begins }: { readonly begins: string }) {
  return (
    <ChoiceField
      label={words.people.role}
      hint={words.rolesWhy}
      name="role"
      defaultValue={begins}
      options={Object.entries(words.roles)}
    />
  );
}

/** All desks, or some of them. */
function SomeDesks({ desks }: { readonly desks: Account["desks"] }) {
  const [found, again] = useRead<readonly DeskSeen[]>("/desks", "root");
  const isAll = useSignal(desks === "all");
  return (
    <>
      <Switch label={words.allDesks} on={isAll.value} turn={(on) => (isAll.value = on)} />
      {isAll.value && <input type="hidden" name="all" value="yes" />}
      {!isAll.value && (
        <Loaded
          of={found}
          again={again}
          draw={(there) => (
            <fieldset>
              <legend>{words.desks.title}</legend>
              {there.map(({ desk }) => (
                <label key={desk} class="check">
                  <input
                    type="checkbox"
                    name="desk"
                    value={desk}
                    defaultChecked={desks !== "all" && desks.includes(desk)}
                  />
                  {desk}
                </label>
              ))}
            </fieldset>
          )}
        />
      )}
    </>
  );
}

function desksIn(form: FormData): "all" | FormDataEntryValue[] | undefined {
  if (form.get("all")) return "all";
  const some = form.getAll("desk");
  return some.length ? some : undefined;
}
