/** The colours of the style sheet, for what is drawn on a canvas. */

let read = null;

const NAMES = ["ink", "dim", "faint", "line", "kept", "made", "off", "recording", "adding", "playing", "muted", "paused"];

/** The colours by name, read once; the font too. */
export function palette() {
  if (read) return read;
  const style = getComputedStyle(document.documentElement);
  read = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  read.font = getComputedStyle(document.body).fontFamily;
  return read;
}

/** States that look alike; whatever else there is adds to the loop. */
const LOOKS = { off: "off", recording: "recording", playing: "playing", oneshot: "playing", scratching: "playing", muted: "muted", paused: "paused" };

/** The name of the colour of a state. */
export const lookOf = (state) => LOOKS[state] ?? "adding";
