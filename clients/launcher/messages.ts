/**
 * What the page of a site and the panel in its frame say to each other, and all that they can say.
 *
 * The launcher greets the panel with a port, addressed to the desk's own origin; from then on both
 * use the port, which nobody else has. No token is ever among it.
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
export type ToPanel = "shown" | "kept" | "hidden";
/** `close`: the guest is done with the panel. `news`: something was said. */
export type ToPage = "close" | "news";
