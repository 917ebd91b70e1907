// Made by tools/docs.py from the server's own code. Do not edit.

export type HangUp = "restart" | "signed_out" | "role_changed" | "reset" | "too_slow" | "too_many_readers" | "overloaded" | "no_hello" | "not_understood" | "too_fast" | "fault";

/** By close code: after how many milliseconds to come back, or why not to. */
export const HANGUPS: Readonly<Record<number, number | HangUp>> = {
  1012: 500,
  4401: "signed_out",
  4403: 100,
  4410: 100,
  4408: 1000,
  4429: 30000,
  1013: 5000,
  4400: "no_hello",
  1003: "not_understood",
  4420: 10000,
  1011: 2000,
};

/** A quiet line says `noop` at least this often. */
export const HEARTBEAT_MS = 25000;
