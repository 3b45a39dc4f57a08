"""The name that a wrong name was meant to be. Pure; any thread."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

_COMPARED = 8  # of the names with the most of what is rare in common
_LONGEST = 64  # of a wrong name, in characters: what follows says no more


def nearest(name: str, names: Iterable[str]) -> str:
    """The most alike of some names, of which there is at least one: by the pairs of letters that they share.

    A front end that is sent rubbish asks thousands of times a second: `difflib` would take a millisecond, this some tens of microseconds.
    """
    known = tuple(names)
    wanted = _pairs(name[:_LONGEST])
    index = _index(known)
    shared = Counter(number for pair in wanted for number in index.get(pair, ()))
    few = heapq.nlargest(_COMPARED, shared, key=lambda number: shared[number] / (len(wanted) + len(_pairs(known[number]))))

    def alike(number: int) -> float:
        others = _pairs(known[number])
        return len(wanted & others) / (len(wanted) + len(others))

    return known[max(few or range(len(known)), key=alike)]


@lru_cache(maxsize=64)
def _index(names: tuple[str, ...]) -> dict[str, list[int]]:
    """Which names a pair of letters is in, without the pairs that are in most, by which none is told from another."""
    index: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        for pair in _pairs(name):
            index.setdefault(pair, []).append(number)
    return {pair: where for pair, where in index.items() if len(where) <= max(4, len(names) // 2)}


@lru_cache(maxsize=4096)
def _pairs(word: str) -> frozenset[str]:
    """The letters that stand beside each other, the ends counting as letters."""
    framed = f" {word} "
    return frozenset(framed[at : at + 2] for at in range(len(framed) - 1))
