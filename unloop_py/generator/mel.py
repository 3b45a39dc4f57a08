"""Banks of filters on a frequency axis: mel bands as the field draws them, and bands of equal width to the ear."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor


@lru_cache(maxsize=16)
def mel_filters(sample_rate: int, fft_size: int, n_bands: int) -> Tensor:
    """Triangular mel filters (n_bands, fft_size // 2 + 1), Slaney's scale and area normalisation as librosa's default.

    Not to be written to: every caller gets the same tensor.
    """
    # Slaney's scale: linear to 1 kHz (15 mel), then 27 mel a factor of 6.4
    top = 15 + 27 * np.log(sample_rate / 2 / 1000) / np.log(6.4)
    mels = np.linspace(0, top, n_bands + 2)
    edges = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp((mels - 15) * np.log(6.4) / 27))
    hertz = np.arange(fft_size // 2 + 1) * sample_rate / fft_size
    low, mid, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    filters = np.maximum(0, np.minimum((hertz - low) / (mid - low), (high - hertz) / (high - mid))) * 2 / (high - low)
    return torch.from_numpy(filters.astype(np.float32))


def ear_bands(sample_rate: int, fft_size: int, per_erb: float) -> Tensor:
    """A partition of the bins, ``per_erb`` bands to the ear's equivalent rectangular bandwidth: (n_bands, bins) of 0 and 1.

    Glasberg and Moore 1990, equation 4. At the low end, where a bin is wider than that, each bin is a band of its own.
    """
    hertz = np.arange(fft_size // 2 + 1) * sample_rate / fft_size
    number = np.floor(21.4 * np.log10(1 + 0.00437 * hertz) * per_erb)
    band = np.unique(number, return_inverse=True)[1]
    return torch.from_numpy((band == np.arange(band.max() + 1)[:, None]).astype(np.float32))
