"""Which boundary a press counts for: the one ahead, or the one that it has just missed. Pure; any thread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

from unloop_py.sync.beat_line import BeatLine


class Quantize(IntEnum):
    """What a press waits for; the first four have SooperLooper's numbers."""

    OFF = 0
    CYCLE = 1
    EIGHTH = 2
    LOOP = 3
    BAR = 4
    BEAT = 5


@dataclass(frozen=True, slots=True)
class Metre:
    """How beats are grouped.

    Attributes
    ----------
    beats_per_bar : int
    eighth_per_cycle : int
    """

    beats_per_bar: int = 4
    eighth_per_cycle: int = 16

    def beats_of(self, unit: Quantize, loop_beats: float = 0.0) -> float:
        """Beats from one boundary of a unit to the next; a loop without a length is as long as a cycle."""
        if unit == Quantize.LOOP and loop_beats > 0.0:
            return loop_beats
        lengths = {Quantize.BEAT: 1.0, Quantize.EIGHTH: 0.5, Quantize.BAR: float(self.beats_per_bar)}
        return lengths.get(unit, self.eighth_per_cycle / 2.0)


def boundary_for(
    line: BeatLine, press_frame: int, period_beats: float, forgiveness_frames: int = 0, anchor_beat: float = 0.0
) -> float:
    """The beat of the boundary that a press means.

    Parameters
    ----------
    line : BeatLine
    press_frame : int
        Engine frame that the player heard as he pressed.
    period_beats : float
        From one boundary to the next, more than 0.
    forgiveness_frames : int
        A press so late, and nearer to the last boundary than to the next, counts as on it. A press just ahead of a
        boundary counts for that one in any case.
    anchor_beat : float
        A beat on which a boundary lies.

    Returns
    -------
    float
        A beat; before the press if it was late.
    """
    periods = (line.beat_at(press_frame) - anchor_beat) / period_beats
    last = math.floor(periods)
    late = (periods - last) * period_beats * line.frames_per_beat
    if late <= min(forgiveness_frames, period_beats * line.frames_per_beat / 2.0) + 0.5:
        return anchor_beat + last * period_beats
    return anchor_beat + (last + 1) * period_beats


def nearest_frame(line: BeatLine, beat: float) -> int:
    """The whole frame at which a beat begins."""
    return math.floor(line.frame_of(beat) + 0.5)
