/**
 * Every screen of the console, and every state in which it is drawn. A screen that is not in this
 * list does not compile; docs/design/console.md describes each, and a test holds the two together.
 */

/** Whom a screen is for: everybody, or whoever has this role or one above it. */
export type For = "anyone" | "agent" | "monitor" | "admin";

export interface Screen {
  /** Behind `#`. What begins with a colon is a parameter, and may hold anything. */
  readonly path: string;
  readonly who: For;
  /** Loaded with the console; or, with all others of its kind, when the first of them is wanted. */
  readonly part: "first" | "admin";
  /** The states that it has besides being there. */
  readonly states: readonly string[];
}

const ROOM_STATES = ["connecting", "open", "watching", "over", "missing"] as const;

export const SCREENS = {
  sign_in: {
    path: "/sign-in",
    who: "anyone",
    part: "first",
    states: ["asked", "over", "leaving"],
  },
  desks: { path: "/desks", who: "agent", part: "first", states: ["asked", "none"] },
  floor: { path: "/floor", who: "agent", part: "first", states: ["connecting", "quiet", "busy"] },
  conversations: {
    path: "/conversations",
    who: "agent",
    part: "first",
    states: ["connecting", "none", "some"],
  },
  room: {
    path: "/room/:room",
    who: "agent",
    part: "first",
    states: ROOM_STATES,
  },
  beside: {
    path: "/room/:room/beside/:other",
    who: "agent",
    part: "first",
    states: ROOM_STATES,
  },
  colleague: {
    path: "/colleague/:user",
    who: "agent",
    part: "first",
    states: ["connecting", "first", "unknown"],
  },
  notes: { path: "/messages", who: "agent", part: "first", states: ["connecting", "none", "some"] },
  nowhere: { path: "/nowhere", who: "agent", part: "first", states: ["shown"] },
  me: { path: "/me", who: "agent", part: "first", states: ["shown"] },
  admin: { path: "/admin", who: "agent", part: "admin", states: ["listed"] },
  welcome: {
    path: "/welcome/:secret",
    who: "anyone",
    part: "admin",
    states: ["asked", "invited", "first", "refused"],
  },
  start: { path: "/admin/start", who: "admin", part: "admin", states: ["there"] },
  people: { path: "/admin/people", who: "admin", part: "admin", states: ["listed"] },
  tokens: { path: "/admin/tokens", who: "agent", part: "admin", states: ["listed"] },
  desk_list: { path: "/admin/desks", who: "admin", part: "admin", states: ["listed"] },
  own_password: {
    path: "/admin/password",
    who: "agent",
    part: "admin",
    states: ["asked", "changed"],
  },
  desk_settings: { path: "/admin/settings", who: "admin", part: "admin", states: ["listed"] },
  sites: { path: "/admin/sites", who: "admin", part: "admin", states: ["any", "listed"] },
  site_keys: { path: "/admin/keys", who: "admin", part: "admin", states: ["listed"] },
  snippet: { path: "/admin/snippet", who: "admin", part: "admin", states: ["there"] },
  audit: { path: "/admin/audit", who: "admin", part: "admin", states: ["listed"] },
  history: {
    path: "/history",
    who: "monitor",
    part: "admin",
    states: ["looking", "found", "none", "failed"],
  },
  past: {
    path: "/history/:room",
    who: "monitor",
    part: "admin",
    states: ["loading", "read", "failed"],
  },
} as const satisfies Readonly<Record<string, Screen>>;

export type ScreenName = keyof typeof SCREENS;

/** The screens of one part. */
export type ScreensOf<P extends Screen["part"]> = {
  [N in ScreenName]: (typeof SCREENS)[N]["part"] extends P ? N : never;
}[ScreenName];

/** The states of one screen. */
export type StateOf<N extends ScreenName> = (typeof SCREENS)[N]["states"][number];

const RANKS: readonly string[] = ["agent", "monitor", "admin"] satisfies For[];

/** Whether a screen, or anything else that is for somebody, is for who has this role. */
export function isFor(who: For, role: string | undefined): boolean {
  return who === "anyone" || (role !== undefined && RANKS.indexOf(role) >= RANKS.indexOf(who));
}
