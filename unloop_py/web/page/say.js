/** What is said to the player: shown for a while, and read out by a screen reader without chatter. */

import { byId, make, words, write } from "./dom.js";
import { on, store } from "./store.js";

const SHOWN_MS = 6000;
const SETTLED_MS = 500; // a state that lasts less is not read out
const MOST_SHOWN = 4;

/** Shows something that went wrong, or that a person should read; the same text twice is shown once. */
export function say(text) {
  const toasts = byId("toasts");
  for (const old of toasts.children) if (old.firstChild.textContent === text) old.remove();
  const toast = make("p", {}, make("span", { text }), make("button", { type: "button", "aria-label": "Dismiss", text: "×" }));
  toast.lastChild.addEventListener("click", () => toast.remove());
  toasts.append(toast);
  while (toasts.children.length > MOST_SHOWN) toasts.firstChild.remove();
  setTimeout(() => toast.remove(), SHOWN_MS);
}

let settling = 0;
/** Reads a change out once nothing has changed for a moment: only the last of several is heard. */
export function readOut(text) {
  clearTimeout(settling);
  settling = setTimeout(() => write(byId("said"), text), SETTLED_MS);
}

/** What a loop is doing, in a few words. */
export function stateWords(loop) {
  const { state, pending, lock, cue } = loop.status;
  return [words(state), pending && `${words(pending)} waits`, lock && "locked", cue && "cued"].filter(Boolean).join(", ");
}

const told = new Map();
on("loops", () => told.clear());
on("loop", (index) => {
  const text = stateWords(store.loops[index]);
  if (told.get(index) !== text && told.has(index)) readOut(`loop ${index + 1} ${text}`);
  told.set(index, text);
});
