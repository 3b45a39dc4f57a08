/** Every parameter, in the sections of the tables, and every command; one search finds both, in names and helps. */

import { make, words } from "./dom.js";
import { forgetUnseen, knob } from "./knobs.js";
import { on, store } from "./store.js";
import { commandForm } from "./commands.js";
import { addTab } from "./tabs.js";

const OPEN_AT_FIRST = 2;

function section(title, elements, open) {
  return make("details", { class: "section", open }, make("summary", {}, make("h2", { text: title })), ...elements);
}

function everything() {
  const { sections, commands } = store.tables;
  return [
    ...sections.map(({ title, names }, at) => section(title, names.map(knob), at < OPEN_AT_FIRST)),
    section("All commands", commands.map(commandForm).filter(Boolean), false),
  ];
}

/** Leaves in sight what has the words searched for in its name, its other names or its help. */
function search(panel, text) {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  panel.classList.toggle("searched", wanted.length > 0);
  let found = 0;
  panel.querySelectorAll(".section").forEach((part, at) => {
    let here = 0;
    for (const one of part.querySelectorAll("[data-parameter], [data-form]")) {
      const name = one.dataset.parameter ?? one.dataset.form;
      const row = store.tables.parameters.find((each) => each.name === name);
      const said = `${name} ${words(name)} ${row?.aliases?.join(" ") ?? ""} ${one.querySelector(".help")?.textContent ?? ""}`.toLowerCase();
      one.hidden = !wanted.every((word) => said.includes(word));
      here += !one.hidden;
    }
    part.hidden = !here;
    part.open = wanted.length ? here > 0 : at < OPEN_AT_FIRST;
    found += here;
  });
  return found;
}

export function openKnobs() {
  const panel = addTab("knobs", "Knobs");
  const box = make("input", { type: "search", id: "search", placeholder: "search every knob and command", "aria-label": "Search knobs and commands" });
  const count = make("p", { class: "unseen", role: "status" });
  const list = make("div", { class: "sections" });
  panel.append(make("div", { class: "search" }, box), count, list);
  const look = () => {
    const found = search(list, box.value);
    count.textContent = box.value ? `${found} found` : "";
  };
  box.addEventListener("input", look);
  on("tables", () => {
    list.replaceChildren(...everything());
    forgetUnseen();
    look();
  });
}
