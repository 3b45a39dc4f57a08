"""SooperLooper's names for commands, and what a pedal means by being held or pressed twice.

Pure data and arithmetic. A word such as ``record_or_overdub`` or ``solo_next`` stands for one command or several, each told
to the loop itself, to its neighbours, or to all others.
"""

from __future__ import annotations

import difflib
from typing import Literal, NamedTuple

from unloop_py.control.commands import COMMANDS
from unloop_py.errors import CommandError

HOLD_S = 1.0
"""A pedal held so long means its momentary sense."""
DOUBLE_S = 0.5
"""Two presses within it are one double press."""

Whom = Literal["this", "next", "previous", "others"]


class Step(NamedTuple):
    """One command of a word: to whom, which, and its argument. The command ``end`` ends what is being recorded or laid on."""

    whom: Whom
    name: str
    argument: int | None = None


_END = Step("this", "end")
_END_OTHERS = Step("others", "end")


def _plain() -> dict[str, tuple[Step, ...]]:
    rows = [row for row in COMMANDS if row.scope == "loop" and row.argument in ("none", "toggle")]
    return {row.name: (Step("this", row.name),) for row in rows}


def _alone(begin: str) -> dict[str, tuple[Step, ...]]:
    """The forms of a word that begins something while the others end theirs, or are silent."""
    words = {}
    for ending, first in (("exclusive", _END_OTHERS), ("excl", _END_OTHERS), ("solo", None)):
        if (ending == "exclusive") != (begin == "record") and ending != "solo":
            continue
        word = f"record_{ending}" if begin == "record" else f"record_or_overdub_{ending}"
        words[word] = ((first or Step("this", "solo", 1)), Step("this", begin))
        for whom, suffix in (("next", "next"), ("previous", "prev")):
            over = (_END, _END_OTHERS) if first else (_END, Step("this", "solo", 0), Step(whom, "solo", 1))
            words[f"{word}_{suffix}"] = (*over, Step(whom, begin))
    return words


WORDS: dict[str, tuple[Step, ...]] = {
    **_plain(),
    "mute_on": (Step("this", "mute", 1),),
    "mute_off": (Step("this", "mute", 0),),
    "pause_on": (Step("this", "pause", 1),),
    "pause_off": (Step("this", "pause", 0),),
    "record_or_overdub": (Step("this", "overdub"),),
    "solo_next": (Step("this", "solo", 0), Step("next", "solo", 1)),
    "solo_prev": (Step("this", "solo", 0), Step("previous", "solo", 1)),
    "record_overdub_end_solo": (_END, Step("this", "solo", 1)),
    **_alone("record"),
    **_alone("overdub"),
}
"""What may be hit, pressed and let go, by SooperLooper's names and by ours."""

ONE_BUTTON = tuple(word for word in WORDS if word.startswith("record_or_overdub"))
"""Held, they take back everything; pressed twice, what the first press began and the thing before it."""

WHEN_HELD = {"undo": "undo_all", "redo": "redo_all"}
"""What a press becomes when it is held."""

MOMENTARY = ("record", "overdub", "multiply", "insert", "replace", "substitute", "mute", "pause", "solo", "reverse", "oneshot")
"""What a long press ends when it is let go."""

WHILE_HELD = ("melt", "guard")
"""What a pedal does for just as long as it is down, however short."""


def steps_of(word: str) -> tuple[Step, ...]:
    """What a word stands for.

    Raises
    ------
    CommandError
        Names the nearest word.
    """
    if word not in WORDS:
        near = difflib.get_close_matches(word, WORDS, n=1, cutoff=0.0)
        raise CommandError(f"no press is called {word!r}: the nearest is {near[0]!r}")
    return WORDS[word]
