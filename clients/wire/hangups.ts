// Made by tools/docs.py from the server's own code. Do not edit.

export type HangUp = "restart" | "signed_out" | "role_changed" | "reset" | "too_slow" | "too_many_readers" | "overloaded" | "no_hello" | "not_understood" | "too_fast" | "fault";

/** By close code: after how many milliseconds to come back. */
export const COME_BACK_MS: Readonly<Record<number, number>> = {
  1012: 500,
  4403: 100,
  4410: 100,
  4408: 1000,
  4429: 30000,
  1013: 5000,
  4420: 10000,
  1011: 2000,
};

/** The close code after which there is nothing to come back for. */
export const HANGUP_SIGNED_OUT = 4401;

/** A quiet line says `noop` at least this often. */
export const HEARTBEAT_MS = 25000;
