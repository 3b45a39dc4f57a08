"""Beats along the engine's frames: a straight line, which every clock gives anew as often as it likes.

A frame is a moment of the engine's clock, a beat a quarter note. Between two looks at a clock its beats lie evenly, so one
point and a distance say everything. Standard library only; pure, any thread.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

SLOWEST_BPM = 10.0
FASTEST_BPM = 1000.0
"""What a clock of another machine may say; beyond it, it counts as stopped."""


@dataclass(frozen=True, slots=True)
class BeatLine:
    """Where beats lie.

    Attributes
    ----------
    frame : float
        An engine frame at which `beat` is.
    beat : float
        Beat 0 begins a bar and a cycle.
    frames_per_beat : float
        More than 0.
    """

    frame: float
    beat: float
    frames_per_beat: float

    def beat_at(self, frame: float) -> float:
        """The beat, with its fraction, at an engine frame."""
        return self.beat + (frame - self.frame) / self.frames_per_beat

    def frame_of(self, beat: float) -> float:
        """The engine frame, with its fraction, of a beat."""
        return self.frame + (beat - self.beat) * self.frames_per_beat

    def tempo_bpm(self, sample_rate: int) -> float:
        """Beats a minute."""
        return 60.0 * sample_rate / self.frames_per_beat


class Clock(Protocol):
    """A source of beats. Any one thread at a time."""

    def line(self, frame: int) -> BeatLine | None:
        """The beats round about engine frame `frame`; None while the clock stands still or was never heard."""
        ...


def line_at_tempo(frame: float, beat: float, tempo_bpm: float, sample_rate: int) -> BeatLine | None:
    """A line through one point; None for a tempo, beat or frame that no music has: 0, nan, 1e9."""
    if not (math.isfinite(tempo_bpm) and math.isfinite(beat) and math.isfinite(frame)):
        return None
    if not SLOWEST_BPM <= tempo_bpm <= FASTEST_BPM:
        return None
    return BeatLine(frame, beat, 60.0 * sample_rate / tempo_bpm)
