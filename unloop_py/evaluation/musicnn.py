"""musicnn: an embedding of music at 16 kHz, from a network that was trained to tag it. The second opinion.

The network is MSD_musicnn of Pons and Serra, "musicnn: Pre-trained convolutional neural networks for music audio
tagging" (late-breaking demo, ISMIR 2019), after Pons et al., "End-to-end learning for music audio tagging at scale"
(ISMIR 2018), trained on songs of the Million Song Dataset: 200 numbers (the layer before the tags) for every 3 s. Its
weights come from the package ``musicnn`` 0.1.0 (PyPI), which is read and never imported, nor is TensorFlow; ISC licence,
(c) Music Technology Group, Universitat Pompeu Fabra 2019.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from unloop_py.errors import ModelError
from unloop_py.evaluation.packages import package_file
from unloop_py.evaluation.tf_checkpoint import read_variables
from unloop_py.generator.mel import mel_filters

SAMPLE_RATE = 16_000
FFT_SIZE, HOP = 512, 256
N_BANDS = 96
PATCH_FRAMES, PATCH_HOP = 187, 93
EPSILON = 1e-3  # TensorFlow's own in batch normalisation
BATCH = 1      # a patch fills the cache of one core
# The layers in the order in which TensorFlow numbered them: two that see timbre, three that see rhythm, three that mix.
TIMBRE, RHYTHM, MIXING = (0, 1), (2, 3, 4), (5, 6, 7)
TAGS = (
    "rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s", "alternative rock", "jazz", "beautiful",
    "metal", "chillout", "male vocalists", "classic rock", "soul", "indie rock", "Mellow", "electronica", "80s", "folk", "90s", "chill",
    "instrumental", "punk", "oldies", "blues", "hard rock", "ambient", "acoustic", "experimental", "female vocalist", "guitar", "Hip-Hop",
    "70s", "party", "country", "easy listening", "sexy", "catchy", "funk", "electro", "heavy metal", "Progressive rock", "60s", "rnb",
    "indie pop", "sad", "House", "happy",
)  # fmt: skip


class Musicnn:
    """See the module's text; implements ``embeddings.Embedding``."""

    name = "musicnn"
    sample_rate = SAMPLE_RATE
    dimensions = 200
    patch_frames = (PATCH_FRAMES - 1) * HOP

    def __init__(self, folder: Path | None = None) -> None:
        """Read the weights of ``folder``, by default the package's. Raises UnloopError."""
        folder = folder or package_file("musicnn", "musicnn/MSD_musicnn/.index").parent
        variables = read_variables(folder / ".index", folder / ".data-00000-of-00001")
        self._weights = {name: torch.from_numpy(values.copy()) for name, values in variables.items() if "/Adam" not in name}
        if "dense_1/kernel" not in self._weights:
            raise ModelError(f"{folder} does not hold musicnn's network: install the package again")

    def patches(self, audio: np.ndarray) -> np.ndarray:
        """Embeddings (n, 200) float64 of mono audio (samples,) at 16 kHz; n = 1 + a patch every 1.5 s after the first."""
        return self._penultimate(audio).double().numpy()

    def tags(self, audio: np.ndarray) -> dict[str, float]:
        """How likely each tag is (0..1), the mean over the patches of mono audio (samples,) at 16 kHz."""
        likely = torch.sigmoid(self._dense(self._penultimate(audio), "dense_1")).mean(dim=0)
        return dict(zip(TAGS, likely.tolist(), strict=True))

    @torch.inference_mode()
    def _penultimate(self, audio: np.ndarray) -> Tensor:
        logs = spectrogram(audio)
        starts = range(0, max(logs.shape[0] - PATCH_FRAMES, 0) + 1, PATCH_HOP)
        blocks = torch.stack([logs[start : start + PATCH_FRAMES] for start in starts])[:, None]     # (n, 1, frames, bands)
        return torch.cat([self._network(part) for part in blocks.split(BATCH)])

    def _network(self, x: Tensor) -> Tensor:
        x = self._norm(x, 0)
        timbre = [self._convolved(F.pad(x, (0, 0, 3, 3)), layer).amax(dim=3) for layer in TIMBRE]
        rhythm = [self._convolved(F.pad(x, (0, 0, *self._same(layer))), layer).amax(dim=3) for layer in RHYTHM]
        front = torch.cat((*timbre, *rhythm), dim=1)                                                 # (n, 561, frames)
        mixed = [front]
        for layer in MIXING:
            before = mixed[-1]
            after = self._convolved(F.pad(before, (3, 3)).transpose(1, 2)[:, None], layer)[..., 0]   # (n, 64, frames)
            mixed.append(after + before if layer > MIXING[0] else after)
        features = torch.cat(mixed, dim=1)                                                           # (n, 753, frames)
        pooled = torch.stack((features.amax(dim=2), features.mean(dim=2)), dim=2).flatten(1)         # (n, 1506)
        return self._norm(F.relu(self._dense(self._norm(pooled, 9), "dense")), 10)

    def _convolved(self, x: Tensor, layer: int) -> Tensor:
        """Convolution, rectifier and batch normalisation of (n, in, frames, width)."""
        name = "conv2d" + (f"_{layer}" if layer else "")
        kernel = self._weights[f"{name}/kernel"].permute(3, 2, 0, 1)     # TensorFlow: (frames, width, in, out)
        return self._norm(F.relu_(F.conv2d(x, kernel, self._weights[f"{name}/bias"])), layer + 1)

    def _same(self, layer: int) -> tuple[int, int]:
        """Frames of padding before and after with which TensorFlow keeps the length."""
        surplus = self._weights[f"conv2d_{layer}/kernel"].shape[0] - 1
        return surplus // 2, surplus - surplus // 2

    def _norm(self, x: Tensor, number: int) -> Tensor:
        name = "batch_normalization" + (f"_{number}" if number else "")
        mean, variance, gain, bias = (self._weights[f"{name}/{part}"] for part in ("moving_mean", "moving_variance", "gamma", "beta"))
        return F.batch_norm(x, mean, variance, gain, bias, eps=EPSILON)

    def _dense(self, x: Tensor, name: str) -> Tensor:
        return x @ self._weights[f"{name}/kernel"] + self._weights[f"{name}/bias"]


def spectrogram(audio: np.ndarray) -> Tensor:
    """Log-mel powers (frames, 96), as librosa and musicnn make them (there with 16-bit rounding in between)."""
    x = torch.from_numpy(np.ascontiguousarray(audio, np.float32))
    spectrum = torch.stft(x, FFT_SIZE, HOP, window=torch.hann_window(FFT_SIZE), return_complex=True)
    power = spectrum.real.square() + spectrum.imag.square()
    return torch.log10(1e4 * (mel_filters(SAMPLE_RATE, FFT_SIZE, N_BANDS) @ power).T + 1)
