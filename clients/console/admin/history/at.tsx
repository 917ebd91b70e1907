/** A moment of the past, in the zone of whoever looks at it. */

const SHOWN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function At({ seconds }: { readonly seconds: number }) {
  const at = new Date(seconds * 1000);
  return <time dateTime={at.toISOString()}>{SHOWN.format(at)}</time>;
}
