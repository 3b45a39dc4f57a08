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
    pairs, index = _index(known)
    wanted = _pairs(name[:_LONGEST])
    shared = Counter(number for pair in wanted for number in index.get(pair, ()))
    few = heapq.nlargest(_COMPARED, shared, key=lambda number: shared[number] / (len(wanted) + len(pairs[number])))
    return known[max(few or range(len(known)), key=lambda number: len(wanted & pairs[number]) / (len(wanted) + len(pairs[number])))]


@lru_cache(maxsize=64)
def _index(names: tuple[str, ...]) -> tuple[list[frozenset[str]], dict[str, list[int]]]:
    """The pairs of each name; and which names a pair is in, without the pairs that are in most, by which none is told from another."""
    pairs = [_pairs(name) for name in names]
    index: dict[str, list[int]] = {}
    for number, those in enumerate(pairs):
        for pair in those:
            index.setdefault(pair, []).append(number)
    return pairs, {pair: where for pair, where in index.items() if len(where) <= max(4, len(names) // 2)}


def _pairs(word: str) -> frozenset[str]:
    """The letters that stand beside each other, the ends counting as letters."""
    framed = f" {word} "
    return frozenset(framed[at : at + 2] for at in range(len(framed) - 1))
