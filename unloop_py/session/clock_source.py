"""Whose beats the loops follow: the choice of `sync_source`, made anew at every look.

Under the bus's lock. A loop that sets the tempo is looked at here too: the first one that is recorded while all others are
empty gives its beats to the instrument, until all are empty again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from unloop_py.beats.grid import BeatGrid
from unloop_py.control.parameters import by_name
from unloop_py.control.store import Store
from unloop_py.engine.messages import State, Status
from unloop_py.session.loop_view import TURNING, LoopView
from unloop_py.sync.beat_line import BeatLine, Clock
from unloop_py.sync.clocks import InternalClock, line_of_loop
from unloop_py.sync.first_loop import beats_of_loop
from unloop_py.sync.link import LinkClock

if TYPE_CHECKING:
    from unloop_py.engine.engine import Engine

LINK, FIRST_LOOP, INTERNAL, MIDI_CLOCK, JACK, NOBODY = -6, -5, -3, -2, -1, 0


class ClockSource:
    """The beats that a loop follows.

    Parameters
    ----------
    engine : Engine
    store : Store
    loops : list of LoopView
        For the beats that were found in each.

    Attributes
    ----------
    others : dict of int to Clock
        Clocks of other machines, by their number in `sync_source`, once they are open.
    internal : InternalClock
    beats_known : dict
        Beats of recordings that were ended on a boundary, by loop and length in frames.
    """

    def __init__(self, engine: Engine, store: Store, loops: list[LoopView]) -> None:
        self._engine = engine
        self._store = store
        self._loops = loops
        self.others: dict[int, Clock] = {}
        self.beats_known: dict[tuple[int, int], float] = {}
        self.internal = InternalClock(float(store.get(0, "tempo")), engine.sample_rate)
        self._first: tuple[int, int, BeatGrid | None] | None = None  # loop, length and grid that the line was drawn from
        self._first_line: BeatLine | None = None
        self._first_beats = 0
        self._sync_pos: dict[tuple[int, int], int] = {}  # by loop and length, in frames
        self._expected: int | None = None

    def line(self, loop: int | None, frame: int) -> BeatLine | None:
        """The beats that a loop follows, None being the instrument, round about engine frame `frame`; None where there are none."""
        source = self.number_for(loop)
        if source == FIRST_LOOP:
            return self._first_line
        if source == INTERNAL:
            return self.internal.line(frame)
        if source < 0:
            clock = self.others.get(source)
            return None if clock is None else clock.line(frame)
        master = source - 1 if 0 < source <= self._store.n_loops else loop or 0
        return self._line_of(master, self._engine.status(master))

    @property
    def number(self) -> int:
        """`sync_source` as it stands."""
        return int(self._store.get(0, "sync_source"))

    def beats_of(self, loop: int, length_frames: int) -> float:
        """How many beats a loop of this length holds."""
        bar = int(self._store.get(0, "beats_per_bar"))
        known = self.beats_known.get((loop, length_frames), 0.0)
        return round(known) or beats_of_loop(length_frames, self._engine.sample_rate, bar, self._loops[loop].grid)

    def number_for(self, loop: int | None) -> int:
        """The same for one loop, which follows nobody while its `sync` is off."""
        return self.number if loop is None or self._store.get(loop, "sync") else NOBODY

    def is_silent(self) -> bool:
        """Whether no loop turns, so that nobody hears where the beat lies."""
        return not any(self._engine.status(loop).state in TURNING for loop in range(self._store.n_loops))

    def is_awaited(self, loop: int) -> bool:
        """Whether a loop's clock is another machine's, which may begin at any moment: what needs it waits."""
        return self.number_for(loop) in (LINK, MIDI_CLOCK, JACK)

    def set_tempo(self, tempo_bpm: float, frame: int) -> None:
        """The player's tempo: the instrument's own, and everybody's while the loops follow Link."""
        self.internal.set_tempo(tempo_bpm, frame)
        link = self.others.get(LINK)
        if self.number == LINK and isinstance(link, LinkClock):
            link.set_tempo(tempo_bpm)

    def beats_in(self, loop: int, line: BeatLine) -> float:
        """How many beats of a line a loop holds, or where it is empty, the loop that sets the tempo; 0 where neither is."""
        length = self._engine.status(loop).length_frames
        return length / line.frames_per_beat if length else float(self._first_beats)

    def set_sync_pos(self, loop: int, length_frames: int, position_frames: int) -> None:
        """Where in a loop of this length the beats that others follow are counted from; 0 is its start."""
        self._sync_pos[loop, length_frames] = position_frames
        if self._first is not None and self._first[0] == loop:
            self._draw(loop, self._engine.status(loop))

    def forget_sync_pos(self, loop: int) -> None:
        """A loop is recorded anew."""
        self._sync_pos = {key: position for key, position in self._sync_pos.items() if key[0] != loop}

    @property
    def first(self) -> int:
        """The loop that sets the tempo, -1 while there is none."""
        return -1 if self._first is None else self._first[0]

    def expect(self, loop: int | None) -> None:
        """No other loop than this one is to set the tempo, whichever turns before it; None: any, again."""
        if loop is None:
            self.look()  # before any other may
        self._expected = loop

    def look(self) -> None:
        """Follow the first loop: draw its line when it is there, forget it when every loop is empty."""
        statuses = [self._engine.status(loop) for loop in range(self._store.n_loops)]
        if self._first is None:
            turning = [loop for loop, status in enumerate(statuses) if status.state in TURNING and status.length_frames
                       and self._expected in (None, loop)]
            if turning:
                self._draw(turning[0], statuses[turning[0]])
        elif self._first[0] >= len(statuses) or all(status.state == State.OFF for status in statuses):
            self._first, self._first_line, self._first_beats = None, None, 0
        else:
            loop, length, grid = self._first
            status = statuses[loop]
            if status.state in TURNING and (status.length_frames != length or self._loops[loop].grid is not grid):
                self._draw(loop, status)

    def _draw(self, loop: int, status: Status) -> None:
        line = self._line_of(loop, status)
        if line is None:
            return
        self._first = (loop, status.length_frames, self._loops[loop].grid)
        self._first_line, self._first_beats = line, round(status.length_frames / line.frames_per_beat)
        row = by_name("tempo")
        tempo = line.tempo_bpm(self._engine.sample_rate)
        if self.number == FIRST_LOOP and row.minimum <= tempo <= row.maximum:
            self._store.set(0, "tempo", tempo)
            eighths = by_name("eighth_per_cycle")
            if self._store.get(0, "smart_eighths") and eighths.minimum <= 2 * self._first_beats <= eighths.maximum:
                self._store.set(0, "eighth_per_cycle", 2 * self._first_beats)
            self.internal.put_beat(round(line.frame), 0.0)

    def _line_of(self, loop: int, status: Status) -> BeatLine | None:
        if status.state not in TURNING:
            return None
        beats = self.beats_of(loop, status.length_frames)
        return line_of_loop(status.next_seam_frame, status.length_frames, beats, status.repetition,
                            self._sync_pos.get((loop, status.length_frames), 0))
