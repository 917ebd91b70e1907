/** A conversation as it is read and saved. Pure: what loads it is `conversation.ts`. */

import type { VouchedFor } from "../../../wire/events.ts";

/** Something of a room, in its place (docs/protocol.md, looking back). */
export interface Line {
  readonly id: string;
  readonly at: number;
  readonly type: string;
  readonly user?: string;
  readonly details?: string;
  readonly body?: string;
}

export interface Conversation {
  readonly room: string;
  readonly user: string;
  readonly opened: number;
  readonly ended: number | null;
  readonly reason: string | null;
  readonly agents: readonly string[];
  readonly rating: number | null;
  readonly comment: string | null;
  readonly messages: number;
  readonly guest: {
    readonly user: string;
    readonly question: string;
    readonly info: Readonly<Record<string, string>>;
    readonly vouched: VouchedFor | null;
  };
  readonly person: string | null;
  readonly lines: readonly Line[];
  readonly next: string | null;
}

/** The words of a transcript; `words.ts` has them. */
export interface Told {
  readonly conversationWith: (user: string) => string;
  readonly question: string;
  readonly opened: string;
  readonly ended: string;
  readonly agents: string;
  readonly rating: string;
  readonly reasons: Readonly<Record<string, string>>;
  readonly joined: (user: string) => string;
  readonly left: (user: string) => string;
  readonly closing: string;
  readonly over: (reason: string) => string;
}

/** What a line says that is no message. */
export function happening({ type, user = "", details = "" }: Line, words: Told): string {
  if (type === "end") return words.over(words.reasons[details] ?? details);
  if (type === "closing") return words.closing;
  return details === "left" ? words.left(user) : words.joined(user);
}

/** To be read by people: times in UTC (RFC 3339), a message after the other, what is long as it was written. */
export function asText(whole: Conversation, words: Told): string {
  const { guest, ended, reason, rating, comment } = whole;
  const head: (readonly [string, string])[] = [
    [words.question, guest.question],
    ...Object.entries(guest.info),
    [words.opened, stamp(whole.opened)],
    [words.ended, ended ? `${stamp(ended)} (${words.reasons[reason ?? ""] ?? reason})` : ""],
    [words.agents, whole.agents.join(", ")],
    [words.rating, rating ? `${rating}/5${comment ? ` ${comment}` : ""}` : ""],
  ];
  const facts = head.flatMap(([name, value]) => (value ? [`${name}: ${indented(value)}`] : []));
  const lines = whole.lines.map((line) =>
    line.type === "message"
      ? `[${stamp(line.at)}] ${line.user}: ${indented(line.body ?? "")}`
      : `[${stamp(line.at)}] * ${happening(line, words)}`,
  );
  return `${[words.conversationWith(whole.user), ...facts, "", ...lines].join("\n")}\n`;
}

/** To be read by programs: as the server tells it, in one part. */
export function asJson(whole: Conversation): string {
  return `${JSON.stringify({ ...whole, next: undefined }, undefined, 2)}\n`;
}

/** What a file of this is called. */
export function fileName(whole: Conversation, kind: string): string {
  const user = whole.user.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
  return `${stamp(whole.opened).slice(0, 10)}-${user || "guest"}.${kind}`;
}

/** What goes on in another line cannot be taken for another message. */
function indented(text: string): string {
  return text.replaceAll("\n", "\n    ");
}

function stamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/T(.{8}).*/, " $1Z");
}
