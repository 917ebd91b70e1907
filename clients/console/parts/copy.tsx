/** A text that is there to be taken along: a secret that is shown once, a snippet, an address. */

import { useSignal } from "@preact/signals";

import { words } from "../words.ts";
import { Button } from "./button.tsx";

/** What is longer is scrolled. */
const ROWS_MOST = 8;

/** About as much as fits into a line of a dialog. */
const ROW_CHARS = 55;

export function Copy({ text, label }: { readonly text: string; readonly label: string }) {
  const told = useSignal("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      told.value = words.copied;
    } catch {
      told.value = words.notCopied;
    }
  };
  return (
    <div class="copy">
      <textarea
        readOnly
        aria-label={label}
        value={text}
        rows={Math.min(ROWS_MOST, rows(text))}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button press={copy}>{words.copy}</Button>
      <span role="status" class="hint">
        {told.value}
      </span>
    </div>
  );
}

function rows(text: string): number {
  const lines = text.split("\n").map((line) => Math.ceil(line.length / ROW_CHARS));
  return lines.reduce((all, one) => all + Math.max(1, one), 0);
}
