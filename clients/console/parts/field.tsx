/** What one fills in: a label, the control, a hint, and what is wrong with it. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useId, useRef } from "preact/hooks";

import { refusal } from "../words.ts";
import { Button } from "./button.tsx";

interface Labelled {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly problem?: string | undefined;
}

/** What a control needs so that its label and hints are read out with it. */
type Named = Pick<JSX.IntrinsicElements["input"], "id" | "aria-describedby" | "aria-invalid">;

function Field(props: Labelled & { readonly draw: (named: Named) => ComponentChildren }) {
  const { label, hint, problem, draw } = props;
  const id = useId();
  const told = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {draw({ id, "aria-describedby": told || undefined, "aria-invalid": !!problem || undefined })}
      {hint && (
        <small id={`${id}-hint`} class="hint">
          {hint}
        </small>
      )}
      {problem && (
        <small id={`${id}-problem`} class="problem">
          {problem}
        </small>
      )}
    </div>
  );
}

/** One line of text, or a number, a colour and so on by `type`. */
export function TextField({
  label,
  hint,
  problem,
  ...more
}: Labelled & Omit<JSX.IntrinsicElements["input"], "label">) {
  const draw = (named: Named) => <input {...(more as object)} {...named} />;
  return <Field label={label} hint={hint} problem={problem} draw={draw} />;
}

/** Several lines of text. */
export function AreaField({
  label,
  hint,
  problem,
  ...more
}: Labelled & Omit<JSX.IntrinsicElements["textarea"], "label">) {
  const draw = (named: Named) => <textarea {...(more as object)} {...(named as object)} />;
  return <Field label={label} hint={hint} problem={problem} draw={draw} />;
}

/** One of several: pairs of value and word. */
export function ChoiceField({
  label,
  hint,
  problem,
  options,
  ...more
}: Labelled &
  Omit<JSX.IntrinsicElements["select"], "label"> & {
    readonly options: readonly (readonly [value: string, word: string])[];
  }) {
  const draw = (named: Named) => (
    <select {...(more as object)} {...(named as object)}>
      {options.map(([value, word]) => (
        <option key={value} value={value}>
          {word}
        </option>
      ))}
    </select>
  );
  return <Field label={label} hint={hint} problem={problem} draw={draw} />;
}

/** On or off, at once: as `on` says, and not before it does. */
export function Switch(props: {
  readonly label: ComponentChildren;
  readonly on: boolean;
  readonly turn: (on: boolean) => void;
  readonly disabled?: boolean;
}) {
  const { label, on, turn, disabled } = props;
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={on}
        aria-checked={on}
        disabled={disabled}
        onChange={({ currentTarget }) => {
          const { checked } = currentTarget;
          // What is refused is drawn again by nobody.
          currentTarget.checked = on;
          turn(checked);
        }}
      />
      <span>{label}</span>
    </label>
  );
}

/**
 * Fields, and the button that sends them. `send` gives what went wrong: a code, or words of its own;
 * it is told here, and what was entered stays.
 */
export function Form(props: {
  readonly send: (given: FormData) => Promise<string | undefined>;
  readonly label: string;
  readonly children: ComponentChildren;
  /** How a code is said here. */
  readonly say?: (code: string) => string;
  /** Stands beside the button. */
  readonly beside?: ComponentChildren;
}) {
  const problem = useSignal("");
  const busy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    problem.value = "";
    const why = await props.send(new FormData(form.current!));
    busy.value = false;
    if (why) problem.value = /^[a-z_]+$/.test(why) ? (props.say ?? refusal)(why) : why;
  };
  return (
    <form ref={form} class="form" onSubmit={submit}>
      {props.children}
      <p class="problem" role="alert">
        {problem.value}
      </p>
      <div class="row">
        <Button kind="main" type="submit" aria-busy={busy.value}>
          {props.label}
        </Button>
        {props.beside}
      </div>
    </form>
  );
}
