/** The parts of `panel.html`, by their ids. */

interface Parts {
  readonly words: HTMLElement;
  readonly title: HTMLElement;
  readonly mute: HTMLButtonElement;
  readonly close: HTMLButtonElement;
  readonly note: HTMLElement;
  readonly outlook: HTMLElement;
  readonly ask: HTMLFormElement;
  readonly name: HTMLInputElement;
  readonly contact: HTMLInputElement;
  readonly question: HTMLTextAreaElement;
  readonly page: HTMLInputElement;
  readonly problem: HTMLElement;
  readonly send: HTMLButtonElement;
  readonly either: HTMLButtonElement;
  readonly more: HTMLButtonElement;
  readonly place: HTMLElement;
  readonly leave: HTMLButtonElement;
  readonly sure: HTMLElement;
  readonly yes: HTMLButtonElement;
  readonly no: HTMLButtonElement;
  readonly topic: HTMLElement;
  readonly scroll: HTMLElement;
  readonly log: HTMLElement;
  readonly typing: HTMLElement;
  readonly line: HTMLElement;
  readonly write: HTMLFormElement;
  readonly text: HTMLTextAreaElement;
  readonly rate: HTMLFormElement & { readonly stars: RadioNodeList };
  readonly comment: HTMLTextAreaElement;
  readonly rated: HTMLElement;
  readonly trouble: HTMLElement;
  readonly again: HTMLButtonElement;
  readonly afresh: HTMLButtonElement;
  readonly save: HTMLButtonElement;
}

export const root = document.documentElement;

// In the order in which they stand there: `tools/words.ts` turns names into places, and into ids of
// one or two letters. Longer ones are of others, as extensions of a browser put into any page.
export const parts = [...document.querySelectorAll("[id]")].filter(
  ({ id }) => !id[2],
) as unknown as Parts;

/** Calls instead of what a browser does with the form by itself. */
export function submitted(form: HTMLFormElement, call: () => void): void {
  form.onsubmit = (event) => {
    event.preventDefault();
    call();
  };
}
