// Made by tools/docs.py from the server's own code. Do not edit.

export type HangUp = "restart" | "signed_out" | "role_changed" | "reset" | "too_slow" | "too_many_readers" | "overloaded" | "no_hello" | "not_understood" | "too_fast" | "fault";

/** By close code: why, whether to come back, and after how many milliseconds. */
export const HANGUPS: Readonly<Record<number, readonly [HangUp, boolean, number]>> = {
  1012: ["restart", true, 500],
  4401: ["signed_out", false, 0],
  4403: ["role_changed", true, 100],
  4410: ["reset", true, 100],
  4408: ["too_slow", true, 1000],
  4429: ["too_many_readers", true, 30000],
  1013: ["overloaded", true, 5000],
  4400: ["no_hello", false, 0],
  1003: ["not_understood", false, 0],
  4420: ["too_fast", true, 10000],
  1011: ["fault", true, 2000],
};

/** A quiet line says `noop` at least this often. */
export const HEARTBEAT_MS = 25000;
