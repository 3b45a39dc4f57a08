"""Endless, seeded, licence-clean loops: the audio that the bundled model learns from.

``LoopMaker.make(seed)`` composes a score (``composition``), has each part played (``casting``: soundfonts, CC0 one-shots,
and instruments that are calculated), mixes, treats and soils it (``effects``, ``dirt``), and returns a loop whose tails
already wrap. The same seed always gives the same loop. Seeds from HELD_OUT_FROM on sound of what training never hears,
those from BUSY_FROM to there are of busy players: both rules are in ``palette``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unloop_py.training import effects
from unloop_py.training.casting import Ensemble
from unloop_py.training.composition import compose
from unloop_py.training.dirt import soil
from unloop_py.training.palette import BUSY_FROM, HELD_OUT_FROM, Palette
from unloop_py.training.score import SAMPLE_RATE, Clock, Score

__all__ = ["BUSY_FROM", "HELD_OUT_FROM", "SAMPLE_RATE", "Loop", "LoopMaker"]


@dataclass(frozen=True)
class Loop:
    """A rendered loop: mono float32 (frames,) at 44.1 kHz, tails wrapped, and what it was made from."""

    audio: np.ndarray
    tempo: float
    beats: int
    beats_per_bar: int
    parts: tuple[str, ...]
    key: str = ""
    genre: str = ""
    solo: bool = False


class LoopMaker:
    """Composes and renders loops. One per process: soundfonts are loaded once (a few seconds).

    ``work_folder`` keeps the one-shots that npm fetches; None does without them, and drums come from soundfonts alone.
    """

    def __init__(self, work_folder: Path | None) -> None:
        self.ensemble = Ensemble(work_folder)

    def make(self, seed: int) -> Loop:
        """The loop of this seed."""
        rng = np.random.default_rng([seed, 0x100])
        palette = Palette.of(seed)
        score = compose(rng, palette)
        audio = self._mix(rng, score, palette)
        audio = soil(rng, effects.limited(_mastered(rng, audio, score, palette), rng.uniform(5, 10))) * np.float32(rng.uniform(0.25, 0.95))
        return Loop(audio.astype(np.float32), score.tempo, score.beats, score.beats_per_bar, tuple(part.kind for part in score.parts),
                    score.key, score.genre, score.solo)

    def parts(self, seed: int) -> np.ndarray:
        """What each player of the loop of this seed plays, before they are mixed: (parts, frames) float32, as loud as in the mix."""
        rng = np.random.default_rng([seed, 0x100])
        palette = Palette.of(seed)
        return self._played(rng, compose(rng, palette), palette)

    def _mix(self, rng: np.random.Generator, score: Score, palette: Palette) -> np.ndarray:
        """The parts together."""
        return effects.normalised(self._played(rng, score, palette).sum(axis=0))

    def _played(self, rng: np.random.Generator, score: Score, palette: Palette) -> np.ndarray:
        """The parts, each as loud as its level says (by RMS of its loudest half second)."""
        played = np.zeros((len(score.parts), score.frames), np.float32)
        tight = rng.uniform(0, 0.012)
        for number, part in enumerate(score.parts):
            clock = Clock(score.frames, score.beats, score.swing, score.swing_unit, tight * rng.uniform(0.3, 1.5), rng.normal(0, 0.006))
            sound = self.ensemble.perform(rng, part, clock, palette)
            played[number] = sound * np.float32(part.level / max(_loudness(sound), 1e-3))
        return played


def _loudness(sound: np.ndarray) -> float:
    """RMS of the loudest half second."""
    block = min(len(sound), SAMPLE_RATE // 2)
    return float(np.sqrt(np.mean(np.square(np.resize(sound, (-(-len(sound) // block), block))), axis=1).max()))


def _mastered(rng: np.random.Generator, audio: np.ndarray, score: Score, palette: Palette) -> np.ndarray:
    """What the whole goes through: one room, a tone control, a tape, a compressor, an old sampler, now and then."""
    if rng.random() < 0.3:
        audio = effects.compress(audio, rng.uniform(1.5, 6), rng.uniform(0.05, 0.4))
    spectrum = effects.Spectrum(audio)
    if rng.random() < 0.6:
        deep = palette.busy and not score.solo and rng.random() < 0.6
        spectrum.tilt(rng.normal(-0.8 if deep else 1.0, 1.4))
    if rng.random() < 0.15:
        spectrum.low_pass(rng.uniform(3500, 14_000))
    if rng.random() < 0.35:  # presence: what microphones close to strings and sticks hear
        spectrum.peak(rng.uniform(2500, 8000), rng.uniform(2, 9), rng.uniform(0.4, 1.2))
    if rng.random() < 0.4:
        spectrum.room(rng, rng.uniform(0.08, 1.3), rng.uniform(0.04, 0.4) * (1.0 if score.solo else 0.6))
    audio = effects.normalised(spectrum.audio())
    if rng.random() < 0.12:
        audio = effects.wow_and_flutter(rng, effects.drive(audio, rng.uniform(1, 3), 0.1))
    elif rng.random() < 0.2:
        audio = effects.drive(audio, rng.uniform(1, 4))
    if rng.random() < 0.04:
        audio = effects.crush(rng, audio)
    return audio
