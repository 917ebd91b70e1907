/** All that a guest gave when they asked, beside the conversation. */

import type { GuestGiven } from "../../wire/events.ts";
import { words } from "../words.ts";
import { Earlier } from "./earlier.tsx";

/** What is more than an address of the web is text: it may have come from anybody. */
const LINK = /^https?:\/\/[^\s]+$/i;

export function About({ guest, room }: { readonly guest: GuestGiven; readonly room: string }) {
  const given = Object.entries(guest.info);
  return (
    <aside class="about" aria-label={words.detailsOf(guest.user)}>
      <h3>{words.given}</h3>
      {given.length === 0 && <p class="hint">{words.nothingGiven}</p>}
      <dl>
        {given.map(([name, value]) => (
          <div key={name}>
            <dt>{Object.hasOwn(words.info, name) ? words.info[name] : name}</dt>
            <dd dir="auto">
              <Value text={value} />
            </dd>
          </div>
        ))}
      </dl>
      <Earlier room={room} />
    </aside>
  );
}

function Value({ text }: { readonly text: string }) {
  if (!LINK.test(text)) return <>{text}</>;
  return (
    <a href={text} target="_blank" rel="noopener noreferrer nofollow">
      {text}
    </a>
  );
}
