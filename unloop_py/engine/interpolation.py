"""A sound read between its frames: a windowed sinc of 16 lobes, wider where the sound is read faster than it was recorded.

At a rate above 1 the kernel is stretched, so that what would lie above half the sample rate is left out instead of
folded back. Whole positions at rate 1 or -1 give the very samples.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import inline
from .copies import resolve
from .layout import slot_audio

REACH = 8  # frames to either side, at rate 1
STEPS = 512  # of the table, between two frames
BETA = 9.0


def _kernel() -> np.ndarray:
    """Half of the kernel at `STEPS` points a frame, exactly 0 at whole frames but the middle; float64."""
    t = np.arange(REACH * STEPS + 2) / STEPS
    table = np.sinc(t) * np.i0(BETA * np.sqrt(np.maximum(0.0, 1.0 - (t / REACH) ** 2))) / np.i0(BETA)
    table[STEPS::STEPS] = 0.0
    table[REACH * STEPS :] = 0.0
    return table


KERNEL = _kernel()


@inline
def kernel_at(t):
    """The kernel, t frames from its middle, 0 <= t <= REACH."""
    u = t * STEPS
    i = int(u)
    return KERNEL[i] + (KERNEL[i + 1] - KERNEL[i]) * (u - i)


@inline
def read_between(m, l, slot, length, x, stretch, copying):
    """A sound at position x of its circle.

    Parameters
    ----------
    stretch : float
        1, or the rate where that is more.
    copying : bool
        Whether parts of it may still lie elsewhere.

    Returns
    -------
    first, second : float
        Its channels; the second is 0 in a mono engine.
    """
    channels = m.header[0].channels
    reach = REACH * stretch
    left = 0.0
    right = 0.0
    weights = 0.0
    audio = slot_audio(m, slot)
    first = int(math.ceil(x - reach))
    at = first % length - 1
    for i in range(first, int(math.floor(x + reach)) + 1):
        weight = kernel_at(abs(i - x) / stretch)
        at = at + 1 if at + 1 < length else 0
        a = audio[at, 0] * 1.0
        b = audio[at, channels - 1] * 1.0
        if copying:
            source, gain, other, other_gain, _, place = resolve(m, l, slot, np.int64(at), np.int64(1))
            held = slot_audio(m, source)
            a, b = held[place, 0] * 1.0, held[place, channels - 1] * 1.0
            if other >= 0:
                blended = slot_audio(m, other)
                a = np.float32(a * gain + blended[place, 0] * other_gain) * 1.0
                b = np.float32(b * gain + blended[place, channels - 1] * other_gain) * 1.0
        left += weight * a
        right += weight * b
        weights += weight
    return left / weights, right / weights
