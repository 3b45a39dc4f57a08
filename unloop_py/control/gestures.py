"""What a foot does to a switch, as signs, and what each switch means by them. Pure: time comes in as an argument.

A switch acts the moment it goes down. What it turns out to be, the second of two taps or a hold, comes afterwards, and
whoever obeys takes back first what the press alone has done.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from unloop_py.control.commands import command_for_space

WARNING_S = 0.5
"""So long before a switch erases, its light says so."""


class Sign(Enum):
    """What has become of a switch."""

    PRESSED = "pressed"
    """It went down: act."""
    DOUBLED = "doubled"
    """It went down for the second time: the first tap was half of a double tap."""
    SETTLED = "settled"
    """The tap is over and stays one tap."""
    HELD = "held"
    """It is being held: the press was the beginning of a hold."""
    WARNED = "warned"
    """Held on, it erases soon."""
    EASED = "eased"
    """It was let go after the warning, in time."""
    ERASED = "erased"
    """It was held all the way."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a foot is.

    Attributes
    ----------
    tap_s : float
        Two presses no further apart are a double tap.
    hold_s : float
        Down for so long is a hold.
    erase_s : float
        Down for so long erases; never sooner than `WARNING_S` after the hold.
    debounce_s : float
        A contact that closes again so soon was never open.
    """

    tap_s: float = 0.5
    hold_s: float = 1.0
    erase_s: float = 2.5
    debounce_s: float = 0.015

    @property
    def erases_s(self) -> float:
        """When it erases."""
        return max(self.erase_s, self.hold_s + WARNING_S)


class Switch:
    """One switch. Moments are seconds of any clock; a press or release counts from when it happened, if word of it comes late.

    Attributes
    ----------
    down : bool
        Whether it is down, as far as is known.
    """

    def __init__(self) -> None:
        self.down = False
        self._now = float("-inf")
        self._pressed = self._let_go = float("-inf")
        self._open: list[tuple[Sign, float]] = []  # what being held would yet mean, and after how long
        self._single = False  # a second press would make a double tap
        self._settling = False
        self._warned = False

    @property
    def is_busy(self) -> bool:
        """Whether time alone may make something of it."""
        return self._settling or (self.down and bool(self._open))

    def press(self, at_s: float, pace: Pace) -> list[Sign]:
        """It goes down."""
        signs = self.look(at_s, pace)
        at_s = self._in_order(at_s)
        if at_s - max(self._let_go, self._pressed) < pace.debounce_s:
            self.down = True
            return signs
        if self.down:  # its release was lost
            signs += self.release(at_s, pace)
        doubled = self._single and at_s - self._pressed <= pace.tap_s
        self.down = True
        self._pressed = at_s
        self._single = self._settling = not doubled
        self._open = [] if doubled else [(Sign.HELD, pace.hold_s), (Sign.WARNED, pace.erases_s - WARNING_S), (Sign.ERASED, pace.erases_s)]
        return [*signs, Sign.DOUBLED if doubled else Sign.PRESSED]

    def release(self, at_s: float, pace: Pace) -> list[Sign]:
        """It comes up."""
        signs = self.look(at_s, pace)
        if not self.down:
            return signs
        self.down = False
        self._let_go = self._in_order(at_s)
        if self._warned:
            self._warned = False
            self._open = []
            signs.append(Sign.EASED)
        return signs

    def lost(self) -> list[Sign]:
        """It is gone: nothing more comes of it."""
        eased = [Sign.EASED] if self._warned else []
        self.down = self._single = self._settling = self._warned = False
        self._open = []
        return eased

    def look(self, at_s: float, pace: Pace) -> list[Sign]:
        """What has become of it by now."""
        self._now = max(self._now, at_s)
        signs = []
        while self.down and self._open and self._now - self._pressed >= self._open[0][1]:
            sign, _ = self._open.pop(0)
            self._single = self._settling = False
            self._warned = sign == Sign.WARNED
            signs.append(sign)
        if self._settling and not self.down and self._now >= max(self._let_go + pace.debounce_s, self._pressed + pace.tap_s):
            self._settling = False
            self._open = []
            signs.append(Sign.SETTLED)
        return signs

    def _in_order(self, at_s: float) -> float:
        """When it happened; never before what happened before it."""
        return max(at_s, self._pressed, self._let_go)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a switch means.

    Attributes
    ----------
    number : int
        From 1.
    name : str
        One word.
    tap, double, hold : str
        Commands; "" for the first switch, which means what comes next for its loop (`tapped`).
    help : tuple of str
        What people read of each of the three.
    """

    number: int
    name: str
    tap: str
    double: str
    hold: str
    help: tuple[str, str, str]


SWITCHES: tuple[Meaning, ...] = (
    Meaning(1, "play", "", "", "", ("records, plays, overdubs, plays; stopped: plays from the start", "stops",
                            "undo, and held again redo; stopped, and held on: erases")),
    Meaning(2, "keep", "lock", "keep", "back", ("locks the variation, or lets go", "keeps it as the take", "back to the take")),
    Meaning(3, "loop", "select_next", "select_prev", "select_all", ("the next loop", "the loop before", "all loops")),
    Meaning(4, "vary", "generate", "again", "stage_lock", ("varies or repeats", "again what was heard one seam ago",
                                                           "stage lock, on or off")),
)  # fmt: skip
"""Every switch."""

STOPPED = ("paused", "muted")
"""The states in which the first switch finds the loop stopped."""


def tapped(state: str) -> tuple[str, int | None]:
    """The command and argument that a tap of the first switch means in a state (a label such as "playing").

    What comes next, as the space bar means it; but a stopped loop plays from its start, as the loop of a pedal does.
    """
    return ("trigger", None) if state == "paused" else command_for_space(state)
