/** What the player asks of the instrument. Whatever it refuses is said. */

import { say } from "./say.js";
import { commandRow, isGlobal, store, tell } from "./store.js";

let line = null;
/** Whom to ask. */
export function useLine(one) {
  line = one;
}

/** Asks, and says what is said against it; the promise holds the answer, or null. */
export async function ask(message) {
  try {
    return await line.ask(message);
  } catch (error) {
    say(error.message);
    return null;
  }
}

const given = (argument) => (argument === null ? {} : { argument });

/** Gives a command: a global one to the instrument, a loop's to each loop that is selected, or to the one named. */
export function command(name, argument = null, loop = null) {
  if (commandRow(name)?.scope === "global") return ask({ type: "command", name, ...given(argument) });
  const meant = loop === null ? store.selected : [loop];
  return Promise.all(meant.map((one) => ask({ type: "command", loop: one + 1, name, ...given(argument) })));
}

/** Selects a loop: here at once, so that what is pressed next is meant for it; the instrument tells everybody. */
export function select(index) {
  store.selected = [index];
  tell("selected");
  command("select", index + 1);
}

const waiting = new Map(); // "loop name" -> the newest value, sent with the next frame
let due = 0;

/** Turns a knob; of many values within one frame only the last is sent. */
export function set(loop, name, value) {
  waiting.set(`${loop} ${name}`, { type: "set", loop: loop + 1, name, value });
  due ||= requestAnimationFrame(() => {
    due = 0;
    const messages = [...waiting.values()];
    waiting.clear();
    messages.forEach(ask);
  });
}

/** Turns it in every loop that is selected. */
export function setChosen(name, value) {
  for (const loop of isGlobal(name) ? [0] : store.selected) set(loop, name, value);
}

/** What the space bar means in a loop's state: a command and its argument. */
export function spaceMeans(loop) {
  return store.tables.space[loop.status.state] ?? ["record", null];
}

export function pressSpace() {
  for (const index of store.selected) {
    const [name, argument] = spaceMeans(store.loops[index]);
    command(name, argument, index);
  }
}
