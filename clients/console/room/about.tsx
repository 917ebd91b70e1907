/** All that a guest gave when they asked, beside the conversation or with a message that was left. */

import type { GuestGiven } from "../../wire/events.ts";
import { words } from "../words.ts";
import { Earlier } from "./earlier.tsx";

/** What is more than an address of the web is text: it may have come from anybody. */
const LINK = /^https?:\/\/[^\s]+$/i;

export function About({ guest, room }: { readonly guest: GuestGiven; readonly room: string }) {
  return (
    <aside class="about" aria-label={words.detailsOf(guest.user)}>
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
