/** What the server says of a desk's settings and of the keys of its sites; see the protocol. */

import { command, refusedFor } from "../api.ts";
import { view } from "../desk.ts";

export type Value = boolean | number | string;

export interface Setting {
  readonly name: string;
  readonly value: Value;
  readonly default: Value;
  readonly kind: string;
  readonly unit: string;
  readonly help: string;
  readonly least: number | null;
  readonly most: number | null;
  readonly options: readonly string[] | null;
}

export interface SiteKey {
  readonly id: string;
  readonly label: string;
  readonly created: number;
  readonly last_used: number | null;
}

export interface KeyMade {
  readonly id: string;
  readonly secret: string;
}

/** What is set now: what was heard of it since, or else what was read. */
export function current(setting: Setting): Value {
  return view.value?.settings?.[setting.name] ?? setting.value;
}

/** Changes one; gives the code for which it was not. */
export function change(name: string, value: Value): Promise<string | undefined> {
  return refusedFor("POST", "/change_settings", { settings: { [name]: value } });
}

/** Makes a key of a site. */
export function makeKey(label: string) {
  return command<KeyMade>("POST", "/keys", { label });
}

/** The origins of a list of sites. */
export function originsOf(sites: Value): readonly string[] {
  return String(sites).split("\n").filter(Boolean);
}

/**
 * Black or white, whichever is read better on this colour (`#rrggbb`), by the contrast of WCAG 2.
 */
export function inkOn(color: string): "#000000" | "#ffffff" {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const light = 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  return (light + 0.05) ** 2 > 1.05 * 0.05 ? "#000000" : "#ffffff";
}
