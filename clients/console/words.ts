/**
 * Every word that an agent reads, in one table a language; the type of the English one is the list.
 *
 * The server's sentences are for those who write clients. What a person is told comes from codes.
 * Words of the parts that are loaded later stand with them, in a table like this.
 */

import type { Refusal } from "../wire/refusals.ts";

/** What a command says no with; the last two are the console's own. */
export type Code = Refusal | "given_up" | "no_answer";

const EN = {
  product: "Frontdesk",
  signIn: "Sign in",
  signOut: "Sign out",
  name: "Name",
  password: "Password",
  signedOutElsewhere: "You were signed out",
  signedOutWhy:
    "This session was ended in another window or by an admin. What you had written is kept here and is there again once you sign in.",
  tooMany: (time: string) => `Too many attempts. Try again in ${time}.`,
  desk: "Desk",
  chooseDesk: "Choose a desk",
  noDesk: "No desk yet",
  noDeskWhy: "Your account works at no desk. An admin can assign it to one.",
  deskStates: { open: "open", closed: "closed", full: "full" } as Record<string, string>,
  skip: "Skip to the content",
  sections: "Sections",
  floor: "Floor",
  admin: "Admin",
  connecting: "Connecting …",
  loading: "Loading …",
  failed: "This could not be loaded.",
  again: "Try again",
  reload: "Reload",
  newVersion: "There is a newer version of this page. Reload to go on.",
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  notCopied: "Not copied. Select it and copy it by hand.",
  here: "here",
  gone: "not here",
  notForYou: "This is not for you to see. An admin can give you another role.",
  line: {
    connecting: "Connecting to the desk …",
    waiting: (time: string) =>
      `No connection to the desk. What you see may be old; what you write is kept and sent later. Next try in ${time}.`,
    trying: "No connection to the desk. Trying again now …",
    offline:
      "This device is offline. What you see may be old; what you write is kept and sent once it is back.",
    now: "Try now",
  },
  seconds: (count: number) => `${count} s`,
  minutes: (count: number) => `${count} min`,
  hours: (count: number) => `${count} h`,
  days: (count: number) => `${count} d`,
  refused: {
    malformed: "This cannot be sent like that. Check what you have entered.",
    not_signed_in: "You are signed out. Sign in again.",
    wrong_credentials: "That name and password do not fit.",
    insecure_connection:
      "Signing in needs https, or a browser on the server itself. Ask whoever runs it.",
    wrong_origin: "This page came from another address than the server's. Open it from there.",
    not_allowed: "This is not for you to do. A monitor or an admin can.",
    not_found: "That is no longer there.",
    desk_closed: "The desk is closed.",
    queue_full: "The queue is full.",
    not_waiting: "A colleague took this guest just before you, or the guest has left.",
    no_queued_guests: "No guest who waits is there right now.",
    agent_unavailable: "That takes an agent who is available and below the limit.",
    name_taken: "There is somebody of that name, or of one that looks like it.",
    too_large: "That is too long.",
    name_not_allowed: "That name cannot be used. Take another one.",
    text_not_allowed: "This text has characters that cannot be sent, or is empty.",
    password_not_allowed: "Choose a password of 10 to 256 characters.",
    too_fast: "That was too fast. Wait a moment and try again.",
    too_many_readers: "You have too many windows open. Close one first.",
    overloaded: "The server is busy. Try again in a moment.",
    fault: "Something is broken on the server. Whoever runs it finds it in the log.",
    given_up:
      "The desk did not answer. It may have been done or not: look at how things stand before you try again.",
    no_answer: "The desk does not answer.",
  } as Partial<Record<Code, string>>,
  refusedElse: (code: string) => `That did not work (${code}).`,
};

export type Words = typeof EN;

export const words: Words = EN;
export const LANGUAGE = "en";

/** What a refusal is to an agent. */
export function refusal(code: string): string {
  return words.refused[code as Code] ?? words.refusedElse(code);
}

/** A time in seconds, in one number, rounded down: "since" is never longer than it is. */
export function time(seconds: number): string {
  if (seconds < 60) return words.seconds(Math.max(0, Math.floor(seconds)));
  if (seconds < 3_600) return words.minutes(Math.floor(seconds / 60));
  if (seconds < 172_800) return words.hours(Math.floor(seconds / 3_600));
  return words.days(Math.floor(seconds / 86_400));
}
