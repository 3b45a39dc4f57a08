"""Answers to what the server itself is asked: subscriptions, how everything stands, what there is. Thread: the server's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from unloop_py.control.addresses import OUTGOING, TOLD_OF_A_LOOP
from unloop_py.control.bus import Bus, Notice
from unloop_py.control.catalogue import about
from unloop_py.control.parameters import LAYER_PARAMETERS, PARAMETERS, layer_name
from unloop_py.control.presets import Preset
from unloop_py.control.scenes import Scene
from unloop_py.errors import CommandError
from unloop_py.osc.dispatch import Send
from unloop_py.osc.endpoint import Endpoint
from unloop_py.osc.messages import encode
from unloop_py.osc.state import encoded, position, readings, whole_state
from unloop_py.osc.subscribers import Subscribers, read_subscription


class Questions:
    """Answers them.

    Parameters
    ----------
    bus : Bus
    subscribers : Subscribers
    send, answer : callable
        ``send(endpoint, packet)``; an answer goes to the other ports of the sender's machine too.
    charge : callable
        ``charge(sender, tokens)`` for what is sent to somebody else.
    counts : callable
        What `/unloop/traffic` tells.
    """

    def __init__(
        self, bus: Bus, subscribers: Subscribers, *, send: Send, answer: Send, charge: Callable[[Endpoint, float], None],
        counts: Callable[[], tuple[int, ...]],
    ) -> None:  # fmt: skip
        self._bus = bus
        self._subscribers = subscribers
        self._send = send
        self._answer = answer
        self._charge = charge
        self._answers = {
            "subscribe": self._subscribe,
            "unsubscribe": lambda arguments, sender: subscribers.remove(read_subscription(arguments, sender).endpoint),
            "state": lambda arguments, sender: self._answer_all(sender, whole_state(bus)),
            "params": self._params,
            "presets": lambda arguments, sender: self._list("presets", bus.presets(), sender),
            "scenes": lambda arguments, sender: self._list("scenes", bus.scenes(), sender),
            "help": self._help,
            "traffic": lambda arguments, sender: answer(sender, encode(OUTGOING["traffic"].address, *counts())),
        }

    def answer_value(self, loop: int, name: str, sender: Endpoint) -> None:
        """A parameter's value, or how something else of a loop stands, as it is told when it changes."""
        if name == "position":
            self._answer(sender, position(self._bus, loop))
        elif name in TOLD_OF_A_LOOP:
            self._answer(sender, encoded(next(notice for notice in readings(self._bus, loop) if notice.kind == name)))
        else:
            self._answer(sender, encoded(Notice("parameter", loop, (name, self._bus.get(loop, name)))))

    def answer(self, name: str, arguments: tuple[object, ...], sender: Endpoint) -> None:
        """Answers one of `addresses.QUESTIONS`, by the last part of its address. Raises UnloopError."""
        self._answers[name](arguments, sender)

    def _subscribe(self, arguments: tuple[object, ...], sender: Endpoint) -> None:
        subscription = read_subscription(arguments, sender)
        self._subscribers.add(subscription, sender)
        state = whole_state(self._bus)
        self._charge(sender, len(state))
        for each in state:
            self._send(subscription.endpoint, each)

    def _answer_all(self, sender: Endpoint, packets: list[bytes]) -> None:
        for packet in packets:
            self._answer(sender, packet)

    def _params(self, arguments: tuple[object, ...], sender: Endpoint) -> None:
        named = [(row.name, row) for row in PARAMETERS] + [(layer_name("M", row.name), row) for row in LAYER_PARAMETERS]
        for name, row in named:
            limits = (_typed(row.kind, row.minimum), _typed(row.kind, row.maximum), _typed(row.kind, row.default))
            self._answer(sender, encode(OUTGOING["params"].address, name, row.kind, *limits, row.unit, row.help))

    def _list(self, name: str, kept: Sequence[Preset] | Sequence[Scene], sender: Endpoint) -> None:
        for one in kept:
            self._answer(sender, encode(OUTGOING[name].address, one.number, one.name, one.help))

    def _help(self, arguments: tuple[object, ...], sender: Endpoint) -> None:
        if len(arguments) > 1:
            raise CommandError(f"help takes one address, a part of one, or nothing; got {len(arguments)} arguments")
        for entry in about(str(arguments[0]) if arguments else ""):
            self._answer(sender, encode(OUTGOING["help"].address, *entry))


def _typed(kind: str, value: float) -> float | int:
    return float(value) if kind == "float" else int(value)
