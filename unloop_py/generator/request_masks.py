"""From a request to its masks: the prompt's or the user's own, with what melts in them and what is guarded.

Marks (`melt`, `guard`) are places in the repetition as it is heard; hints lie on the take. The two differ where the take is stretched.
"""

from __future__ import annotations

import numpy as np

from unloop_py.generator import masks
from unloop_py.generator.prepared_take import PreparedTake
from unloop_py.generator.prompt import build_mask, inpainted
from unloop_py.generator.spec import VariationRequest
from unloop_py.generator.stretch import frames_of_part, steps_of_part, stretch_mask
from unloop_py.units import seconds_to_frames


def masks_of(prepared: PreparedTake, request: VariationRequest, steps_per_second: float) -> tuple[np.ndarray, tuple[str, ...]]:
    """The masks of a request's feedback passes, and notes. The same request gives the same.

    Parameters
    ----------
    prepared : PreparedTake
        The take at its own speed.
    request : VariationRequest
    steps_per_second : float
        Codec steps in a second of the loop.

    Returns
    -------
    passes : ndarray (passes, n_codebooks, steps) uint8
        1 = generate, 0 = keep.
    notes : tuple of str
        What the player should know.
    """
    n_codebooks, steps = prepared.codes.shape
    notes: tuple[str, ...] = ()
    if request.mask is not None:
        made = np.stack([masks.parse(request.mask, n_codebooks, steps)] * request.prompt.feedback_steps)
    else:
        made, notes = _built(prepared, request, steps_per_second)
    melting = masks.marked(request.melt, prepared.length_steps, steps_per_second)
    guarded = masks.marked(request.guard, prepared.length_steps, steps_per_second)
    if request.prompt.stretch > 1:
        source, first = steps_of_part(prepared.length_steps, request.prompt.stretch, request.part)
        made = stretch_mask(made, source, first)
        guarded &= first                                                     # what was added cannot be kept
    made[..., melting] = masks.GENERATE
    made[..., guarded] = masks.KEEP
    return made, notes


def asked_by_place(request: VariationRequest, frames: int, sample_rate: int) -> np.ndarray:
    """Where (frames,) bool the player asks for new sound by its place, which is made even over silence."""
    melting = masks.marked(request.melt, frames, sample_rate) & ~masks.marked(request.guard, frames, sample_rate)
    if request.mask is not None or (asked := inpainted(request.prompt)) is None:
        return melting
    at = frames_of_part(frames, request.prompt.stretch, request.part)        # an inpaint's seconds are the take's
    start, end = (seconds_to_frames(second, sample_rate) for second in asked)
    return melting | ((at >= start) & (at < end))


def _built(prepared: PreparedTake, request: VariationRequest, steps_per_second: float) -> tuple[np.ndarray, tuple[str, ...]]:
    """The masks of the prompt (passes, n_codebooks, steps), and its notes."""
    built = [build_mask(request.prompt, n_codebooks=prepared.codes.shape[0], length_steps=prepared.length_steps,
                        steps_per_second=steps_per_second, grid=prepared.grid, onsets=prepared.onsets,
                        sample_rate=prepared.take.sample_rate, rng=np.random.default_rng([request.seed, number]))
             for number in range(request.prompt.feedback_steps)]
    return np.stack([mask for mask, _ in built]), built[0][1]
