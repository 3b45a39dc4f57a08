"""Who among SooperLooper's clients is told of which control: when it changes, or every so many milliseconds. Thread: the server's."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from unloop_py.control.bus import Bus, LoopStatus, Notice
from unloop_py.control.parameters import GLOBAL_NAMES
from unloop_py.control.sooperlooper import Control, changed_by
from unloop_py.errors import CommandError
from unloop_py.osc.endpoint import Endpoint, same_machine, sender_of
from unloop_py.osc.sooperlooper_controls import row_of, value_of

GLOBAL, ALL, SELECTED = -2, -1, -3
"""The numbers that stand for what all loops share, for every loop, and for the selected one."""

MAX_CLIENTS = 64
MAX_UPDATES = 4096
"""The most that one client may have itself told."""
SHORTEST_MS, LONGEST_MS, STEP_MS = 10, 100, 10


class Return(NamedTuple):
    """Where an answer goes, and the address that it bears."""

    endpoint: Endpoint
    path: str


@dataclass(slots=True)
class _Auto:
    """One control that is told again and again: every `period_s`, next at `due_s`, what was told last of each loop."""

    row: Control
    period_s: float
    due_s: float = -math.inf
    told: dict[int, float] = field(default_factory=dict)


class Updates:
    """What clients have themselves told.

    Parameters
    ----------
    bus : Bus
    tell : callable
        Called as ``tell(to, number, control, value)``.
    """

    def __init__(self, bus: Bus, tell: Callable[[Return, int, str, float], None]) -> None:
        self._bus = bus
        self._tell = tell
        self._changes: dict[tuple[int, str], dict[Return, None]] = {}
        self._autos: dict[tuple[int, str, Return], _Auto] = {}
        self._counts: dict[Endpoint, int] = {}  # of updates, in the order in which clients were heard from
        self._next_s = math.inf

    @property
    def is_heard(self) -> bool:
        """Whether anybody is told of anything. Any thread."""
        return bool(self._changes or self._autos)

    def on_change(self, number: int, row: Control, to: Return) -> None:
        """Tells of a control whenever it changes. Raises CommandError when it is told too many."""
        told = self._changes.setdefault((number, row.name), {})
        if to not in told:
            self._add(to.endpoint)
            told[to] = None

    def no_more_on_change(self, number: int, row: Control, to: Return) -> None:
        """Ends that; what never began is no error."""
        told = self._changes.get((number, row.name), {})
        if to in told:
            del told[to]
            self._counts[to.endpoint] -= 1
            if not told:
                del self._changes[number, row.name]

    def every(self, number: int, row: Control, to: Return, period_ms: int) -> None:
        """Tells of a control every so many ms, clamped and rounded down, if it has changed. Raises CommandError likewise."""
        key = number, row.name, to
        if key not in self._autos:
            self._add(to.endpoint)
        period_ms = min(max(period_ms, SHORTEST_MS), LONGEST_MS) // STEP_MS * STEP_MS
        self._autos[key] = _Auto(row, period_ms / 1000.0)
        self._next_s = -math.inf

    def no_more_every(self, number: int, row: Control, to: Return) -> None:
        """Ends that; what never began is no error."""
        if self._autos.pop((number, row.name, to), None) is not None:
            self._counts[to.endpoint] -= 1

    def heard_from(self, endpoint: Endpoint) -> None:
        """Notes that a client is there; the one longest unheard from makes room where there are too many."""
        if endpoint in self._counts:
            self._counts[endpoint] = self._counts.pop(endpoint)

    def told(self, notice: Notice) -> None:
        """Tells of what has changed whoever wants to know, but for the port that it came from."""
        if not self._changes:
            return
        name = str(notice.values[0]) if notice.kind == "parameter" else ""
        shared = notice.loop is None or name in GLOBAL_NAMES
        if shared:
            self._changed(GLOBAL, None, changed_by(notice.kind, name, "global"), notice.source)
        controls = changed_by(notice.kind, name, "loop")
        for loop in range(self._bus.n_loops) if shared else (notice.loop,):
            for number in (loop, ALL, *((SELECTED,) if loop == self._bus.selected() else ())):
                self._changed(number, loop, controls, notice.source)

    def pressed(self, loop: int | None, control: str, value: float, source: str) -> None:
        """Tells that a control was set which has no value to change, such as tap_tempo."""
        for number in (GLOBAL,) if loop is None else (loop, ALL):
            for to in self._but_for(number, control, source):
                self._tell(to, number if loop is None else loop, control, value)

    def step(self, now_s: float) -> float:
        """Tells what is due at a moment of the monotonic clock; when the next is, in its seconds."""
        if now_s < self._next_s:
            return self._next_s
        statuses: dict[int, LoopStatus] = {}
        self._next_s = math.inf
        for (number, name, to), auto in list(self._autos.items()):
            if auto.due_s <= now_s:
                next_s = auto.due_s + auto.period_s
                auto.due_s = next_s if next_s > now_s else now_s + auto.period_s
                for loop in self._loops(number):
                    if loop is not None and loop not in statuses:
                        statuses[loop] = self._bus.status(loop)
                    value = value_of(self._bus, loop, auto.row, None if loop is None else statuses[loop])
                    told_as = loop if number == ALL and loop is not None else number
                    if auto.told.get(told_as) != value:
                        auto.told[told_as] = value
                        self._tell(to, told_as, name, value)
            self._next_s = min(self._next_s, auto.due_s)
        return self._next_s

    def _loops(self, number: int) -> tuple[int | None, ...]:
        if number == GLOBAL:
            return (None,)
        if number == ALL:
            return tuple(range(self._bus.n_loops))
        if number == SELECTED:
            return (self._bus.selected(),)
        return (number,) if number < self._bus.n_loops else ()

    def _changed(self, number: int, loop: int | None, controls: tuple[str, ...], source: str) -> None:
        for control in controls:
            if (number, control) in self._changes:
                value = value_of(self._bus, loop, row_of(loop, control))
                for to in self._but_for(number, control, source):
                    self._tell(to, loop if number == ALL and loop is not None else number, control, value)

    def _but_for(self, number: int, control: str, source: str) -> Iterator[Return]:
        cause = sender_of(source)
        for to in tuple(self._changes.get((number, control), ())):
            if cause is None or cause.port != to.endpoint.port or not same_machine(cause.host, to.endpoint.host):
                yield to

    def _add(self, endpoint: Endpoint) -> None:
        if self._counts.get(endpoint, 0) >= MAX_UPDATES:
            raise CommandError(f"updates must be at most {MAX_UPDATES}: unregister those that are not needed")
        if endpoint not in self._counts and len(self._counts) >= MAX_CLIENTS:
            silent = next(iter(self._counts))
            for told in self._changes.values():
                for to in [to for to in told if to.endpoint == silent]:
                    del told[to]
            self._changes = {key: told for key, told in self._changes.items() if told}
            self._autos = {key: auto for key, auto in self._autos.items() if key[2].endpoint != silent}
            del self._counts[silent]
        self._counts[endpoint] = self._counts.pop(endpoint, 0) + 1
