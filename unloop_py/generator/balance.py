"""The balance of low and high: a variation has its take's, so that the sixty-fourth generation still sounds like the first.

Power in half-octave bands of the whole loop's spectrum, all channels together, and one filter for all of them; on the
circle, so nothing happens at the seam. Pure functions of arrays (frames, channels), float32. Any thread.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

RANGE_DB = 4.0
"""The most by which a band is corrected, up or down: what the model left out is not blown up out of its noise."""
LOWEST_HZ, BANDS = 60.0, 18
"""Centre of the lowest band; each of the others lies half an octave above the one before, the last at 21.7 kHz."""
SILENT = 1e-10
"""Power below which a band has nothing to match: -100 dBFS."""
ROUNDS = 4
"""Bands overlap, so a band's gain moves its neighbours: after four rounds they stand within 0.1 dB."""


def band_levels(audio: np.ndarray, sample_rate: int) -> np.ndarray:
    """Level of each band in dB, (BANDS,)."""
    power = torch.fft.rfft(_channels(audio)).abs().square().sum(dim=0)
    return _levels(power, _places(audio, sample_rate), len(audio)).numpy()


def matched(audio: np.ndarray, wanted: np.ndarray, sample_rate: int) -> np.ndarray:
    """``audio`` with the band levels ``wanted`` (BANDS,), as far as RANGE_DB goes; its own loudness stays."""
    channels, places = _channels(audio), _places(audio, sample_rate)
    spectrum = torch.fft.rfft(channels)
    power = spectrum.abs().square().sum(dim=0)
    gain_db = torch.zeros(BANDS)
    low = places.long().clamp_max(BANDS - 2)
    for _ in range(ROUNDS):
        between = gain_db[low] + (gain_db[low + 1] - gain_db[low]) * (places - low)          # straight lines between bands
        shaped = 10 ** (between / 20)
        missing_db = torch.from_numpy(wanted) - _levels(power * shaped.square(), places, len(audio))
        # A loudness that is off is no matter of balance: it must not use up the range.
        gain_db = gain_db + missing_db
        gain_db = (gain_db - gain_db.mean()).clamp(-RANGE_DB, RANGE_DB)
    loudness = (power.sum() / (power * shaped.square()).sum().clamp_min(SILENT)).sqrt()
    return np.ascontiguousarray(torch.fft.irfft(spectrum * (shaped * loudness), n=len(audio)).numpy().T)


def _channels(audio: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(audio.T, np.float32))


def _places(audio: np.ndarray, sample_rate: int) -> Tensor:
    """Where each frequency of the spectrum lies among the bands, 0..BANDS - 1, not rounded."""
    hertz = torch.arange(len(audio) // 2 + 1) * (sample_rate / len(audio))
    return (2 * torch.log2(hertz.clamp_min(1e-3) / LOWEST_HZ)).clamp(0, BANDS - 1)


def _levels(power: Tensor, places: Tensor, frames: int) -> Tensor:
    low = places.long().clamp_max(BANDS - 2)
    upper = places - low
    found = torch.zeros(BANDS).index_add_(0, low, power * (1 - upper)).index_add_(0, low + 1, power * upper)
    return 10 * torch.log10(2 * found / frames**2 + SILENT)
