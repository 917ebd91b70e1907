/** A short tone, made here: no file, and silence where a browser allows none. */

const HIGH_HZ = 880;
const LONG_S = 0.4;
const LOUD = 0.1;

export function chime(): void {
  const sound = new AudioContext();
  const volume = new GainNode(sound, { gain: LOUD });
  const tone = new OscillatorNode(sound, { frequency: HIGH_HZ });
  tone.connect(volume).connect(sound.destination);
  // It dies away, which a bell does and an alarm does not.
  volume.gain.setTargetAtTime(0, 0, LONG_S / 4);
  tone.onended = () => sound.close();
  tone.start();
  tone.stop(LONG_S);
}
