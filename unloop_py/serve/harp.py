"""The generator in a DAW: what HARP 3 asks of a server. Pure.

HARP asks for ``/controls`` once, which says what there is to turn and to hear, and calls ``/process`` with the values in that
order; each thing that comes back says in ``meta._type`` what it is. No package of HARP's is needed for that.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from unloop_py.control.parameters import Parameter, by_name
from unloop_py.generator.spec import Variation
from unloop_py.serve.making import DEFAULT_MODEL, Made
from unloop_py.serve.wire import WireError

KNOBS: tuple[Parameter, ...] = tuple(by_name(name) for name in (
    "temperature", "periodic_prompt", "compression_prompt", "mask_dropout", "beat_mask_ms", "onset_mask_width", "prefix_s",
    "pitch_shift", "stretch", "feedback_steps", "top_p", "steps", "seed",
))  # fmt: skip
"""What there is to turn in a DAW, in the order of `/process`, between the loop and the model."""
FINEST = 1000  # places, at least, of a slider whose numbers are not whole
AUDIO = {"type": "audio_track", "label": "Loop", "info": "The loop that is varied, from its first beat to its last.", "required": True}
VARIED = {"type": "audio_track", "label": "Variation", "info": "As long as the loop, of the same rate and channels.", "required": True}
LABELS = {"type": "json", "label": "Beats and mask", "info": "Where the beats are, and what of the loop was kept."}
CARD = {
    "name": "unloop",
    "description": "Varies a loop: keeps what you say of it, makes the rest anew, and comes back exactly as long.",
    "author": "unloop",
    "tags": ["loop", "variation", "masked token model"],
}
MOST_LABELS = 512
BEAT_COLOUR, KEPT_COLOUR = 0x80F2B35E, 0x806FA6C9  # alpha, red, green, blue: the player's own is warm, what holds it is cool


def controls(models: Sequence[str]) -> dict[str, Any]:
    """The answer to ``/controls``: the card, what goes in, what comes out.

    Parameters
    ----------
    models : sequence of str
        Names of those that there are, the server's own first.
    """
    choices = [[f"{models[0]} (the server's own)", DEFAULT_MODEL], *([name, name] for name in models[1:])]
    menu = {"type": "dropdown", "label": "Model", "info": "Which model makes it.", "choices": choices, "value": DEFAULT_MODEL}
    return {"card": CARD, "inputs": [AUDIO, *(_control(row) for row in KNOBS), menu], "outputs": [VARIED, LABELS]}


def _control(row: Parameter) -> dict[str, Any]:
    shown = {"label": row.name.replace("_", " "), "info": row.help, "value": row.default}
    if row.kind == "bool":
        return {"type": "toggle", **shown, "value": bool(row.default)}
    # A power of ten, so that defaults lie on it.
    step = 1 if row.kind == "int" else 10.0 ** math.floor(math.log10((row.maximum - row.minimum) / FINEST))
    if row.name == "seed":  # of more places than a slider has
        return {"type": "number_box", **shown, "minimum": row.minimum, "maximum": row.maximum, "step": step}
    return {"type": "slider", **shown, "minimum": row.minimum, "maximum": row.maximum, "step": step}


def read_process(values: Sequence[Any]) -> tuple[dict[str, float | int], Any]:
    """What the values behind the loop mean: parameters of ours, and a model.

    Raises
    ------
    UnloopError
        There are too few, or one is out of its range.
    """
    if len(values) != len(KNOBS) + 1:
        raise WireError("refused", f"/process takes a loop and {len(KNOBS) + 1} values, got {len(values)}: ask /controls which")
    return {row.name: row.convert(value, "/process") for row, value in zip(KNOBS, values, strict=False)}, values[-1]


def labels(made: Made) -> dict[str, Any]:
    """Beats, and what the first variation kept, for HARP to write over the sound."""
    variation = made.variations[0]
    found = [*_beats(made), *_kept(variation, made.sample_rate)]
    return {"meta": {"_type": "pyharp.LabelList"}, "labels": found[:MOST_LABELS]}


def _beats(made: Made) -> Iterator[dict[str, Any]]:
    if made.grid is None:
        return
    for number, frame in enumerate(made.grid.beat_frames, start=1):
        yield _label("AudioLabel", frame / made.grid.sample_rate, 0.0, f"beat {number}", f"{made.grid.tempo_bpm:.1f} bpm",
                     BEAT_COLOUR) | {"amplitude": 1.0}  # fmt: skip


def _kept(variation: Variation, sample_rate: int) -> Iterator[dict[str, Any]]:
    """Stretches of which some token was kept, and how many codebooks of each."""
    n_codebooks, steps = variation.mask.shape
    step_s = len(variation.audio) / sample_rate / steps
    kept = n_codebooks - variation.mask.sum(axis=0, dtype=int)
    edges = np.flatnonzero(np.diff(kept, prepend=-1, append=-1))
    for first, last in itertools.pairwise(edges):
        if kept[first]:
            yield _label("OutputLabel", first * step_s, (last - first) * step_s, "kept",
                         f"{kept[first]} of {n_codebooks} codebooks are the loop's own", KEPT_COLOUR)  # fmt: skip


def _label(kind: str, start_s: float, lasts_s: float, text: str, description: str, colour: int) -> dict[str, Any]:
    return {"t": float(start_s), "label": text, "duration": float(lasts_s), "description": description, "color": colour, "link": None,
            "label_type": kind}  # fmt: skip
