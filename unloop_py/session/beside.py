"""What sounds beside a loop that is varied against others: their takes, laid onto its length as they will be heard with its next
repetition.

A mix has a number, and keeps it for as long as it is made of the same takes in the same places. Conductor's thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unloop_py.engine.messages import State
from unloop_py.generator.spec import Beside
from unloop_py.session.loop_view import TURNING
from unloop_py.units import seconds_to_frames

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus

ALL_OTHERS = -1
MOVED_S = 0.02
"""A take that has moved by less against another is where it was: seams follow a clock by a few frames at a time."""

Place = tuple[int, int, int]
"""A loop, the engine's version of its take, and the frame of it that sounds with the first of the other's next repetition."""


class Besides:
    """Knows the takes of all loops, and mixes those that another one hears.

    Parameters
    ----------
    bus : SessionBus
    """

    def __init__(self, bus: SessionBus) -> None:
        self._bus, self._engine = bus, bus.engine
        self._takes: dict[int, tuple[int, np.ndarray]] = {}             # loop: the engine's version, and the sound, all layers
        self._mixes: dict[int, tuple[list[Place], int, Beside]] = {}    # loop: of what, its own length, the mix
        self._number = 0

    def take_changed(self, loop: int, version: int, audio: np.ndarray | None) -> None:
        """Another state of a loop sounds (frames, channels), None when it is empty."""
        if audio is None:
            self._takes.pop(loop, None)
        else:
            self._takes[loop] = version, audio

    def of(self, loop: int) -> Beside | None:
        """What a loop is varied against: as the parameter `against` says, of what sounds now; None for nothing."""
        against = int(self._bus.store.get(loop, "against"))
        own = self._takes.get(loop)
        others = [other for other in self._takes if against in (ALL_OTHERS, other + 1) and other != loop and other < self._bus.n_loops]
        places = [] if own is None else [place for other in others if (place := self._place(loop, other)) is not None]
        if not places:
            self._mixes.pop(loop, None)
            return None
        length = len(own[1])
        before, length_before, beside = self._mixes.get(loop, ([], 0, None))
        if beside is None or length != length_before or not self._same(places, before):
            self._number += 1
            beside = Beside(self._number, self._mixed(places, length))
            self._mixes[loop] = places, length, beside
        return beside

    def _place(self, loop: int, other: int) -> Place | None:
        """Where another loop will be when this one comes round; None while it does not sound."""
        seam, status = self._engine.status(loop).next_seam_frame, self._engine.status(other)
        version, audio = self._takes[other]
        length = len(audio)
        if seam < 0 or status.state not in TURNING or status.state == State.MUTED or status.length_frames != length:
            return None
        return other, version, (status.position_frames + seam - status.frame) % length

    def _same(self, places: list[Place], before: list[Place]) -> bool:
        if [place[:2] for place in places] != [place[:2] for place in before]:
            return False
        for (other, _, at), (_, _, was) in zip(places, before, strict=True):
            length = len(self._takes[other][1])
            off = (at - was + length // 2) % length - length // 2
            if abs(off) > seconds_to_frames(MOVED_S, self._bus.sample_rate):
                return False
        return True

    def _mixed(self, places: list[Place], length: int) -> np.ndarray:
        """The takes together, (length, 1) float32, each going round."""
        mix = np.zeros(length, np.float32)
        for other, _, at in places:
            mix += np.take(self._takes[other][1].mean(axis=1), np.arange(at, at + length), mode="wrap")
        return mix[:, None]
