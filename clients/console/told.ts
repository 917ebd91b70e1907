/** One thing to say, above whatever is shown: why something was not done, or that it was. */

import { outside } from "./outside.ts";
import { remembered } from "./person.ts";

export interface Told {
  readonly kind: "note" | "bad" | "good";
  readonly text: string;
  /** What one may do about it. */
  readonly act?: { readonly word: string; readonly press: () => unknown };
}

export const told = remembered<Told | undefined>(undefined);

/** Long enough to be read twice. What went wrong stays until something else is said, or is closed. */
const READ_MS = 8_000;

let callOff = () => {};

export function tell(kind: Told["kind"], text: string, act?: Told["act"]): void {
  callOff();
  told.value = { kind, text, ...(act && { act }) };
  callOff = kind === "bad" ? () => {} : outside().after(READ_MS, hush);
}

export function hush(): void {
  callOff();
  told.value = undefined;
}
