"""Signal processing on loops: the last frame is followed by the first, in everything here.

Pure functions on NumPy arrays, float32 in and out, without a Python loop over frames. Any thread.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from unloop_py.generator.one_thread import product

ZERO_CROSSINGS, PASS_SHARE, KAISER_BETA = 32, 0.95, 9.0
"""Of the resampling filter: its half length, the share of the lower rate's band that it passes, and its window."""

LEAST_CORRELATION = -0.5
"""A fade reckons with no more cancellation than this: boosting near-opposite sounds would be louder than either."""


def resample(audio: np.ndarray, from_rate: int, to_rate: int, frames: int) -> np.ndarray:
    """Read a loop (length,) at another rate, from its first frame on and round and round for exactly `frames`.

    The loop's own length is never rounded: frame n of the result is the sound at n * from_rate / to_rate, so what follows
    the loop's end is its head, at a fraction of a frame if need be. The same rate gives the loop's own samples.
    """
    if from_rate == to_rate:
        return np.take(audio, np.arange(frames), mode="wrap")
    common = math.gcd(from_rate, to_rate)
    bank = _filters(to_rate // common, from_rate // common)                 # (taps, up)
    taps, up = bank.shape
    down = from_rate // common
    blocks = -(-frames // up)                                               # each of `down` frames in and `up` out
    before = (taps - down) // 2
    around = np.take(audio, np.arange(-before, (blocks - 1) * down - before + taps), mode="wrap")
    windows = np.lib.stride_tricks.sliding_window_view(around, taps)[::down]
    return product(windows, bank).ravel()[:frames]


@functools.lru_cache(maxsize=4)
def _filters(up: int, down: int) -> np.ndarray:
    """The `up` interpolation filters of a block of `down` frames, as columns: (taps, up) float32."""
    cutoff = min(1.0, up / down) * PASS_SHARE
    reach = math.ceil(ZERO_CROSSINGS / cutoff)
    at = np.arange(up) * (down / up)                                        # where each frame out lies in the block
    distance = at[None] - np.arange(-reach, down + reach)[:, None]
    window = np.i0(KAISER_BETA * np.sqrt(np.maximum(0.0, 1 - (distance / reach) ** 2))) / np.i0(KAISER_BETA)
    filters = cutoff * np.sinc(cutoff * distance) * window * (np.abs(distance) < reach)
    return (filters / filters.sum(0)).astype(np.float32)


def fold(audio: np.ndarray, frames: int) -> np.ndarray:
    """Trim a decoded circle to the loop's true length and fade what stands past it onto the head.

    Parameters
    ----------
    audio : ndarray (length,)
        `frames` and the fade, which is at most as long: what stands past `frames` is the head over again.
    frames : int

    Returns
    -------
    ndarray (frames,)
        Its first frame is the one that followed its last in `audio`, so that the seam is as smooth as any other place.
    """
    folded, outgoing = audio[:frames].copy(), audio[frames:]
    if fade := len(outgoing):
        gain_in, gain_out = fade_gains(np.arange(fade) / fade, correlation(folded[:fade], outgoing))
        folded[:fade] = gain_in * folded[:fade] + gain_out * outgoing
    return folded


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """How alike two sounds of the same shape are, -1..1; 0 where either is silent. The power of their sum depends on it."""
    a, b = a.ravel(), b.ravel()
    power = float(np.sqrt(np.float64(np.dot(a, a)) * np.dot(b, b)))
    return float(np.clip(np.dot(a, b) / power, -1.0, 1.0)) if power > 0 else 0.0


def fade_gains(rise: np.ndarray, correlation: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """Gains of what comes in and of what goes out where `rise` goes from 0 to 1: constant power for their correlation.

    Of equal sounds they add up to 1, of unrelated ones their squares do.
    """
    gain_in, gain_out = np.sin(np.pi / 2 * rise), np.cos(np.pi / 2 * rise)
    power = 1.0 + 2.0 * np.maximum(correlation, LEAST_CORRELATION) * gain_in * gain_out
    scale = 1.0 / np.sqrt(power)
    return (gain_in * scale).astype(np.float32), (gain_out * scale).astype(np.float32)


def moving_mean(values: np.ndarray, width: int) -> np.ndarray:
    """Mean of the `width` values from each place on, of a loop (length,). A width past the loop's is the loop's mean."""
    width = min(width, values.shape[0])
    total = np.cumsum(np.concatenate((np.zeros(1), values, values[:width])), dtype=np.float64)
    return (total[width:-1] - total[:-width - 1]) / width


def moving_min(values: np.ndarray, width: int) -> np.ndarray:
    """Least of the `width` values from each place on, of a loop (length,). Van Herk's two running minima."""
    length = values.shape[0]
    width = min(width, length)
    blocks = -(-(length + width) // width)
    around = np.resize(values, blocks * width).reshape(blocks, width)       # np.resize goes round the loop
    forward = np.minimum.accumulate(around, axis=1).ravel()
    backward = np.minimum.accumulate(around[:, ::-1], axis=1)[:, ::-1].ravel()
    return np.minimum(backward[:length], forward[width - 1:width - 1 + length])


def distance_to(marked: np.ndarray) -> np.ndarray:
    """Frames from each place of a loop to the nearest marked one, in either direction; the length where none is."""
    length = marked.shape[0]
    places = np.flatnonzero(marked)
    if places.size == 0:
        return np.full(length, length)
    around = np.concatenate((places[-1:] - length, places, places[:1] + length))
    frames = np.arange(length)
    right = np.searchsorted(around, frames)
    return np.minimum(around[right] - frames, frames - around[right - 1])


def runs(marked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First place and length of each stretch of marked places on the circle; a whole circle is one stretch from 0."""
    length = marked.shape[0]
    if marked.all():
        return np.zeros(1, np.int64), np.full(1, length)
    starts = np.flatnonzero(marked & ~np.roll(marked, 1))
    ends = np.flatnonzero(marked & ~np.roll(marked, -1))
    if starts.size and ends[0] < starts[0]:
        ends = np.roll(ends, -1)
    return starts, (ends - starts) % length + 1


def keep_long_runs(marked: np.ndarray, shortest: int) -> np.ndarray:
    """`marked` without its stretches shorter than `shortest` places."""
    starts, lengths = runs(marked)
    kept = np.zeros_like(marked)
    for start, length in zip(starts[lengths >= shortest], lengths[lengths >= shortest], strict=True):
        kept[np.arange(start, start + length) % marked.shape[0]] = True
    return kept
