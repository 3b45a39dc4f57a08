"""From an OSC message of ours to what the bus is asked to do.

A message is understood whole before any of it is done: one that cannot be obeyed changes nothing. Thread: the server's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from unloop_py.control.addresses import QUESTIONS, TOLD_OF_A_LOOP, incoming
from unloop_py.control.bus import Bus
from unloop_py.control.commands import COMMANDS, CommandSpec, read_argument
from unloop_py.control.nearest import nearest
from unloop_py.control.parameters import LAYER_PARAMETERS, MAX_DIGITS, PARAMETERS, Parameter, layer_name
from unloop_py.errors import CommandError, ParameterError
from unloop_py.osc.endpoint import Endpoint, source_of
from unloop_py.osc.messages import Message
from unloop_py.osc.patterns import is_list, is_pattern, matches

Send = Callable[[Endpoint, bytes], None]
"""Sends a packet to an endpoint. Thread: the server's."""

_PARAMETERS = {parameter.name: parameter for parameter in PARAMETERS}
_ALIASES = {alias: parameter for parameter in PARAMETERS for alias in parameter.aliases}
_LOOP_COMMANDS = {command.name: command for command in COMMANDS if command.scope == "loop"}
_GLOBAL_COMMANDS = {command.name: command for command in COMMANDS if command.scope == "global"}
_GLOBAL_PARAMETERS = {name: parameter for name, parameter in (_PARAMETERS | _ALIASES).items() if parameter.scope == "global"}
_QUESTIONS = tuple(question.address.removeprefix("/unloop/") for question in QUESTIONS)
_ADDRESSES = tuple(address.address.replace("/N/", "/1/").replace("/M/", "/0/") for address in incoming() if "<" not in address.address)


@dataclass(frozen=True, slots=True)
class Order:
    """One thing that a message asks for, ready to be done.

    Attributes
    ----------
    do : callable
        Takes the engine frame at which it takes effect, or None for at once. May raise UnloopError.
    to_the_frame : bool
        Whether the instrument can place it on a frame; what it cannot is done when its time has come.
    """

    do: Callable[[int | None], None]
    to_the_frame: bool


