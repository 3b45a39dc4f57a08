"""How many beats a loop holds: a whole number, from its length and what is known of its tempo. Pure; any thread."""

from __future__ import annotations

from collections.abc import Sequence

from unloop_py.beats.grid import BeatGrid

USUAL_BPM = 110.0
"""Where nothing else is known, a loop has the tempo nearest to this one that makes whole bars, or halves of one."""
SURE = 0.5
"""The least confidence at which a tracked grid is believed."""


def beats_of_loop(
    length_frames: int, sample_rate: int, beats_per_bar: int = 4, grid: BeatGrid | None = None, near_bpm: float = USUAL_BPM
) -> int:
    """A whole number of beats, at least 1.

    Parameters
    ----------
    length_frames, sample_rate : int
    beats_per_bar : int
    grid : BeatGrid, optional
        What a tracker heard in it; believed when it is sure, and the tempo is near a foot's.
    near_bpm : float
        The tempo to be near to, where no grid is.
    """
    if grid is not None and grid.confidence >= SURE:
        return grid.beats
    beats = near_bpm * length_frames / (60.0 * sample_rate)
    return min(_likely(beats_per_bar, beats), key=lambda count: (abs_ratio(count, beats), count))


def abs_ratio(one: float, other: float) -> float:
    """How many times one is the other, the larger over the smaller."""
    return max(one / other, other / one)


def _likely(beats_per_bar: int, beats: float) -> Sequence[int]:
    """1, 2, and bars in powers of two, up to past `beats`."""
    counts = [1, 2, beats_per_bar]
    while counts[-1] < beats:
        counts.append(2 * counts[-1])
    return counts
