/** Any command of the table, with a place for what it takes. */

import { explains } from "./about.js";
import { command } from "./act.js";
import { make, words } from "./dom.js";
import { commandButton } from "./transport.js";

const NOT_HERE = ["file", "press"]; // files are dragged; pedals' words have switches of their own
const NOT_OURS = ["quit"];

/** A command's button, and a field for its number, name or text; null for what a page does not give. */
export function commandForm(row) {
  if (NOT_HERE.includes(row.argument) || NOT_OURS.includes(row.name)) return null;
  if (row.argument === "none" || row.argument === "toggle") return make("div", { class: "form", data: { form: row.name } }, commandButton(row.name));
  const counts = row.argument === "count";
  const field = make("input", { type: counts ? "number" : "text", min: counts ? 1 : null, "aria-label": `${words(row.name)}: ${row.argument}`,
    placeholder: row.argument });
  const form = make("form", { class: "form", data: { form: row.name } }, make("button", { class: "command" }, make("span", { text: words(row.name) })), field);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    command(row.name, counts ? Number(text || 1) : text);
  });
  explains(form, row.help, field);
  return form;
}
