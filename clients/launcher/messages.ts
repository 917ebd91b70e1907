/**
 * What the page of a site and the panel in its frame say to each other, and all that they can say.
 *
 * The launcher greets the panel with a port, addressed to the desk's own origin; from then on both
 * use the port, which nobody else has. No token of the desk's is ever among it, and no text.
 */

export interface Hello {
  readonly frontdesk: "hello";
  /** Where the guest is, without what stands behind `?` or `#`: sites put secrets there. */
  readonly page: string;
}

/**
 * `shown`: the guest has opened the panel. `kept`: it is open since the page before this one, and the
 * focus stays where it is. `hidden`: closed.
 */
export type Panel = "shown" | "kept" | "hidden";

export interface ToPanel {
  readonly panel: Panel;
  /** What the site has signed to say who the guest is. Null: nobody. Empty: it has not said it yet. */
  readonly vouch: string | null;
}

/** The first of them says that the panel is there at all. */
export interface ToPage {
  /** The guest is done with the panel. */
  readonly close?: boolean;
  /** As many messages wait to be read; `quiet`: no word about it but the number at the button. */
  readonly unread?: number;
  readonly quiet?: boolean;
  /** Whether there is a conversation, with which the next page goes on. */
  readonly busy?: boolean;
  /** Somebody else has written: who, and when (Unix seconds). */
  readonly message?: { readonly user: string; readonly sent: number };
  /** The tint of the desk: `#rrggbb`, or empty. */
  readonly color?: string;
}
