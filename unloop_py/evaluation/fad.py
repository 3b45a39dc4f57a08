"""Fréchet audio distance: how far a set of sounds as a whole is from a set of real ones (Kilgour et al., Interspeech 2019).

Each set is a cloud of embeddings, taken for a Gaussian; the distance is Fréchet's between the two. Three things keep small
sets honest: the clouds are projected on the principal axes of the reference (there are fewer patches than dimensions),
both sides have equally many patches (the distance is biased by their number), and every value is printed between a floor,
real audio against other real audio, and a ceiling, white noise.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from unloop_py.errors import UnloopError
from unloop_py.evaluation.embeddings import Embedding, embed

logger = logging.getLogger(__name__)

AXES = 32
DRAWS = 200
CONFIDENCE = 0.95


class TooLittleAudio(UnloopError):
    """Too few patches to speak of a distribution."""


@dataclass(frozen=True)
class Fad:
    """A distance and what it is to be read against.

    Attributes
    ----------
    value : float
        0 or more; in the units of the embedding, so only values of the same embedding and axes can be compared.
    low, high : float
        Interval of 95 %, from drawing the excerpts again.
    floor : float
        Of real audio against other real audio, of as many patches where there are so many.
    ceiling : float
        Of white noise as loud as the reference.
    patches : int
        On each side.
    axes : int
        Principal axes of the reference; fewer than `AXES` where there are too few patches.
    embedding : str
    """

    value: float
    low: float
    high: float
    floor: float
    ceiling: float
    patches: int
    axes: int
    embedding: str

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file."""
        return asdict(self)


def frechet(reference: np.ndarray, other: np.ndarray, axes: int = AXES) -> float:
    """Fréchet distance of two sets of embeddings (n, d) float64 on the first principal axes of ``reference``.

    Where one set has more rows than the other, evenly spaced rows of it are used, as many as the other has. With n rows
    there are at most n - 1 axes. Raises TooLittleAudio below 2 rows.
    """
    reference, other = equal_numbers(reference, other)
    return _distance(*_projected(reference, other, axes))


def bootstrap(
    reference: Sequence[np.ndarray], other: Sequence[np.ndarray], axes: int = AXES, draws: int = DRAWS, seed: int = 0
) -> tuple[float, float, float]:
    """Fréchet distance of two sets, and the interval of 95 % in which it lies: (value, low, high).

    Parameters
    ----------
    reference, other : sequences of ndarray (n_i, d) float64
        The patches of each excerpt. Whole excerpts are drawn again, not patches: those of one excerpt are alike.
    axes, draws, seed : int

    Drawing with repetition leaves fewer different patches, so that the drawn distances are larger than the value; their
    spread is what counts, and is laid round the value.
    """
    rng = np.random.default_rng([seed, 0xFAD])
    value = frechet(np.concatenate(reference), np.concatenate(other), axes)
    basis = _basis(equal_numbers(np.concatenate(reference), np.concatenate(other))[0], axes)
    sides = [[patches @ basis for patches in side] for side in (reference, other)]
    drawn = [
        _distance(*equal_numbers(*(np.concatenate([side[i] for i in rng.integers(len(side), size=len(side))]) for side in sides)))
        for _ in range(draws)
    ]
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(drawn, (tail, 100 - tail)) - np.mean(drawn)
    return value, max(0.0, value + float(min(low, 0.0))), value + float(max(high, 0.0))


