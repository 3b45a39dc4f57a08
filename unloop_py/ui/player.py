"""What each key does, taken from the table of keys: the hands of the terminal on the bus."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from unloop_py.config import DEFAULT_SWITCH_KEYS
from unloop_py.control.bus import Bus
from unloop_py.control.commands import KEYS, Key, by_name, command_for_space
from unloop_py.control.gestures import SWITCHES
from unloop_py.control.parameters import by_name as parameter_by_name
from unloop_py.errors import UnloopError
from unloop_py.ui.keys import Twice

SOURCE = "keys"
REPEAT_S = 0.06
"""A key that comes again so soon is being held: no foot is that fast."""
_BY_KEY = {key.key: key for key in KEYS}


class Player:
    """Turn keys into commands and parameter moves on the loop that is selected. One thread.

    Parameters
    ----------
    bus : Bus
    clock : callable
        Monotonic seconds, for keys that must be pressed twice.
    switches : sequence of str
        The keys that are switches under a foot instead, the first switch first: those that a page turner sends. No word comes of their
        coming up, so they can be tapped, once or twice, and not held.
    """

    def __init__(
        self, bus: Bus, clock: Callable[[], float] = time.monotonic, switches: Sequence[str] = DEFAULT_SWITCH_KEYS
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._switches = {key: number for number, key in enumerate(switches, start=1)}
        self._stepped_s: dict[str, float] = {}
        self._twice = {key.key: Twice(clock=clock) for key in KEYS if key.presses == 2}

    def is_switch(self, key: str) -> bool:
        """Whether a key is a switch under a foot."""
        return key in self._switches

    def press(self, character: str) -> str:
        """Do what a key says.

        Returns
        -------
        str
            What the player should read: why a key could not be obeyed, that it wants a second
            press; empty when all is done. A key that no row has does nothing.
        """
        for other, twice in self._twice.items():
            if other != character:
                twice.forget()
        if self.is_switch(character):
            return self._step_on(character)
        key = _BY_KEY.get(character)
        if key is None:
            return ""
        if key.command == "help":
            return _told(KEYS)
        if key.key in self._twice and not self._twice[key.key].press():
            return f"press {key.key} again to {key.help}"
        try:
            self._do(key)
        except UnloopError as error:
            return str(error)
        return ""

    def _step_on(self, key: str) -> str:
        """Tap a switch; why it could not be."""
        now_s, before_s = self._clock(), self._stepped_s.get(key, -math.inf)
        self._stepped_s[key] = now_s
        if now_s - before_s < REPEAT_S:
            return ""
        number, told = self._switches[key], []
        loops = self._bus.chosen()
        tap = SWITCHES[number - 1].tap
        for loop in loops[:1] if tap and by_name(tap).scope == "global" else loops:
            for name in ("switch_down", "switch_up"):
                try:
                    self._bus.command(loop, name, number, source=SOURCE)
                except UnloopError as error:
                    told.append(str(error))
        return "; ".join(dict.fromkeys(told))

    def _do(self, key: Key) -> None:
        if key.command and key.command != "space" and by_name(key.command).scope == "global":
            self._bus.command(None, key.command, key.argument, source=SOURCE)
            return
        for loop in self._bus.chosen():
            self._do_to(loop, key)

    def _do_to(self, loop: int, key: Key) -> None:
        if key.parameter:
            parameter = parameter_by_name(key.parameter)
            value = self._bus.get(loop, key.parameter) + key.step
            # Whole hundredths, or twenty presses of 0.05 would stop just short of the end.
            value = round(min(max(value, parameter.minimum), parameter.maximum), 2)
            self._bus.set(loop, key.parameter, parameter.convert(value), SOURCE)
            return
        name, argument = key.command, key.argument
        if name == "space":
            name, argument = command_for_space(self._bus.status(loop).state)
        self._bus.command(loop, name, argument, source=SOURCE)


def how_to_play() -> str:
    """The keys that a player who starts needs, in one line for the terminal."""
    return _told(tuple(key for key in KEYS if key.first))


def _told(keys: tuple[Key, ...]) -> str:
    return ", ".join(f"{key_name(key.key)}{' twice' if key.presses == 2 else ''} = {key.help}" for key in keys)


def key_name(key: str) -> str:
    """A key as people call it."""
    return "space" if key == " " else key
