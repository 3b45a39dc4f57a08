"""The paper's two measures of a set of excerpts made anew: mel error to each take, and Fréchet audio distance to all.

The takes themselves are the reference set, as in VampNet's section 4.4. They are embedded once; so are real audio against
real (the floor) and white noise (the ceiling), between which every distance is to be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unloop_py.evaluation.embeddings import embed, embedding
from unloop_py.evaluation.fad import bounds, fad_of_patches, white_noise
from unloop_py.evaluation.measures import mel_error

RESAMPLES = 1000
"""Of the bootstrap over excerpts for the mean mel error."""


@dataclass(frozen=True)
class Interval:
    """A mean and its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """JSON-ready."""
        return {"value": self.value, "low": self.low, "high": self.high}


def mean_interval(values: Sequence[float], seed: int = 0) -> Interval:
    """Mean of `values` and its bootstrap interval over them."""
    array = np.asarray(values, np.float64)
    drawn = np.random.default_rng(seed).integers(0, len(array), (RESAMPLES, len(array)))
    low, high = np.quantile(array[drawn].mean(axis=1), (0.025, 0.975))
    return Interval(float(array.mean()), float(low), float(high))


class Judge:
    """Compares sets of sounds with the takes that they were made from.

    Parameters
    ----------
    takes : sequence of ndarray (frames,) float32
        At -24 dBFS.
    sample_rate : int
        Hz.
    unheard : sequence of ndarray (frames,) float32
        Other real audio, at that level and as much of it, for the floor; may be empty.
    seed : int
        Of bootstraps and of the white noise.
    """

    def __init__(self, takes: Sequence[np.ndarray], sample_rate: int, unheard: Sequence[np.ndarray] = (), seed: int = 0) -> None:
        self.takes, self.sample_rate, self.unheard, self.seed = list(takes), sample_rate, list(unheard), seed
        self._patches: dict[str, list[np.ndarray]] = {}

    def mel_errors(self, sounds: Sequence[np.ndarray]) -> list[float]:
        """VampNet's mel error of each sound to its take."""
        return [mel_error(take, sound, self.sample_rate) for take, sound in zip(self.takes, sounds, strict=True)]

    def measures(self, sounds: Sequence[np.ndarray], embeddings: Sequence[str] = ("aisfx",)) -> dict[str, Any]:
        """``mel_error`` and, for each embedding, ``fad_NAME``: value, low, high. `sounds` belong to the takes in order."""
        found: dict[str, Any] = {"mel_error": mean_interval(self.mel_errors(sounds), self.seed).to_dict()}
        for name in embeddings:
            fad = fad_of_patches(self.reference(name), embed(embedding(name), sounds, self.sample_rate), seed=self.seed)
            found[f"fad_{name}"] = {"value": fad.value, "low": fad.low, "high": fad.high}
        return found

    def bounds(self, embeddings: Sequence[str] = ("aisfx",)) -> dict[str, dict[str, float | None]]:
        """For each embedding the distance of real audio to real (floor) and of white noise (ceiling)."""
        found = {}
        for name in embeddings:
            rivals = white_noise(self.takes, self.seed), self.unheard
            noise, unheard = (embed(embedding(name), audios, self.sample_rate) for audios in rivals)
            floor, ceiling = bounds(self.reference(name), noise, unheard=unheard or None)
            found[f"fad_{name}"] = {"floor": floor, "ceiling": ceiling}
        return found

    def reference(self, name: str) -> list[np.ndarray]:
        """The takes' patches (n_i, dimensions) of an embedding; embedded once."""
        if name not in self._patches:
            self._patches[name] = embed(embedding(name), self.takes, self.sample_rate)
        return self._patches[name]
