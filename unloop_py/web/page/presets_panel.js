/** Presets and scenes: heard at the seam, morphed if wanted, saved by a name. */

import { explains } from "./about.js";
import { command } from "./act.js";
import { make, words } from "./dom.js";
import { knob } from "./knobs.js";
import { chosen, commandRow, on, parameterRow, store } from "./store.js";
import { addTab } from "./tabs.js";

const MORPH = "morph_loops";

function item(what, { name, help, number, own }) {
  const button = make("button", { type: "button", class: "item", data: { [what]: name }, on: { click: () => command(what, name) } },
    make("span", { text: words(name.replaceAll("-", " ")) }), number ? make("kbd", { text: number, "aria-hidden": "true" }) : null);
  explains(button, help ?? "");
  const remove = `${what}_delete`;
  const gone = own && commandRow(remove)
    ? make("button", { type: "button", class: "small", text: "×", "aria-label": `delete ${what} ${name}`, on: { click: () => command(remove, name) } })
    : null;
  return make("li", {}, button, gone);
}

function saver(what) {
  if (!commandRow(`${what}_save`)) return null;
  const field = make("input", { type: "text", maxlength: 60, placeholder: `save as a ${what}`, "aria-label": `Name of a new ${what}` });
  const form = make("form", { class: "form" }, field, make("button", { class: "command", text: "save" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) command(`${what}_save`, field.value.trim()).then(() => (field.value = ""));
  });
  return form;
}

function list(what, title, rows) {
  const items = make("ul", { class: "items" }, ...rows.map((row) => item(what, row)));
  return make("section", {}, make("h2", { text: title }), items,
    rows.length ? null : make("p", { class: "quiet", text: `No ${what}s yet.` }), saver(what));
}

export function openPresets() {
  const panel = addTab("presets", "Presets");
  const mark = () => {
    const now = { preset: chosen()?.status.preset, scene: store.instrument.scene };
    for (const button of panel.querySelectorAll(".item")) {
      const [what] = Object.keys(button.dataset);
      button.setAttribute("aria-current", String(now[what] === button.dataset[what]));
    }
  };
  const build = () => {
    const { presets, scenes = [] } = store.tables;
    panel.replaceChildren(...[list("preset", "Presets of a loop", presets), parameterRow(MORPH) && knob(MORPH),
      commandRow("scene") && list("scene", "Scenes of all loops", scenes)].filter(Boolean));
    mark();
  };
  for (const what of ["tables", "presets"]) on(what, build);
  for (const what of ["loop", "loops", "selected", "instrument"]) on(what, mark);
}
