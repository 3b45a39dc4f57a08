"""SooperLooper's words: its presses, and its ``set`` and ``get`` by its table of controls. Thread: the server's."""

from __future__ import annotations

import math
from collections.abc import Callable

from unloop_py.control.bus import Bus
from unloop_py.control.commands import by_name as command_by_name
from unloop_py.control.commands import read_argument
from unloop_py.control.parameters import by_name as parameter_by_name
from unloop_py.control.sooperlooper import Control, by_name, output
from unloop_py.errors import CommandError
from unloop_py.osc.dispatch import Order, Send
from unloop_py.osc.endpoint import Endpoint, source_of
from unloop_py.osc.messages import Message, encode
from unloop_py.osc.subscribers import read_subscription

GLOBAL = -2
"""The number by which SooperLooper's answers name what all loops share."""
_PRESSES = {"hit": "hit", "down": "down", "up": "up", "upforce": "forceup", "forceup": "forceup"}


class SooperLooper:
    """SooperLooper's addresses on the bus.

    Parameters
    ----------
    bus : Bus
    send : callable
        Called as ``send(endpoint, packet)``.
    """

    addresses = (*(f"/sl/0/{name}" for name in (*_PRESSES, "set", "get")), "/set", "/get")
    """What it understands, for who has mistyped one."""

    def __init__(self, bus: Bus, send: Send) -> None:
        self._bus = bus
        self._send = send

    def orders(self, message: Message, sender: Endpoint) -> list[Order] | None:
        """What a message asks for; None when it is not one of SooperLooper's.

        Raises
        ------
        UnloopError
            Names the value, the limits and the cure; nothing was done.
        """
        match message.address.split("/"):
            case ["", "sl", "-2", ("set" | "get") as name] | ["", ("set" | "get") as name]:
                return self._control([None], name, message, sender)
            case ["", "sl", loop, ("set" | "get") as name]:
                return self._control([*self._loops(loop)], name, message, sender)
            case ["", "sl", loop, name] if name in _PRESSES:
                return self._presses(self._loops(loop), _PRESSES[name], message, sender)
        return None

    def _loops(self, part: str) -> list[int]:
        """Loops as SooperLooper counts them: from 0, -1 for all and -3 for the one that is selected."""
        count = self._bus.n_loops
        named = {"-1": list(range(count)), "-3": list(self._bus.chosen())} | {str(loop): [loop] for loop in range(count)}
        if part not in named:
            raise CommandError(f"loop must be in 0..{count - 1}, -1 for all or -3 for the selected one, got {part}")
        return named[part]

    def _presses(self, loops: list[int], name: str, message: Message, sender: Endpoint) -> list[Order]:
        press = read_argument(command_by_name(name), message.arguments)
        assert press is not None

        def give(loop: int) -> Order:
            return Order(lambda frame: self._bus.command(loop, press.name, press.argument, frame, source_of(sender)), to_the_frame=True)

        return [give(loop) for loop in loops]

    def _control(self, loops: list[int | None], name: str, message: Message, sender: Endpoint) -> list[Order]:
        if name == "set":
            return [Order(set_control(self._bus, loop, message.arguments, source_of(sender)), to_the_frame=True) for loop in loops]
        return [
            Order(lambda frame, number=loop: self._answer(number, message.arguments, sender), to_the_frame=False) for loop in loops
        ]

    def _answer(self, loop: int | None, arguments: tuple[object, ...], sender: Endpoint) -> None:
        control, address, path = read_return(arguments)
        value = get_control(self._bus, loop, control)
        to = read_subscription(address, sender).endpoint
        self._send(to, encode(path, GLOBAL if loop is None else loop, control, value))


def set_control(bus: Bus, loop: int | None, arguments: tuple[object, ...], source: str) -> Callable[[int | None], None]:
    """What ``set control value`` asks for, ready to be done at a frame; `loop` None is what all loops share.

    Raises
    ------
    UnloopError
        Names the control or the value and the cure; nothing was done.
    """
    if len(arguments) != 2:
        raise CommandError(f"set takes a control and its value, got {len(arguments)} arguments")
    row = by_name(str(arguments[0]), "loop" if loop is not None else "global")
    value = _number(arguments[1])
    if row.kind == "status":
        raise CommandError(f"{row.name} can only be asked for: get {row.name}")
    if row.kind == "command":
        return lambda frame: _press(bus, row, value, source)
    ours = row.read(value, bus.sample_rate)
    if math.isnan(ours):  # nothing that ours would have to be told
        return lambda frame: None
    parameter = parameter_by_name(row.ours)
    converted = parameter.convert(ours)
    return lambda frame: bus.set(loop or 0, row.ours, converted, source, frame)


def get_control(bus: Bus, loop: int | None, name: str) -> float:
    """What a control has now, as SooperLooper would say it. Raises ParameterError for one that it has not."""
    row = by_name(name, "loop" if loop is not None else "global")
    if row.name == "selected_loop_num":
        chosen = bus.chosen()
        return float(chosen[0]) if len(chosen) == 1 else -1.0
    if row.kind == "command":
        return 0.0
    if row.kind == "status":
        number = loop or 0
        return output(row.name, bus.status(number), float(bus.get(number, "speed")))
    return float(row.to_theirs(float(bus.get(loop or 0, row.ours)), bus.sample_rate))


def read_return(arguments: tuple[object, ...]) -> tuple[str, tuple[str, str], str]:
    """The control, the host and port, and the path that ``get control returl retpath`` names. Raises CommandError."""
    host, _, port = str(arguments[1]).removeprefix("osc.udp://").rstrip("/").rpartition(":") if len(arguments) == 3 else ("", "", "")
    if not host or not str(arguments[2]).startswith("/"):
        raise CommandError("get takes a control, an address such as osc.udp://127.0.0.1:9999/ and a path such as /answer")
    return str(arguments[0]), (host, port), str(arguments[2])


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]  # TypeError is caught
    except (TypeError, ValueError, OverflowError):
        raise CommandError(f"set takes a number, got {value!r:.60}") from None


def _press(bus: Bus, row: Control, value: float, source: str) -> None:
    if row.name == "selected_loop_num":
        if value < 0.0:
            bus.command(None, "select_all", source=source)
        else:
            bus.command(None, "select", int(min(value, 1e6)) + 1, source=source)
    elif row.ours == "save_loop":
        for loop in bus.chosen():
            bus.command(loop, row.ours, source=source)
    else:
        bus.command(None, row.ours, source=source)
