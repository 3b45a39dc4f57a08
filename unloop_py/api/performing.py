"""A loop and so many variations of it, pass by pass: what `unloop demo` and `unloop render` play."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from unloop_py.api.playing import Playing
from unloop_py.api.sound import check_length
from unloop_py.engine.engine import SAMPLE_RATES
from unloop_py.errors import AudioFileError
from unloop_py.generator.spec import Generator, Variation


@dataclass(frozen=True, eq=False)
class Pass:
    """One time round the loop.

    Attributes
    ----------
    audio : ndarray (loop_frames, channels) float32
        What the engine played.
    index : int
        0 is the take itself, then 1, 2, ...
    late : bool
        Whether the seam before it came with no offer ready.
    seconds_to_generate : float
        Wall time from asking for its variation to having it; 0 for the take.
    variation : Variation or None
        None when the take itself plays.
    """

    audio: np.ndarray
    index: int
    late: bool = False
    seconds_to_generate: float = 0.0
    variation: Variation | None = None


def check_loop(audio: np.ndarray, sample_rate: int, name: str) -> None:
    """Refuse what the engine cannot hold.

    Raises
    ------
    AudioFileError
        Names the file, the limit and the cure.
    """
    if sample_rate not in SAMPLE_RATES:
        known = ", ".join(str(rate) for rate in SAMPLE_RATES)
        raise AudioFileError(f"{name} has a rate of {sample_rate} Hz: convert it to one of {known} Hz first")
    check_length(audio, sample_rate, name)


def perform(audio: np.ndarray, sample_rate: int, generator: Generator, values: Mapping[str, float | int], *, repeats: int, seed: int,
            progress: Callable[[float], None]) -> Iterator[Pass]:
    """Play ``audio`` as a loop: its first pass and ``repeats`` variations, in order.

    Parameters
    ----------
    audio : ndarray (frames, channels) float32
        1 or 2 channels; taken as a circle.
    sample_rate : int
        Hz.
    generator : Generator
    values : mapping
        Every parameter of the table.
    repeats : int
    seed : int
        Each repetition's own is derived from it.
    progress : callable
        Told the repetitions done so far, with a fraction for the one being made.
    """
    frames, channels = audio.shape
    done = 0
    playing = Playing(generator, sample_rate, channels, max(1.0, frames / sample_rate), seed=seed,
                      progress=lambda share: progress(done + share))
    playing.store.update(0, {**values, "seed": 0})
    playing.load(0, audio)
    loop = playing.loops[0]
    for index in range(repeats + 1):
        if index == repeats:
            playing.store.set(0, "vary_mode", "never")
        played = playing.run(np.zeros_like(audio))
        made = loop.made.get(loop.sounding)
        yield Pass(played, index, index in loop.late, 0.0 if made is None else made.seconds, None if made is None else made.variation)
        done = index + 1
        progress(min(done, repeats))
