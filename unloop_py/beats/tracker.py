"""What a beat tracker owes: the grid of a loop, or None, and its onsets."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from unloop_py.beats.grid import BeatGrid, Onset


class BeatTracker(Protocol):
    """Hears a loop as a circle. Any thread, one at a time; not the audio thread."""

    def track(self, audio: np.ndarray, sample_rate: int) -> BeatGrid | None:
        """Find the loop's beats.

        Parameters
        ----------
        audio : ndarray (frames, channels) float32
        sample_rate : int
            In Hz.

        Returns
        -------
        BeatGrid or None
            None means that no beat was found, which is an answer: a drone has none.
        """
        ...

    def onsets(self, audio: np.ndarray, sample_rate: int) -> tuple[Onset, ...]:
        """Find where sounds begin, ascending by frame, with strengths relative to the loop's strongest."""
        ...
