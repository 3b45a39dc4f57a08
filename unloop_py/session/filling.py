"""The cycles that multiply has added, filled with variations of the loop instead of copies of it.

The model varies the whole of what was multiplied; the first cycle stays the player's own, the others become the model's, and what
lies on top stays there. It comes in at a seam, as a take of its own: undo brings the copies back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unloop_py.session.capturing import close_seam
from unloop_py.session.overdubs import Consists, Repetition, Told


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
