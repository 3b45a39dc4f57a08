"""Each repetition has a seed of its own, derived from the player's. Pure; any thread."""

from __future__ import annotations

_MASK = (1 << 64) - 1


def derive_seed(seed: int, index: int) -> int:
    """Seed of repetition `index` under the player's `seed`.

    Parameters
    ----------
    seed : int
        The parameter `seed`, or any base, >= 0.
    index : int
        Repetition, from 1.

    Returns
    -------
    int
        1..2**53-1, so that it survives JSON and OSC clients that hold numbers as doubles. Neighbouring seeds and indices
        give unrelated values: the finaliser of SplitMix64 (Steele, Lea, Flood 2014) over the two, one after the other.
    """
    return _mix(_mix(seed & _MASK) + index) >> 11 or 1


def seed_of_repetition(seed: int, index: int, locked: bool) -> int:
    """Seed of repetition `index` under the player's `seed`, >= 1; with `locked` every repetition has the first one's."""
    return derive_seed(seed, 1 if locked else index)


def _mix(value: int) -> int:
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)
