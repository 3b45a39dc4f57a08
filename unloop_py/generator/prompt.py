"""From a prompt, the loop's beats and its onsets to the one mask that says which tokens are made.

Positions are seconds on the loop; a step is one hop of the codec. Hints are united. Periodic hints keep only the lowest
codebooks (`compression_prompt`) and may be dropped (`mask_dropout`); what the player names by its place in time (beat,
onset, prefix, suffix, outside an inpaint) keeps every codebook and is never dropped.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from unloop_py.beats.grid import BeatGrid, Onset
from unloop_py.generator import masks
from unloop_py.generator.spec import Prompt

STRONG_ONSET = 0.5
"""An onset counts as strong from this share of the loop's strongest."""
STRONG_ONSETS_PER_SECOND = 2.0
"""No more strong onsets than this, or a roll of hits would leave nothing to vary."""
FALLBACK_PERIOD = 7
"""Periodic prompt of a beat prompt that found no beat, where none was set: the reference's own default."""


def build_mask(prompt: Prompt, *, n_codebooks: int, length_steps: float, steps_per_second: float,
               grid: BeatGrid | None, onsets: Sequence[Onset], sample_rate: int,
               rng: np.random.Generator) -> tuple[np.ndarray, tuple[str, ...]]:
    """The token mask of a prompt on a loop.

    Parameters
    ----------
    prompt : Prompt
    n_codebooks : int
        Of the codec.
    length_steps : float
        The loop's length in steps, not rounded; the circle has the next whole number of them.
    steps_per_second : float
        Codec steps in a second of the loop.
    grid : BeatGrid or None
        None where no beat was found: the beat prompt then falls back to periodic hints, and a note says so.
    onsets : sequence of Onset
    sample_rate : int
        Of the frames in which `onsets` count, in Hz.
    rng : numpy Generator
        Source of the periodic prompt's phase and of dropout.

    Returns
    -------
    mask : ndarray (n_codebooks, steps) uint8
        1 = generate, 0 = keep.
    notes : tuple of str
        What the player should know.
    """
    steps = math.ceil(length_steps)
    notes: list[str] = []
    period = prompt.periodic_prompt
    if prompt.beat_mask_ms > 0 and grid is None:
        period = period or FALLBACK_PERIOD
        notes.append(f"no beat found: periodic {period} used instead")
    phase = int(rng.integers(period)) if period else 0
    periodic = masks.periodic(steps, period, prompt.periodic_width, phase)
    periodic = masks.dropout(periodic, prompt.mask_dropout, rng)

    by_place = [masks.prefix(steps, math.ceil(prompt.prefix_s * steps_per_second)),
                _suffix(prompt.suffix_s * steps_per_second, length_steps)]
    if prompt.beat_mask_ms > 0 and grid is not None:
        reach = prompt.beat_mask_ms / 1000.0 * steps_per_second
        centres = [frame / grid.sample_rate * steps_per_second for frame in grid.beat_frames]
        by_place.append(masks.spans(steps, [c - reach for c in centres], [c + reach for c in centres]))
    if prompt.onset_mask_width > 0:
        strong = strong_onsets(onsets, length_steps / steps_per_second)
        positions = [onset.frame / sample_rate * steps_per_second for onset in strong]
        # The nearest boundary between steps, so that there is as much before the attack as after it; the loop's end is its start.
        nearest = [round(position) if length_steps - position > 0.5 else 0 for position in positions]
        by_place.append(masks.onsets(steps, nearest, prompt.onset_mask_width))
    if prompt.inpaint_end_s > prompt.inpaint_start_s:
        start = math.floor(prompt.inpaint_start_s * steps_per_second)
        end = math.ceil(prompt.inpaint_end_s * steps_per_second)
        if start >= steps:
            notes.append(f"inpaint begins at {prompt.inpaint_start_s:g} s, after the loop's end: nothing is made new")
        by_place.append(masks.inpaint(steps, start, end))
    mask = masks.union(masks.for_codebooks(periodic, n_codebooks, prompt.compression_prompt),
                       masks.for_codebooks(masks.union(*by_place), n_codebooks, n_codebooks))
    return mask, tuple(notes)


def strong_onsets(onsets: Sequence[Onset], length_s: float) -> list[Onset]:
    """The onsets that an onset prompt keeps: the strongest few, in order of strength."""
    most = math.ceil(STRONG_ONSETS_PER_SECOND * length_s)
    ranked = sorted(onsets, key=lambda onset: -onset.strength)
    return [onset for onset in ranked[:most] if onset.strength >= STRONG_ONSET]


def inpainted(prompt: Prompt) -> tuple[float, float] | None:
    """Seconds from where to where the prompt asks for new sound, even over silence; None where it does not."""
    if prompt.inpaint_end_s > prompt.inpaint_start_s:
        return prompt.inpaint_start_s, prompt.inpaint_end_s
    return None


def _suffix(count: float, length_steps: float) -> np.ndarray:
    """Keep the last `count` steps of a loop whose last step is only begun; 0 keeps none."""
    steps = math.ceil(length_steps)
    return masks.suffix(steps, steps - math.floor(length_steps - count) if count > 0 else 0)
