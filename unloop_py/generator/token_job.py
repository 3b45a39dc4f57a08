"""Tokens to be made new and nothing else: what one machine can do for another that holds the sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from unloop_py.generator.spec import Cancelled, Progress, Prompt


@dataclass(frozen=True, eq=False, slots=True)
class TokenJob:
    """One batch: the same prompt and sampling steps for all, tokens, masks and seed for each. Plain data, some 10 kB a loop.

    Attributes
    ----------
    codes : ndarray (batch, n_codebooks, steps) int16
        What each begins from.
    passes : ndarray (batch, passes, n_codebooks, steps) uint8
        The masks of each feedback pass: 1 = generate, 0 = keep.
    seeds : tuple of int
        One each, 0..2**63-1; an item's tokens are a function of its own seed, whatever else is in the batch.
    prompt : Prompt
        Only how tokens are drawn is read of it; what is kept is in `passes`.
    sampling_steps : int
        Of the coarse model, in each pass.
    """

    codes: np.ndarray
    passes: np.ndarray
    seeds: tuple[int, ...]
    prompt: Prompt
    sampling_steps: int


TokenSampler = Callable[[TokenJob, Progress | None, Cancelled | None], np.ndarray | None]
"""Makes the tokens of a job, (batch, n_codebooks, steps) int16; None when cancelled. Generator's thread."""