class Scale:
    """A reference set of real audio, with its floor and its ceiling, against which any number of sets is measured.

    Parameters
    ----------
    reference : sequence of ndarray (samples,)
        Mono excerpts, as loud as they are to be compared (VampNet: -24 dBFS; `measures.levelled`).
    sample_rate : int
        Hz, of all audio given to this object.
    network : Embedding
    unheard : sequence of ndarray (samples,), optional
        Other real audio, as much of it, for the floor. Without it the floor is of one half of the reference's excerpts
        against the other half; being of fewer patches it is then rather too high than too low.
    axes, seed : int
    """

    def __init__(
        self,
        reference: Sequence[np.ndarray],
        sample_rate: int,
        network: Embedding,
        *,
        unheard: Sequence[np.ndarray] | None = None,
        axes: int = AXES,
        seed: int = 0,
    ) -> None:
        self.sample_rate, self.network, self.axes, self.seed = sample_rate, network, axes, seed
        self._audio, self._unheard = reference, unheard
        if not reference:
            raise TooLittleAudio("the Fréchet distance needs real audio to compare with: none was given")

    def fad(self, other: Sequence[np.ndarray]) -> Fad:
        """The distance of a set of mono excerpts (samples,) to the reference."""
        return self.fad_of_patches(embed(self.network, other, self.sample_rate))

    def fad_of_patches(self, patches: Sequence[np.ndarray]) -> Fad:
        """As `fad`, of embeddings (n_i, d) of each excerpt, for whoever keeps them."""
        if not patches:
            raise TooLittleAudio("the Fréchet distance needs audio to judge: none was given")
        value, low, high = bootstrap(self.patches, patches, self.axes, seed=self.seed)
        count = min(sum(map(len, self.patches)), sum(map(len, patches)))
        return Fad(value, low, high, self.floor, self.ceiling, count, min(self.axes, count - 1), self.network.name)

    @cached_property
    def patches(self) -> list[np.ndarray]:
        """Embeddings (n_i, d) of each excerpt of the reference."""
        patches = embed(self.network, self._audio, self.sample_rate)
        count = sum(map(len, patches))
        if count <= self.axes:
            logger.warning("%d patches of reference audio: the Fréchet distance is taken on %d axes, not %d", count, count - 1, self.axes)
        return patches

    @cached_property
    def floor(self) -> float:
        """The distance of real audio to other real audio; NaN where the reference is one excerpt alone."""
        if self._unheard:
            return frechet(np.concatenate(self.patches), np.concatenate(embed(self.network, self._unheard, self.sample_rate)), self.axes)
        halves = self.patches[::2], self.patches[1::2]
        if not halves[1] or min(sum(map(len, half)) for half in halves) < 2:
            return float("nan")
        return frechet(*(np.concatenate(half) for half in halves), self.axes)

    @cached_property
    def ceiling(self) -> float:
        """The distance of white noise, as long and as loud as the reference."""
        rng = np.random.default_rng([self.seed, 0x0015E])
        noises = [(rng.standard_normal(len(a)) * np.sqrt(np.mean(np.square(a, dtype=np.float64)))).astype(np.float32) for a in self._audio]
        return frechet(np.concatenate(self.patches), np.concatenate(embed(self.network, noises, self.sample_rate)), self.axes)


def fad(
    reference: Sequence[np.ndarray],
    other: Sequence[np.ndarray],
    network: Embedding,
    *,
    sample_rate: int = 44_100,
    unheard: Sequence[np.ndarray] | None = None,
    axes: int = AXES,
    seed: int = 0,
) -> Fad:
    """Fréchet audio distance of one set of mono excerpts (samples,) to another; the parameters are those of `Scale`."""
    return Scale(reference, sample_rate, network, unheard=unheard, axes=axes, seed=seed).fad(other)


def equal_numbers(reference: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both (n, d) with as many rows: evenly spaced ones of the longer."""
    count = min(len(reference), len(other))
    if count < 2:
        raise TooLittleAudio(f"the Fréchet distance needs at least 2 patches a side, got {count}: give it more or longer audio")
    rows = (np.linspace(0, len(side) - 1, count).round().astype(int) for side in (reference, other))
    return tuple(side[row] for side, row in zip((reference, other), rows, strict=True))


def _basis(reference: np.ndarray, axes: int) -> np.ndarray:
    """The first principal axes (d, axes) of (n, d)."""
    centred = reference - reference.mean(axis=0)
    return np.linalg.svd(centred, full_matrices=False)[2][: min(axes, len(reference) - 1)].T


def _projected(reference: np.ndarray, other: np.ndarray, axes: int) -> tuple[np.ndarray, np.ndarray]:
    basis = _basis(reference, axes)
    return reference @ basis, other @ basis


def _distance(reference: np.ndarray, other: np.ndarray) -> float:
    """Fréchet distance of the Gaussians of two sets (n, axes) float64."""
    mean = float(np.sum((reference.mean(axis=0) - other.mean(axis=0)) ** 2))
    first, second = (np.cov(side, rowvar=False).reshape(side.shape[1], -1) for side in (reference, other))
    # The trace of the root of a product of covariances is that of a symmetric matrix, whose eigenvalues are safe to find.
    values, vectors = np.linalg.eigh(first)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0)).sum()
    return max(0.0, mean + float(np.trace(first) + np.trace(second) - 2 * cross))