class Dispatcher:
    """Turns messages into orders.

    Parameters
    ----------
    bus : Bus
    answer_value : callable
        Called as ``answer_value(loop, name, sender)`` for a parameter that is asked for, or one of `TOLD_OF_A_LOOP`.
    answer_question : callable
        Called as ``answer_question(name, arguments, sender)`` for the messages in `addresses.QUESTIONS`.
    """

    def __init__(
        self,
        bus: Bus,
        answer_value: Callable[[int, str, Endpoint], None],
        answer_question: Callable[[str, tuple[object, ...], Endpoint], None],
    ) -> None:
        self._bus = bus
        self._answer_value = answer_value
        self._answer_question = answer_question

    @property
    def addresses(self) -> tuple[str, ...]:
        """What there is, the first loop's for all loops', for who has mistyped one."""
        return _ADDRESSES

    def orders(self, message: Message, sender: Endpoint) -> list[Order] | None:
        """What the message asks for; empty for a button's release, None for an address that is not one of ours.

        Raises
        ------
        UnloopError
            Names the value, the limits and the cure; nothing was done.
        """
        match message.address.split("/"):
            case ["", root, name] if matches(root, "unloop"):
                return self._for_instrument(name, message, sender)
            case ["", root, "loop", loop, name] if matches(root, "unloop"):
                return self._for_loops(self._loops(loop), name, message, sender)
            case ["", root, "group", group, name] if matches(root, "unloop"):
                return self._for_loops(self._group(group), name, message, sender, together=True)
            case ["", root, "loop", loop, "layer", layer, name] if matches(root, "unloop"):
                return self._for_layers(self._loops(loop), layer, name, message, sender)
        return None

    def _for_instrument(self, part: str, message: Message, sender: Endpoint) -> list[Order]:
        orders: list[Order] = []
        names = _named(part, (*_GLOBAL_COMMANDS, *_GLOBAL_PARAMETERS, *_QUESTIONS), by_any_pattern=())
        for name in names:
            if name in _GLOBAL_COMMANDS:
                orders += self._command(None, _GLOBAL_COMMANDS[name], message, sender)
            elif name in _GLOBAL_PARAMETERS:
                orders.append(self._parameter(0, _GLOBAL_PARAMETERS[name], message, sender))
            else:
                orders.append(self._question(name, message, sender))
        return orders

    def _for_loops(self, loops: list[int], part: str, message: Message, sender: Endpoint, together: bool = False) -> list[Order]:
        """Commands and parameters of several loops; what flips does so `together`: on, unless it is on in all of them."""
        names = _named(part, (*_LOOP_COMMANDS, *_PARAMETERS, *_ALIASES, *TOLD_OF_A_LOOP), by_any_pattern=tuple(_PARAMETERS))
        orders: list[Order] = []
        for loop in loops:
            for name in names:
                if name in _LOOP_COMMANDS:
                    orders += self._command(loop, _LOOP_COMMANDS[name], message, sender, loops if together else [])
                elif name in TOLD_OF_A_LOOP:
                    orders.append(self._reading(loop, name, message, sender))
                else:
                    orders.append(self._parameter(loop, _PARAMETERS.get(name) or _ALIASES[name], message, sender))
        return orders

    def _for_layers(self, loops: list[int], layer: str, part: str, message: Message, sender: Endpoint) -> list[Order]:
        rows = {row.name: row for row in LAYER_PARAMETERS}
        names = _named(part, tuple(rows), by_any_pattern=tuple(rows))
        orders = []
        for loop in loops:
            for number in self._layers(loop, layer):
                orders += [self._parameter(loop, replace(rows[name], name=layer_name(number, name)), message, sender) for name in names]
        return orders

    def _layers(self, loop: int, part: str) -> list[int]:
        count = self._bus.status(loop).layers
        found = [layer for layer in range(count) if part == "all" or (is_pattern(part) and matches(part, str(layer)))]
        if not found and part.isascii() and part.isdigit() and len(part) <= MAX_DIGITS and int(part) < count:
            found = [int(part)]
        if not found:
            there = f"must be in 0..{count - 1} or all" if count else "is not there: the loop is empty; record something first"
            raise CommandError(f"layer of loop {loop + 1} {there}, got {part[:20]}")
        return found

    def _group(self, part: str) -> list[int]:
        row = _PARAMETERS["group"]
        wanted = [str(group) for group in range(1, int(row.maximum) + 1) if matches(part, str(group))]
        if not wanted:
            raise CommandError(f"group must be in 1..{row.maximum:g}, got {part}")
        found = [loop for loop in range(self._bus.n_loops) if str(self._bus.get(loop, "group")) in wanted]
        if not found:
            raise CommandError(f"no loop is in group {part}: /unloop/loop/1/group {wanted[0]} puts one there")
        return found

    def _loops(self, part: str) -> list[int]:
        count = self._bus.n_loops
        if part == "selected":
            return list(self._bus.chosen())
        if is_pattern(part):
            found = [loop for loop in range(count) if matches(part, str(loop + 1))]
        else:
            found = [int(part) - 1] if part.isascii() and part.isdigit() and 1 <= int(part) <= count else []
        if not found:
            raise CommandError(f"loop must be in 1..{count}, got {part}")
        return found

    def _command(
        self, loop: int | None, command: CommandSpec, message: Message, sender: Endpoint, flips_with: Sequence[int] = ()
    ) -> list[Order]:
        press = read_argument(command, message.arguments)
        if press is None:
            return []
        if command.argument == "toggle" and press.argument is None and flips_with:
            are_on = all(getattr(self._bus.status(other), press.name) for other in flips_with)
            press = replace(press, argument=int(not are_on))

        def do(frame: int | None) -> None:
            self._bus.command(loop, press.name, press.argument, frame, source_of(sender))

        return [Order(do, to_the_frame=loop is not None)]

    def _parameter(self, loop: int, parameter: Parameter, message: Message, sender: Endpoint) -> Order:
        if not message.arguments:
            return Order(lambda frame: self._answer_value(loop, parameter.name, sender), to_the_frame=False)
        if len(message.arguments) > 1:
            raise ParameterError(
                f"{parameter.name} takes one value in {parameter.range_text}, or none to ask; got {len(message.arguments)}"
            )
        value = parameter.convert(message.arguments[0])

        def do(frame: int | None) -> None:
            self._bus.set(loop, parameter.name, value, source_of(sender), frame)

        return Order(do, to_the_frame=parameter.acts == "at once" and parameter.scope != "layer")

    def _reading(self, loop: int, name: str, message: Message, sender: Endpoint) -> Order:
        if message.arguments:
            raise CommandError(f"{name} is told and cannot be set: without a value it is asked for")
        return Order(lambda frame: self._answer_value(loop, name, sender), to_the_frame=False)

    def _question(self, name: str, message: Message, sender: Endpoint) -> Order:
        return Order(lambda frame: self._answer_question(name, message.arguments, sender), to_the_frame=False)


def _named(part: str, names: tuple[str, ...], by_any_pattern: tuple[str, ...]) -> list[str]:
    """The names that a part of an address stands for.

    A wildcard stands for parameters only: ``/unloop/loop/1/*`` asks for everything and must not clear the loop. A
    list such as ``{mute,lock}`` names what it means, so it may stand for commands too.
    """
    if not is_pattern(part):
        found = [part] if part in names else []
    else:
        found = [name for name in (names if is_list(part) else by_any_pattern) if matches(part, name)]
    if not found:
        raise CommandError(f"nothing here is called {part!r:.60}: the nearest is {nearest(part, names)!r}")
    return found
