"""What of a loop can be looked at: how loud it is all round, and which tokens of its next repetition are kept.

Pure; any thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from unloop_py.errors import CommandError

PEAKS = 256
"""Peaks round a loop, as the bus has them."""
PLACES = 128
"""Places round a loop that are sent over OSC, and the most columns of a mask."""
ALL_KEPT, NONE_KEPT = 9, 0
"""Digits of a mask."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Which tokens of a repetition are kept from the take.

    Attributes
    ----------
    coming : bool
        Whether it is the next repetition's, which is ready; else it is that of what sounds.
    rows : tuple of str
        One for each codebook, the coarsest first, all of the same length, at most `PLACES` signs round the loop: "9" where all
        tokens are kept, "0" where all are made new, digits between for a share. Empty where nothing was made. A repetition
        that is the take itself has one row of nines.
    """

    coming: bool = False
    rows: tuple[str, ...] = ()


DRAWN = 32
"""Signs of the picture that is told of a loop's marks."""
GUARDED, MELTS, UNMARKED = "g", "m", "."
SIGNS = {GUARDED: "stays as it was played", MELTS: "is made new in the next repetition", UNMARKED: "is as the prompts say"}
"""What is marked, sign by sign."""

NO_MASK = Mask()
THE_TAKE = ("9" * PLACES,)
"""The rows of a repetition that is the take itself."""


def peaks_at_places(peaks: Sequence[float]) -> tuple[float, ...]:
    """`PLACES` peaks out of a loop's `PEAKS`; zeros of a loop that has none."""
    width = PEAKS // PLACES
    return tuple(max(peaks[at : at + width], default=0.0) for at in range(0, PEAKS, width))


def kept_at_places(rows: Sequence[str]) -> tuple[float, ...]:
    """The share 0..1 of the tokens that are kept at each of `PLACES` places of a mask; zeros of none."""
    if not rows:
        return (0.0,) * PLACES
    columns = [sum(map(int, column)) / (ALL_KEPT * len(rows)) for column in zip(*rows, strict=True)]
    return tuple(columns[place * len(columns) // PLACES] for place in range(PLACES))


def read_signs(text: str) -> str:
    """A picture of marks as somebody has written it: any number of `SIGNS`, in capitals too, with spaces where they help to count.

    Raises
    ------
    CommandError
        Names the first sign that is none.
    """
    signs = "".join(text.lower().split())
    strange = next((sign for sign in signs if sign not in SIGNS), None)
    if strange is not None:
        known = ", ".join(f"{sign} ({what})" for sign, what in SIGNS.items())
        raise CommandError(f"draw takes the signs {known}, got {strange!r}")
    return signs


def drawn(signs: str, count: int) -> str:
    """The same picture in so many signs."""
    return "".join(signs[place * len(signs) // count] for place in range(count)) if signs else UNMARKED * count
