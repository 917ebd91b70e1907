/** What is said above or instead of what one came for. */

import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

import type { Loading } from "../api.ts";
import { refusal, words } from "../words.ts";
import { Button } from "./button.tsx";

/** `bad` is read out at once, the others when there is time. */
export function Notice(props: {
  readonly kind?: "note" | "bad" | "good";
  readonly children: ComponentChildren;
}) {
  const { kind = "note", children } = props;
  return (
    <div class={`notice ${kind}`} role={kind === "bad" ? "alert" : "status"}>
      {children}
    </div>
  );
}

/** There is nothing, and why, and what to do about it. */
export function Empty(props: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="title">{props.title}</p>
      {props.children}
    </div>
  );
}

/** What was asked for with `useRead`, once it is there; until then that it is on its way, or why not. */
export function Loaded<T>(props: {
  readonly of: Signal<Loading<T>>;
  readonly again: () => void;
  readonly draw: (body: T) => ComponentChildren;
}) {
  const { value } = props.of;
  if (value.is === "there") return <>{props.draw(value.body)}</>;
  if (value.is === "loading") {
    return (
      <p class="empty" role="status">
        {words.loading}
      </p>
    );
  }
  return (
    <Notice kind="bad">
      <p>
        {words.failed} {refusal(value.code)}
      </p>
      <Button press={props.again}>{words.again}</Button>
    </Notice>
  );
}
