"""Distances between two pieces of audio, as the field defines them. Pure functions of arrays; no model is loaded."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from unloop_py.generator.mel import mel_filters

MEL_SCALES = ((2048, 150), (512, 80))  # (FFT size, bands): VampNet, section 4.2
CLAMP = 1e-5
LEVEL_DB = -24.0


def levelled(audio: np.ndarray) -> np.ndarray:
    """``audio`` (samples,) at -24 dBFS RMS."""
    return audio * np.float32(10 ** (LEVEL_DB / 20) / max(float(np.sqrt(np.mean(np.square(audio)))), 1e-4))


def log_mel(audio: np.ndarray, sample_rate: int, fft_size: int, n_bands: int) -> Tensor:
    """log10 mel magnitudes (n_bands, frames) of mono audio (samples,), hop a quarter of the FFT size, clamped at 1e-5."""
    x = torch.from_numpy(np.ascontiguousarray(audio, np.float32))
    spectrum = torch.stft(x, fft_size, fft_size // 4, window=torch.hann_window(fft_size), return_complex=True).abs()
    return (mel_filters(sample_rate, fft_size, n_bands) @ spectrum).clamp_min(CLAMP).log10()


def mel_error(reference: np.ndarray, other: np.ndarray, sample_rate: int) -> float:
    """VampNet's multiscale mel error (section 4.2): L1 between log-mel spectrograms, summed over MEL_SCALES.

    Both arrays mono (samples,), equally long; both are scaled by the gain that brings ``reference`` to -24 dBFS RMS.
    The logarithm is to base 10 of magnitudes, as in descript-audiotools with ``pow=1``.
    """
    gain = 10 ** (LEVEL_DB / 20) / max(float(np.sqrt(np.mean(np.square(reference, dtype=np.float64)))), 1e-9)
    return sum(
        float((log_mel(reference * gain, sample_rate, n, m) - log_mel(other * gain, sample_rate, n, m)).abs().mean())
        for n, m in MEL_SCALES
    )
