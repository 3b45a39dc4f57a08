"""What a worker sends is looked at before it goes anywhere: no engine is given what is not a repetition of its take. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unloop_py.generator.spec import Variation


def fault_in(variations: Sequence[Variation], count: int, shape: tuple[int, int]) -> str | None:
    """What is wrong with an answer; None where nothing is.

    Parameters
    ----------
    count : int
        How many repetitions were asked for.
    shape : tuple of int
        Frames and channels of the take.
    """
    if len(variations) != count:
        return f"{len(variations)} repetitions came back where {count} were asked for"
    return next((fault for one in variations if (fault := _fault(one.audio, shape)) is not None), None)


def _fault(audio: Any, shape: tuple[int, int]) -> str | None:
    if not isinstance(audio, np.ndarray) or audio.dtype != np.float32:
        return f"its samples are {getattr(audio, 'dtype', type(audio).__name__)} and not float32"
    if audio.shape != shape:
        return f"it has {audio.shape} frames and channels and its take {shape}"
    return None if np.isfinite(audio).all() else "some of its samples are not finite"
