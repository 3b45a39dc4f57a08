"""Which of the held-out excerpts a study looks at."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal, TypeVar

import numpy as np

from unloop_py.evaluation.held_out import Excerpt

EXCERPT_S = 10.0
"""Length of an excerpt: VampNet, section 4.4."""

Kind = Literal["all", "loops", "ten seconds"]
"""All there are; loops alone, where a seam matters (a cut out of a longer piece has a seam of its own); or pieces of ten
seconds, as the paper's figures are of, cut from what is as long."""

T = TypeVar("T")


def select(pool: Sequence[Excerpt], kind: Kind, count: int) -> tuple[list[Excerpt], list[Excerpt]]:
    """At most `count` excerpts of a kind, and as many others that no study makes anew, where there are as many.

    Where there is none of the kind, loops are whatever there is, and short loops are gone round until ten seconds are full.
    """
    if kind == "all":
        return spread(pool, count), []
    if kind == "loops":
        return spread([excerpt for excerpt in pool if excerpt.is_loop] or pool, count), []
    pieces = [ten_seconds(excerpt) for excerpt in pool if excerpt.seconds >= EXCERPT_S] or [ten_seconds(excerpt) for excerpt in pool]
    if len(pieces) < 2 * count:
        return spread(pieces, count), []
    pieces = spread(pieces, 2 * count)
    return pieces[::2], pieces[1::2]


def ten_seconds(excerpt: Excerpt) -> Excerpt:
    """The first ten seconds; a loop is gone round until they are full."""
    frames = round(EXCERPT_S * excerpt.sample_rate)
    if len(excerpt.audio) == frames and not excerpt.is_loop:
        return excerpt
    return dataclasses.replace(excerpt, audio=np.resize(excerpt.audio, frames), is_loop=False)


def spread(items: Sequence[T], most: int) -> list[T]:
    """At most so many of the items, evenly spaced, in order."""
    return list(items) if len(items) <= most else [items[i] for i in np.linspace(0, len(items) - 1, most).round().astype(int)]
