/**
 * A loop as a ring, from the seam at the top clockwise: inside the sound, outside it the tokens of the coming repetition, kept ones
 * solid and new ones hollow, and the arc of how far it is made. Two canvases are painted when something changes; the hand is an
 * element that is only turned, which costs no painting.
 */

import { make } from "./dom.js";
import { lookOf, palette } from "./palette.js";
import { phaseAt, seamIn } from "./store.js";

const TOP = -Math.PI / 2;
const ROUND = 2 * Math.PI;
const MIDDLE = 0.64; // of the radius: where the sound is drawn, and how far it reaches to either side
const REACH = 0.2;
const PAST = 0.75; // how strongly the mask of what sounds already is drawn
const SMALL = 210; // CSS pixels: below it the codebooks are drawn as one
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const STILL_STEP_MS = 250;

export class Ring {
  constructor() {
    this.under = make("canvas", { class: "ring-canvas" });
    this.over = make("canvas", { class: "ring-canvas" });
    this.hand = make("div", { class: "hand" });
    this.element = make("div", { class: "ring", "aria-hidden": "true" }, this.under, this.hand, this.over);
    this.size = 0;
    this.shown = "";
    this.turned = "";
    this.stale = true;
    new ResizeObserver(([entry]) => this.resize(Math.floor(entry.contentRect.width))).observe(this.element);
  }

  resize(size) {
    if (!size || size === this.size) return;
    this.size = size;
    this.scale = Math.min(devicePixelRatio || 1, 2);
    for (const canvas of [this.under, this.over]) canvas.width = canvas.height = Math.round(size * this.scale);
    this.stale = true;
    this.shown = "";
  }

  /** What sounds, or what is to come, has changed: painted anew with the next frame. */
  repaint() {
    this.stale = true;
  }

  /** Shows a loop as it is at a moment; what has changed of its sound only if there is time for it. Returns whether it took some. */
  draw(loop, now, hasTime = true) {
    if (!this.size) return false;
    const paints = this.stale && hasTime;
    if (paints) this.paintUnder(loop);
    this.turnHand(loop, now);
    this.paintOver(loop, now);
    return paints;
  }

  turnHand(loop, now) {
    const shows = loop.status.length_s > 0 && loop.status.state !== "recording";
    const moment = STILL.matches ? Math.floor(now / STILL_STEP_MS) * STILL_STEP_MS : now;
    const turned = shows ? `rotate(${(360 * phaseAt(loop, moment)).toFixed(2)}deg)` : "";
    if (turned === this.turned) return;
    this.turned = turned;
    this.hand.style.transform = turned;
    this.hand.style.visibility = shows ? "visible" : "hidden";
  }

  context(canvas) {
    const context = canvas.getContext("2d");
    context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    context.clearRect(0, 0, this.size, this.size);
    context.translate(this.size / 2, this.size / 2);
    return context;
  }

  paintUnder(loop) {
    this.stale = false;
    const colours = palette();
    const context = this.context(this.under);
    const radius = this.size / 2;
    context.lineCap = "butt";
    const { state, length_s } = loop.status;
    if (loop.peaks.length && (length_s > 0 || state === "recording")) this.paintSound(context, loop, radius, colours);
    else circle(context, MIDDLE * radius, state === "recording" ? colours.recording : colours.line, 1.5);
    this.paintMask(context, loop.mask, radius, colours);
    this.paintMarks(context, loop.status.marks, radius, colours);
    context.fillStyle = colours.dim;
    context.fillRect(-1, -0.985 * radius, 2, 0.05 * radius); // the seam
  }

