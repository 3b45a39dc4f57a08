/** What the thing under the hand is for: one line that stands in one place, as the tables tell it. */

import { byId, freshId, make, write } from "./dom.js";

/** Has an element explained: read out with it, and shown while it is pointed at or has the focus. */
export function explains(element, text, target = element) {
  const id = freshId("help");
  element.append(make("span", { class: "unseen help", id, text, "aria-hidden": "true" }));
  target.setAttribute("aria-describedby", id);
  for (const event of ["pointerenter", "focusin"]) element.addEventListener(event, () => write(byId("about"), text));
}
