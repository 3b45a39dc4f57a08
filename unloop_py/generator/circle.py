"""Signal processing on loops: the last frame is followed by the first, in everything here.

Pure functions on NumPy arrays, float32 in and out, without a Python loop over frames. Any thread.
"""

from __future__ import annotations

import numpy as np

TAPER = 0.93
"""Share of the lower rate's band that resampling leaves alone; the rest falls off, so that attacks do not ring."""

LEAST_CORRELATION = -0.5
"""A fade reckons with no more cancellation than this: boosting near-opposite sounds would be louder than either."""


def resample(audio: np.ndarray, frames: int) -> np.ndarray:
    """Stretch a loop (length,) or (length, channels) to exactly `frames`, as one period of a band-limited signal.

    The whole loop is one Fourier series, so the result is a loop again and nothing is cut off or padded. The same
    length comes back untouched.
    """
    length = audio.shape[0]
    if frames == length:
        return audio
    spectrum = np.fft.rfft(audio, axis=0)
    bins = min(length, frames) // 2 + 1
    spectrum = spectrum[:bins] * (frames / length)
    top = np.arange(bins) / (bins - 1) if bins > 1 else np.zeros(1)
    slope = np.cos(np.pi / 2 * np.clip((top - TAPER) / (1 - TAPER), 0, 1)) ** 2
    spectrum *= slope.astype(np.float32).reshape(-1, *[1] * (audio.ndim - 1))
    return np.fft.irfft(spectrum, n=frames, axis=0).astype(np.float32, copy=False)


def fold_surplus(audio: np.ndarray, frames: int, shortest: int = 128) -> np.ndarray:
    """Trim a decoded loop to its true length and fade what stood past it onto the head.

    Parameters
    ----------
    audio : ndarray (length,)
        A circle of whole codec steps, `length` >= `frames`; what lies past `frames` is the head over again.
    frames : int
    shortest : int
        Frames of fade at least: a surplus of a few frames goes on into the head itself.

    Returns
    -------
    ndarray (frames,)
        Its first frame follows its last one in `audio`, so that the seam is as smooth as any other place.
    """
    surplus = audio.shape[0] - frames
    folded = audio[:frames].copy()
    if surplus:
        fade = min(max(surplus, shortest), frames)
        outgoing = audio[(frames + np.arange(fade)) % audio.shape[0]]
        rise = np.arange(fade, dtype=np.float32) / fade
        gain_in, gain_out = fade_gains(rise, correlation(folded[:fade], outgoing))
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
