/**
 * Names of properties that are written shorter in what browsers load.
 *
 * Only those of this list, which are our own alone: none stands in the wire, in a browser's own
 * interfaces, or in what is kept or passed between pages of two versions. tests/short.test.ts holds it.
 */

export const NAMES: readonly string[] = [
  ..."adopt afterMs carryOut comeBack lastId nowMs outside sentMs viewed".split(" "),
  ..."broken waitOut wake withinMs woken heard opened isLost untilMs".split(" "),
  ..."via say online worked".split(" "),
];

export const SHORT = new RegExp(`^(?:${NAMES.join("|")})$`);
