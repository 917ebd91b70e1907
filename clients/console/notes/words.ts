/** The words of messages that were left. See `../words.ts`. */

import { refusal } from "../words.ts";

const EN = {
  title: "Messages",
  count: (count: number) => (count === 1 ? "message to answer" : "messages to answer"),
  none: "No messages",
  noneWhy:
    "Who finds the desk closed or full, or nobody there, may leave one. It is here until somebody has dealt with it.",
  hint: "Answer by mail or phone; whoever left a message does not see this desk. Then say that it is done, with the button or with D.",
  from: (user: string) => `Message from ${user}`,
  contact: "Answer to",
  done: "Done",
  doneWith: (user: string) => `Done with the message from ${user}`,
  already: "A colleague has dealt with it already, or it was erased.",
};

export const words: typeof EN = EN;

/** Why it could not be said that a message is dealt with. */
export function refused(code: string): string {
  return code === "not_found" ? words.already : refusal(code);
}
