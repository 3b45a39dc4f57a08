/** The loops, each a card with its ring; and what can be dragged in and out of it. */

import { command, select } from "./act.js";
import { acceptsFiles, carriesLoop } from "./files.js";
import { everyFrame } from "./frame.js";
import { byId, make, press, words, write } from "./dom.js";
import { lookOf } from "./palette.js";
import { Ring } from "./ring.js";
import { on, store } from "./store.js";

/** What is worth a word of what the generator does; that it works is seen. */
const GEN_WORDS = { off: "not varying", take: "the take", loading: "loading", locked: "locked" };

/** Rings whose sound is painted in one frame; the others wait for the next, which nobody sees. */
const PAINTED_AT_ONCE = 2;

/** @type {Card[]} */
let cards = [];

class Card {
  constructor(index) {
    this.index = index;
    this.ring = new Ring();
    this.state = make("span", { class: "card-state" });
    this.gen = make("span", { class: "card-gen" });
    this.select = make("button", { type: "button", class: "card-select", on: { click: () => select(index) } },
      make("span", { class: "card-number" }, make("span", { class: "unseen", text: "Loop " }), String(index + 1)), this.state, this.gen);
    this.toggles = ["mute", "solo", "lock"].map((name) =>
      make("button", { type: "button", class: "small", text: name, "aria-label": `${name} loop ${index + 1}`, data: { name },
        on: { click: () => command(name, null, index) } }));
    this.out = carriesLoop(index);
    this.element = make("section", { class: "card", "aria-label": `Loop ${index + 1}` },
      this.ring.element, this.select, make("div", { class: "card-foot" }, ...this.toggles, this.out));
    acceptsFiles(this.element, index);
    this.told();
    this.chosen();
  }

  /** The loop's state has changed. */
  told() {
    const { status } = store.loops[this.index];
    const look = lookOf(status.state);
    if (this.element.dataset.look !== look || this.length_s !== status.length_s) this.ring.repaint();
    this.length_s = status.length_s;
    this.element.dataset.look = look;
    this.element.classList.toggle("waits", Boolean(status.pending));
    this.element.classList.toggle("empty", !status.length_s && status.state !== "recording");
    write(this.state, status.pending ? `${words(status.pending)} waits` : words(status.state));
    const late = Boolean(status.late && status.length_s);
    write(this.gen, late ? "late" : status.length_s ? [GEN_WORDS[status.gen_state], status.cue && "cued"].filter(Boolean).join(", ") : "");
    this.gen.classList.toggle("late", late);
    for (const button of this.toggles) press(button, status[button.dataset.name]);
    this.out.hidden = !status.length_s;
  }

  chosen() {
    const is = store.selected.includes(this.index);
    this.element.classList.toggle("chosen", is);
    press(this.select, is);
  }
}

function columnsFor(count, wide) {
  const columns = count <= 1 ? 1 : count <= 4 ? 2 : count <= 9 ? 3 : 4;
  return wide ? columns : Math.min(columns, 2);
}

function build() {
  const grid = byId("loops");
  cards = store.loops.map((_, index) => new Card(index));
  grid.replaceChildren(...cards.map((card) => card.element));
  grid.dataset.count = cards.length;
  grid.style.setProperty("--columns", columnsFor(cards.length, true));
  grid.style.setProperty("--rows", Math.ceil(cards.length / columnsFor(cards.length, true)));
}

export function openLoops() {
  on("loops", () => {
    if (cards.length !== store.loops.length) build();
    else cards.forEach((card) => (card.told(), card.ring.repaint()));
  });
  on("loop", (index) => cards[index]?.told());
  on("picture", (index) => cards[index]?.ring.repaint());
  on("selected", () => cards.forEach((card) => card.chosen()));
  everyFrame((now) => {
    let left = PAINTED_AT_ONCE;
    for (const card of cards) left -= card.ring.draw(store.loops[card.index], now, left > 0);
  });
}
