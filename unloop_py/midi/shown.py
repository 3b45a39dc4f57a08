"""What a light shows and how: a colour and whether it blinks, from what the loop is doing. Pure, but for what it asks the bus."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from unloop_py.control.bus import LoopStatus
from unloop_py.control.midi_bindings import Binding
from unloop_py.control.nearest import nearest
from unloop_py.errors import BindingError


class Look(NamedTuple):
    """How a light looks: "off" or a colour, of `COLOURS`; whether it blinks, and quickly."""

    colour: str = "off"
    blinks: bool = False
    quickly: bool = False


class Seen(Protocol):
    """What is asked of the bus."""

    n_loops: int

    def generating(self) -> bool: ...

    def chosen(self) -> tuple[int, ...]: ...

    def stage_locked(self) -> bool: ...

    def status(self, loop: int) -> LoopStatus: ...


COLOURS = ("off", "on", "red", "yellow", "green", "blue")
"""What a profile may say messages for; where it says none for a colour, ``on`` is sent."""

STATES = {
    "off": "off", "recording": "red", "overdubbing": "yellow", "replacing": "yellow", "substituting": "yellow", "multiplying": "yellow",
    "inserting": "yellow", "delaying": "yellow", "playing": "green", "oneshot": "green", "scratching": "green", "muted": "blue",
    "paused": "blue",
}  # fmt: skip
"""The colour of each state."""

_STATE_OF = {
    "record": "recording", "overdub": "overdubbing", "replace": "replacing", "substitute": "substituting",
    "multiply": "multiplying", "insert": "inserting", "play": "playing", "pause": "paused", "oneshot": "oneshot",
    "scratch": "scratching", "delay_trigger": "delaying", "mute_trigger": "muted", "trigger": "playing",
}  # fmt: skip
_FLAGS = ("mute", "lock", "solo", "reverse", "cue", "melt", "guard")
OTHERS = ("state", "pending", "generating", "late", "generate", "selected", "erasing", "stage_lock", "held")
SHOWS = (*STATES, *_STATE_OF, *_FLAGS, *OTHERS)
"""Everything that a light may show."""


def shown_by(binding: Binding) -> str:
    """What the light on a control shows that does this: whether it is so, or for the rest whether it is held."""
    if binding.switch == 1 or binding.press.startswith("record_or_overdub"):
        return "state"
    what = binding.press or binding.command
    if what == "select":
        return "selected"
    return what if what in SHOWS else "held"


def check_shows(shows: str) -> str:
    """The same, if a light can show it. Raises BindingError."""
    if shows not in SHOWS:
        near = nearest(shows, SHOWS)
        raise BindingError(f"a light cannot show {shows!r:.40}: the nearest is {near!r}")
    return shows


def look(shows: str, loop: int, bus: Seen, held: bool = False) -> Look:
    """How a light looks now.

    Parameters
    ----------
    shows : str
        One of `SHOWS`.
    loop : int
        From 0; one that is not there is dark.
    bus : Seen
    held : bool
        Whether the control that the light is on is down.
    """
    if shows == "held":
        return Look("on" if held else "off")
    if shows == "generate":
        return Look("on" if bus.generating() else "off")
    if shows == "stage_lock":
        return Look("on" if bus.stage_locked() else "off")
    if not 0 <= loop < bus.n_loops:
        return Look()
    if shows == "selected":
        return Look("on" if loop in bus.chosen() else "off")
    status = bus.status(loop)
    if shows in ("state", "erasing") and status.erasing:
        return Look("red", True, True)
    if shows == "state":
        if status.pending:
            coming = _STATE_OF.get(status.pending, "playing")
            return Look(STATES[coming if coming != status.state else "playing"], True)
        return Look(STATES.get(status.state, "on"))
    if shows == "pending":
        return Look("on", True) if status.pending else Look()
    if shows == "generating":
        return {"on": Look("green"), "loading": Look("yellow", True)}.get(status.gen_state, Look())
    if shows == "erasing":
        return Look()
    if shows == "late":
        return Look("red" if status.late else "off")
    if shows in _FLAGS:
        return Look("on" if getattr(status, shows) else "off", status.pending == shows)
    state = _STATE_OF.get(shows, shows)
    waits = status.pending == shows
    return Look(STATES[state] if waits or status.state == state else "off", waits)
