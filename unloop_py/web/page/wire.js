/** What the instrument tells, taken into the store. On the wire loops count from 1, here from 0. */

import { say } from "./say.js";
import { store, tell } from "./store.js";

/** Takes in one message of the instrument. */
export function hear(message, now = performance.now()) {
  if (message.type === "hello") {
    const before = JSON.stringify(store.tables);
    store.tables = message.tables;
    // After a reconnection nothing jumps under the hand.
    if (JSON.stringify(message.tables) !== before) tell("tables");
    takeState(message.state, now);
  } else if (message.type === "tables") {
    Object.assign(store.tables, message.tables);
    tell("presets");
  } else if (message.type === "state") takeState(message.state, now);
  else if (message.type === "loop") {
    store.loops[message.loop.loop - 1] = asLoop(message.loop, now);
    tell("loops");
  } else if (message.type === "changes") message.changes.forEach(change);
  else if (message.type === "positions") takePositions(message, now);
  else if (message.type === "error") say(message.text);
}

function asLoop(told, now) {
  const { parameters, layer_values, peaks, mask, rate, ...status } = told;
  return {
    status,
    values: parameters,
    layers: layer_values,
    peaks: peaks.map((peak) => peak / 255),
    mask: asMask(mask),
    turn: { phase: status.position, perSecond: rate, at: now, seam_s: status.seam_s },
  };
}

function takeState(state, now) {
  const { loops, selected, parameters, clock, ...instrument } = state;
  store.loops = loops.map((loop) => asLoop(loop, now));
  store.globals = parameters;
  store.selected = selected.map((number) => number - 1);
  Object.assign(store.instrument, instrument, { clock: asClock(clock) });
  tell("loops");
  tell("selected");
  tell("instrument");
}

const asClock = ([tempo, bar, beat]) => ({ tempo, bar, beat });

function asMask(told) {
  return { coming: Boolean(told?.coming), rows: (told?.rows ?? []).map((row) => Array.from(row, (digit) => Number(digit) / 9)) };
}

function change({ loop, kind, values, mine }) {
  if (loop === null) return ofInstrument(kind, values, mine);
  const index = loop - 1;
  const one = store.loops[index];
  if (!one) return;
  const [first, second] = values;
  if (kind === "parameter") ofValue(index, first, second, mine);
  else if (kind === "peaks") {
    one.peaks = values.map((peak) => peak / 255);
    tell("picture", index);
  } else if (kind === "mask") {
    one.mask = asMask(first);
    tell("picture", index);
  } else if (kind === "error") say(second);
  else if (kind === "layers") {
    one.status.layers = first;
    one.layers.length = Math.min(one.layers.length, first);
    tell("layers", index);
  } else {
    takeStatus(one.status, kind, values);
    tell(kind === "marks" ? "picture" : "loop", index);
  }
  tell("notice", kind, index, values);
}

const OF_STATUS = { repetition: ["repetition", "late"], adapting: ["adapting", "gain"], pending: ["pending", "pending_s"],
  favourite: ["favourites"] };

function takeStatus(status, kind, values) {
  const names = OF_STATUS[kind] ?? [kind];
  names.forEach((name, place) => (status[name] = typeof status[name] === "boolean" ? Boolean(values[place]) : values[place]));
  if (kind === "pending" && values[0] === "none") status.pending = "";
}

function ofValue(index, name, value, mine) {
  const layer = /^layer\/(\d+)\/(\w+)$/.exec(name);
  if (layer) {
    (store.loops[index].layers[layer[1]] ??= {})[layer[2]] = value;
    tell("layers", index);
    return;
  }
  if (name in store.globals) store.globals[name] = value;
  else store.loops[index].values[name] = value;
  tell("value", index, name, mine);
}

function ofInstrument(kind, values, mine) {
  const { instrument } = store;
  if (kind === "error") say(values[1]);
  else if (kind === "parameter") {
    store.globals[values[0]] = values[1];
    tell("value", 0, values[0], mine);
  } else if (kind === "select") {
    store.selected = values[0] ? [values[0] - 1] : store.loops.map((_, index) => index);
    tell("selected");
  } else if (kind === "loops") {
    store.loops.length = Math.min(store.loops.length, values[0]);
    store.selected = store.selected.filter((index) => index < values[0]);
    if (!store.selected.length) store.selected = [values[0] - 1];
    tell("loops");
    tell("selected");
  } else {
    if (kind === "clock") instrument.clock = asClock(values);
    else instrument[kind] = typeof instrument[kind] === "boolean" ? Boolean(values[0]) : values[0];
    tell("instrument");
  }
  tell("notice", kind, null, values);
}

const JUMP = 0.02; // of a loop: less is the line's jitter and is caught up with softly

function takePositions({ loops, peak_in, peak_out }, now) {
  loops.forEach(([phase, perSecond, position_s, seam_s, length_s], index) => {
    const one = store.loops[index];
    if (!one) return;
    const { turn } = one;
    if (perSecond && perSecond === turn.perSecond) {
      const expected = turn.phase + (perSecond * (now - turn.at)) / 1000;
      const off = phase - expected - Math.round(phase - expected);
      if (Math.abs(off) < JUMP) phase = expected + 0.15 * off;
    }
    one.turn = { phase, perSecond, at: now, seam_s };
    one.status.position_s = position_s;
    if (one.status.length_s !== length_s) {
      one.status.length_s = length_s;
      tell("loop", index);
    }
  });
  store.instrument.peak_in = peak_in;
  store.instrument.peak_out = peak_out;
}
