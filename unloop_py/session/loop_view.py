"""What the session knows of one loop beside the engine's own reading."""

from __future__ import annotations

from dataclasses import dataclass, field

from unloop_py.beats.grid import BeatGrid
from unloop_py.engine.messages import LAYERS, Flag, State
from unloop_py.session.expected import Expected

GRIDS_HELD = 256  # states one can undo to, and then some

TURNING = (State.PLAYING, State.MUTED, State.ONESHOT, State.SCRATCHING, *LAYERS)  # the playhead goes round


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
        Of the take that sounds.
    grid : BeatGrid or None
        Its beats; None until they are found, and where there are none.
    grids : dict of int to BeatGrid or None
        The beats of every take that was heard lately: undo leads back to one that nobody tracks again.
    progress : float
        0..1 of the repetition being made.
    adapting, gain : float
        0..1 of what is learned of the take, and the share by which held-out parts became better.
    form : str
        What comes at each seam, as `vamper.form.read_form` returns it; "" without a form.
    favourites : tuple of int
        The tags of the variations that are marked.
    delays : bool
        The overdub that was asked for last is a delay's.
    late : int
        1 when the last seam came with no offer ready.
    preset : str
        The name of the preset that was recalled or saved last.
    """

    expected: Expected
    state: State = State.OFF
    flags: Flag = Flag(0)
    take_version: int = 0
    grid: BeatGrid | None = None
    grids: dict[int, BeatGrid | None] = field(default_factory=dict)
    progress: float = 0.0
    adapting: float = 0.0
    gain: float = 0.0
    form: str = ""
    favourites: tuple[int, ...] = ()
    delays: bool = False
    late: int = 0
    preset: str = ""

    def label(self, state: State) -> str:
        """The word that front ends show for a state. A delay is an overdub on a loop as long as its time."""
        return "delaying" if self.delays and state == State.OVERDUBBING else state.label

    def take_changed(self, version: int, length_frames: int) -> None:
        """Another take sounds. Until its own beats are found, an overdub or a kept variation has those under it."""
        same_length = self.grid is not None and self.grid.length_frames == length_frames
        self.take_version = version
        self.grid = self.grids.get(version, self.grid if same_length else None)

    def beats_found(self, version: int, grid: BeatGrid | None) -> None:
        """The beats of a take, which may no longer be the one that sounds."""
        self.grids[version] = grid
        while len(self.grids) > GRIDS_HELD:
            del self.grids[next(iter(self.grids))]
        if version == self.take_version:
            self.grid = grid

    def beat_at(self, position_frames: int) -> int:
        """The beat that sounds there, counted from 1; 0 where no beat was found."""
        return 0 if self.grid is None else self.grid.beat_at(position_frames) + 1
