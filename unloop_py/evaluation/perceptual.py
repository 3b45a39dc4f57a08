"""How near a codec's sound is to what went in: distances between two pieces of audio that lie on top of each other.

Pure functions of mono arrays (samples,), equally long. Any thread. VampNet's own mel error is in `measures`.
"""

from __future__ import annotations

import numpy as np
import soxr
import torch
from torch import Tensor

from unloop_py.evaluation.packages import missing
from unloop_py.generator.mel import mel_filters

# DAC (Kumar et al. 2023, section 3.5): mel bands for each FFT size, from a click's length to a chord's.
DAC_MEL_SCALES = ((32, 5), (64, 10), (128, 20), (256, 40), (512, 80), (1024, 160), (2048, 320))
DAC_STFT_SIZES = (2048, 512)
CLAMP = 1e-5
ZIMTOHRLI_RATE = 48_000
SI_SDR_LIMIT_DB = 100.0


def zimtohrli(reference: np.ndarray, other: np.ndarray, sample_rate: int) -> float:
    """Perceived quality of ``other`` as a mean opinion score, 1 (bad) to 5 (no difference heard).

    Zimtohrli (Alakuijala et al. 2025), a model of the ear; a full-scale sine is taken to be 80 dB SPL. Raises PackageMissing.
    """
    try:
        from zimtohrli import mos_from_signals
    except ModuleNotFoundError:
        raise missing("zimtohrli") from None
    _check(reference, other)
    return float(mos_from_signals(*(soxr.resample(_mono(audio), sample_rate, ZIMTOHRLI_RATE) for audio in (reference, other))))


def si_sdr(reference: np.ndarray, other: np.ndarray) -> float:
    """Scale-invariant signal-to-distortion ratio in dB (Le Roux et al., ICASSP 2019), within +-100.

    It compares waveforms: a codec that rebuilds phases, as the bundled one does, scores low however good it sounds.
    """
    _check(reference, other)
    s, x = (_mono(audio).astype(np.float64) - np.mean(audio, dtype=np.float64) for audio in (reference, other))
    target = s * (np.dot(x, s) / max(np.dot(s, s), 1e-20))
    least = 10 ** (-SI_SDR_LIMIT_DB / 10)
    wanted, off = np.dot(target, target), np.dot(x - target, x - target)
    return float(10 * np.log10(np.clip(wanted / max(off, 1e-30), least, 1 / least)))


def stft_distance(reference: np.ndarray, other: np.ndarray) -> float:
    """DAC's multi-scale STFT distance: L1 of magnitudes and of log10 powers, summed over FFT sizes 2048 and 512."""
    _check(reference, other)
    total = 0.0
    for fft_size in DAC_STFT_SIZES:
        first, second = (magnitudes(audio, fft_size) for audio in (reference, other))
        logs = (first.clamp_min(CLAMP).square().log10() - second.clamp_min(CLAMP).square().log10()).abs().mean()
        total += float(logs + (first - second).abs().mean())
    return total


def mel_distance(reference: np.ndarray, other: np.ndarray, sample_rate: int) -> float:
    """DAC's multi-scale log-mel distance: L1 of log10 mel magnitudes, summed over seven FFT sizes from 32 to 2048."""
    _check(reference, other)
    total = 0.0
    for fft_size, n_bands in DAC_MEL_SCALES:
        filters = mel_filters(sample_rate, fft_size, n_bands)
        first, second = ((filters @ magnitudes(audio, fft_size)).clamp_min(CLAMP).log10() for audio in (reference, other))
        total += float((first - second).abs().mean())
    return total


def magnitudes(audio: np.ndarray, fft_size: int) -> Tensor:
    """Magnitudes (bins, frames) of a Hann-windowed transform, hop a quarter of ``fft_size``, ends mirrored."""
    x = torch.from_numpy(_mono(audio))
    return torch.stft(x, fft_size, fft_size // 4, window=torch.hann_window(fft_size), return_complex=True).abs()


def _mono(audio: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(audio, np.float32)


def _check(reference: np.ndarray, other: np.ndarray) -> None:
    assert reference.ndim == 1 and reference.shape == other.shape, f"two mono arrays of one length, got {reference.shape}, {other.shape}"
