"""Masks: which tokens are kept as hints and which are made. Small pure functions from shape and numbers.

A mask is a uint8 array, 1 = generate, 0 = keep; time masks have shape (steps,), token masks (n_codebooks, steps).
Steps lie on a circle: what reaches past one end of the loop goes on at the other. Drawn as strings, ``#`` is a kept
token and ``.`` one to be made.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from unloop_py.errors import ParameterError

GENERATE, KEEP = 1, 0
EDGE = 1e-6
"""Places by which a span may miss the boundary of one for its seconds having been rounded."""


def everything(steps: int) -> np.ndarray:
    """Generate all: the mask without a hint."""
    return np.full(steps, GENERATE, np.uint8)


def periodic(steps: int, period: int, width: int = 1, phase: int = 0) -> np.ndarray:
    """Keep `width` steps round every `period`-th one, beginning at `phase`; period 0 keeps none, 1 all.

    The hints are centred on steps phase, phase + period, ...; of an even width the larger half lies to the right.
    Where `period` does not divide `steps` the last gap before `phase` is shorter than the others.
    """
    if period == 0:
        return everything(steps)
    return around(steps, (np.arange(0, steps, period) + phase), before=(width - 1) // 2, after=width // 2)


def around(steps: int, centres: Iterable[int], *, before: int, after: int) -> np.ndarray:
    """Keep each of `centres` with `before` steps to its left and `after` to its right, across the seam too."""
    mask = everything(steps)
    centres = np.asarray(list(centres), np.int64).reshape(-1, 1)
    mask[(centres + np.arange(-before, after + 1)) % steps] = KEEP
    return mask


def spans(steps: int, starts: Sequence[float], ends: Sequence[float]) -> np.ndarray:
    """Keep every step that a span from `starts` to `ends` (in steps, fractions allowed) touches.

    A span may begin before 0 or end past `steps`: it goes on at the other side. An empty span keeps the step it is in.
    """
    mask = everything(steps)
    for start, end in zip(starts, ends, strict=True):
        first = int(np.floor(start))
        count = max(int(np.ceil(end)) - first, 1)
        mask[(first + np.arange(min(count, steps))) % steps] = KEEP
    return mask


def marked(spans: Iterable[tuple[float, float]], length: float, per_second: float) -> np.ndarray:
    """The places (ceil(length),) bool of a circle that spans in seconds touch; ``per_second`` of them go by in one.

    A span that ends where it began is empty; one that ends before it began goes on at the head. The last place of a circle
    whose length is no whole number is only begun where the head comes again.
    """
    touched = np.zeros(math.ceil(length), bool)
    for start, end in spans:
        first, last = start * per_second, end * per_second
        reach = last - first if last >= first else (last - first) % length
        first %= length
        for low, high in ((first, min(first + reach, length)), (0.0, min(first + reach - length, length))):
            if high - low > 2 * EDGE:
                touched[math.floor(low + EDGE):math.ceil(high - EDGE)] = True
    return touched


def onsets(steps: int, onset_steps: Iterable[int], width: int) -> np.ndarray:
    """Keep `width` steps before each onset and `width` from it on, an onset at step 0 included; width 0 keeps none."""
    if width == 0:
        return everything(steps)
    return around(steps, onset_steps, before=width, after=width - 1)


def prefix(steps: int, count: int) -> np.ndarray:
    """Keep the first `count` steps; more than there are keeps all."""
    mask = everything(steps)
    mask[:max(count, 0)] = KEEP
    return mask


def suffix(steps: int, count: int) -> np.ndarray:
    """Keep the last `count` steps; more than there are keeps all."""
    return prefix(steps, count)[::-1].copy()


def inpaint(steps: int, start: int, end: int) -> np.ndarray:
    """Generate steps start..end-1 and keep the rest."""
    mask = np.full(steps, KEEP, np.uint8)
    mask[max(start, 0):max(end, 0)] = GENERATE
    return mask


def for_codebooks(time_mask: np.ndarray, n_codebooks: int, kept: int) -> np.ndarray:
    """Spread a time mask over codebooks: hints keep the `kept` lowest of `n_codebooks`, the others are generated.

    Returns an array (n_codebooks, steps). More than there are keeps all.
    """
    mask = np.full((n_codebooks, time_mask.shape[-1]), GENERATE, np.uint8)
    mask[:kept] = time_mask
    return mask


def dropout(mask: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Turn `share` of a time mask's hint steps back to generate: exactly round(share * hints) of them, no step twice."""
    hints = np.flatnonzero(mask == KEEP)
    dropped = mask.copy()
    dropped[rng.permutation(hints)[:round(share * hints.size)]] = GENERATE
    return dropped


def union(*masks: np.ndarray) -> np.ndarray:
    """Keep what any of the masks keeps."""
    return np.minimum.reduce(masks)


def intersection(*masks: np.ndarray) -> np.ndarray:
    """Keep only what all of the masks keep."""
    return np.maximum.reduce(masks)


def draw(mask: np.ndarray) -> str | tuple[str, ...]:
    """A time mask as one string, a token mask as a tuple of them, coarsest codebook first."""
    if mask.ndim == 1:
        return "".join("#" if value == KEEP else "." for value in mask)
    return tuple(draw(row) for row in mask)


def parse(rows: str | Sequence[str], n_codebooks: int, steps: int) -> np.ndarray:
    """A mask of the user's own: one row for all codebooks, or one for each.

    Returns an array (n_codebooks, steps). Raises ParameterError for another shape or another character.
    """
    rows = (rows,) if isinstance(rows, str) else tuple(rows)
    if len(rows) not in (1, n_codebooks):
        raise ParameterError(f"a mask has 1 row or one for each of the model's {n_codebooks} codebooks, got {len(rows)}")
    for row in rows:
        if len(row) != steps:
            raise ParameterError(f"a mask row has one character for each of the loop's {steps} steps, got {len(row)}")
        if strange := set(row) - set("#."):
            raise ParameterError(f"a mask row is drawn with # (keep) and . (generate), got {min(strange)!r}")
    mask = np.array([[KEEP if character == "#" else GENERATE for character in row] for row in rows], np.uint8)
    return np.ascontiguousarray(np.broadcast_to(mask, (n_codebooks, steps)))
