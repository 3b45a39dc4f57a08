/** The big buttons: what is done most, to the loop that is selected. Their names, helps and keys come from the tables. */

import { command, pressSpace, spaceMeans } from "./act.js";
import { byId, make, press, words, write } from "./dom.js";
import { explains } from "./about.js";
import { chosen, commandRow, on, store } from "./store.js";
import { lookOf } from "./palette.js";

const ROWS = [
  ["undo", "redo", "keep", "back", "lock", "vary", "melt"],
  ["mute", "pause", "trigger", "reverse", "replace", "capture", "guard"],
];
const HELD = ["melt", "guard"]; // does it for as long as it is down

/** The key that gives a command, from the table. */
export const keyOf = (name) => store.tables.keys.find((row) => row.command === name)?.key ?? "";

const keyShown = (key) => (key === " " ? "space" : key);

/** A button that gives a command of the table. */
export function commandButton(name, argument = null) {
  const row = commandRow(name);
  const key = keyOf(name);
  const button = make("button", { type: "button", class: "command", data: { command: name }, on: { click: () => command(name, argument) } },
    make("span", { text: words(name) }), key ? make("kbd", { text: keyShown(key), "aria-hidden": "true" }) : null);
  explains(button, row.help);
  return button;
}

/** A button that works for as long as it is down; a keyboard flips it. */
function heldButton(name) {
  const button = make("button", { type: "button", class: "command held", data: { command: name } },
    make("span", { text: words(name) }), make("kbd", { text: keyOf(name), "aria-hidden": "true" }));
  button.addEventListener("pointerdown", (event) => {
    button.setPointerCapture(event.pointerId);
    command(name, 1);
  });
  for (const end of ["pointerup", "pointercancel"]) button.addEventListener(end, () => command(name, 0));
  button.addEventListener("click", (event) => event.detail === 0 && command(name)); // by a keyboard
  explains(button, commandRow(name).help);
  return button;
}

let main = null;

/** The word is what a press does, its sign in the colour of what follows; the button's own colour is what is now. */
function told() {
  const loop = chosen();
  if (!loop || !main) return;
  const [name, argument] = spaceMeans(loop);
  const begun = { record: "recording", overdub: "overdubbing" };
  const ends = argument === 0 || loop.status.state === begun[name] || !(name in begun);
  write(main.querySelector(".main-word"), ends ? "play" : words(name));
  main.dataset.next = ends ? "playing" : lookOf(begun[name]);
  main.dataset.look = lookOf(loop.status.state);
  main.classList.toggle("waits", Boolean(loop.status.pending));
  for (const button of byId("transport").querySelectorAll("[data-command]")) {
    const { command: of } = button.dataset;
    if (typeof loop.status[of] === "boolean") press(button, loop.status[of]);
  }
}

export function openTransport() {
  on("tables", () => {
    main = make("button", { type: "button", class: "main", id: "main-button", on: { click: pressSpace } },
      make("span", { class: "main-word" }), make("kbd", { text: "space", "aria-hidden": "true" }));
    const known = (name) => commandRow(name);
    byId("transport").replaceChildren(main,
      ...ROWS.map((row) => make("div", { class: "row" }, ...row.filter(known).map((name) => (HELD.includes(name) ? heldButton(name) : commandButton(name))))));
    explains(main, store.tables.keys.find((row) => row.command === "space")?.help ?? "");
    told();
  });
  for (const what of ["loop", "loops", "selected"]) on(what, told);
}
