"""What a player marks with his foot while the loop goes round: places that are to melt in the next repetition, and places that are
guarded until told.

The marks follow what is heard. A press falls where the playhead is heard then, whatever the output's latency, and forwards,
backwards or at any other speed. A place that melts does so once: the repetition that was made with it takes the mark away.

Pure data: engine frames come in from whoever has the engine. Under the bus's lock.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from unloop_py.control.pictures import DRAWN, GUARDED, MELTS, UNMARKED, drawn
from unloop_py.generator.masks import marked
from unloop_py.generator.spec import Span

CELL_S = 0.01
"""Marks are kept in so fine a grain; a step of a codec is longer."""
TELL_S = 0.25
"""What is still being marked is handed on so often: each time, what was asked for before is asked for anew."""
JUMP_S = 0.1
"""A playhead that is further than this from where its speed has carried it has jumped, and passed nothing on the way."""
Mark = Literal["melt", "guard"]
MARKS: tuple[Mark, ...] = ("melt", "guard")


class Marks:
    """The marks of one loop.

    Parameters
    ----------
    sample_rate : int

    Attributes
    ----------
    held : dict of str to bool
        Which of ``melt`` and ``guard`` is held.
    """

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._cell = round(CELL_S * sample_rate)                            # frames
        self._length = 0
        self._cells = {mark: np.zeros(0, bool) for mark in MARKS}
        self.held = dict.fromkeys(MARKS, False)
        self._to_guard: tuple[Span, ...] = ()                               # when the loop has come
        self._presses: list[tuple[float, Mark, bool]] = []
        self._frame = math.nan                                              # that was heard at the last look
        self._position = 0.0
        self._told: tuple[tuple[Span, ...], tuple[Span, ...]] = ((), ())
        self._told_frame = -math.inf

    @property
    def is_held(self) -> bool:
        """Whether it is being marked, or there is a press that has not been seen to."""
        return bool(self._presses) or any(self.held.values())

    @property
    def is_idle(self) -> bool:
        """Whether nothing is marked, held or to be: then it need not be told where the loop is."""
        return not (self.is_held or self._to_guard or any(cells.any() for cells in self._cells.values()))

    @property
    def shown(self) -> str:
        """The loop as a picture of DRAWN signs from its start: ``m`` melts next, ``g`` is guarded, ``.`` neither."""
        if not self._length or not any(cells.any() for cells in self._cells.values()):  # as nearly always
            return drawn("", DRAWN)
        edges = np.arange(DRAWN) * len(self._cells["melt"]) // DRAWN
        melting, guarded = (np.logical_or.reduceat(self._cells[mark], edges) for mark in MARKS)
        return "".join(GUARDED if g else MELTS if m else UNMARKED for m, g in zip(melting, guarded, strict=True))

    def loop_changed(self, length_frames: int, new_loop: bool) -> None:
        """Another take: marks stay where they are on a loop that is the same, longer or shorter, and go with a `new_loop`."""
        self._length = length_frames
        count = -(-length_frames // self._cell)
        for mark, before in self._cells.items():
            self._cells[mark] = cells = np.zeros(count, bool)
            if not new_loop:
                cells[: len(before)] = before[:count]
        self._told_frame = -math.inf
        if length_frames and self._to_guard:
            self._cells["guard"] |= self._marked(self._to_guard)
            self._to_guard = ()
        if not length_frames:
            self._presses.clear()
            self.held = dict.fromkeys(MARKS, False)

    def press(self, mark: Mark, on: bool | None, frame: float) -> None:
        """Hold a mark, or let it go (None flips), at the engine frame that is heard then; it may be still to come."""
        if on is None:
            on = not next((then for _, one, then in reversed(self._presses) if one == mark), self.held[mark])
        self._presses.append((frame, mark, on))
        self._presses.sort(key=lambda press: press[0])

    def unguard(self) -> None:
        """Nothing is guarded any more; what is held guards on from here."""
        self._cells["guard"][:] = False
        self._told_frame = -math.inf

    def draw(self, signs: str) -> None:
        """Marks as a picture of signs has them, see `pictures.read_signs`; what is held marks on from here."""
        signs = signs or UNMARKED
        cells_each = np.diff(np.arange(len(signs) + 1) * len(self._cells["melt"]) // len(signs))
        for mark, sign in (("melt", MELTS), ("guard", GUARDED)):
            self._cells[mark][:] = np.repeat([one == sign for one in signs], cells_each)
        self._told_frame = -math.inf

    def heard(self, frame: float, position: float, rate: float, length_frames: int, *, by_hand: bool = False) -> None:
        """Look where the loop is.

        Parameters
        ----------
        frame : float
            The engine frame that is heard now.
        position : float
            Where the playhead was at that frame, in frames of the loop.
        rate : float
            Its speed, below 0 backwards, 0 where it stands.
        length_frames : int
            0 while there is no loop that turns.
        by_hand : bool
            It is being scratched: it may go anywhere, the shorter way.
        """
        if length_frames != self._length or not length_frames or not self._frame < frame:
            travel, began = 0.0, frame
        else:
            began, expected = self._frame, 0.0 if by_hand else rate * (frame - self._frame)
            off = (position - self._position - expected + length_frames / 2) % length_frames - length_frames / 2
            travel = expected + off if by_hand or abs(off) <= JUMP_S * self._rate else 0.0
        start = position - travel
        at = began
        while self._presses and self._presses[0][0] <= frame:
            then, mark, on = self._presses.pop(0)
            then = min(max(then, at), frame)
            self._pass(start, travel, began, at, then, frame)
            self.held[mark], at = on, then
            self._told_frame = -math.inf
        self._pass(start, travel, began, at, frame, frame)
        self._frame, self._position = frame, position

    def sounds(self, melted: Sequence[Span]) -> None:
        """A repetition that was made with these marks has come in: they have melted."""
        if melted and self._length:
            self._cells["melt"] &= ~self._marked(melted)
            self._told_frame = -math.inf

    def asked(self) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
        """What is to melt and what is guarded, seconds on the loop, for the next request; while a mark grows, as of a moment ago."""
        if not self._frame < self._told_frame + TELL_S * self._rate:
            self._told = self._spans("melt"), self._spans("guard")
            self._told_frame = self._frame if any(self.held.values()) else -math.inf
        return self._told

    def restore(self, guard: Sequence[Span]) -> None:
        """Guard what was guarded in another session, as soon as its loop is there."""
        self._to_guard = tuple(guard)

    def _pass(self, start: float, travel: float, began: float, first: float, last: float, ended: float) -> None:
        """Mark what went by between two engine frames, of a stretch that ``travel`` led through from ``began`` to ``ended``."""
        if last <= first or not travel:
            return
        low, high = sorted(start + travel * (moment - began) / (ended - began) for moment in (first, last))
        whole = high - low >= self._length
        for mark in MARKS:
            if self.held[mark]:
                self._cells[mark] |= whole or self._marked([(low / self._rate, high / self._rate)])

    def _marked(self, spans: Sequence[Span]) -> np.ndarray:
        """The cells that these seconds touch."""
        return marked(spans, self._length / self._cell, self._rate / self._cell)

    def _spans(self, mark: Mark) -> tuple[Span, ...]:
        """The marked stretches in seconds; one across the seam ends at the head."""
        cells, cell_s, length_s = self._cells[mark], self._cell / self._rate, self._length / self._rate
        if not cells.any():  # as nearly always
            return ()
        if cells.all():
            return ((0.0, length_s),)
        begins = np.flatnonzero(cells & ~np.roll(cells, 1))
        ends = np.flatnonzero(cells & ~np.roll(cells, -1)) + 1
        if len(ends) and ends[0] <= begins[0]:                               # the last stretch goes on at the head
            ends = np.roll(ends, -1)
        return tuple((float(begin * cell_s), min(float(end * cell_s), length_s)) for begin, end in zip(begins, ends, strict=True))
