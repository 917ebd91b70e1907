/** Where somebody wants to be answered, as a link if it is an address of mail or a number. */

// Narrow on purpose: with a `?` an address could bring headers and a text of its own.
const MAIL = /^[\w.!#$%&'*+/=^`{|}~-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+$/u;
const NUMBER = /^\+?[\d\s()./-]{5,30}$/;

/** The address to link to, if the text is one. */
export function hrefOf(contact: string): string | undefined {
  if (MAIL.test(contact)) return `mailto:${encodeURIComponent(contact).replace("%40", "@")}`;
  if (NUMBER.test(contact)) return `tel:${contact.replace(/[^+\d]/g, "")}`;
  return undefined;
}
