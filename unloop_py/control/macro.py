"""What the one knob ``variation`` means: the prompts and the temperature that it moves together.

A table of five points and straight lines between them. Reading a column downwards tells what the knob does: hints come
more seldom (``periodic_prompt``), carry fewer codebooks (``compression_prompt``), are dropped now and then
(``mask_dropout``), and the choice among tokens grows freer (``temperature``). Beat one (``prefix_s``) and the
strongest onsets (``onset_mask_width``) are kept at every setting, so that a loop at full variation still lands with the player.
"""

from bisect import bisect_right

# variation: periodic_prompt, compression_prompt, onset_mask_width, prefix_s, mask_dropout, temperature
_POINTS = (0.0, 0.25, 0.5, 0.75, 1.0)
_MOVED: dict[str, tuple[float, ...]] = {
    "periodic_prompt": (1, 1, 2, 5, 13),  # one hint in so many steps; 0 would mean none, so the knob stops at 13
    "compression_prompt": (14, 8, 8, 6, 4),  # codebooks a periodic hint keeps; more than the model has means all
    "onset_mask_width": (1, 1, 1, 1, 1),  # steps either side of a strong onset
    "prefix_s": (0.05, 0.05, 0.05, 0.05, 0.05),  # beat one; long enough that the player's own audio is heard there
    "mask_dropout": (0.0, 0.0, 0.0, 0.05, 0.1),
    "temperature": (0.8, 0.8, 0.8, 0.9, 1.0),
}
# Prompts that the knob does not use, and puts back to "off" when it takes over from a custom setting.
_STILL: dict[str, float] = {
    "periodic_width": 1,
    "beat_mask_ms": 0.0,
    "suffix_s": 0.0,
    "inpaint_start_s": 0.0,
    "inpaint_end_s": 0.0,
}
_WHOLE = frozenset({"periodic_prompt", "compression_prompt", "onset_mask_width", "periodic_width"})


def prompts_for(variation: float) -> dict[str, float | int]:
    """The raw prompts and the temperature that a value of ``variation`` means.

    Pure; any thread.

    Parameters
    ----------
    variation : float
        0..1. 0 is the take's own samples (the caller need not generate at all), 1 the freest.

    Returns
    -------
    dict of str to float or int
        One value for every name in `MACRO_NAMES`, each within its parameter's range. Values never move back as
        ``variation`` grows: each column is monotone.

    Raises
    ------
    ValueError
        If ``variation`` lies outside 0..1 (callers convert user input with `parameters.Parameter.convert` first).
    """
    if not 0.0 <= variation <= 1.0:
        raise ValueError(f"variation must be in 0..1, got {variation}")
    right = min(bisect_right(_POINTS, variation), len(_POINTS) - 1)
    left = right - 1
    share = (variation - _POINTS[left]) / (_POINTS[right] - _POINTS[left])
    prompts: dict[str, float | int] = {}
    for name, column in _MOVED.items():
        value = column[left] * (1.0 - share) + column[right] * share
        prompts[name] = round(value) if name in _WHOLE else round(value, 4)
    for name, value in _STILL.items():
        prompts[name] = int(value) if name in _WHOLE else value
    return prompts


MACRO_NAMES: frozenset[str] = frozenset(_MOVED) | frozenset(_STILL)
"""The raw prompts that ``variation`` moves; touching one of them by hand makes the setting custom."""
