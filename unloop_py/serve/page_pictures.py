"""How a loop is drawn on the page: its outline, and under it the tokens that stay and those that are new. Pure.

Shapes without colours: those are the style sheet's, which knows day and night.
"""

from __future__ import annotations

import numpy as np

PLACES = 360
"""Places of an outline."""
LOWEST = 0.012
"""So much is drawn where there is silence, that a loop is one line."""


def outline_of(audio: np.ndarray) -> np.ndarray:
    """How far a sound, float32 (frames, channels), swings at each of `PLACES` places or fewer: (places,) float32, 0..1."""
    peaks = np.abs(audio).max(axis=1)
    starts = np.unique(np.linspace(0, len(peaks), PLACES, endpoint=False).astype(int))
    swings = np.maximum.reduceat(peaks, starts)
    return (swings / max(float(swings.max()), 1e-9)).astype(np.float32)


def outline_picture(outline: np.ndarray) -> str:
    """An outline as SVG: bars up and down from the middle."""
    bars = "".join(f"M{at} {100 - height}v{2 * height}" for at, height in enumerate(np.round(98 * np.maximum(outline, LOWEST)).astype(int)))
    return (f'<svg class="wave" viewBox="-0.5 0 {len(outline)} 200" preserveAspectRatio="none" aria-hidden="true">'
            f'<path d="{bars}"/></svg>')


def mask_picture(mask: np.ndarray, described: str) -> str:
    """A mask (n_codebooks, steps), 1 = new, as SVG: what stays is drawn on what is new, the coarsest codebook at the bottom.

    Parameters
    ----------
    described : str
        The same in words, for those who do not see it.
    """
    n_codebooks, steps = mask.shape
    kept = "".join(f"M{first} {n_codebooks - 1 - row}h{last - first}v1h{first - last}z"
                   for row in range(n_codebooks) for first, last in _runs(mask[row] == 0))
    return (f'<svg class="mask" viewBox="0 0 {steps} {n_codebooks}" preserveAspectRatio="none" role="img" aria-label="{described}">'
            f'<rect width="{steps}" height="{n_codebooks}"/><path d="{kept}"/></svg>')


def kept_share(mask: np.ndarray) -> float:
    """The share of the tokens that stay, 0..1."""
    return float(1.0 - mask.mean())


def _runs(true: np.ndarray) -> list[tuple[int, int]]:
    """Where a row (steps,) bool is True: from where to before where."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], true, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]
