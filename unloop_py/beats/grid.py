"""Beats and onsets of a loop, exact to its length: pure data and arithmetic.

A loop holds a whole number of beats, so its length and a rough tempo give the exact one. Frames are counted from the
loop's first; everything is on the circle, so an onset just before the seam is near frame 0.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass

SNAP_S = 0.03
"""A grid whose beat lies no further than this from the loop's head begins there."""


@dataclass(frozen=True, slots=True)
class Onset:
    """The beginning of a sound.

    Attributes
    ----------
    frame : int
        0..length_frames-1
    strength : float
        0..1, the loop's strongest onset being 1.
    """

    frame: int
    strength: float


@dataclass(frozen=True, slots=True)
class BeatGrid:
    """A whole number of equal beats round the loop.

    Attributes
    ----------
    length_frames : int
        Of the loop.
    sample_rate : int
        In Hz.
    beats : int
        How many the loop holds, at least 1.
    first_beat_frame : float
        Position of the first beat at or after the loop's start, 0 <= first < length_frames / beats.
    confidence : float
        0..1, how well the tracked beats agree with this grid.
    """

    length_frames: int
    sample_rate: int
    beats: int
    first_beat_frame: float
    confidence: float

    @property
    def beat_length_frames(self) -> float:
        """Frames from one beat to the next; times `beats` it is exactly the loop."""
        return self.length_frames / self.beats

    @property
    def tempo_bpm(self) -> float:
        """Beats a minute, exact to the loop's length."""
        return 60.0 * self.sample_rate * self.beats / self.length_frames

    @property
    def beat_frames(self) -> tuple[int, ...]:
        """The frame nearest to each beat, ascending, all within the loop."""
        return tuple(sorted(
            round(self.first_beat_frame + k * self.beat_length_frames) % self.length_frames for k in range(self.beats)))

    def beat_at(self, frame: int) -> int:
        """The beat that sounds at `frame`, counted from 0; before the first beat it is the last one."""
        return math.floor((frame % self.length_frames - self.first_beat_frame) / self.beat_length_frames) % self.beats


def fit_grid(tracked_frames: Sequence[float], tempo_bpm: float, length_frames: int,
             sample_rate: int) -> BeatGrid | None:
    """Fit the grid of equal beats that agrees best with tracked ones.

    The beats are wrapped round the circle of one beat; where they agree they point the same way, so the length of
    their mean vector is the confidence and its angle the first beat.

    Parameters
    ----------
    tracked_frames : sequence of float
        Beats as a tracker heard them, in frames; may come from several passes of the loop.
    tempo_bpm : float
        The tracker's tempo.
    length_frames, sample_rate : int
        Of the loop.

    Returns
    -------
    BeatGrid or None
        None where there is nothing to fit: no beats, or a tempo at which the loop holds less than 3/4 of a beat.
    """
    beats = tempo_bpm * length_frames / (60.0 * sample_rate)
    if not tracked_frames or not math.isfinite(beats) or beats < 0.75:
        return None
    best = None
    for count in sorted({max(1, math.floor(beats)), math.ceil(beats)}, key=lambda n: abs(n - beats)):
        turns = [frame * count / length_frames for frame in tracked_frames]
        mean = sum(cmath.exp(2j * math.pi * turn) for turn in turns) / len(turns)
        if best is None or abs(mean) > best.confidence:
            first = _snapped(cmath.phase(mean) / (2 * math.pi) % 1.0 * length_frames / count, length_frames / count, sample_rate)
            best = BeatGrid(length_frames, sample_rate, count, first, min(abs(mean), 1.0))
    return best


def _snapped(first_beat_frame: float, beat_length_frames: float, sample_rate: int) -> float:
    """0 for a first beat that is as good as on the loop's head: a player presses record on the beat."""
    off = min(first_beat_frame, beat_length_frames - first_beat_frame)
    return 0.0 if off <= SNAP_S * sample_rate else first_beat_frame
