/**
 * Draw your own mask: the loop laid out from left to right in cells that are painted with a finger, with keys, or written as signs.
 * What the signs mean is the table's.
 */

import { command } from "./act.js";
import { make } from "./dom.js";
import { everyFrame } from "./frame.js";
import { lookOf, palette } from "./palette.js";
import { readOut } from "./say.js";
import { chosen, on, phaseAt, store } from "./store.js";
import { addTab } from "./tabs.js";

const HEIGHT = 140;
const FREE = ".";

export function openDraw() {
  const panel = addTab("draw", "Draw");
  const canvas = make("canvas", { class: "draw-canvas" });
  const hand = make("div", { class: "draw-hand" });
  const strip = make("div", { class: "draw", tabindex: "0", role: "application", "aria-label": "The loop in cells: arrows move, a sign paints",
    "aria-describedby": "draw-how" }, canvas, hand);
  const brushes = make("div", { class: "row", role: "group", "aria-label": "Brush" });
  const written = make("input", { type: "text", spellcheck: "false", autocomplete: "off", "aria-label": "The same as signs round the loop" });
  const form = make("form", { class: "form" }, written, make("button", { class: "command", text: "draw" }));
  panel.append(brushes, strip, make("p", { class: "quiet", id: "draw-how", text: "Paint over the loop: a drawing stays until you wipe it." }), form,
    make("button", { type: "button", class: "wide", text: "wipe", on: { click: () => give("") } }));

  let cells = [];
  let brush = FREE;
  let painting = false;
  let typing = false; // signs that nobody has sent yet: what the loop tells meanwhile must not take their place
  let cursor = 0;
  let width = 0;
  const signs = () => store.tables.marks.signs;

  const give = (text) => command("draw", text);
  const takeMarks = () => {
    if (painting || !chosen()) return;
    const marks = chosen().status.marks || FREE.repeat(store.tables.marks.shown);
    cells = Array.from(marks);
    if (!typing) written.value = chosen().status.marks;
    paint();
  };

  function paint() {
    const loop = chosen();
    if (!width || !loop) return;
    const scale = Math.min(devicePixelRatio || 1, 2);
    if (canvas.width !== Math.round(width * scale)) [canvas.width, canvas.height] = [Math.round(width * scale), HEIGHT * scale];
    const colours = palette();
    const context = canvas.getContext("2d");
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, HEIGHT);
    const step = width / cells.length;
    cells.forEach((sign, at) => {
      if (sign !== FREE) {
        context.globalAlpha = 0.35;
        context.fillStyle = sign === "g" ? colours.ink : colours.made;
        context.fillRect(at * step + 1, 0, step - 2, HEIGHT);
        context.globalAlpha = 1;
        context.fillRect(at * step + 1, sign === "g" ? HEIGHT - 5 : 0, step - 2, 5);
      }
    });
    context.fillStyle = colours[lookOf(loop.status.state)];
    const bars = Math.max(1, loop.peaks.length);
    loop.peaks.forEach((peak, at) => {
      const half = Math.max(0.5, 0.42 * HEIGHT * Math.sqrt(peak));
      context.fillRect((at * width) / bars, HEIGHT / 2 - half, Math.max(1, (0.6 * width) / bars), 2 * half);
    });
    if (document.activeElement === strip) {
      context.strokeStyle = colours.ink;
      context.lineWidth = 2;
      context.strokeRect(cursor * step + 1, 1, step - 2, HEIGHT - 2);
    }
  }

  const put = (at, sign) => {
    if (cells[at] === sign) return;
    cells[at] = sign;
    typing = false;
    written.value = cells.join("");
    paint();
  };
  const cellAt = (event) => {
    const box = strip.getBoundingClientRect();
    return Math.min(cells.length - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * cells.length)));
  };
  strip.addEventListener("pointerdown", (event) => {
    strip.setPointerCapture(event.pointerId);
    painting = true;
    put(cellAt(event), brush);
  });
  strip.addEventListener("pointermove", (event) => painting && put(cellAt(event), brush));
  strip.addEventListener("pointerup", () => ((painting = false), give(cells.join(""))));
  strip.addEventListener("pointercancel", () => ((painting = false), takeMarks()));
  strip.addEventListener("focus", paint);
  strip.addEventListener("blur", paint);
  strip.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const sign = event.key === " " ? brush : event.key;
    if (move) cursor = (cursor + move + cells.length) % cells.length;
    else if (sign in signs()) {
      put(cursor, sign);
      give(cells.join(""));
    } else return;
    event.preventDefault();
    event.stopPropagation();
    paint();
    readOut(`cell ${cursor + 1} of ${cells.length}, ${signs()[cells[cursor]]}`);
  });
  written.addEventListener("input", () => (typing = true));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    typing = false;
    give(written.value.trim());
  });

  const take = (sign) => {
    brush = sign;
    for (const button of brushes.children) button.setAttribute("aria-pressed", String(button.dataset.sign === sign));
  };
  on("tables", () => {
    if (!store.tables.marks) return;
    brushes.replaceChildren(...Object.entries(signs()).map(([sign, help]) =>
      make("button", { type: "button", class: "brush", data: { sign }, on: { click: () => take(sign) } }, make("kbd", { text: sign }), make("span", { text: help }))));
    written.maxLength = store.tables.marks.most;
    take(Object.keys(signs())[0]);
  });
  for (const what of ["loop", "picture"]) on(what, (index) => index === store.selected[0] && takeMarks());
  for (const what of ["loops", "selected"]) on(what, () => ((typing = false), takeMarks()));
  new ResizeObserver(([entry]) => ((width = entry.contentRect.width), paint())).observe(strip);
  everyFrame((now) => {
    const loop = chosen();
    if (!panel.hidden && loop) hand.style.transform = `translateX(${(phaseAt(loop, now) * width).toFixed(1)}px)`;
  });
}
