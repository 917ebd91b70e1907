/** What stands before everything else until it is answered or closed. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

import { words } from "../words.ts";
import { Button, type Kind } from "./button.tsx";

/** `Escape` and a press beside it close it; the focus then is where it was before. */
export function Dialog(props: {
  readonly title: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}) {
  const { title, close, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    // The element is taken out of the page while it is open, so nobody else gives the focus back.
    return () => before instanceof HTMLElement && before.focus();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key for it, and comes as onClose.
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={id}
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="inside">
        <header class="row">
          <h2 id={id}>{title}</h2>
          <Button kind="plain" class="icon" aria-label={words.close} press={close}>
            ×
          </Button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** Asks once whether something is to be done that cannot be undone. */
export function Sure(props: {
  readonly title: string;
  readonly yes: string;
  readonly kind?: Kind;
  readonly act: () => unknown;
  readonly close: () => void;
  readonly children?: ComponentChildren;
}) {
  const { title, yes, kind = "bad", act, close, children } = props;
  const done = async () => {
    await act();
    close();
  };
  return (
    <Dialog title={title} close={close}>
      {children}
      <div class="row">
        <Button kind={kind} press={done}>
          {yes}
        </Button>
        <Button press={close}>{words.cancel}</Button>
      </div>
    </Dialog>
  );
}