  paintSound(context, loop, radius, colours) {
    const middle = MIDDLE * radius;
    const reach = REACH * radius;
    const bars = Math.min(loop.peaks.length, Math.max(64, Math.floor(middle * 2)));
    context.strokeStyle = colours[lookOf(loop.status.state)];
    context.lineWidth = Math.max(1, ((ROUND * middle) / bars) * 0.55);
    context.beginPath();
    for (let bar = 0; bar < bars; bar++) {
      const first = Math.floor((bar * loop.peaks.length) / bars);
      const last = Math.max(first + 1, Math.floor(((bar + 1) * loop.peaks.length) / bars));
      let peak = 0;
      for (let at = first; at < last; at++) peak = Math.max(peak, loop.peaks[at]);
      const half = Math.max(0.8, reach * Math.sqrt(peak));
      const angle = TOP + (ROUND * (bar + 0.5)) / bars;
      const [x, y] = [Math.cos(angle), Math.sin(angle)];
      context.moveTo(x * (middle - half), y * (middle - half));
      context.lineTo(x * (middle + half), y * (middle + half));
    }
    context.stroke();
  }

  paintMask(context, { rows, coming }, radius, colours) {
    if (!rows.length) return;
    const strength = coming ? 1 : PAST;
    const drawn = this.size < SMALL ? [rows[0].map((_, at) => rows.reduce((sum, row) => sum + row[at], 0) / rows.length)] : rows;
    const [outer, inner] = [0.955 * radius, 0.885 * radius];
    const step = (outer - inner) / drawn.length;
    drawn.forEach((row, number) => {
      const at = outer - step * (number + 0.5); // the coarsest outside
      circle(context, at, colours.made, Math.max(0.75, 0.22 * step), 0.6 * strength);
      for (let column = 0, end; column < row.length; column = end) {
        for (end = column + 1; end < row.length && row[end] === row[column]; end++);
        if (row[column] <= 0) continue;
        context.globalAlpha = strength * (0.25 + 0.75 * row[column]);
        arc(context, at, column / row.length, end / row.length, colours.kept, 0.82 * step);
      }
      context.globalAlpha = 1;
    });
  }

  paintMarks(context, marks, radius, colours) {
    Array.from(marks ?? "").forEach((sign, at) => {
      if (sign === ".") return;
      const [first, last] = [at / marks.length, (at + 1) / marks.length];
      arc(context, 0.865 * radius, first, last, sign === "g" ? colours.ink : colours.made, 3);
    });
  }

  /** The number in the middle: seconds to what waits, of what is recorded, to the seam, or of the loop. */
  centre({ status, turn }, now) {
    if (status.pending) return status.pending_s >= 0 ? seconds(status.pending_s) : "";
    if (status.state === "recording") return seconds(status.position_s);
    if (!status.length_s) return "";
    return seconds(turn.perSecond && turn.seam_s >= 0 ? seamIn({ turn }, now) : status.length_s);
  }

  paintOver(loop, now) {
    const { status } = loop;
    const text = this.centre(loop, now);
    const progress = Math.round(200 * status.progress) / 200;
    const shown = `${text} ${progress} ${status.state} ${status.pending}`;
    if (shown === this.shown) return;
    this.shown = shown;
    const colours = palette();
    const context = this.context(this.over);
    const radius = this.size / 2;
    if (progress > 0) arc(context, 0.98 * radius, 0, progress, colours.made, Math.max(2, 0.018 * radius));
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.font = `600 ${(0.25 * radius).toFixed(1)}px ${colours.font}`;
    context.fillStyle = status.pending ? colours.adding : colours.ink;
    context.fillText(text, 0, -0.01 * radius);
  }
}

const seconds = (value) => (value < 100 ? value.toFixed(1) : Math.round(value).toString());

function circle(context, radius, colour, width, alpha = 1) {
  context.globalAlpha = alpha;
  arc(context, radius, 0, 1, colour, width);
  context.globalAlpha = 1;
}

/** An arc from one share of the round to another. */
function arc(context, radius, first, last, colour, width) {
  context.beginPath();
  context.arc(0, 0, radius, TOP + ROUND * first, TOP + ROUND * last);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}
