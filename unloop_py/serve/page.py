"""The page of `unloop serve`: drop a loop, say what stays of it, hear it and its variations, keep one.

It stands in a `gr.Blocks` that somebody else makes and serves; beside `build` that needs `looks`. Nothing on it comes from
another machine. Visitors know nothing of each other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
from gradio.context import Context
from gradio.utils import get_upload_folder

from unloop_py.audio_io.groove import PARTS, groove
from unloop_py.audio_io.wav import read_audio
from unloop_py.errors import AudioFileError, UnloopError
from unloop_py.serve import page_cards as cards
from unloop_py.serve.page_prompts import COUNT, COUNT_AT_FIRST, KNOB, build_controls, knob_values, preset_values
from unloop_py.serve.page_visit import NO_LOOP_CURE, Visit
from unloop_py.serve.page_visitors import Visitors
from unloop_py.serve.service import Service
from unloop_py.serve.wire import WireError

log = logging.getLogger(__name__)

Decode = Callable[[Path, float], tuple[np.ndarray, int]]
"""From a file that somebody sent, which is deleted, and the most seconds that it may last: float32 (frames, channels) and Hz.
Raises UnloopError."""

FRONT = Path(__file__).parent / "front"
EXAMPLES: dict[str, tuple[str, ...]] = {"the groove": PARTS} | {f"its {part}": (part,) for part in PARTS}
"""Loops that are made here, and who plays in them."""
AT_ONCE: dict[str, Any] = {"concurrency_limit": None, "show_progress": "hidden", "api_visibility": "private"}
ASKING: dict[str, Any] = {"concurrency_id": "page", "show_progress": "hidden", "api_visibility": "private"}
"""Of events that ask the model: the service says whose turn it is."""
FORWARD = """element.addEventListener("click", (event) => {
  const act = event.target.closest("button[data-act]");
  if (act) trigger("click", { act: act.dataset.act, place: Number(act.dataset.place) });
})"""


def looks() -> dict[str, Any]:
    """What the page needs of whoever serves it: arguments of `gr.mount_gradio_app` and of `Blocks.launch`."""
    script = (FRONT / "player.js").read_text(encoding="utf-8")
    return {"theme": _theme(), "css": (FRONT / "page.css").read_text(encoding="utf-8"),
            "head": f'<script type="module">{script}</script>'}


def _theme() -> gr.themes.Base:
    """Quiet, in the fonts that the visitor's machine has: none is fetched."""
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"]
    return gr.themes.Base(
        primary_hue=gr.themes.colors.violet, secondary_hue=gr.themes.colors.violet, neutral_hue=gr.themes.colors.gray,
        radius_size=gr.themes.sizes.radius_md, font=fonts, font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
    ).set(
        body_background_fill_dark="#0d0f12", background_fill_primary_dark="#0d0f12", block_background_fill_dark="#16191f",
        input_background_fill_dark="#1d2128", border_color_primary_dark="#2c323c", block_border_color_dark="#2c323c",
        button_secondary_background_fill_dark="#1d2128", button_secondary_background_fill_hover_dark="#2a303a",
        block_label_background_fill_dark="#16191f", checkbox_background_color_dark="#1d2128",
    )  # fmt: skip


def read_file(path: Path, most_s: float) -> tuple[np.ndarray, int]:
    """A `Decode` in this process, for those who let no strangers in."""
    try:
        audio, rate = read_audio(path)
    finally:
        path.unlink(missing_ok=True)
    if len(audio) > most_s * rate:
        raise AudioFileError(f"{path.name} lasts {len(audio) / rate:.1f} s: a loop lasts at most {most_s:g} s here; cut it first")
    return audio, rate


def build(service: Service, *, decode: Decode = read_file) -> Visitors:
    """Put the page into the Blocks that are being made; whoever serves it closes what this returns when it ends."""
    visitors = Visitors(service, Path(get_upload_folder()) / "visitors")
    _Page(service, decode, visitors)
    return visitors


