"""In which shape each state of a loop sounds, and what it was made from. Pure; the conductor's thread.

A take that is stretched or shifted stands where its original stood, as a new version. The original is held as long as undo
or redo can lead to anything that was made from it, so that every shape is made from what was played and never from another
shape, and the shape that it was played in gives it back sample for sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unloop_py.engine.messages import Event


@dataclass(frozen=True, slots=True)
class Shape:
    """How many times as long as it was recorded, and how many semitones higher."""

    ratio: float = 1.0
    semitones: float = 0.0


PLAIN = Shape()


@dataclass(eq=False, slots=True)
class Made:
    """A version of a take.

    Attributes
    ----------
    shape : Shape
        Its own.
    original : ndarray (frames, channels) float32, or None
        What it was made from; None when it is its own original.
    played : Shape
        The shape that the original was played in: that of the loop which it was laid on.
    source : int
        The version that the original had; 0 when it is its own.
    """

    shape: Shape = PLAIN
    original: np.ndarray | None = None
    played: Shape = PLAIN
    source: int = 0


class Shapes:
    """The versions of one loop that undo and redo walk over."""

    def __init__(self) -> None:
        self._line: list[int] = [0]
        self._at = 0
        self._made: dict[int, Made] = {}
        self.version = 0
        self.shape = PLAIN  # of the newest take that was told

    def walked(self, event: Event) -> None:
        """A HISTORY event: which versions there are, and which is in force."""
        if event.late:
            self._line[self._at] = event.take
        elif event.take not in self._line:
            self._line = [*self._line[: self._at + 1], event.take]
        self._line = self._line[-(event.index + round(event.value) + 1) :]
        self._at = min(event.index, len(self._line) - 1)
        self.version = event.take
        self._made = {version: made for version, made in self._made.items() if version in self._line}

    def put(self, version: int, made: Made) -> None:
        """Say how a version was made."""
        self._made[version] = made

    def get(self, version: int) -> Made | None:
        """How it was made; None when that was not said."""
        return self._made.get(version)

    @property
    def held_bytes(self) -> int:
        """Memory of all originals."""
        return sum({id(made.original): made.original.nbytes for made in self._made.values() if made.original is not None}.values())
