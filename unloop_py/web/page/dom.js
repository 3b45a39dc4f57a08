/** Making elements, and nothing else. */

/**
 * A new element.
 * @param {string} tag
 * @param {Object} [traits] attributes; `text`, `class`, `on` ({event: listener}) and `data` ({name: value}) mean what they say,
 *   an attribute that is false, null or undefined is left out.
 * @param {...(Node|string|null)} children
 */
export function make(tag, traits = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(traits)) {
    if (name === "text") element.textContent = value;
    else if (name === "class") element.className = value;
    else if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** A name of the tables as people read it. */
export const words = (name) => name.replaceAll("_", " ");

let made = 0;
/** An id that no other element has. */
export const freshId = (what) => `${what}-${++made}`;

/** A toggle's state, told to the eye and to a screen reader; only when it changes. */
export function press(button, on) {
  const value = on ? "true" : "false";
  if (button.getAttribute("aria-pressed") !== value) button.setAttribute("aria-pressed", value);
}

/** A text, only when it changes: nothing is laid out for what stays. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** What this browser remembers of the player's wishes; nothing where it may not. */
export const remembered = {
  get(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(`unloop.${name}`)) ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`unloop.${name}`, JSON.stringify(value));
    } catch {
      // A private window: it is forgotten with it.
    }
  },
};
