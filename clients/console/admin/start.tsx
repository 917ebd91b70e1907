/** The first steps of an admin: the chat into the site, a chat with oneself, the colleagues. */

import { useSignal } from "@preact/signals";

import { desk } from "../desk.ts";
import { Button } from "../parts/button.tsx";
import { Copy } from "../parts/copy.tsx";
import { Notice } from "../parts/notice.tsx";
import { go } from "../router.ts";
import { words } from "./account_words.ts";
import { Page } from "./page.tsx";
import { snippetOf } from "./snippet.tsx";

export function Start() {
  const { start } = words;
  const isBlocked = useSignal(false);
  const chat = `${location.origin}/chat/${desk.value}`;
  const open = () => {
    isBlocked.value = !window.open(chat, "frontdesk-chat", "popup,width=420,height=680");
  };
  return (
    <Page name="start" state="there">
      <section>
        <h2>{start.snippet}</h2>
        <p>{start.snippetWhy}</p>
        <Copy text={snippetOf(location.origin, desk.value)} label={start.snippetLabel} />
      </section>
      <section>
        <h2>{start.chat}</h2>
        <p>{start.chatWhy}</p>
        <div class="row">
          <Button kind="main" press={open}>
            {start.open}
          </Button>
          <Button press={() => go("floor")}>{start.floor}</Button>
        </div>
        {isBlocked.value && (
          <Notice>
            {start.blocked}{" "}
            <a href={chat} target="_blank" rel="noreferrer">
              {chat}
            </a>
          </Notice>
        )}
      </section>
      <section>
        <h2>{start.people}</h2>
        <p>{start.peopleWhy}</p>
        <div class="row">
          <Button press={() => go("people")}>{start.invite}</Button>
        </div>
      </section>
    </Page>
  );
}
