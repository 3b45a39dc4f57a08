"""SooperLooper's controls, set and read on the bus by its table. Thread: the server's."""

from __future__ import annotations

import math
from collections.abc import Callable

from unloop_py.control.bus import Bus, LoopStatus
from unloop_py.control.commands import by_name as command_by_name
from unloop_py.control.parameters import by_name as parameter_by_name
from unloop_py.control.sooperlooper import Control, by_name, output
from unloop_py.errors import ParameterError


def row_of(loop: int | None, name: str) -> Control:
    """The row of a control of a loop; of None, of one that all loops share. Raises ParameterError."""
    return by_name(name, "loop" if loop is not None else "global")


def set_control(bus: Bus, loop: int | None, name: str, value: float, source: str) -> Callable[[int | None], None]:
    """What ``set control value`` asks for, ready to be done at a frame; `loop` None is what all loops share.

    Raises
    ------
    UnloopError
        Names the control or the value and the cure; nothing was done.
    """
    row = row_of(loop, name)
    if row.kind == "status":
        raise ParameterError(f"{row.name} can only be asked for: get {row.name}")
    if row.kind == "command":
        if math.isnan(value):
            raise ParameterError(f"{row.name} must be a number, got nan")
        return lambda frame: _press(bus, loop, row, value, frame, source)
    ours = row.read(value, bus.sample_rate)
    if row.kind == "toggle":
        whom = loop if command_by_name(row.ours).scope == "loop" else None
        return lambda frame: bus.command(whom, row.ours, int(ours >= 0.5), frame, source)
    if math.isnan(ours):  # nothing that ours would have to be told
        return lambda frame: None
    converted = parameter_by_name(row.ours).convert(ours)
    return lambda frame: bus.set(loop or 0, row.ours, converted, source, frame)


def value_of(bus: Bus, loop: int | None, row: Control, status: LoopStatus | None = None) -> float:
    """What a control has now, as SooperLooper would say it; `status` is the loop's where it is known already."""
    if row.name == "selected_loop_num":
        chosen = bus.chosen()
        return float(chosen[0]) if len(chosen) == 1 else -1.0
    if row.kind == "command":
        return 0.0
    number = loop or 0
    if row.name == "generate":
        return float(bus.generating())
    if row.kind in ("status", "toggle"):
        return output(row.name, status or bus.status(number), float(bus.get(number, "speed")))
    return float(row.to_theirs(float(bus.get(number, row.ours)), bus.sample_rate))


def _press(bus: Bus, loop: int | None, row: Control, value: float, frame: int | None, source: str) -> None:
    if row.name == "selected_loop_num":
        if value < 0.0:
            bus.command(None, "select_all", source=source)
        else:
            bus.command(None, "select", int(min(value, 1e6)) + 1, source=source)
    elif row.ours == "save_loop":
        for each in bus.chosen():
            bus.command(each, row.ours, source=source)
    elif command_by_name(row.ours).scope == "loop":
        bus.command(loop, row.ours, frame=frame, source=source)
    else:
        bus.command(None, row.ours, frame=frame, source=source)
