/**
 * Stage mode, for a phone on the music stand: what the loop does in one word and one colour, four big buttons that are four foot
 * switches, one slider that is the expression pedal. Page turners and other keyboards press the same switches, by keys of one's own.
 */

import { command, setChosen } from "./act.js";
import { byId, make, remembered, words, write } from "./dom.js";
import { everyFrame } from "./frame.js";
import { explains } from "./about.js";
import { keepAwake } from "./awake.js";
import { lookOf } from "./palette.js";
import { Ring } from "./ring.js";
import { chosen, on, parameterRow, store, valueOf } from "./store.js";

const EXPRESSION = "variation";
const KEYS = { 1: ["PageDown", "ArrowRight", "ArrowDown", "Space"], 2: ["PageUp", "ArrowLeft", "ArrowUp", "Enter"], 3: ["Digit3"], 4: ["Digit4"] };

export const isStage = () => !byId("stage").hidden;

let keys = { ...KEYS, ...remembered.get("switches", {}) };
let asked = 0; // the switch whose key is being chosen
const down = new Map(); // what is pressing -> {number, loop}: a release belongs to the loop that was pressed

const isDown = (number) => [...down.values()].some((one) => one.number === number);

/** A press and its release go to one place, the instrument, which times them; what presses may be a pointer or a key. */
function press(by, number) {
  if (down.has(by) || isDown(number)) return;
  const [loop] = store.selected;
  down.set(by, { number, loop });
  light();
  command("switch_down", number, loop);
}

function release(by) {
  if (!down.has(by)) return;
  const { number, loop } = down.get(by);
  down.delete(by);
  light();
  command("switch_up", number, loop);
}

/** Switches that are held as the page is left are not let go by a foot: the instrument is told that they are lost. */
function lose() {
  for (const { number, loop } of down.values()) command("switch_lost", number, loop);
  down.clear();
  light();
}

function light() {
  for (const button of byId("stage").querySelectorAll("[data-switch]")) button.classList.toggle("down", isDown(Number(button.dataset.switch)));
}

function switchButton({ number, name, help }) {
  const [tapped, twice, held] = help;
  const button = make("button", { type: "button", class: "switch", data: { switch: number } },
    make("span", { class: "switch-number", text: number, "aria-hidden": "true" }), make("span", { class: "switch-name", text: name }),
    make("span", { class: "switch-more", "aria-hidden": "true" }, make("span", { text: `twice: ${twice}` }), make("span", { text: `held: ${held}` })));
  button.style.setProperty("--letters", Math.max(4, ...name.split(" ").map((word) => word.length)));
  button.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    button.focus({ preventScroll: true });
    button.setPointerCapture(event.pointerId);
    press(`pointer ${event.pointerId}`, number);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) button.addEventListener(end, (event) => release(`pointer ${event.pointerId}`));
  button.addEventListener("click", (event) => {
    // A screen reader's activation has neither pointer nor key: it is a tap.
    if (event.detail === 0 && !down.size) {
      press("activation", number);
      release("activation");
    }
  });
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  explains(button, `Tapped: ${tapped}. Twice: ${twice}. Held: ${held}.`);
  return button;
}

let staysOn = false; // the screen
async function stayAwake(wanted) {
  staysOn = await keepAwake(wanted);
  write(byId("stage-note"), staysOn || !wanted ? "" : "The screen may sleep: touch this page, or set it to stay on.");
}

const switchOfKey = (event) => Number(Object.keys(keys).find((number) => keys[number].includes(event.code)) ?? 0);

/** Whether a key is a control's own: a slider's arrows, a button's space bar. All others are a foot's. */
function isOwnKey(control, code) {
  if (control.matches("input")) return /^(Arrow|Page)/.test(code);
  return control.matches("summary, .stage-top button") && ["Space", "Enter"].includes(code);
}

