/** Elements, made in one line each. Texts become text nodes; there is no way in for markup. */

export function el<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  more: Partial<Omit<HTMLElementTagNameMap[T], "style" | "innerHTML" | "outerHTML">> & {
    readonly role?: string;
  } = {},
  ...inside: readonly (Node | string)[]
): HTMLElementTagNameMap[T] {
  const one = Object.assign(document.createElement(tag), more);
  one.append(...inside);
  return one;
}

/** Says it, if it is not said yet: what is written again is read out again. */
export function say(where: HTMLElement, text: string): void {
  if (where.textContent !== text) where.textContent = text;
  where.hidden = !text;
}
