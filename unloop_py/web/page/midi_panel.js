/** MIDI learn: touch a knob or a command here, then move something there. */

import { command } from "./act.js";
import { make, words, write } from "./dom.js";
import { commandRow, on, parameterRow } from "./store.js";
import { addTab } from "./tabs.js";

/** What is to be learned: of a loop it is the one that is selected when it moves. */
function learned({ parameter, command: name }) {
  const row = parameter ? parameterRow(parameter) : commandRow(name);
  return row.scope === "global" ? row.name : `${row.name} selected`;
}

export function openMidi() {
  const panel = addTab("midi", "MIDI");
  const learn = make("button", { type: "button", class: "wide", text: "learn", "aria-pressed": "false" });
  const said = make("p", { class: "midi-said", role: "status", text: "Press learn, touch a knob or a button of this page, then move what is to drive it." });
  const log = make("ul", { class: "items" });
  panel.append(learn, said, make("div", { class: "row" },
    make("button", { type: "button", class: "command", text: "cancel", on: { click: () => stop(true) } }),
    make("button", { type: "button", class: "command", text: "forget all", on: { click: () => command("midi_forget", "all") } })), log);
  let learning = false;

  const stop = (tell) => {
    learning = false;
    document.body.classList.remove("learning");
    learn.setAttribute("aria-pressed", "false");
    if (tell) command("midi_learn", ""); // nothing: no more
  };
  learn.addEventListener("click", () => {
    if (learning) return stop(true);
    learning = true;
    document.body.classList.add("learning");
    learn.setAttribute("aria-pressed", "true");
    write(said, "Touch a knob or a button of this page.");
  });
  // Before anybody else: what is touched is learned, not turned.
  for (const event of ["pointerdown", "click", "keydown"]) {
    addEventListener(event, (one) => {
      if (!learning || !(one.target instanceof Element) || panel.contains(one.target)) return;
      if (one.type === "keydown" && ![" ", "Enter"].includes(one.key)) return;
      const touched = one.target.closest("[data-parameter], [data-command]");
      if (!touched) return;
      one.preventDefault();
      one.stopPropagation();
      if (one.type !== "pointerdown") command("midi_learn", learned(touched.dataset));
    }, { capture: true });
  }
  on("notice", (kind, loop, [event, what, control]) => {
    if (kind !== "midi") return;
    const text = `${event}${what ? ` ${words(String(what))}` : ""}${control ? `: ${control}` : ""}`;
    write(said, text);
    if (event === "learned" || event === "cancelled") stop(false);
    if (event !== "learning") log.prepend(make("li", { class: "quiet", text }));
    while (log.childElementCount > 12) log.lastChild.remove();
  });
  on("tables", () => (learn.disabled = !commandRow("midi_learn")));
}