function keyDown(event) {
  if (!isStage() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (asked) {
    event.preventDefault();
    const number = asked;
    choose(0);
    if (event.code !== "Escape") takeKey(number, event.code);
    return;
  }
  if (event.code === "Escape") return showStage(false);
  const number = switchOfKey(event);
  if (!number || isOwnKey(event.target, event.code)) return;
  const button = event.target.closest("[data-switch]");
  event.preventDefault();
  // Space and Enter on a button press that one, as buttons do.
  if (!event.repeat) press(`key ${event.code}`, button && ["Space", "Enter"].includes(event.code) ? Number(button.dataset.switch) : number);
}

function takeKey(number, code) {
  keys = Object.fromEntries(Object.entries(keys).map(([one, codes]) => [one, codes.filter((each) => each !== code)]));
  keys[number] = [code];
  remembered.set("switches", keys);
  tellKeys();
}

function choose(number) {
  asked = number;
  tellKeys();
}

function tellKeys() {
  for (const button of byId("stage").querySelectorAll("[data-choose]")) {
    const number = Number(button.dataset.choose);
    write(button, asked === number ? `switch ${number}: press its key` : `switch ${number}: ${keys[number].join(", ") || "no key"}`);
  }
}

/** Into stage mode, or out of it. */
export function showStage(on) {
  byId("stage").hidden = !on;
  document.body.classList.toggle("on-stage", on);
  lose();
  choose(0);
  stayAwake(on);
  history.replaceState(null, "", on ? "#stage" : location.pathname + location.search);
  (on ? byId("stage").querySelector("[data-switch]") : byId("to-stage"))?.focus({ preventScroll: true });
}

export function openStage() {
  const ring = new Ring();
  const word = make("span");
  const more = make("p", { class: "stage-more" });
  const line = make("p", { class: "stage-line", role: "alert" });
  const switches = make("div", { class: "stage-switches", role: "group", "aria-label": "Switches" });
  const slider = make("input", { type: "range", class: "expression", "aria-label": EXPRESSION });
  const amount = make("output", { class: "stage-amount" });
  const chooser = make("details", { class: "stage-menu" }, make("summary", { text: "keys" }),
    make("div", {}, ...Object.keys(KEYS).map((number) =>
      make("button", { type: "button", data: { choose: number }, on: { click: () => choose(Number(number)) } }))));
  byId("stage").append(
    make("div", { class: "stage-top" }, line, make("button", { type: "button", class: "small", text: "loop –", on: { click: () => command("select_prev") } }),
      make("button", { type: "button", class: "small", text: "loop +", on: { click: () => command("select_next") } }), chooser,
      make("button", { type: "button", class: "small", text: "leave", on: { click: () => showStage(false) } })),
    make("div", { class: "stage-show" }, make("p", { class: "stage-word" }, word), make("div", { class: "stage-round" }, ring.element), more), switches,
    make("label", { class: "stage-pedal" }, make("span", { text: words(EXPRESSION) }), slider, amount), make("p", { class: "stage-note", id: "stage-note" }));

  let held = false;
  slider.addEventListener("pointerdown", () => (held = true));
  for (const end of ["pointerup", "pointercancel"]) {
    slider.addEventListener(end, () => {
      held = false;
      slider.blur(); // a page turner's arrows go on pressing switches
      follow();
    });
  }
  slider.addEventListener("input", () => {
    setChosen(EXPRESSION, Number(slider.value));
    write(amount, Number(slider.value).toFixed(2));
  });
  const follow = () => {
    if (held || !chosen()) return;
    slider.value = valueOf(store.selected[0], EXPRESSION);
    write(amount, Number(slider.value).toFixed(2));
  };
  const told = () => {
    const loop = chosen();
    if (!loop) return;
    const { state, pending, lock, late } = loop.status;
    byId("stage").dataset.look = lookOf(state);
    byId("stage").classList.toggle("erasing", Boolean(loop.status.erasing));
    write(word, loop.status.erasing ? "erasing" : words(state));
    word.style.setProperty("--letters", Math.max(6, word.textContent.length));
    write(more, [`loop ${store.selected[0] + 1}`, pending && `${words(pending)} waits`, lock && "locked", store.instrument.stage_lock && "stage lock",
      !store.instrument.generate && "not varying", late && "late"].filter(Boolean).join(" · "));
    ring.repaint();
    follow();
  };
  on("tables", () => {
    const row = parameterRow(EXPRESSION);
    Object.assign(slider, { min: row.min, max: row.max, step: (row.max - row.min) / 100 });
    switches.replaceChildren(...(store.tables.switches ?? []).map(switchButton));
    follow();
  });
  for (const what of ["loop", "loops", "selected", "instrument", "picture"]) on(what, told);
  on("value", (index, name) => name === EXPRESSION && follow());
  on("line", () => {
    if (store.line !== "open") down.clear();
    write(line, store.line === "open" ? "" : "not connected");
  });
  everyFrame((now) => isStage() && chosen() && ring.draw(chosen(), now));
  addEventListener("keydown", keyDown);
  addEventListener("keyup", (event) => release(`key ${event.code}`));
  addEventListener("blur", lose);
  document.addEventListener("visibilitychange", () => (document.hidden ? lose() : isStage() && stayAwake(true)));
  byId("stage").addEventListener("click", () => isStage() && !staysOn && stayAwake(true));
  byId("to-stage").addEventListener("click", () => showStage(true));
  tellKeys();
  if (location.hash === "#stage") showStage(true);
}
