/**
 * Keeping a phone's screen on. Browsers lend a wake lock to pages of the same machine and over https alone; to all others a video that
 * plays, with sound, does it too: this one is made here, of black and silence.
 */

import { byId, make } from "./dom.js";

const SIDE = 16; // pixels
const FRAME_MS = 1000;

let lock = null;
let video = null;

/** Keep the screen on, or let it sleep again. Whether the browser said yes: without a touch no video may play. */
export async function keepAwake(wanted) {
  try {
    if (!wanted) {
      video?.pause();
      await lock?.release();
      lock = null;
    } else if (navigator.wakeLock) {
      lock = await navigator.wakeLock.request("screen");
    } else {
      video ??= blackAndSilent();
      await video.play();
    }
    return wanted;
  } catch {
    return false;
  }
}

function blackAndSilent() {
  const canvas = make("canvas", { width: SIDE, height: SIDE });
  const brush = canvas.getContext("2d");
  const stream = canvas.captureStream();
  stream.addTrack(new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0]);
  setInterval(() => brush.fillRect(0, 0, SIDE, SIDE), FRAME_MS); // a canvas sends a frame when it is drawn on
  const playing = make("video", { class: "awake", playsinline: true, tabindex: -1, "aria-hidden": "true" });
  playing.srcObject = stream;
  byId("stage").append(playing);
  return playing;
}
