/**
 * Every word that a guest reads, in one table a language; the type of the English one is the list.
 *
 * The server's sentences are for those who write clients. What a guest is told comes from codes.
 */

import type { Refusal } from "../wire/refusals.ts";

const EN = {
  title: "Chat with us",
  close: "Close chat",
  open: "We are here. Ask, and somebody will answer.",
  waited: (time: string) => `Lately people waited ${time}.`,
  ahead: (count: number) => (count === 1 ? "1 person is waiting." : `${count} people are waiting.`),
  closed: "We are closed at the moment. Please come back later.",
  full: "Very many people are waiting. Please try again in a few minutes.",
  unreachable: "The desk does not answer. Trying again …",
  name: "Your name",
  question: "Your question",
  sentAlong: "Sent with your question",
  system: "Operating system",
  browser: "Browser",
  page: "Page",
  ask: "Ask",
  asking: "Asking …",
  next: "You are next.",
  before: (count: number) =>
    count === 1 ? "1 person is ahead of you." : `${count} people are ahead of you.`,
  waiting: "You are in the queue.",
  mayWrite: "You can write already; it will be read.",
  underMinute: "less than a minute",
  minutes: (count: number) => (count === 1 ? "about a minute" : `about ${count} minutes`),
  talking: (agent: string) => `${agent} is here to help.`,
  typing: (agent: string) => `${agent} is typing …`,
  conversation: "Conversation",
  message: "Message",
  send: "Send",
  pending: "Sending …",
  sent: "Sent",
  failed: (why: string) => `Not sent. ${why}`,
  retry: "Try again",
  drop: "Discard",
  leave: "Leave the queue",
  reallyLeave: "Leave the queue and lose your place?",
  end: "End",
  reallyEnd: "End the conversation?",
  stay: "Stay",
  silence: "Nobody has written for a while. Write something, or the conversation will end.",
  offline: "No connection. What you write is kept and sent later.",
  over: "The conversation has ended.",
  overByAgent: "The conversation has been ended by our side.",
  overBySilence: "The conversation ended because nobody wrote for a while.",
  overByLeaving: "You have left the queue.",
  overByAbsence: "You were away for long, so your place was given up.",
  again: "Ask the same again",
  afresh: "Ask something else",
  signedOut: "That conversation is no longer here. You can ask again.",
  refused: {
    desk_closed: "We have just closed.",
    queue_full: "Too many people are waiting. Please try again in a few minutes.",
    name_not_allowed: "Please choose another name.",
    text_not_allowed: "This text has characters that cannot be sent.",
    too_large: "This text is too long.",
    malformed: "This cannot be sent like that.",
    not_found: "The conversation is over.",
    not_allowed: "The conversation is over.",
    not_signed_in: "The conversation is over.",
  } as Partial<Record<Refusal, string>>,
  refusedElse: "That did not work.",
};

export type Words = typeof EN;

export const words: Words = EN;
export const LANGUAGE = "en";

/** What a refusal is to a guest. */
export function refusal(code: string): string {
  return words.refused[code as Refusal] ?? words.refusedElse;
}

/** Seconds as people say them: never shorter than they are. */
export function time(seconds: number): string {
  return seconds < 60 ? words.underMinute : words.minutes(Math.ceil(seconds / 60));
}
