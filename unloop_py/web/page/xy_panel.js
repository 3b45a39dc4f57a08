/** Any two parameters under one finger. The two knobs below the pad are the same, for a keyboard and a screen reader. */

import { setChosen } from "./act.js";
import { make, remembered, words, write } from "./dom.js";
import { forgetUnseen, knob, readable } from "./knobs.js";
import { chosen, on, parameterRow, store, valueOf } from "./store.js";
import { addTab } from "./tabs.js";

const FIRST = { x: "variation", y: "temperature" };

export function openXy() {
  const panel = addTab("xy", "XY");
  const names = { ...FIRST, ...remembered.get("xy", {}) };
  const dot = make("div", { class: "xy-dot" });
  const said = make("p", { class: "xy-said" });
  const pad = make("div", { class: "xy", "aria-hidden": "true" }, said, dot);
  const knobs = make("div", { class: "xy-knobs" });
  const menus = Object.fromEntries(["x", "y"].map((axis) => [axis, make("select", { "aria-label": `${axis} axis` })]));
  panel.append(make("div", { class: "xy-menus" }, ...["x", "y"].map((axis) =>
    make("label", {}, make("span", { text: axis === "x" ? "across" : "up" }), menus[axis]))), pad, knobs);
  let held = false;

  const share = (name) => {
    const row = parameterRow(name);
    return (valueOf(store.selected[0], name) - row.min) / (row.max - row.min);
  };
  const show = (x, y) => {
    dot.style.left = `${100 * x}%`;
    dot.style.top = `${100 * (1 - y)}%`;
  };
  const follow = () => {
    if (!chosen() || held) return;
    show(share(names.x), share(names.y));
    write(said, ["x", "y"].map((axis) => `${words(names[axis])} ${readable(parameterRow(names[axis]), valueOf(store.selected[0], names[axis]))}`).join("  ·  "));
  };
  const move = (event) => {
    const box = pad.getBoundingClientRect();
    const at = { x: (event.clientX - box.left) / box.width, y: 1 - (event.clientY - box.top) / box.height };
    for (const axis of ["x", "y"]) {
      at[axis] = Math.min(1, Math.max(0, at[axis]));
      const row = parameterRow(names[axis]);
      setChosen(row.name, row.min + at[axis] * (row.max - row.min));
    }
    show(at.x, at.y);
  };
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    held = true;
    move(event);
  });
  pad.addEventListener("pointermove", (event) => held && move(event));
  for (const end of ["pointerup", "pointercancel"]) pad.addEventListener(end, () => ((held = false), follow()));

  const choose = () => {
    knobs.replaceChildren(knob(names.x), knob(names.y));
    forgetUnseen();
    follow();
  };
  on("tables", () => {
    const rows = store.tables.parameters.filter((row) => row.scope !== "layer");
    for (const axis of ["x", "y"]) {
      if (!parameterRow(names[axis])) names[axis] = FIRST[axis];
      menus[axis].replaceChildren(...rows.map((row) => make("option", { value: row.name, text: words(row.name), selected: row.name === names[axis] })));
      menus[axis].onchange = () => {
        names[axis] = menus[axis].value;
        remembered.set("xy", names);
        choose();
      };
    }
    choose();
  });
  on("value", (index, name) => (name === names.x || name === names.y) && follow());
  for (const what of ["loops", "selected"]) on(what, follow);
}
