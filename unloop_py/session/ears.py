"""Listening to the input: the first sound that starts a recording, and the silence that ends one. Under the bus's lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from unloop_py.engine.engine import Engine

SILENCE = 0.003
"""Linear level below which the input counts as silent where no threshold says otherwise: -50 dB of full scale."""


class Ear:
    """Hears what a loop hears from a frame on, a little at a time.

    Attributes
    ----------
    start : int
        The frame from which on it hears.
    first, last : int or None
        Engine frames of the first and the last sound at or above the level.
    """

    def __init__(self, engine: Engine, loop: int, start: int, level: float) -> None:
        self._engine = engine
        self._loop = loop
        self.start = self._heard_to = start
        self._level = level
        self.first: int | None = None
        self.last: int | None = None

    def listen(self, now: int) -> None:
        """Hear what has come in up to engine frame `now`."""
        start = max(self._heard_to, now - self._engine.heard_frames)
        self._heard_to = now
        if now <= start:
            return
        loud = np.flatnonzero(np.abs(self._engine.heard_by(self._loop, start, now - start)).max(axis=1) >= self._level)
        if len(loud):
            self.first = start + int(loud[0]) if self.first is None else self.first
            self.last = start + int(loud[-1])
