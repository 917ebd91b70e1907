/**
 * Where a guest's token is kept across reloads: with this frame, and never with the page around it.
 *
 * In the storage of the frame, which browsers keep apart for each site that embeds it. Where a site
 * may not have any, as with the cookies of third parties blocked, in a cookie that is kept apart in
 * the same way; it goes to the page of the chat alone, and the server never looks at it.
 */

import type { Stored } from "../link/outside.ts";

export interface Seat {
  readonly token: string;
  /** The first room: names this session in this browser. */
  readonly room: string;
}

/** Longer than a guest is known without a sign of life. */
const KEPT_S = 172_800;

export class Seats {
  readonly #stored: Stored | undefined;
  readonly #path: string;

  /** @param path of the page of the chat; it names the desk. */
  constructor(stored: Stored | undefined, path: string) {
    this.#stored = stored;
    this.#path = path;
  }

  read(): Seat | undefined {
    const kept = this.#stored
      ? this.#stored.getItem(this.#path)
      : /(?:^|; )seat=([^;]+)/.exec(document.cookie)?.[1];
    try {
      return kept ? JSON.parse(decodeURIComponent(kept)) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Nothing: forget it. Where neither is allowed a reload begins afresh. */
  write(seat: Seat | undefined): void {
    const text = seat ? encodeURIComponent(JSON.stringify(seat)) : "";
    try {
      if (this.#stored) this.#stored.setItem(this.#path, text);
      else {
        const apart = "Secure; SameSite=None; Partitioned";
        // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not everywhere yet.
        document.cookie = `seat=${text}; Path=${this.#path}; Max-Age=${seat ? KEPT_S : 0}; ${apart}`;
      }
    } catch {
      // Full, or forbidden: kept in memory alone.
    }
  }
}
