/** All that a guest gave when they asked, beside the conversation or with a message that was left. */

import type { GuestGiven, VouchedFor } from "../../wire/events.ts";
import { Button } from "../parts/button.tsx";
import { words } from "../words.ts";
import { Earlier } from "./earlier.tsx";

/** What is more than an address of the web is text: it may have come from anybody. */
const LINK = /^https?:\/\/[^\s]+$/i;

export function About(props: {
  readonly guest: GuestGiven;
  readonly room: string;
  readonly close: () => void;
}) {
  const { guest, room, close } = props;
  return (
    <aside class="about" aria-label={words.detailsOf(guest.user)}>
      <header class="row">
        <h3>{words.detailsOf(guest.user)}</h3>
        <Button kind="plain" class="icon" aria-label={words.closeDetails} press={close}>
          ×
        </Button>
      </header>
      {guest.vouched && <Vouched by={guest.vouched} />}
      <h3>{words.given}</h3>
      {Object.keys(guest.info).length === 0 && <p class="hint">{words.nothingGiven}</p>}
      <Given info={guest.info} />
      <Earlier room={room} />
    </aside>
  );
}

/** What somebody gave besides their name and question, by name. */
export function Given({ info }: { readonly info: GuestGiven["info"] }) {
  return (
    <dl class="given">
      {Object.entries(info).map(([name, value]) => (
        <div key={name}>
          <dt>{givenName(name)}</dt>
          <dd dir="auto">
            <GivenValue text={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What a site has signed of the guest; all else anybody may have typed. */
function Vouched({ by }: { readonly by: VouchedFor }) {
  return (
    <>
      <h3>{words.vouched}</h3>
      <dl>
        {vouchedFacts(by).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** The same, as names and values. */
export function vouchedFacts({ sub, email }: VouchedFor): readonly (readonly [string, string])[] {
  const known = [words.vouchedSub, sub] as const;
  return email ? [known, [words.vouchedEmail, email]] : [known];
}

/** What this is called: the names that the widget gives have words, those of the site are its own. */
export function givenName(name: string): string {
  return (Object.hasOwn(words.info, name) && words.info[name]) || name;
}

/** What was given, as a link if it is an address. */
export function GivenValue({ text }: { readonly text: string }) {
  if (!LINK.test(text)) return <>{text}</>;
  return (
    <a href={text} target="_blank" rel="noopener noreferrer nofollow">
      {text}
    </a>
  );
}
