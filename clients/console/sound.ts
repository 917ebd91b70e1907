/** Short sounds, made and not loaded: each kind can be told from the others with closed eyes. */

import type { Sound } from "./preferences.ts";

/** Notes in Hz, one after the other. */
const SOUNDS: Readonly<Record<Sound, readonly number[]>> = {
  soundQueue: [660, 880],
  soundGiven: [880, 660, 880],
  soundMessage: [520],
};
const NOTE_S = 0.14;
const LOUD = 0.18;

let context: AudioContext | undefined;

/** Whether the browser lets us: most do once something was pressed on the page. */
export function isSilenced(): boolean {
  return context?.state === "suspended";
}

export function chime(kind: Sound): void {
  try {
    context ??= new AudioContext();
    if (context.state === "suspended") context.resume().catch(() => {});
    let at = context.currentTime;
    for (const note of SOUNDS[kind]) {
      play(context, note, at);
      at += NOTE_S;
    }
  } catch {
    // A browser without sound: what is seen has to do.
  }
}

function play(on: AudioContext, hertz: number, at: number): void {
  const tone = new OscillatorNode(on, { frequency: hertz });
  // Swells and fades: a tone that is cut off cracks.
  const volume = new GainNode(on, { gain: 0 });
  volume.gain.linearRampToValueAtTime(LOUD, at + 0.02);
  volume.gain.linearRampToValueAtTime(0, at + NOTE_S);
  tone.connect(volume).connect(on.destination);
  tone.start(at);
  tone.stop(at + NOTE_S);
}
