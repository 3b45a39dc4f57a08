/** What the page knows of the instrument, in one place; everything else listens to it. */

/**
 * @typedef {Object} Loop
 * @property {Object} status every field of the instrument's LoopStatus
 * @property {Object<string, number>} values of its parameters
 * @property {Object[]} layers {level, mute, vary} of each
 * @property {number[]} peaks what sounds, 0..1 round the loop
 * @property {{coming: boolean, rows: number[][]}} mask for each codebook, coarsest first, the share that stays, 0..1 round the loop; of
 *   the coming repetition once it is made, else of what sounds
 * @property {{phase: number, perSecond: number, at: number, seam_s: number}} turn where it was at a moment of this page's clock
 */

export const store = {
  line: "connecting",
  tables: null,
  /** @type {Loop[]} */
  loops: [],
  selected: [0],
  globals: {}, // the parameters of the whole instrument
  instrument: { generate: true, model: "", xruns: 0, clock: { tempo: 0, bar: 0, beat: 0 }, peak_in: 0, peak_out: 0 },
};

const listeners = new Map();

/**
 * Has a listener told of every change of one kind: "line", "tables", "presets" (and scenes), "loops" (other ones are there), "loop" (index), "value" (index, name,
 * mine), "layers" (index), "picture" (index), "selected", "instrument", "notice" (notice).
 */
export function on(what, listener) {
  if (!listeners.has(what)) listeners.set(what, []);
  listeners.get(what).push(listener);
}

export function tell(what, ...facts) {
  for (const listener of listeners.get(what) ?? []) listener(...facts);
}

/** The loop that buttons and knobs mean. */
export const chosen = () => store.loops[store.selected[0]];

export const commandRow = (name) => store.tables.commands.find((row) => row.name === name);
export const parameterRow = (name) => store.tables.parameters.find((row) => row.name === name);
export const isGlobal = (name) => parameterRow(name)?.scope === "global";

/** Where a loop is at a moment, 0..1. */
export function phaseAt(loop, now) {
  const { phase, perSecond, at } = loop.turn;
  const place = phase + (perSecond * (now - at)) / 1000;
  return place - Math.floor(place);
}

/** Seconds until the loop's next seam; -1 where none is coming. */
export function seamIn(loop, now) {
  const { seam_s, at } = loop.turn;
  return seam_s < 0 ? -1 : Math.max(0, seam_s - (now - at) / 1000);
}

/** A parameter's value in a loop. */
export const valueOf = (index, name) => (name in store.globals ? store.globals[name] : store.loops[index].values[name]);
