"""The endpoints of VampNet's own Space, ``/vamp`` and ``/vamp_1``, for players that were written for it. Any thread.

The same arguments by the same names in the same order, two variations as two files; ``/vamp`` gives a picture of the mask besides.
A knob that goes further there than here stands at the end of our range, as its own presets ask for.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from unloop_py.control.max_dialect import NOTHING_ELSE, VARIATIONS, turned
from unloop_py.control.parameters import by_name
from unloop_py.serve.making import DEFAULT_MODEL, Making

AUDIO, MODEL = "input_audio", "model_choice"
ARGUMENTS: tuple[tuple[str, type, Any], ...] = (
    (AUDIO, dict, inspect.Parameter.empty), ("sampletemp", float, 1.0), ("top_p", float, 0.0), ("periodic_p", float, 7),
    ("dropout", float, 0.0), ("stretch_factor", float, 1), ("onset_mask_width", float, 0), ("typical_filtering", bool, True),
    ("typical_mass", float, 0.15), ("typical_min_tokens", float, 64), ("seed", float, 0), (MODEL, str, DEFAULT_MODEL),
    ("n_mask_codebooks", float, 3), ("pitch_shift_amt", float, 0), ("sample_cutoff", float, 1.0), ("sampling_steps", float, 36),
    ("beat_mask_ms", float, 0), ("num_feedback_steps", float, 1),
)  # fmt: skip
"""Name, type and default of each, as they stand on its page."""
KNOBS = {name: by_name(name) for name, _, _ in ARGUMENTS if name not in (AUDIO, MODEL)}
"""Those that are parameters of ours."""
CODEBOOK_HIGH, MADE, KEPT = 8, (44, 88, 120), (242, 179, 94)


def vamp(making: Making, given: tuple[Any, ...], where: str, *, with_mask: bool) -> tuple[dict[str, Any], ...]:
    """Answer a call.

    Parameters
    ----------
    making : Making
    given : tuple
        The values of `ARGUMENTS`, in that order.
    where : str
        The endpoint's name, for errors.
    with_mask : bool
        Whether a picture of the first variation's mask comes last.

    Raises
    ------
    UnloopError
    """
    values = {name: value for (name, _, _), value in zip(ARGUMENTS, given, strict=True)}
    data = making.temporary.take(values[AUDIO])  # whatever else is wrong: nothing of it stays here
    ours = {row.name: turned(row, name, values[name], where)[0] for name, row in KNOBS.items()}
    made = making.vary(data, ours, VARIATIONS, model=values[MODEL], others=NOTHING_ELSE)
    files = [making.temporary.give(one.audio, made.sample_rate, f"variation-{number}.wav")
             for number, one in enumerate(made.variations, start=1)]
    if with_mask:
        files.append(making.temporary.give_file("mask.png", lambda path: draw_mask(path, made.variations[0].mask)))
    return tuple(files)


def draw_mask(path: Path, mask: np.ndarray) -> None:
    """A mask (n_codebooks, steps), 1 where a token was made, as a PNG: the coarsest codebook at the bottom."""
    colours = np.array([KEPT, MADE], np.uint8)[mask[::-1]]
    Image.fromarray(np.repeat(colours, CODEBOOK_HIGH, axis=0)).save(path)
