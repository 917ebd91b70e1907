/** Who may sign in here: everybody's role, desks and link; invited, changed and shut out. */

import { useSignal } from "@preact/signals";

import { command, refusedFor, useRead } from "../api.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { List } from "../parts/list.tsx";
import { Empty, Loaded, Notice } from "../parts/notice.tsx";
import { date, refusal, words } from "./account_words.ts";
import type { Account, Invited } from "./accounts.ts";
import { Page } from "./page.tsx";
import { Change, Disable, Invite, LinkShown, Renew } from "./people_dialogs.tsx";

/** What stands before the list. */
type Open =
  | { readonly is: "invite" }
  | { readonly is: "change" | "disable" | "renew"; readonly account: Account }
  | { readonly is: "link"; readonly of: Invited };

export function People() {
  const { people } = words;
  const [found, again] = useRead<readonly Account[]>("/accounts", "root");
  const open = useSignal<Open | undefined>(undefined);
  const problem = useSignal("");
  const close = () => {
    open.value = undefined;
  };
  // What is asked is over, but not the link that came of it.
  const asked = () => {
    if (open.value?.is !== "link") close();
  };
  const invited = (of: Invited) => {
    open.value = { is: "link", of };
    again();
  };
  const changed = () => {
    close();
    again();
  };
  const act = async (path: string, body: object) => {
    const code = await refusedFor("POST", path, body, "root");
    problem.value = code ? refusal(code) : "";
    again();
  };
  const newLink = async (user: string) => {
    const answer = await command<Invited>("POST", "/invite", { user }, "root");
    problem.value = answer.is === "refused" ? refusal(answer.code) : "";
    if (answer.is === "done") invited(answer.body);
  };
  const draw = (account: Account) => (
    <Row
      account={account}
      change={() => (open.value = { is: "change", account })}
      disable={() => (open.value = { is: "disable", account })}
      enable={() => act("/change_account", { user: account.user, disabled: false })}
      newLink={() => (open.value = { is: "renew", account })}
    />
  );
  const { value } = open;
  const beside = (
    <Button kind="main" press={() => (open.value = { is: "invite" })}>
      {people.invite}
    </Button>
  );
  return (
    <Page name="people" state="listed" beside={beside}>
      {problem.value && <Notice kind="bad">{problem.value}</Notice>}
      <Loaded
        of={found}
        again={again}
        draw={(accounts) => (
          <List
            label={people.title}
            items={accounts}
            id={(one) => one.user}
            draw={draw}
            empty={<Empty title={people.none} />}
          />
        )}
      />
      {value?.is === "invite" && <Invite done={invited} close={close} />}
      {value?.is === "change" && <Change account={value.account} done={changed} close={close} />}
      {value?.is === "disable" && (
        <Disable
          user={value.account.user}
          act={() => act("/change_account", { user: value.account.user, disabled: true })}
          close={close}
        />
      )}
      {value?.is === "renew" && (
        <Renew user={value.account.user} act={() => newLink(value.account.user)} close={asked} />
      )}
      {value?.is === "link" && <LinkShown of={value.of} close={close} />}
    </Page>
  );
}

function Row(props: {
  readonly account: Account;
  readonly change: () => unknown;
  readonly disable: () => unknown;
  readonly enable: () => unknown;
  readonly newLink: () => unknown;
}) {
  const { people } = words;
  const { user, role, disabled, desks, invited, until } = props.account;
  const link = until === null ? people.linkOver : people.linkUntil(date(until));
  return (
    <div class="entry">
      <div>
        <b>{user}</b> <Badge>{words.roles[role] ?? role}</Badge>{" "}
        {disabled && <Badge kind="bad">{people.disabled}</Badge>}{" "}
        {!disabled && invited && <Badge kind="news">{people.invited}</Badge>}
        <p class="hint">
          {people.at(desks === "all" ? words.everyDesk : desks.join(", "))}
          {!disabled && (invited || until !== null) && ` · ${link}`}
        </p>
      </div>
      <div class="row">
        {disabled ? (
          <Button press={props.enable} aria-label={`${people.enable}: ${user}`}>
            {people.enable}
          </Button>
        ) : (
          <>
            <Button press={props.change} aria-label={`${people.change}: ${user}`}>
              {people.change}
            </Button>
            <Button press={props.newLink} aria-label={`${people.newLink}: ${user}`}>
              {people.newLink}
            </Button>
            <Button kind="bad" press={props.disable} aria-label={`${people.disable}: ${user}`}>
              {people.disable}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
