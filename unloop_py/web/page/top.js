/** The top line: whether the line stands, the clock, levels, what the whole instrument does. */

import { explains } from "./about.js";
import { command } from "./act.js";
import { byId, make, press, words, write } from "./dom.js";
import { everyFrame } from "./frame.js";
import { commandRow, on, store } from "./store.js";
import { readOut } from "./say.js";

const LINE = { open: "connected", connecting: "connecting", lost: "not connected, trying again" };

function fact(name, label) {
  const value = make("dd", { data: { fact: name } });
  byId("facts").append(make("div", {}, make("dt", { text: label }), value));
  return value;
}

function meter(name, label) {
  const bar = make("span", { class: "meter-bar" });
  byId("facts").append(make("div", { class: "meter" }, make("dt", { text: label }), make("dd", {}, bar)));
  let shown = -1;
  everyFrame(() => {
    const level = Math.round(100 * Math.min(1, Math.sqrt(store.instrument[name] ?? 0)));
    if (level !== shown) bar.style.transform = `scaleX(${(shown = level) / 100})`;
  });
}

function order(name, label) {
  const button = make("button", { type: "button", text: label, data: { command: name }, on: { click: () => command(name) } });
  byId("switches").append(button);
  return button;
}

export function openTop() {
  const tempo = fact("tempo", "bpm");
  const beat = fact("beat", "beat");
  const model = fact("model", "model");
  const xruns = fact("xruns", "xruns");
  meter("peak_in", "in");
  meter("peak_out", "out");
  const others = [order("loop_add", "+ loop"), order("loop_del", "− loop"), order("tap", "tap")];
  const generate = order("generate", "vary");
  const lock = order("stage_lock", words("stage_lock"));
  on("tables", () => [...others, generate, lock].forEach((button) => explains(button, commandRow(button.dataset.command).help)));
  on("instrument", () => {
    const { clock, ...rest } = store.instrument;
    write(tempo, clock.tempo ? clock.tempo.toFixed(1) : "–");
    write(beat, clock.tempo ? `${clock.bar}.${clock.beat}` : "–");
    write(model, rest.model || "none");
    write(xruns, String(rest.xruns));
    xruns.classList.toggle("bad", rest.xruns > 0);
    press(generate, rest.generate);
    press(lock, Boolean(rest.stage_lock));
  });
  on("line", () => {
    const line = byId("line");
    if (line.dataset.line !== "open" || store.line !== "open") readOut(LINE[store.line]);
    line.dataset.line = store.line;
    document.body.classList.toggle("lost", store.line !== "open");
    write(byId("line-words"), LINE[store.line]);
  });
}
