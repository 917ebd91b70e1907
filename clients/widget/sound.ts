/** A short tone, made here: no file, and silence where a browser allows none. */

const LONG_S = 0.4;
const LOUD = 0.1;

let sound: AudioContext | undefined;

export function chime(): void {
  // One for all: where none is allowed to sound yet, it would never end.
  sound?.close();
  sound = new AudioContext();
  const volume = new GainNode(sound, { gain: LOUD });
  const tone = new OscillatorNode(sound);
  tone.connect(volume).connect(sound.destination);
  // It dies away, which a bell does and an alarm does not.
  volume.gain.setTargetAtTime(0, 0, LONG_S / 4);
  tone.start();
  tone.stop(LONG_S);
}
