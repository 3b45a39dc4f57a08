/** Audio files that are dragged onto a loop, and the loop that is dragged out into a folder or another program. */

import { make } from "./dom.js";
import { say } from "./say.js";

/** Sends a file to be a loop. */
export async function upload(file, index) {
  const address = `/loops/${index + 1}?name=${encodeURIComponent(file.name)}`;
  try {
    const answer = await fetch(address, { method: "PUT", body: file });
    if (!answer.ok) say((await answer.json()).error);
  } catch {
    say(`${file.name} could not be sent: the line to the instrument is lost`);
  }
}

/** Lets files be dropped on an element; it has the class `drop` while one is over it. */
export function acceptsFiles(element, index) {
  const hasFile = (event) => event.dataTransfer?.types.includes("Files");
  element.addEventListener("dragover", (event) => {
    if (!hasFile(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    element.classList.add("drop");
  });
  element.addEventListener("dragleave", (event) => element.contains(event.relatedTarget) || element.classList.remove("drop"));
  element.addEventListener("drop", (event) => {
    element.classList.remove("drop");
    if (!hasFile(event)) return;
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) upload(file, index);
  });
}

/** A link to what sounds: clicked it is downloaded, dragged out it becomes a file where it is let go. */
export function carriesLoop(index) {
  const name = `loop ${index + 1}.wav`;
  const link = make("a", { class: "small", href: `/loops/${index + 1}.wav`, download: name, draggable: "true", text: "wav",
    "aria-label": `download loop ${index + 1}`, title: "Click, or drag it out" });
  link.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("DownloadURL", `audio/wav:${name}:${link.href}`);
    event.dataTransfer.setData("text/uri-list", link.href);
    event.dataTransfer.effectAllowed = "copy";
  });
  return link;
}

/** A button that opens the machine's own file chooser: for those who do not drag. */
export function filePicker(indexOf) {
  const input = make("input", { type: "file", accept: "audio/*,.wav,.aiff,.flac,.ogg,.mp3", class: "unseen", tabindex: "-1", "aria-hidden": "true" });
  input.addEventListener("change", () => {
    if (input.files[0]) upload(input.files[0], indexOf());
    input.value = "";
  });
  const button = make("button", { type: "button", class: "wide", text: "load a file", on: { click: () => input.click() } });
  return make("div", {}, button, input);
}

// A file that misses a loop must not open in the page's place.
for (const event of ["dragover", "drop"]) addEventListener(event, (one) => one.preventDefault());
