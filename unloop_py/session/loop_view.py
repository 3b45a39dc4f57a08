"""What the session knows of one loop beside the engine's own reading."""

from __future__ import annotations

from dataclasses import dataclass

from unloop_py.beats.grid import BeatGrid
from unloop_py.engine.messages import Flag, State
from unloop_py.session.expected import Expected

TURNING = (State.PLAYING, State.OVERDUBBING, State.MUTED)  # the playhead goes round


@dataclass(slots=True)
class LoopView:
    """One loop's last news. Written by the conductor's thread; any thread may read a field.

    Attributes
    ----------
    expected : Expected
        Where the loop will stand when what was sent has been obeyed; under the bus's lock.
    state, flags : State, Flag
        As the last event told.
    take_version : int
        Of the take that `grid` belongs to.
    grid : BeatGrid or None
        None until the beats are found, and where there are none.
    progress : float
        0..1 of the repetition being made.
    late : int
        1 when the last seam came with no offer ready.
    """

    expected: Expected
    state: State = State.OFF
    flags: Flag = Flag(0)
    take_version: int = 0
    grid: BeatGrid | None = None
    progress: float = 0.0
    late: int = 0

    def beat_at(self, position_frames: int) -> int:
        """The beat that sounds there, counted from 1; 0 where no beat was found."""
        return 0 if self.grid is None else self.grid.beat_at(position_frames) + 1
