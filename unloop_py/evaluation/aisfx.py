"""aisfx: an embedding of sound at 44.1 kHz, full band, that was trained to tell sound effects apart.

The network is X-Sequential-CE of Ma and Lerch, "Representation Learning for the Automatic Indexing of Sound Effects
Libraries", ISMIR 2022: a CNN of 9 layers on 96 mel bands, 512 numbers for every 2.3 s. Its weights come from the package
``aisfx`` 0.1.2 (PyPI), which is read and never imported; weights and paper are CC BY 4.0, (c) 2022 A.B. Ma and A. Lerch.
The spectrogram is Essentia's (FrameCutter, Windowing, MelBands with ``htkMel``, ``warping``, ``unit_sum``), as in the paper.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from unloop_py.errors import ModelError
from unloop_py.evaluation.packages import package_file

SAMPLE_RATE = 44_100
FFT_SIZE, HOP = 2048, 1024
N_BANDS = 96
HIGHEST_LOG = 9.457798957824707  # the loudest band of all their training data
PATCH_FRAMES, PATCH_HOP = 100, 50
EPSILON = 1e-5                   # torch's own in batch normalisation
BATCH = 4                        # patches at once: more do not fit the cache of a small machine


class Aisfx:
    """See the module's text; implements ``embeddings.Embedding``."""

    name = "aisfx"
    sample_rate = SAMPLE_RATE
    dimensions = 512
    patch_frames = FFT_SIZE // 2 + (PATCH_FRAMES - 1) * HOP

    def __init__(self, path: Path | None = None) -> None:
        """Read the weights of ``path``, by default the package's. Raises UnloopError."""
        weights = _weights(path or package_file("aisfx", "aisfx/models/checkpoint.pth"))
        self._layers = [
            [_folded(weights, f"embedding_net.conv_block{block}", layer) for layer in (1, 2)] for block in (1, 2, 3, 4)
        ]

    @torch.inference_mode()
    def patches(self, audio: np.ndarray) -> np.ndarray:
        """Embeddings (n, 512) float64 of mono audio (samples,) at 44.1 kHz; n = 1 + a patch every 1.16 s after the first."""
        logs = spectrogram(audio)
        starts = range(0, max(logs.shape[0] - PATCH_FRAMES, 0) + 1, PATCH_HOP)
        blocks = torch.stack([logs[start : start + PATCH_FRAMES] for start in starts])[:, None]     # (n, 1, frames, bands)
        blocks = blocks.contiguous(memory_format=torch.channels_last)
        return torch.cat([self._network(part) for part in blocks.split(BATCH)]).double().numpy()

    def _network(self, x: Tensor) -> Tensor:
        for number, block in enumerate(self._layers):
            for weight, bias in block:
                x = F.relu_(F.conv2d(x, weight, bias, padding=1))
            if number < 3:
                x = F.max_pool2d(x, 2)
        return x.mean(dim=3).amax(dim=2)


def spectrogram(audio: np.ndarray) -> Tensor:
    """Normalised log-mel powers (frames, 96), frame i centred on sample 1024 i."""
    x = torch.from_numpy(np.ascontiguousarray(audio, np.float32))
    window = torch.hann_window(FFT_SIZE, periodic=False)
    spectrum = torch.stft(x, FFT_SIZE, HOP, window=window, center=True, pad_mode="constant", return_complex=True)
    power = spectrum.real.square() + spectrum.imag.square()                                          # (bins, frames)
    return torch.log10(1e4 * (_bands() @ power).T + 1) / HIGHEST_LOG


def _bands() -> Tensor:
    """Triangles on HTK's mel scale, straight in mel, each summing to 1: (96, bins)."""
    bins = _mel(np.arange(FFT_SIZE // 2 + 1) * SAMPLE_RATE / FFT_SIZE)
    edges = np.linspace(0, _mel(SAMPLE_RATE / 2), N_BANDS + 2)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.maximum(0, np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle)))
    return torch.from_numpy((triangles / triangles.sum(axis=1, keepdims=True)).astype(np.float32))


def _mel(hertz: np.ndarray | float) -> np.ndarray:
    return 2595 * np.log10(1 + np.asarray(hertz) / 700)


def _weights(path: Path) -> dict[str, Tensor]:
    # The file holds a table of numpy integers beside the weights; nothing else is let through.
    from numpy._core.multiarray import scalar

    allowed = [(scalar, "numpy.core.multiarray.scalar"), np.dtype, type(np.dtype("int64"))]
    try:
        with torch.serialization.safe_globals(allowed):
            return dict(torch.load(path, map_location="cpu", weights_only=True)[0])
    except (OSError, RuntimeError, pickle.UnpicklingError, TypeError, ValueError, KeyError, IndexError) as error:
        raise ModelError(f"{path} cannot be read as aisfx's weights ({str(error).splitlines()[0]}): install the package again") from None


def _folded(weights: dict[str, Tensor], block: str, layer: int) -> tuple[Tensor, Tensor]:
    """Weight and bias of a convolution with its batch normalisation folded in."""
    norm = {key: weights[f"{block}.bn{layer}.{key}"] for key in ("weight", "bias", "running_mean", "running_var")}
    scale = norm["weight"] / torch.sqrt(norm["running_var"] + EPSILON)
    weight = weights[f"{block}.conv{layer}.weight"] * scale[:, None, None, None]
    return weight.contiguous(memory_format=torch.channels_last), norm["bias"] - norm["running_mean"] * scale
