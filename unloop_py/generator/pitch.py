"""Transposing a loop: the pitch moves, the length stays, and the seam is as smooth as any other place.

A phase vocoder stretches the loop on the circle, and reading the result faster or slower brings it back to its length.
Peaks of the spectrum carry the bins round them along (Laroche and Dolson, "Improved phase vocoder time-scale
modification of audio", 1999), all channels turn by the same angles, so that a sound keeps its place in the room, and
what the angles lack to a whole turn after one time round is spread over the loop: less than a cycle in its length.

Pure functions on NumPy arrays, float32 in and out. Any thread.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

FFT_S = 0.046
"""Length of a piece, rounded to a power of two: long enough for low notes, short enough for attacks."""
OVERLAP = 4
BLOCK = 256
"""Pieces worked on at a time, so that a minute of sound needs no gigabyte."""
REACH = 2
"""A peak is higher than so many bins on either side."""


def transposed(audio: np.ndarray, semitones: float, sample_rate: int) -> np.ndarray:
    """A loop (frames, channels) moved by `semitones`, of the same shape; 0 gives the loop itself."""
    if semitones == 0:
        return audio
    frames = len(audio)
    slower = stretched(audio, max(1, round(frames * 2.0 ** (semitones / 12.0))), sample_rate)
    spectrum = np.fft.rfft(slower, axis=0)
    bins = min(len(spectrum), (frames + 1) // 2)                             # what both lengths can hold
    read = np.zeros((frames // 2 + 1, audio.shape[1]), spectrum.dtype)
    read[:bins] = spectrum[:bins]
    return (np.fft.irfft(read, n=frames, axis=0) * (frames / len(slower))).astype(np.float32)


def stretched(audio: np.ndarray, frames: int, sample_rate: int) -> np.ndarray:
    """A loop (length, channels) at the same pitch in `frames` frames: (frames, channels)."""
    size = 2 ** round(math.log2(FFT_S * sample_rate))
    count = max(1, -(-frames * OVERLAP // size))
    placed = np.round(np.arange(count + 1) * (frames / count)).astype(np.int64)      # where pieces go, and round again
    heard = np.round(np.arange(count + 1) * (len(audio) / count)).astype(np.int64)   # and where they come from
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    angles = _angles(audio, placed, heard, window)

    around = np.zeros((frames + size, audio.shape[1]), np.float32)
    weight = np.zeros(frames + size, np.float32)
    for block in _blocks(count):
        turned = _spectra(audio, heard[block], window) * np.exp(1j * angles[block, :, None]).astype(np.complex64)
        for at, piece in zip(placed[block], np.fft.irfft(turned, n=size, axis=1), strict=True):
            around[at:at + size] += piece * window[:, None]
            weight[at:at + size] += window**2
    # Pieces were laid half a window late, and the last of them past the end.
    return np.roll(_folded(around, frames) / np.maximum(_folded(weight, frames), 1e-6)[:, None], -(size // 2), axis=0)


def _angles(audio: np.ndarray, placed: np.ndarray, heard: np.ndarray, window: np.ndarray) -> np.ndarray:
    """By how much each piece's bins are turned (pieces, bins) float32, so that each goes on where the one before stopped."""
    count, bins = len(placed) - 1, len(window) // 2 + 1
    angles = np.zeros((count + 1, bins), np.float32)
    for block in _blocks(count):
        now = np.arange(block.start + 1, block.stop + 1)
        before = _spectra(audio, heard[now - 1], window)
        due = _spectra(audio, heard[now] - (placed[now] - placed[now - 1]), window)
        moved = np.angle((before * due.conj()).sum(-1))
        for number, move, near in zip(now, moved, _nearest_peaks(_spectra(audio, heard[now], window)), strict=True):
            angles[number] = (angles[number - 1] + move)[near]
    missing = np.angle(np.exp(1j * angles[-1]))
    return (angles - np.linspace(0.0, 1.0, count + 1)[:, None] * missing)[:-1].astype(np.float32)


def _nearest_peaks(spectra: np.ndarray) -> np.ndarray:
    """The bin of the peak that each bin of the spectra (pieces, bins, channels) belongs to: (pieces, bins)."""
    power = (spectra.real**2 + spectra.imag**2).sum(-1)
    wide = np.pad(power, ((0, 0), (REACH, REACH)), constant_values=-1.0)
    bins = power.shape[1]
    peak = np.ones(power.shape, bool)
    for shift in (*range(REACH), *range(REACH + 1, 2 * REACH + 1)):
        peak &= power >= wide[:, shift:shift + bins]
    at = np.arange(bins)
    left = np.maximum.accumulate(np.where(peak, at, -bins), axis=1)
    right = np.minimum.accumulate(np.where(peak, at, 2 * bins)[:, ::-1], axis=1)[:, ::-1]
    return np.where(at - left <= right - at, left, right)


def _spectra(audio: np.ndarray, centres: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Spectra (pieces, bins, channels) complex64 of windowed pieces of a loop round these frames."""
    frames = centres[:, None] + np.arange(len(window)) - len(window) // 2
    pieces = np.take(audio, frames, axis=0, mode="wrap")
    return np.fft.rfft(pieces * window[:, None], axis=1).astype(np.complex64)


def _blocks(count: int) -> Iterator[slice]:
    return (slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK))


def _folded(values: np.ndarray, length: int) -> np.ndarray:
    """Values (n, ...) laid round and round a circle of `length`: (length, ...)."""
    padded = np.concatenate((values, np.zeros((-len(values) % length, *values.shape[1:]), values.dtype)))
    return padded.reshape(-1, length, *values.shape[1:]).sum(axis=0)
