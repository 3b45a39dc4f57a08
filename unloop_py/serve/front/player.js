/**
 * Hear the loop and its variations in each other's place: they go round without a gap, and whoever comes next goes on
 * where the one before was. 0 plays the loop, 1 to 9 a variation; the same again stops.
 */

const FADE_S = 0.012;

let context = null;
let playing = null; // { number, url, source, gain, duration }
let origin = 0; // when the loop's head was at 0, on the context's clock
let asked = 0; // the last wish; those before it are dropped
const sounds = new Map(); // url -> Promise<AudioBuffer>

const cards = () => [...document.querySelectorAll(".unloop-card")];
const cardOf = (number) => cards().find((card) => Number(card.dataset.number) === number);

function soundOf(url) {
  if (!sounds.has(url)) {
    const read = fetch(new URL(url, document.baseURI), { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(`the server answered ${answer.status}`))))
      .then((bytes) => context.decodeAudioData(bytes));
    read.catch(() => sounds.delete(url));
    sounds.set(url, read);
  }
  return sounds.get(url);
}

function end(sound) {
  sound.gain.gain.setTargetAtTime(0, context.currentTime, FADE_S / 3);
  sound.source.stop(context.currentTime + 4 * FADE_S);
}

function stop() {
  asked += 1;
  if (playing) end(playing);
  playing = null;
  show();
}

async function play(number, url) {
  context ??= new AudioContext();
  const wish = (asked += 1);
  context.resume();
  let buffer;
  try {
    buffer = await soundOf(url);
  } catch (error) {
    console.warn(`unloop: ${url} cannot be played: ${error.message}`);
    return;
  }
  if (wish !== asked) return;
  const now = context.currentTime;
  if (!playing) origin = now;
  const source = new AudioBufferSourceNode(context, { buffer, loop: true });
  const gain = new GainNode(context, { gain: 0 });
  source.connect(gain).connect(context.destination);
  gain.gain.setTargetAtTime(1, now, FADE_S / 3);
  source.start(now, (now - origin) % buffer.duration);
  if (playing) end(playing);
  playing = { number, url, source, gain, duration: buffer.duration };
  show();
  requestAnimationFrame(move);
}

function turn(card) {
  const number = Number(card.dataset.number);
  if (playing?.number === number) stop();
  else play(number, card.dataset.url);
}

/** The heads go round. */
function move() {
  if (!playing) return;
  const at = ((context.currentTime - origin) % playing.duration) / playing.duration;
  for (const head of document.querySelectorAll(".unloop-card.playing .unloop-head, #unloop-mask .unloop-head")) {
    head.style.left = `${100 * at}%`;
  }
  requestAnimationFrame(move);
}

/** The page says what sounds. Cards may have been made anew meanwhile: then what stands in the same place takes over. */
function show() {
  const here = playing && cardOf(playing.number);
  if (playing && !here) return stop();
  if (playing && here.dataset.url !== playing.url) {
    playing.url = here.dataset.url;
    play(playing.number, playing.url);
  }
  document.body.classList.toggle("unloop-sounds", Boolean(playing));
  const there = new Set();
  for (const card of cards()) {
    const on = card === here;
    there.add(card.dataset.url);
    card.classList.toggle("playing", on);
    const button = card.querySelector(".unloop-play");
    if (button.getAttribute("aria-pressed") !== String(on)) button.setAttribute("aria-pressed", String(on));
  }
  for (const url of sounds.keys()) if (!there.has(url)) sounds.delete(url);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".unloop-play");
  if (button) turn(button.closest(".unloop-card"));
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], [role=listbox]")) return;
  const card = cardOf(Number(event.key));
  if (card) turn(card);
});

/** Gradio makes cards anew, or makes one into another where it stands. */
const concerns = (change) => (change.type === "attributes" ? change.target.closest(".unloop-card")
  : [...change.addedNodes, ...change.removedNodes].some(
    (node) => node.nodeType === 1 && (node.matches(".unloop-card") || node.querySelector(".unloop-card"))));

new MutationObserver((changes) => changes.some(concerns) && show()).observe(document.documentElement, {
  childList: true, subtree: true, attributes: true, attributeFilter: ["class", "data-url", "aria-pressed"],
});
