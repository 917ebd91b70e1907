/** What there is to choose from: side by side where there is room for it, behind a button where not. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

import { Button } from "./button.tsx";
import { pressed } from "./pressed.ts";

/**
 * The style sheet of whatever it stands in says when there is no room. A choice, `Escape`, a press
 * elsewhere and the focus going elsewhere close it.
 */
export function Menu(props: {
  readonly label: string;
  readonly class: string;
  /** Stands on the button, to be seen while it is closed. */
  readonly beside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const { label, class: name, beside, children } = props;
  const isOpen = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const items = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = () => {
    isOpen.value = false;
    root.current?.querySelector("button")?.focus();
  };
  // Before it is seen: a key that is pressed at once closes it too.
  useLayoutEffect(() => {
    if (!isOpen.value) return;
    const press = (event: KeyboardEvent) => pressed(event) === "stop" && close();
    const look = ({ target, type }: Event) => {
      if (!(target instanceof Node)) return;
      if (!root.current?.contains(target)) isOpen.value = false;
      else if (type === "click" && items.current?.contains(target)) close();
    };
    const kinds = ["pointerdown", "focusin", "click"] as const;
    for (const kind of kinds) addEventListener(kind, look);
    addEventListener("keydown", press);
    return () => {
      for (const kind of kinds) removeEventListener(kind, look);
      removeEventListener("keydown", press);
    };
  }, [isOpen.value]);
  return (
    <div ref={root} class={`menu ${name}`}>
      <Button
        kind="plain"
        class="icon toggle"
        aria-expanded={isOpen.value}
        aria-controls={id}
        press={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        <span class="unseen">{label}</span>
        <span aria-hidden="true">⋯</span>
        {beside}
      </Button>
      <div ref={items} id={id} class="items" data-open={isOpen.value}>
        {children}
      </div>
    </div>
  );
}
