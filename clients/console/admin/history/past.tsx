/** One conversation of the past: read, saved, and for admins, what is kept of its guest. */

import { useSignal } from "@preact/signals";
import { Component, type ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { path } from "../../../link/path.ts";
import { plain } from "../../../text/plain.ts";
import { command } from "../../api.ts";
import { outside } from "../../outside.ts";
import { Button } from "../../parts/button.tsx";
import { Sure } from "../../parts/dialog.tsx";
import { Markdown } from "../../parts/markdown.tsx";
import { Notice } from "../../parts/notice.tsx";
import { Screen } from "../../parts/screen.tsx";
import { GivenValue, givenName, vouchedFacts } from "../../room/about.tsx";
import type { Place } from "../../router.ts";
import { go, to } from "../../router.ts";
import { words as common, refusal } from "../../words.ts";
import { At } from "./at.tsx";
import { kept, save, useConversation, whole } from "./conversation.ts";
import { Found } from "./found.tsx";
import { ANYTHING, asked, found, look } from "./search.ts";
import { asJson, asText, type Conversation, fileName, happening, type Line } from "./transcript.ts";
import { words } from "./words.ts";

/** So many lines are drawn in one go, which takes less than a frame or two. */
const STEP = 50;

/** How many of so many lines are drawn by now: all in the end, and no key waits for it. */
function useBitByBit(count: number): number {
  const drawn = useSignal(STEP);
  useEffect(() => {
    if (drawn.value >= count) return;
    return outside().after(0, () => {
      drawn.value += STEP;
    });
  }, [drawn.value, count]);
  return drawn.value;
}

export function Past({ params }: { readonly params: Place["params"] }) {
  const room = params.room ?? "";
  const [loaded, more] = useConversation(room);
  const { value } = loaded;
  const { body } = value;
  const isWhole = body?.next === null;
  const drawn = useBitByBit(body?.lines.length ?? 0);
  return (
    <Screen
      name="past"
      state={value.is === "there" ? "read" : value.is}
      title={body ? words.conversationWith(body.user) : words.title}
      beside={<a href={to("history")}>{words.back}</a>}
    >
      <div class="beside">
        {found.value.rooms.length > 0 && <Found room={room} />}
        <article>
          {body && <Facts of={body} />}
          {body && <Files of={body} />}
          <ol class="past-lines">
            {body?.lines.slice(0, drawn).map((line) => (
              <Told key={line.id} line={line} guest={body.user} />
            ))}
          </ol>
          {value.is === "loading" && <p role="status">{common.loading}</p>}
          {value.is === "failed" && (
            <Notice kind="bad">
              <p>
                {common.failed} {refusal(value.code)}
              </p>
            </Notice>
          )}
          {value.is !== "loading" && !isWhole && (
            <Button press={more}>{body ? words.more : common.again}</Button>
          )}
        </article>
      </div>
    </Screen>
  );
}

function Facts({ of }: { readonly of: Conversation }) {
  const { guest, ended, reason, rating, comment } = of;
  return (
    <dl class="facts">
      <Fact name={words.question}>{guest.question && <Markdown text={guest.question} />}</Fact>
      {guest.vouched && (
        <Fact name={common.vouched}>
          {vouchedFacts(guest.vouched)
            .map((fact) => fact.join(": "))
            .join(" · ")}{" "}
          <Button press={() => visitsOf(guest.vouched!.sub)}>{words.allOf}</Button>
        </Fact>
      )}
      {Object.entries(guest.info).map(([name, value]) => (
        <Fact key={name} name={givenName(name)}>
          {value && <GivenValue text={value} />}
        </Fact>
      ))}
      <Fact name={words.opened}>
        <At seconds={of.opened} />
      </Fact>
      <Fact name={words.ended}>
        {ended === null ? words.stillOpen : <At seconds={ended} />}
        {reason && ` · ${words.reasons[reason] ?? reason}`}
      </Fact>
      <Fact name={words.agents}>{of.agents.join(", ")}</Fact>
      <Fact name={words.rating}>
        {rating && `${words.rated(rating)} ${plain(comment ?? "", comment?.length)}`}
      </Fact>
    </dl>
  );
}

/** Looks for all conversations of whom the site vouches for alike. */
function visitsOf(sub: string): void {
  look({ ...ANYTHING, sub });
  go("history");
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (!children) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface ToldProps {
  readonly line: Line;
  readonly guest: string;
}

/** A line that will never change. */
class Told extends Component<ToldProps> {
  override shouldComponentUpdate(next: ToldProps): boolean {
    return next.line !== this.props.line;
  }
  override render({ line, guest }: ToldProps) {
    if (line.type !== "message") {
      return (
        <li class="happened">
          {happening(line, words)} <At seconds={line.at} />
        </li>
      );
    }
    return (
      <li class={line.user === guest ? "guests" : undefined}>
        <p class="hint">
          <b>{line.user}</b> <At seconds={line.at} />
        </p>
        <Markdown text={line.body ?? ""} />
      </li>
    );
  }
}

/** What can be taken along; and for admins, what can be done about the guest. */
function Files({ of }: { readonly of: Conversation }) {
  const problem = useSignal("");
  const isAsked = useSignal(false);
  const all = async <T,>(got: Promise<T | string>, use: (it: T) => void) => {
    const it = await got;
    problem.value = typeof it === "string" ? words.notWhole(refusal(it)) : "";
    if (typeof it !== "string") use(it);
  };
  const text = () =>
    all(whole(of), (it) => save(fileName(it, "txt"), asText(it, words), "text/plain"));
  const json = () =>
    all(whole(of), (it) => save(fileName(it, "json"), asJson(it), "application/json"));
  const { person } = of;
  const everything = (one: string) =>
    all(kept(one), (it) => {
      save(`${one}.json`, `${JSON.stringify(it, undefined, 2)}\n`, "application/json");
    });
  const erase = async (one: string) => {
    const done = await command("DELETE", path`/people/${one}`);
    if (done.is === "refused") {
      problem.value = refusal(done.code);
      return;
    }
    if (done.is !== "done") return;
    look(asked.value);
    go("history");
  };
  return (
    <>
      <div class="row">
        <Button press={text}>{words.saveText}</Button>
        <Button press={json}>{words.saveJson}</Button>
        {person && <Button press={() => everything(person)}>{words.saveKept}</Button>}
        {person && (
          <Button
            kind="bad"
            press={() => {
              isAsked.value = true;
            }}
          >
            {words.erase}
          </Button>
        )}
      </div>
      {problem.value && (
        <Notice kind="bad">
          <p>{problem.value}</p>
        </Notice>
      )}
      {person && isAsked.value && (
        <Sure
          title={words.eraseTitle(of.user)}
          yes={words.eraseYes}
          act={() => erase(person)}
          close={() => {
            isAsked.value = false;
          }}
        >
          <p>{words.eraseWhy}</p>
        </Sure>
      )}
    </>
  );
}
