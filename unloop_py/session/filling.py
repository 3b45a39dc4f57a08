"""The cycles that multiply has added, filled with variations of the loop instead of copies of it.

The model varies the whole of what was multiplied; the first cycle stays the player's own, the others become the model's, and what
lies on top stays there. It comes in at a seam, as a take of its own: undo brings the copies back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unloop_py.engine.messages import CommandKind, Event, EventKind
from unloop_py.session.capturing import close_seam
from unloop_py.session.layers import Consists, Repetition, Told


@dataclass(slots=True, eq=False)
class Fill:
    """A multiplied take with its cycles filled.

    Attributes
    ----------
    take : int
        The engine's version of the plain copies.
    consists : Consists
    gains : tuple of float
    audio : ndarray (frames, channels) float32
        The sum at these gains.
    slot : int
        What holds it on its way to the engine; -1 while it is not.
    obeyed : bool
        The engine has taken it in, or is about to say that it cannot.
    """

    take: int
    consists: Consists
    gains: tuple[float, ...]
    audio: np.ndarray
    slot: int = -1
    obeyed: bool = False


def filled(take: int, consists: Consists, told: Told, raw: np.ndarray, fade: int) -> Fill:
    """A multiplied take of which all cycles but the first are from a variation of it.

    Parameters
    ----------
    take : int
    consists : Consists
        Whose `cycle` is not 0.
    told : Told
        What of it was varied.
    raw : ndarray (frames, channels) float32
        The variation, as long as the take.
    fade : int
        Frames before the second cycle, and before the end, in which one fades into what leads up to the other.
    """
    cycle = consists.cycle
    audio = told.audio(consists.length)
    own = audio[:cycle].copy()
    fade = max(1, min(fade, cycle // 4))
    audio[cycle:] = raw[cycle:]
    close_seam(audio[:cycle], raw[cycle - fade : cycle])
    close_seam(audio, own[cycle - fade :])
    repetition = Repetition(take, audio, told.layers, told.level)
    repetition.gains = repetition.wanted(consists)
    layers, gains = repetition.kept(consists)
    made = Consists(consists.length, layers)
    return Fill(take, made, gains, made.audio(gains))


class Filling:
    """The multiplied takes of all loops that are being filled. One caller at a time."""

    def __init__(self) -> None:
        self._fills: dict[int, Fill] = {}
        self._filled: set[tuple[int, int]] = set()  # loops and takes, each once: undo leads back to the copies

    def takes(self, loop: int, take: int, consists: Consists, told: Told, raw: np.ndarray, *, on: bool, fade: int) -> bool:
        """Whether a repetition goes into the cycles that multiply has added, or comes while another is about to.

        `on` says whether cycles are to be filled; for the rest see `filled`.
        """
        if loop in self._fills and self._fills[loop].take == take:
            return True
        if not on or not consists.cycle or (loop, take) in self._filled:
            return False
        self._fills[loop] = filled(take, consists, told, raw, fade)
        self._filled.add((loop, take))
        return True

    def ready(self, loop: int, take: int) -> Fill | None:
        """What should go to the engine, if anything does for this take of a loop."""
        fill = self._fills.get(loop)
        return fill if fill is not None and fill.take == take and fill.slot < 0 else None

    def of_slot(self, loop: int, slot: int) -> Fill | None:
        """What a slot holds."""
        fill = self._fills.get(loop)
        return fill if fill is not None and fill.slot == slot else None

    def happened(self, event: Event) -> None:
        """The engine tells something."""
        fill = self._fills.get(event.loop)
        if fill is None:
            return
        if event.kind == EventKind.HISTORY:  # it has come in, or the take that it is for plays no more
            del self._fills[event.loop]
        elif event.kind == EventKind.OBEYED:
            fill.obeyed = event.index == CommandKind.REMIX and event.slot == fill.slot
        elif event.kind == EventKind.IGNORED and event.index == CommandKind.REMIX and fill.obeyed:
            fill.slot = -1  # not at this seam, so at the next
