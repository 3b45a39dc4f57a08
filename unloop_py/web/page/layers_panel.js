/** The layers of the selected loop: the base, and each overdub; their knobs come from the table too. */

import { explains } from "./about.js";
import { set } from "./act.js";
import { make, words } from "./dom.js";
import { chosen, on, store } from "./store.js";
import { addTab } from "./tabs.js";

const lastPart = (name) => name.split("/").at(-1);
const rows = () => store.tables.parameters.filter((row) => row.scope === "layer");

function control(row, layer) {
  const name = lastPart(row.name);
  const told = `layer/${layer}/${name}`;
  const label = `${words(name)} of ${layerName(layer)}`;
  const field = row.type === "bool"
    ? make("input", { type: "checkbox", role: "switch", "aria-label": label })
    : make("input", { type: "range", min: row.min, max: row.max, step: (row.max - row.min) / 100, "aria-label": label });
  field.dataset.layer = layer;
  field.dataset.name = name;
  field.addEventListener("input", () => set(store.selected[0], told, field.type === "checkbox" ? Number(field.checked) : Number(field.value)));
  const box = make("label", { class: `layer-${name}` }, make("span", { "aria-hidden": "true", text: name }), field);
  explains(box, row.help, field);
  return box;
}

const layerName = (layer) => (layer ? `overdub ${layer}` : "the base");

export function openLayers() {
  const panel = addTab("layers", "Layers");
  const list = make("ol", { class: "layers" });
  const none = make("p", { class: "quiet", text: "No layers yet: record, then overdub." });
  panel.append(none, list);

  const fill = () => {
    const loop = chosen();
    for (const field of list.querySelectorAll("input")) {
      const value = loop.layers[field.dataset.layer]?.[field.dataset.name];
      if (value === undefined || field.matches(":active")) continue;
      if (field.type === "checkbox") field.checked = Boolean(value);
      else field.value = value;
    }
  };
  const build = () => {
    const loop = chosen();
    if (!loop || !store.tables) return;
    none.hidden = loop.layers.length > 0;
    if (list.childElementCount !== loop.layers.length) {
      list.replaceChildren(...loop.layers.map((_, layer) =>
        make("li", {}, make("h2", { text: layerName(layer) }), ...rows().map((row) => control(row, layer)))));
    }
    fill();
  };
  on("layers", (index) => index === store.selected[0] && build());
  for (const what of ["loops", "selected", "tables"]) on(what, build);
}
