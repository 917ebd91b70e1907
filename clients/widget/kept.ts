/**
 * What stays across reloads: with this frame, and never with the page around it.
 *
 * In the storage of the frame, which browsers keep apart for each site that embeds it. Where a site
 * may not have any, as with the cookies of third parties blocked, in a cookie that is kept apart in
 * the same way; it goes to the page of the chat alone, and the server never looks at it.
 */

/** Longer than a guest is known without a sign of life. */
const KEPT_S = 172_800;

/** Of the page; it names the desk. */
export const path = location.pathname;

/** Empty if there is nothing. */
export function kept(name: string): string {
  try {
    return localStorage[path + name] ?? "";
  } catch {
    return decodeURIComponent(RegExp(`\\b${name}=([^;]*)`).exec(document.cookie)?.[1] ?? "");
  }
}

/** Where neither is allowed, or it is full, a reload begins afresh. */
export function keep(name: string, text: string): void {
  try {
    localStorage[path + name] = text;
  } catch {
    const age = `Max-Age=${text ? KEPT_S : 0}; Secure; SameSite=None; Partitioned`;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not everywhere yet.
    document.cookie = `${name}=${encodeURIComponent(text)}; Path=${path}; ${age}`;
  }
}
