// Made by tools/docs.py from the server's own code. Do not edit.

/** Why a command was refused: the code, and the HTTP status that comes with it. */
export const REFUSALS = {
  malformed: 400,
  not_signed_in: 401,
  wrong_credentials: 401,
  insecure_connection: 403,
  wrong_origin: 403,
  not_allowed: 403,
  not_found: 404,
  method_not_allowed: 405,
  desk_closed: 409,
  queue_full: 409,
  desk_open: 409,
  not_waiting: 409,
  no_queued_guests: 409,
  agent_unavailable: 409,
  name_taken: 409,
  last_admin: 409,
  too_large: 413,
  name_not_allowed: 422,
  text_not_allowed: 422,
  password_not_allowed: 422,
  vouch_not_valid: 422,
  too_fast: 429,
  too_many_readers: 429,
  overloaded: 503,
  fault: 500,
} as const;

export type Refusal = keyof typeof REFUSALS;
