"""Networks that turn audio into points whose distances mean something: what a Fréchet audio distance is computed on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
import soxr

from unloop_py.errors import ParameterError

NAMES = ("aisfx", "musicnn")


class Embedding(Protocol):
    """A network and what it expects. Any one thread at a time; about 0.05 s a patch on one core."""

    name: str
    sample_rate: int   # Hz
    dimensions: int
    patch_frames: int  # the least audio that makes a patch

    def patches(self, audio: np.ndarray) -> np.ndarray:
        """Embeddings (n, dimensions) float64 of mono audio (at least patch_frames,) at ``sample_rate``."""


@lru_cache(maxsize=2)
def embedding(name: str) -> Embedding:
    """``aisfx`` (44.1 kHz, sound effects) or ``musicnn`` (16 kHz, music). Raises UnloopError, with the cure."""
    if name == "aisfx":
        from unloop_py.evaluation.aisfx import Aisfx

        return Aisfx()
    if name == "musicnn":
        from unloop_py.evaluation.musicnn import Musicnn

        return Musicnn()
    raise ParameterError(f"embedding must be one of {', '.join(NAMES)}, got {name!r}")


def embed(network: Embedding, audios: Sequence[np.ndarray], sample_rate: int) -> list[np.ndarray]:
    """The patches (n, dimensions) of each mono audio (samples,) at ``sample_rate`` Hz.

    Audio shorter than a patch is gone round again, as a loop is.
    """
    resampled = (soxr.resample(np.asarray(audio, np.float32), sample_rate, network.sample_rate) for audio in audios)
    return [network.patches(np.resize(audio, max(len(audio), network.patch_frames))) for audio in resampled]
