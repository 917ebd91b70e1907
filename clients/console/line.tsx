/** Says how the line to the desk is whenever it is not as it should be, and what is done about it. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { atDesk, line } from "./desk.ts";
import { outside } from "./outside.ts";
import { Button } from "./parts/button.tsx";
import { Notice } from "./parts/notice.tsx";
import { time, words } from "./words.ts";

/** A line that stands again so soon was never worth a word. */
const CALM_MS = 1_500;

export function LineNotice() {
  const { value } = line;
  const isSettled = useSettled(value?.is === "live");
  if (!value || value.is === "live" || value.is === "ended" || !isSettled) return null;
  if (!("untilMs" in value)) return <Notice>{words.line.connecting}</Notice>;
  if (value.is === "offline") return <Notice kind="bad">{words.line.offline}</Notice>;
  return (
    <Notice kind="bad">
      <Countdown untilMs={value.untilMs} />
      <Button press={() => atDesk()?.wake()}>{words.line.now}</Button>
    </Notice>
  );
}

/** Seconds to go, for those who see them: read out each second it would be noise. */
function Countdown({ untilMs }: { readonly untilMs: number }) {
  const left = useSignal(untilMs - outside().nowMs());
  useEffect(() => {
    const count = () => {
      left.value = untilMs - outside().nowMs();
    };
    count();
    const timer = setInterval(count, 1_000);
    return () => clearInterval(timer);
  }, [untilMs, left]);
  const seconds = Math.ceil(left.value / 1000);
  return <p>{seconds > 0 ? words.line.waiting(time(seconds)) : words.line.trying}</p>;
}

/** Whether it has been otherwise for long enough to be told. */
function useSettled(isLive: boolean): boolean {
  const settled = useSignal(false);
  useEffect(() => {
    settled.value = false;
    if (isLive) return;
    return outside().after(CALM_MS, () => {
      settled.value = true;
    });
  }, [isLive, settled]);
  return settled.value;
}
