/** MIDI learn: touch a knob or a command here, then move something there. */

import { ask, command } from "./act.js";
import { make, words, write } from "./dom.js";
import { commandRow, on, parameterRow, store } from "./store.js";
import { addTab } from "./tabs.js";

/** What is to be learned: of a loop it is the one that is selected when it moves. */
function learned({ parameter, command: name }) {
  const row = parameter ? parameterRow(parameter) : commandRow(name);
  return row.scope === "global" ? row.name : `${row.name} selected`;
}

export function openMidi() {
  const panel = addTab("midi", "MIDI", () => store.line === "open" && look());
  const learn = make("button", { type: "button", class: "wide", text: "learn", "aria-pressed": "false" });
  const said = make("p", { class: "midi-said", role: "status", text: "Press learn, touch a knob or a button of this page, then move what is to drive it." });
  const devices = make("p", { class: "quiet" });
  const bound = make("ul", { class: "bound" });
  panel.append(learn, said, make("div", { class: "row" },
    make("button", { type: "button", class: "command", text: "cancel", on: { click: () => stop(true) } }),
    make("button", { type: "button", class: "command", text: "forget all", on: { click: () => command("midi_forget", "all") } })),
    make("h2", { text: "Your bindings" }), bound, make("h2", { text: "Devices" }), devices);
  let learning = false;

  const look = async () => {
    const known = await ask({ type: "midi" });
    if (!known) return;
    write(devices, known.devices === null ? "MIDI is off." : known.devices.map(({ name, profile }) => `${name} (${profile})`).join(", ") || "None is connected.");
    bound.replaceChildren(...known.bindings.map(({ target, control, channel, device }) => make("li", {},
      make("span", { text: words(target) }), make("span", { class: "quiet", text: [control, channel && `channel ${channel}`, device].filter(Boolean).join(", ") }),
      make("button", { type: "button", class: "small", text: "×", "aria-label": `forget ${words(target)}`, on: { click: () => command("midi_forget", target) } }))));
    if (!known.bindings.length) bound.append(make("li", { class: "quiet", text: "None yet: profiles do without." }));
  };
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
    if (event !== "learning" && !panel.hidden) look();
  });
  on("tables", () => (learn.disabled = !commandRow("midi_learn")));
}
