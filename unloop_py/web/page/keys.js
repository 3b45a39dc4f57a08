/** The terminal's keys, from the table, wherever no field has the keyboard; and the list of them. */

import { command, pressSpace, setChosen } from "./act.js";
import { make, remembered } from "./dom.js";
import { isStage } from "./stage.js";
import { on, parameterRow, store, valueOf } from "./store.js";
import { addTab, openTab } from "./tabs.js";

const TWICE_MS = 1500;
const REFUSED = ["quit"]; // the page leaves the instrument running
let last = { key: "", at: -Infinity, presses: 0 };
let on_ = remembered.get("letters", true);

const isField = (element) => element.matches("input:not([type=checkbox]):not([type=range]), select, textarea, [role=application]");
const ownKeys = (element, key) =>
  (key === " " && element.matches("button, summary, a, input[type=checkbox]")) || (element.matches("[role=tab]") && key.length > 1);

function obey(row) {
  if (row.command === "space") pressSpace();
  else if (row.command === "help") openTab("keys", true);
  else if (row.command && !REFUSED.includes(row.command)) command(row.command, row.argument);
  else if (row.parameter) {
    const { min, max } = parameterRow(row.parameter);
    const value = valueOf(store.selected[0], row.parameter) + row.step;
    setChosen(row.parameter, Math.min(max, Math.max(min, Number(value.toFixed(6)))));
  }
}

function pressed(event) {
  if (!on_ || isStage() || !store.tables || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isField(event.target) || ownKeys(event.target, event.key)) return;
  const row = store.tables.keys.find((one) => one.key === event.key);
  if (!row || (event.repeat && !row.parameter)) return;
  event.preventDefault();
  const now = performance.now();
  const again = last.key === row.key && now - last.at < TWICE_MS;
  last = { key: row.key, at: now, presses: again ? last.presses + 1 : 1 };
  if (last.presses < row.presses) return;
  last.presses = 0;
  obey(row);
}

export function openKeys() {
  const panel = addTab("keys", "Keys");
  const box = make("input", { type: "checkbox", role: "switch", id: "letters" });
  box.checked = on_;
  box.addEventListener("change", () => remembered.set("letters", (on_ = box.checked)));
  const list = make("dl", { class: "keys" });
  panel.append(make("div", { class: "knob" }, make("label", { class: "knob-name", for: "letters", text: "play with these keys" }), box), list);
  on("tables", () =>
    list.replaceChildren(...store.tables.keys.filter((row) => !REFUSED.includes(row.command)).map((row) =>
      make("div", {}, make("dt", {}, make("kbd", { text: row.key === " " ? "space" : row.key }), row.presses > 1 ? " twice" : null), make("dd", { text: row.help })))));
  addEventListener("keydown", pressed);
  // A button that was pressed with a finger does not keep the keyboard: the space bar goes on recording.
  addEventListener("click", (event) => event.detail > 0 && event.target.closest?.("button:not([role=tab])")?.blur());
}
