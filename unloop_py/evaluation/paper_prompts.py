"""The prompts of VampNet's section 4.4 as token masks: compression, periodic, inpaint, beat-driven.

Masks have shape (n_codebooks, steps), uint8, 1 = generate and 0 = keep, and are drawn by the small functions of
`generator.masks`. The instrument's own prompts (`generator.prompt`) differ: its hints may keep some codebooks only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unloop_py.generator import masks

BEAT_MS = 75.0
"""Kept to the right of each beat: about 4 steps."""
PERIODS = (8, 16, 32)
INPAINT_CONTEXTS_S = (1.0, 2.0)


def compression(n_codebooks: int, steps: int, kept: int = 1, period: int = 1, phase: int = 0) -> np.ndarray:
    """Keep the `kept` coarsest codebooks of every `period`-th step from `phase` on."""
    return masks.for_codebooks(masks.periodic(steps, period, phase=phase), n_codebooks, kept)


def periodic(n_codebooks: int, steps: int, period: int, phase: int = 0) -> np.ndarray:
    """Keep all codebooks of every `period`-th step from `phase` on."""
    return compression(n_codebooks, steps, n_codebooks, period, phase)


def inpaint(n_codebooks: int, steps: int, context_s: float, steps_per_second: float) -> np.ndarray:
    """Keep `context_s` seconds at each end, whole: 1 s is 57 steps at 57.4 Hz."""
    count = int(context_s * steps_per_second)
    time_mask = masks.union(masks.prefix(steps, count), masks.suffix(steps, count))
    return masks.for_codebooks(time_mask, n_codebooks, n_codebooks)


def beat_driven(n_codebooks: int, steps: int, beats_s: Sequence[float], steps_per_second: float, *, circular: bool) -> np.ndarray:
    """Keep `BEAT_MS` to the right of each beat (seconds from the start), all codebooks; round the seam of a loop."""
    width = max(1, round(BEAT_MS / 1000.0 * steps_per_second))
    first = np.floor(np.asarray(beats_s, np.float64) * steps_per_second).astype(np.int64).reshape(-1, 1)
    kept = (first + np.arange(width)).ravel()
    kept = kept % steps if circular else kept[(kept >= 0) & (kept < steps)]
    time_mask = masks.everything(steps)
    time_mask[kept] = masks.KEEP
    return masks.for_codebooks(time_mask, n_codebooks, n_codebooks)
