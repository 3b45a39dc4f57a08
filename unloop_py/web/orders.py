"""What a page asks, from its text to the bus: read, checked against the tables, obeyed. Thread: the server's."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from unloop_py.control.bus import Bus
from unloop_py.control.commands import MAX_NAME, read_argument
from unloop_py.control.commands import by_name as command_by_name
from unloop_py.control.parameters import by_name as parameter_by_name
from unloop_py.control.parameters import of_layer
from unloop_py.errors import CommandError, UnloopError

MOST_TEXT = 64 * 1024
"""Characters of a message."""
NOT_FROM_THE_PAGE = ("quit",)
Id = str | int | float | None


def read(text: str | None) -> dict[str, Any]:
    """A message. Raises CommandError."""
    if text is None:
        raise CommandError("messages are text, one JSON object each; got bytes")
    if len(text) > MOST_TEXT:
        raise CommandError(f"a message has at most {MOST_TEXT} characters, got {len(text)}; files go up by PUT /loops/N")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise CommandError(f"a message is one JSON object, got {text[:40]!r}") from None
    if not isinstance(message, dict):
        raise CommandError(f"a message is one JSON object, got {text[:40]!r}")
    return message


def id_of(message: dict[str, Any]) -> Id:
    """By what the page knows the answer; None where it gave nothing that could be."""
    found = message.get("id")
    return found if isinstance(found, str | int | float) and not isinstance(found, bool) and len(str(found)) <= 64 else None


class Held:
    """The switches that a page has pressed and not let go. One that goes meanwhile lets go of them all, and no gesture is finished."""

    def __init__(self) -> None:
        self._down: set[tuple[int | None, int | str | None]] = set()

    def note(self, loop: int | None, name: str, number: int | str | None) -> None:
        """A command has been obeyed."""
        if name == "switch_down":
            self._down.add((loop, number))
        elif name in ("switch_up", "switch_lost"):
            self._down = {one for one in self._down if one[1] != number}

    def let_go(self, bus: Bus, source: str) -> None:
        """The page has gone."""
        for loop, number in self._down:
            with contextlib.suppress(UnloopError):  # the loop may have gone as well
                bus.command(loop, "switch_lost", number, None, source)
        self._down.clear()


def command(bus: Bus, message: dict[str, Any], source: str, held: Held) -> None:
    """Obeys a command. Raises UnloopError."""
    spec = command_by_name(word(message, "name"))
    if spec.argument == "file" or spec.name in NOT_FROM_THE_PAGE:
        raise CommandError(f"{spec.name}: not from the page, which sends and fetches files themselves; use the terminal or OSC")
    argument = message.get("argument")
    if not isinstance(argument, str | int | float | None):
        raise CommandError(f"{spec.name}: an argument is a number or a text, got {str(argument)[:40]}")
    press = read_argument(spec, () if argument is None else (argument,))
    if press is None:
        return
    for loop in loops(bus, message) if spec.scope == "loop" else (None,):
        bus.command(loop, press.name, press.argument, None, source)
        held.note(loop, press.name, press.argument)


def set_parameter(bus: Bus, message: dict[str, Any], source: str) -> None:
    """Sets a parameter, a layer's too. Raises UnloopError."""
    name = word(message, "name")
    layer = of_layer(name)
    row = parameter_by_name(name) if layer is None else layer[1]
    value = row.convert(message.get("value"))
    for loop in (0,) if row.scope == "global" else loops(bus, message):
        bus.set(loop, name if layer is not None else row.name, value, source)


def loops(bus: Bus, message: dict[str, Any]) -> tuple[int, ...]:
    """The loops that a message means, from 0. Raises CommandError."""
    loop, count = message.get("loop"), bus.n_loops
    if loop == "selected":
        return bus.chosen()
    if not isinstance(loop, int) or isinstance(loop, bool) or not 1 <= loop <= count:
        raise CommandError(f"loop must be in 1..{count} or selected, got {str(loop)[:20]}")
    return (loop - 1,)


def word(message: dict[str, Any], key: str) -> str:
    """What a message says of itself under a key. Raises CommandError."""
    found = message.get(key)
    if not isinstance(found, str) or not 1 <= len(found) <= MAX_NAME:
        raise CommandError(f"{message['type']} needs a {key}, a word of at most {MAX_NAME} characters, got {str(found)[:40]!r}")
    return found
