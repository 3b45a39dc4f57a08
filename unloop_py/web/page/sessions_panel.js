/** The sessions that are kept, and files in and out. */

import { ask, command } from "./act.js";
import { filePicker } from "./files.js";
import { make } from "./dom.js";
import { say } from "./say.js";
import { store } from "./store.js";
import { addTab } from "./tabs.js";

const facts = ({ loops, seconds, size_bytes, playing, crashed }) =>
  [`${loops} loop${loops === 1 ? "" : "s"}`, `${seconds.toFixed(1)} s`, `${(size_bytes / 1e6).toFixed(1)} MB`, playing && "being played",
    crashed && "did not end as it should"].filter(Boolean).join(" · ");

export function openSessions() {
  const list = make("ul", { class: "items sessions" });
  const none = make("p", { class: "quiet", text: "No session is kept.", hidden: true });
  const fill = async () => {
    const answer = await ask({ type: "sessions" });
    if (!answer) return;
    none.hidden = answer.sessions.length > 0;
    list.replaceChildren(...answer.sessions.map((one) => {
      const back = make("button", { type: "button", class: "item", disabled: one.playing }, make("span", { text: one.title }), make("small", { text: facts(one) }));
      back.addEventListener("click", async () => (await ask({ type: "session", name: one.name }))?.said?.forEach(say));
      return make("li", {}, back);
    }));
  };
  const panel = addTab("sessions", "Sessions", () => store.line === "open" && fill());
  panel.append(make("h2", { text: "This loop" }), filePicker(() => store.selected[0]),
    make("button", { type: "button", class: "wide", text: "save the take", on: { click: () => command("save_loop") } }),
    make("p", { class: "quiet", text: "Or drag an audio file onto a loop, and a loop's “wav” out of the page." }),
    make("h2", { text: "Kept sessions" }), make("button", { type: "button", class: "wide", text: "look again", on: { click: fill } }), none, list,
    make("p", { class: "quiet", text: "One comes back while no loop is there." }));
}
