/** One parameter: its name, a slider, its number and its unit. Many may show the same one; all follow the store. */

import { explains } from "./about.js";
import { setChosen } from "./act.js";
import { freshId, make, words } from "./dom.js";
import { chosen, on, parameterRow, store, valueOf } from "./store.js";

const LET_GO_MS = 400; // after the last touch: until then echoes do not move what the hand holds
const LONG = 20000; // a range with more whole numbers has no slider: nobody could hit one
const shown = new Map(); // name -> Set of knobs

const digitsOf = (row) => (row.type !== "float" ? 0 : row.max - row.min > 20 ? 1 : 2);

/** A value as people read it, without its unit. */
export const readable = (row, value) => (row.choices?.[value - row.min] ?? Number(value).toFixed(digitsOf(row)));

class Knob {
  constructor(row) {
    this.row = row;
    this.heldUntil = 0;
    const id = freshId("knob");
    const name = make("label", { class: "knob-name", for: id, text: words(row.name) });
    this.parts = row.type === "bool" ? [this.flag(id)] : row.choices?.length ? [this.menu(id)] : this.numbers(id);
    const unit = row.unit && make("span", { class: "knob-unit", text: row.unit });
    this.element = make("div", { class: "knob", data: { parameter: row.name, type: row.type } }, name, ...this.parts, unit || null);
    explains(this.element, row.help, this.parts[0]);
    this.element.addEventListener("dblclick", (event) => event.target === name && this.turn(row.default));
    this.follow();
  }

  flag(id) {
    const box = make("input", { type: "checkbox", role: "switch", id });
    box.addEventListener("change", () => this.turn(box.checked ? 1 : 0));
    this.show = (value) => (box.checked = Boolean(value));
    return box;
  }

  menu(id) {
    const { row } = this;
    const menu = make("select", { id }, ...row.choices.map((word, at) => make("option", { value: row.min + at, text: word })));
    menu.addEventListener("change", () => this.turn(Number(menu.value)));
    this.show = (value) => (menu.value = value);
    return menu;
  }

  numbers(id) {
    const { row } = this;
    const step = 10 ** -digitsOf(row);
    const slides = row.max - row.min < LONG;
    const slider = slides && make("input", { type: "range", id, min: row.min, max: row.max, step });
    const number = make("input", { type: "number", class: "knob-number", min: row.min, max: row.max, step: row.type === "int" ? 1 : "any",
      ...(slides ? { "aria-label": `${words(row.name)}, the number` } : { id }) });
    if (slides) {
      slider.addEventListener("input", () => this.turn(Number(slider.value)));
      slider.addEventListener("pointerdown", () => (this.held = true));
      for (const end of ["pointerup", "pointercancel"]) slider.addEventListener(end, () => this.letGo());
    }
    number.addEventListener("change", () => number.value !== "" && this.turn(Number(number.value)));
    number.addEventListener("blur", () => this.follow());
    this.show = (value) => {
      if (slides) {
        slider.value = value;
        slider.setAttribute("aria-valuetext", `${readable(row, value)} ${row.unit}`.trim());
        slider.style.setProperty("--filled", (value - row.min) / (row.max - row.min));
      }
      if (document.activeElement !== number) number.value = readable(row, value);
    };
    return slides ? [slider, number] : [number];
  }

  /** The hand turns it. */
  turn(value) {
    this.heldUntil = performance.now() + LET_GO_MS;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.follow(), LET_GO_MS);
    this.show(value);
    setChosen(this.row.name, value);
  }

  letGo() {
    this.held = false;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.follow(), LET_GO_MS);
  }

  /** Shows what the store holds, unless a hand is on it. */
  follow() {
    if (this.held || performance.now() < this.heldUntil || !chosen()) return;
    this.show(valueOf(store.selected[0], this.row.name));
  }
}

/** The element of a parameter's knob. */
export function knob(name) {
  const one = new Knob(parameterRow(name));
  if (!shown.has(name)) shown.set(name, new Set());
  shown.get(name).add(one);
  return one.element;
}

function followAll() {
  for (const knobs of shown.values()) knobs.forEach((one) => one.follow());
}

/** Those that were taken out of the page follow nobody any more. */
export function forgetUnseen() {
  for (const knobs of shown.values()) for (const one of knobs) if (!one.element.isConnected) knobs.delete(one);
}

on("value", (index, name) => (index === store.selected[0] || name in store.globals) && shown.get(name)?.forEach((one) => one.follow()));
on("loops", followAll);
on("selected", followAll);
