"""The take at a fraction of its speed, in a loop that keeps its length.

VampNet's player writes the tokens of every step N times over and has all but the first of them made anew, so that what
comes out lasts N times as long. A loop must not. Here each repetition is the next of N equal parts of that: it goes on
where the one before ended, and after N repetitions the whole take has gone by at an N-th of its speed. What the take has
on a beat lies on a beat again, every N-th of it, so the loop stays in time with whatever plays beside it: 2 is a
half-time feel. Hints lie on the take, as in the reference, and are stretched with it. A repetition that is kept becomes
the take, and is stretched again while the parameter says so, as the reference stretches an output that is fed back.

Pure functions of numbers and arrays. Any thread.
"""

from __future__ import annotations

import math

import numpy as np

from unloop_py.generator.masks import GENERATE


def steps_of_part(length_steps: float, factor: int, part: int) -> tuple[np.ndarray, np.ndarray]:
    """Which steps of the take a part of it holds.

    Parameters
    ----------
    length_steps : float
        The loop's length in steps, not rounded; the parts follow each other at this distance exactly.
    factor : int
        How many times slower, 1 or more.
    part : int
        0..factor - 1.

    Returns
    -------
    source : ndarray (steps,) int64
        The take's step whose tokens each step is written with; steps = ceil(length_steps).
    first : ndarray (steps,) bool
        Where a step of the take begins: the only ones that can be kept.
    """
    at = part * length_steps + np.arange(math.ceil(length_steps))            # on the stretched take
    source = np.floor(at / factor).astype(np.int64)
    return source, source > np.floor((at - 1.0) / factor)


def stretch_mask(mask: np.ndarray, source: np.ndarray, first: np.ndarray) -> np.ndarray:
    """A mask (..., steps) of the take as one of a part of it: what is kept is kept once, all that is added is made."""
    return np.ascontiguousarray(np.where(first, mask[..., source], np.uint8(GENERATE)))


def frames_of_part(frames: int, factor: int, part: int) -> np.ndarray:
    """Which frame of the take stands at each frame (frames,) of a part of it: every one `factor` times."""
    return (part * frames + np.arange(frames)) // factor


def place_in_take(frames: int, factor: int, part: int) -> slice:
    """The frames of the take that a part holds, at their own speed."""
    return slice(part * frames // factor, -(-(part + 1) * frames // factor))
