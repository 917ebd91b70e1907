/** What one presses: a button, and a link that looks like one. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";

/** `main`: the one thing to do here. `bad`: takes something away. `plain`: no edge. */
export type Kind = "main" | "quiet" | "bad" | "plain";

export interface ButtonProps extends Omit<JSX.IntrinsicElements["button"], "onClick"> {
  readonly kind?: Kind;
  /** What it does. As long as that takes it is busy, and cannot be pressed again. */
  readonly press?: () => unknown;
  readonly children?: ComponentChildren;
}

export function Button({ kind = "quiet", press, type = "button", ...more }: ButtonProps) {
  const busy = useSignal(false);
  const onClick = async () => {
    const doing = press?.();
    if (!(doing instanceof Promise)) return;
    busy.value = true;
    try {
      await doing;
    } finally {
      busy.value = false;
    }
  };
  // Not `disabled` while busy: that would take the focus away.
  return (
    <button
      {...more}
      type={type}
      class={`button ${kind} ${more.class ?? ""}`}
      aria-busy={busy.value}
      aria-disabled={busy.value || undefined}
      onClick={() => busy.value || onClick()}
    />
  );
}
