/** The one place that asks for animation frames. */

const drawers = new Set();

/** Has `draw(now)` called before each frame is shown; it must not lay anything out. Returns what ends it. */
export function everyFrame(draw) {
  drawers.add(draw);
  return () => drawers.delete(draw);
}

function frame(now) {
  for (const draw of drawers) draw(now);
  requestAnimationFrame(frame);
}

requestAnimationFrame(frame);
