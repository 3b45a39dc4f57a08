/** Panels of which one is shown, chosen by tabs: arrows move between them, as screen readers expect. */

import { byId, make, remembered } from "./dom.js";
import { on, store } from "./store.js";

const tabs = [];

/** Adds a panel; `opened` is called whenever it comes into sight. */
export function addTab(name, title, opened = () => {}) {
  const panel = make("div", { class: "tab-panel", role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, hidden: true });
  const tab = make("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": panel.id, "aria-selected": "false",
    tabindex: "-1", text: title, on: { click: () => openTab(name) } });
  byId("tabs").append(tab);
  byId("tab-panels").append(panel);
  tabs.push({ name, tab, panel, opened });
  return panel;
}

/** Shows a panel. */
export function openTab(name, focus = false) {
  const wanted = tabs.find((one) => one.name === name) ?? tabs[0];
  for (const { tab, panel } of tabs) {
    const is = tab === wanted.tab;
    tab.setAttribute("aria-selected", String(is));
    tab.tabIndex = is ? 0 : -1;
    panel.hidden = !is;
  }
  remembered.set("tab", wanted.name);
  if (focus) wanted.tab.focus();
  wanted.opened();
}

const MOVES = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

export function openTabs() {
  byId("tabs").addEventListener("keydown", (event) => {
    if (!(event.key in MOVES)) return;
    event.preventDefault();
    const at = tabs.findIndex(({ tab }) => tab === document.activeElement);
    const move = MOVES[event.key];
    const next = Number.isFinite(move) ? (at + move + tabs.length) % tabs.length : move < 0 ? 0 : tabs.length - 1;
    openTab(tabs[next].name, true);
  });
  openTab(remembered.get("tab", "knobs"));
  // What a panel asks when it comes into sight it asks again when the line stands.
  on("line", () => store.line === "open" && tabs.find(({ panel }) => !panel.hidden).opened());
}
