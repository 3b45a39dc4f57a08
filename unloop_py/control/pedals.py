"""SooperLooper's names for commands, and what a pedal means by being held or pressed twice.

Pure data and arithmetic. A word such as ``record_or_overdub`` or ``solo_next`` stands for one command or several, told to one
loop and to all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from unloop_py.control.commands import COMMANDS
from unloop_py.control.nearest import nearest
from unloop_py.errors import CommandError

HOLD_S = 1.0
"""A pedal held so long means its momentary sense."""
DOUBLE_S = 0.5
"""Two presses within it are one double press."""


class Step(NamedTuple):
    """One command of a word, its argument, and whether all other loops are told it instead.

    The command ``end`` ends what is being recorded or laid on; ``record_or_overdub`` records where there is no loop yet, ends that, and
    overdubs from then on.
    """

    name: str
    argument: int | None = None
    others: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """What may be pressed.

    Attributes
    ----------
    steps : tuple of Step
    whom : {"this", "next", "previous"}
        The loop that is meant: the one that is told, or the neighbour of the one that is selected.
    selects : bool
        Whether that one is selected from now on.
    if_silent : Step, optional
        In the last step's place where that loop turns and is not heard: pressed, it is brought back and not laid onto.
    """

    steps: tuple[Step, ...]
    whom: Literal["this", "next", "previous"] = "this"
    selects: bool = False
    if_silent: Step | None = None


_END_OTHERS = Step("end", others=True)
_ALONE = (Step("solo", 0, others=True), Step("solo", 1))
_HEARD = Step("mute", 0)
_SOLO = (Step("solo", 0, others=True), Step("solo"))    # again: all are heard


def _plain() -> dict[str, Word]:
    rows = [row for row in COMMANDS if row.scope == "loop" and row.argument in ("none", "toggle")]
    return {row.name: Word((Step(row.name),)) for row in rows}


def _handed_on(word: str, steps: tuple[Step, ...], selects: bool) -> dict[str, Word]:
    """A word, and its forms that mean the loop after and the one before the selected one."""
    return {word: Word(steps, selects=selects), f"{word}_next": Word(steps, "next", True), f"{word}_prev": Word(steps, "previous", True)}


WORDS: dict[str, Word] = {
    **_plain(),
    "mute_on": Word((Step("mute", 1),)),
    "mute_off": Word((Step("mute", 0),)),
    "pause_on": Word((Step("pause", 1),)),
    "pause_off": Word((Step("pause", 0),)),
    "record_or_overdub": Word((Step("record_or_overdub"),)),
    **_handed_on("solo", _SOLO, selects=False),
    **_handed_on("record_solo", (*_SOLO, Step("record")), selects=False),
    **_handed_on("record_exclusive", (_END_OTHERS, Step("record")), selects=True),
    **_handed_on("record_or_overdub_excl", (_END_OTHERS, Step("record_or_overdub")), selects=True),
    **_handed_on("record_or_overdub_solo", (*_ALONE, Step("record_or_overdub")), selects=True),
    "record_or_overdub_solo": Word((*_ALONE, Step("record_or_overdub")), selects=True, if_silent=_HEARD),
    "record_or_overdub_solo_trig": Word((*_ALONE, Step("record_or_overdub")), selects=True, if_silent=Step("trigger")),
    "record_overdub_end_solo": Word((*_ALONE, Step("end")), selects=True, if_silent=_HEARD),
    "record_overdub_end_solo_trig": Word((*_ALONE, Step("end")), selects=True, if_silent=Step("trigger")),
}
"""What may be hit, pressed and let go, by SooperLooper's names and by ours."""

ONE_BUTTON = tuple(word for word in WORDS if word.startswith("record_or_overdub"))
"""Held, they take back everything; pressed twice, what the first press began and the thing before it."""

WHEN_HELD = {"undo": "undo_all", "redo": "redo_all", "back": "first"}
"""What a press becomes when it is held."""

SOLOS = ("solo", "solo_next", "solo_prev")
"""What a long press gives again, to the same loop, when it is let go."""

MOMENTARY = ("record", "overdub", "multiply", "insert", "replace", "substitute", "mute", "pause", "reverse", "scratch")
"""What a long press ends, by being given again, when it is let go."""

WHILE_HELD = ("melt", "guard")
"""What a pedal does for just as long as it is down, however short."""


def word_of(name: str) -> Word:
    """What a word stands for.

    Raises
    ------
    CommandError
        Names the nearest word.
    """
    if name not in WORDS:
        raise CommandError(f"no press is called {name!r}: the nearest is {nearest(name, WORDS)!r}")
    return WORDS[name]
