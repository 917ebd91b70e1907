/** One request to the desk, and what came of it. */

import type { Alone } from "./outside.ts";

/** Where the desk is, `https://…/api/v1/desks/main`, and who asks: without a token, the cookie. */
export interface Desk {
  readonly url: string;
  readonly token?: string;
}

/** Nobody knows whether it was done, or the server wants to be asked later: ask again. */
export interface Unknown {
  readonly is: "unknown";
  readonly afterMs: number;
}
export interface Refused {
  readonly is: "refused";
  /** Of `wire/refusals.ts`. */
  readonly code: string;
}
export interface Done<T> {
  readonly is: "done";
  readonly body: T;
}
export type Answer<T> = Done<T> | Refused | Unknown;

/** Longer than any command or view takes; a poll says how long it may. */
const ANSWER_MS = 20_000;

export async function ask<T>(
  outside: Alone,
  desk: Desk,
  method: string,
  path: string,
  more: {
    readonly body?: object;
    readonly withinMs?: number;
    readonly abort?: AbortController;
  } = {},
): Promise<Answer<T>> {
  const abort = more.abort ?? new AbortController();
  const callOff = outside.after(more.withinMs ?? ANSWER_MS, () => abort.abort());
  try {
    const response = await outside.fetch(desk.url + path, {
      method,
      headers: headers(desk),
      signal: abort.signal,
      cache: "no-store",
      ...(more.body && { body: JSON.stringify(more.body) }),
    });
    const body = (await response.json()) as T & { readonly code?: unknown };
    if (response.ok) return { is: "done", body };
    // A fault of the server's says nothing about what was asked, and may be over the next time.
    const later = response.status === 429 || response.status >= 500;
    if (!later && typeof body.code === "string") return { is: "refused", code: body.code };
    return { is: "unknown", afterMs: retryAfterMs(response) };
  } catch {
    // No answer, half of one, or one that is not the desk's.
    return { is: "unknown", afterMs: 0 };
  } finally {
    callOff();
  }
}

export function headers(desk: Desk): Record<string, string> {
  return {
    "Content-Type": "application/json",
    ...(desk.token !== undefined && { Authorization: `Bearer ${desk.token}` }),
  };
}

export function retryAfterMs(response: Response): number {
  return (Number(response.headers.get("Retry-After")) || 0) * 1000;
}