class _Page:
    """The components, and what happens when they are touched. Handlers run on Gradio's threads."""

    def __init__(self, service: Service, decode: Decode, visitors: Visitors) -> None:
        self._service, self._decode, self._visitors = service, decode, visitors
        models = [one["name"] for one in service.shelf.listed()]
        gr.HTML("<h1>unloop</h1><p>A loop goes in and comes back different. Say how much of it stays, and hear what becomes of the rest."
                "</p>", elem_id="unloop-top")  # fmt: skip
        with gr.Row(elem_id="unloop-page"):
            with gr.Column(scale=7, elem_id="unloop-sounds"):
                self._drop = gr.File(label="a loop of yours", file_types=["audio"], height=108, elem_id="unloop-drop")
                self._drop.preprocess = _path  # Gradio's own leaves an empty file beside each
                with gr.Accordion("or record one", open=False, elem_classes=["unloop-section"]):
                    self._record = gr.Audio(sources=["microphone"], type="filepath", label="a recording", editable=False, buttons=[],
                                            elem_id="unloop-record")
                with gr.Row(elem_id="unloop-examples"):
                    examples = {name: gr.Button(name, size="sm", min_width=80) for name in EXAMPLES}
                self._take = gr.HTML(cards.NO_LOOP, elem_id="unloop-take", apply_default_css=False)
                self._mask = gr.HTML(cards.NO_MASK, elem_id="unloop-mask", apply_default_css=False)
                with gr.Row(elem_id="unloop-bar"):
                    self._make = gr.Button(_press(COUNT_AT_FIRST), variant="primary", elem_id="unloop-make", scale=3, min_width=120)
                    self._cancel = gr.Button("Stop", elem_id="unloop-cancel", visible=False, scale=3, min_width=120)
                    self._back = gr.Button("Undo", elem_id="unloop-back", interactive=False, scale=2, min_width=120)
                self._status = gr.HTML("", elem_id="unloop-status", apply_default_css=False)
                self._variations = gr.HTML(cards.NO_VARIATIONS, elem_id="unloop-variations", apply_default_css=False, js_on_load=FORWARD)
            with gr.Column(scale=5, elem_id="unloop-prompts", min_width=300):
                self._controls = build_controls(models)
        self._sounds = [self._take, self._mask, self._variations, self._back]
        self._wire(examples)

    def _wire(self, examples: dict[str, gr.Button]) -> None:
        controls, inputs = self._controls, self._controls.inputs
        asking = ASKING | {"concurrency_limit": self._service.limits.waiting}
        self._drop.upload(self._dropped, [self._drop, *inputs], [self._drop, *self._sounds], **asking)
        self._record.change(self._dropped, [self._record, *inputs], [self._record, *self._sounds], **asking)
        for name, button in examples.items():
            button.click(self._example(name), inputs, self._sounds, **asking)
        begun = self._make.click(self._begin, None, [self._make, self._cancel], **AT_ONCE)
        begun.success(self._vary, inputs, [self._status, self._variations, self._mask, self._make, self._cancel],
                      **asking | {"show_progress": "full", "show_progress_on": self._status})
        self._cancel.click(self._stop, None, self._status, **AT_ONCE)
        self._back.click(self._went_back, inputs, self._sounds, **asking)
        self._variations.click(self._acted, inputs, [*self._sounds, controls.by_name["seed"]], **asking)

        count = controls.by_name[COUNT]
        count.change(lambda number: gr.update(value=_press(number)), count, self._make, trigger_mode="always_last", **AT_ONCE)
        moved = list(knob_values(0.5, controls))
        controls.by_name[KNOB].input(lambda value: knob_values(value, controls), controls.by_name[KNOB], moved, trigger_mode="always_last",
                                     **AT_ONCE)
        controls.preset.input(lambda name: preset_values(name, controls), controls.preset, list(controls.by_name.values()), **AT_ONCE)
        gr.on([one.change for one in inputs], self._drawn_mask, inputs, self._mask, trigger_mode="always_last", concurrency_limit=8,
              show_progress="hidden", api_visibility="private")
        Context.root_block.unload(self._left)

    # The loop.

    def _dropped(self, request: gr.Request, path: str | None, *values: Any) -> Any:
        """A file or a recording: it becomes the take, or it is said why not, and all else stays."""
        if path is None:
            return gr.skip()
        name = Path(path).name
        try:
            audio, rate = self._decode(Path(path), self._service.limits.seconds)
        except UnloopError as error:
            _say(f"{name}: {error}")
            return None, *_unchanged(self._sounds)
        return None, *self._loaded(request, values, audio, rate, name)

    def _example(self, name: str) -> Callable[..., Any]:
        def chosen(request: gr.Request, *values: Any) -> Any:
            return self._loaded(request, values, groove(parts=EXAMPLES[name]), 44_100, name)

        return chosen

    def _loaded(self, request: gr.Request, values: tuple[Any, ...], audio: np.ndarray, rate: int, name: str) -> Any:
        visit = self._visitors.of(request.session_hash)
        try:
            visit.load(audio, rate, name, str(values[0] or ""))
        except UnloopError as error:
            _say(str(error))
            return _unchanged(self._sounds)
        return self._shown(visit, values)

    def _went_back(self, request: gr.Request, *values: Any) -> Any:
        visit = self._visitors.of(request.session_hash)
        return self._shown(visit, values) if visit.back() else _unchanged(self._sounds)

    def _acted(self, event: gr.EventData, request: gr.Request, *values: Any) -> Any:
        """Something is to be done with a variation."""
        visit, place = self._visitors.of(request.session_hash), event._data.get("place")
        try:
            if not isinstance(place, int) or not 0 <= place < len(visit.variations):
                raise AudioFileError("that variation is not there any more: make new ones")
            if event._data.get("act") == "seed":
                return *_unchanged(self._sounds), visit.variations[place].seed
            visit.use(place, str(values[0] or ""))
        except UnloopError as error:
            _say(str(error))
            return *_unchanged(self._sounds), gr.skip()
        return *self._shown(visit, values), gr.skip()

    # Its variations.

    def _begin(self, request: gr.Request) -> Any:
        visit = self._visitors.of(request.session_hash)
        if visit.take is None:
            raise gr.Error(f"There is no loop yet: {NO_LOOP_CURE}.", print_exception=False)
        if not visit.begin():
            raise gr.Error("Variations are being made already: wait for them, or stop them.", print_exception=False)
        return gr.update(visible=False), gr.update(visible=True)

    def _vary(self, bar: gr.Progress = gr.Progress(), request: gr.Request = None, *values: Any) -> Iterator[Any]:
        """Variations, each shown when it is there."""
        visit, at_rest = self._visitors.of(request.session_hash), (gr.update(visible=True), gr.update(visible=False))
        try:
            asked = self._controls.read(values)

            def tell(place: int, share: float) -> None:
                bar((place + share) / asked.count, desc=f"variation {place + 1} of {asked.count}")

            for _ in visit.vary(asked, tell):
                yield gr.skip(), cards.variation_cards(visit), gr.skip(), gr.skip(), gr.skip()
            yield cards.status(""), gr.skip(), self._mask_of(visit, values), *at_rest
        except Exception as error:
            if not isinstance(error, UnloopError):
                log.exception("variations could not be made")
            if not (isinstance(error, WireError) and error.kind == "cancelled"):
                _say(str(error) if isinstance(error, UnloopError) else "The server stumbled over it: try again.")
            yield cards.status(""), gr.skip(), gr.skip(), *at_rest
        finally:
            visit.done()

    def _stop(self, request: gr.Request) -> Any:
        self._visitors.of(request.session_hash).stop()
        return cards.status("stopping")

    # What is shown.

    def _drawn_mask(self, request: gr.Request, *values: Any) -> Any:
        return self._mask_of(self._visitors.of(request.session_hash), values)

    def _mask_of(self, visit: Visit, values: tuple[Any, ...]) -> str:
        if visit.take is None:
            return cards.NO_MASK
        try:
            asked = self._controls.read(values)
            mask, notes = visit.mask(asked)
        except UnloopError as error:
            return cards.no_mask(str(error))
        return cards.next_mask(mask, visit.seed_for(asked), not asked.seed, notes)

    def _shown(self, visit: Visit, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return (cards.take_card(visit), self._mask_of(visit, values), cards.variation_cards(visit),
                gr.update(interactive=len(visit.takes) > 1))

    def _left(self, request: gr.Request) -> None:
        self._visitors.end(request.session_hash)


def _press(count: float) -> str:
    return "Make a variation" if count == 1 else f"Make {count:g} variations"


def _path(sent: Any) -> str | None:
    return None if sent is None else sent.path


def _unchanged(components: list[Any]) -> tuple[Any, ...]:
    return tuple(gr.skip() for _ in components)


def _say(text: str) -> None:
    """Tell the visitor what went wrong."""
    gr.Warning(text, duration=12)

