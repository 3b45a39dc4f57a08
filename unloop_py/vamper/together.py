"""Loops that keep the same beats: which beats are kept in a repetition is drawn by their number on the clock that all follow.

A beat's draw is a function of the group's seed and of that number alone, so loops of different lengths, and of repetitions
made minutes apart, agree wherever they sound at the same time. With a smaller share the beats kept are some of those kept
with a greater one. Pure; any thread.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from unloop_py.generator.spec import Span
from unloop_py.vamper.seeds import derive_seed

NEAR = 0.1
"""Beats by which a loop may be off the clock's and still be taken to lie on it: a loop is a whole number of frames long."""


@dataclass(frozen=True, slots=True)
class Together:
    """What a loop keeps in common with its group.

    Attributes
    ----------
    seed : int
        The group's.
    share : float
        Of the beats that are kept whole, 0..1.
    """

    seed: int
    share: float

    def keeps(self, beat: int) -> bool:
        """Whether beat number `beat` of the clock is kept by those who keep this share."""
        return derive_seed(self.seed, beat) / 2.0**53 < self.share

    def spans(self, first_beat: float, beats: float, length_s: float) -> tuple[Span, ...]:
        """What a repetition keeps, in seconds on the loop.

        Parameters
        ----------
        first_beat : float
            On the clock, at the repetition's start.
        beats : float
            How many of the clock's the loop lasts.
        length_s : float
        """
        if not (self.share > 0.0 and beats > 0.0):
            return ()
        if abs(beats - round(beats)) < NEAR and round(beats):
            beats = round(beats)
        if abs(first_beat - round(first_beat)) < NEAR:
            first_beat = round(first_beat)
        beat_s = length_s / beats
        kept = []
        for beat in range(math.floor(first_beat), math.ceil(first_beat + beats)):
            if self.keeps(beat):
                start, end = ((edge - first_beat) * beat_s for edge in (beat, beat + 1))
                kept.append((max(start, 0.0), min(end, length_s)))
        return tuple(kept)
