"""Fréchet audio distance: how far a set of sounds as a whole is from a set of real ones (Kilgour et al., Interspeech 2019).

Each set is a cloud of embeddings, taken for a Gaussian; the distance is Fréchet's between the two. Three things keep small
sets honest: the clouds are projected on the principal axes of the reference (there are fewer patches than dimensions),
both sides have equally many patches (the distance is biased by their number), and every value is printed between a floor,
real audio against other real audio, and a ceiling, white noise.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
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
    """A distance, and where it was asked for what it is to be read against.

    Attributes
    ----------
    value : float
        0 or more; in the units of the embedding, so only values of the same embedding and axes can be compared.
    low, high : float
        Interval of 95 %, from drawing the excerpts again.
    patches : int
        On each side.
    axes : int
        Principal axes of the reference; fewer than `AXES` where there are too few patches.
    floor : float or None
        Of real audio against other real audio.
    ceiling : float or None
        Of white noise as long and as loud as the reference.
    """

    value: float
    low: float
    high: float
    patches: int
    axes: int
    floor: float | None = None
    ceiling: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file."""
        return asdict(self)


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
    """Fréchet audio distance of one set of mono excerpts to another, with its interval, floor and ceiling.

    Parameters
    ----------
    reference, other : sequences of ndarray (samples,)
        As loud as they are to be compared (VampNet: -24 dBFS; `measures.levelled`).
    network : Embedding
    sample_rate : int
        Hz, of all of them.
    unheard : sequence of ndarray (samples,), optional
        Other real audio, as much of it, for the floor; see `bounds`.
    axes, seed : int

    Raises TooLittleAudio where a side has fewer than 2 patches.
    """
    patches, made, noise = (embed(network, audios, sample_rate) for audios in (reference, other, white_noise(reference, seed)))
    more = None if unheard is None else embed(network, unheard, sample_rate)
    floor, ceiling = bounds(patches, noise, unheard=more, axes=axes)
    return replace(fad_of_patches(patches, made, axes=axes, seed=seed), floor=floor, ceiling=ceiling)


def fad_of_patches(reference: Sequence[np.ndarray], other: Sequence[np.ndarray], *, axes: int = AXES, seed: int = 0) -> Fad:
    """The same of embeddings (n_i, d) of each excerpt, without floor and ceiling, for whoever keeps them."""
    count = min(sum(map(len, reference)), sum(map(len, other)))
    value, low, high = bootstrap(reference, other, axes, seed=seed)
    if count <= axes:
        logger.warning("%d patches a side: the Fréchet distance is taken on %d axes, not %d", count, count - 1, axes)
    return Fad(value, low, high, count, min(axes, count - 1))


def bounds(
    reference: Sequence[np.ndarray], noise: Sequence[np.ndarray], *, unheard: Sequence[np.ndarray] | None = None, axes: int = AXES
) -> tuple[float | None, float]:
    """Floor and ceiling of distances to ``reference``; all are embeddings (n_i, d) of each excerpt.

    The floor is the distance to ``unheard``, other real audio. Without it, it is that of every other excerpt to the ones
    between them: being of half the patches, and of other music, it is rather too high than too low. None of one excerpt.
    """
    real, other = (reference, unheard) if unheard else (reference[::2], reference[1::2])
    floor = frechet(np.concatenate(real), np.concatenate(other), axes) if min(sum(map(len, real)), sum(map(len, other))) > 1 else None
    return floor, frechet(np.concatenate(reference), np.concatenate(noise), axes)


def white_noise(reference: Sequence[np.ndarray], seed: int = 0) -> list[np.ndarray]:
    """White noise as long and as loud as each of the mono excerpts (samples,), float32."""
    rng = np.random.default_rng([seed, 0x0015E])
    return [(rng.standard_normal(len(a)) * np.sqrt(np.mean(np.square(a, dtype=np.float64)))).astype(np.float32) for a in reference]


def frechet(reference: np.ndarray, other: np.ndarray, axes: int = AXES) -> float:
    """Fréchet distance of two sets of embeddings (n, d) float64 on the first principal axes of ``reference``.

    Where one set has more rows than the other, evenly spaced rows of it are used, as many as the other has. With n rows
    there are at most n - 1 axes. Raises TooLittleAudio below 2 rows.
    """
    reference, other = equal_numbers(reference, other)
    basis = _basis(reference, axes)
    return _distance(reference @ basis, other @ basis)


def bootstrap(
    reference: Sequence[np.ndarray], other: Sequence[np.ndarray], axes: int = AXES, draws: int = DRAWS, seed: int = 0
) -> tuple[float, float, float]:
    """Fréchet distance of two sets, and the interval of 95 % in which it lies: (value, low, high).

    Parameters
    ----------
    reference, other : sequences of ndarray (n_i, d) float64
        The patches of each excerpt. Whole excerpts are drawn again, not patches: those of one excerpt are alike. Sides
        of as many excerpts are drawn in pairs, as a take and its variation belong together.
    axes, draws, seed : int

    Drawing with repetition leaves fewer different patches, so that the drawn distances are larger than the value; their
    spread is what counts, and is laid round the value.
    """
    rng = np.random.default_rng([seed, 0xFAD])
    if not reference or not other:
        raise TooLittleAudio("the Fréchet distance needs audio on both sides: none was given")
    every = np.concatenate(reference), np.concatenate(other)
    value = frechet(*every, axes)
    basis = _basis(equal_numbers(*every)[0], axes)
    sides = [[patches @ basis for patches in side] for side in (reference, other)]
    drawn = np.empty(draws)
    for i in range(draws):
        first = rng.integers(len(reference), size=len(reference))
        second = first if len(other) == len(reference) else rng.integers(len(other), size=len(other))
        drawn[i] = _distance(*equal_numbers(*(np.concatenate([side[j] for j in some])
                                              for side, some in zip(sides, (first, second), strict=True))))
    tail = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(drawn, (tail, 100 - tail)) - np.mean(drawn)
    return value, max(0.0, value + float(min(low, 0.0))), value + float(max(high, 0.0))


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


def _distance(reference: np.ndarray, other: np.ndarray) -> float:
    """Fréchet distance of the Gaussians of two sets (n, axes) float64."""
    mean = float(np.sum((reference.mean(axis=0) - other.mean(axis=0)) ** 2))
    first, second = (np.cov(side, rowvar=False).reshape(side.shape[1], -1) for side in (reference, other))
    # The trace of the root of a product of covariances is that of a symmetric matrix, whose eigenvalues are safe to find.
    values, vectors = np.linalg.eigh(first)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0)).sum()
    return max(0.0, mean + float(np.trace(first) + np.trace(second) - 2 * cross))
