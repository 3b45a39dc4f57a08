"""The address space as OSCQuery describes it, wholly from the tables and from how everything stands. Thread: any.

A command that takes nothing is an impulse (``I``), a switch a boolean, whatever our own messages carry for it. A command and what is told
of it share an address: where they mean the same thing, as with ``mute``, it can be read and written.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from unloop_py.control.addresses import OUTGOING
from unloop_py.control.bus import Bus, Notice
from unloop_py.control.commands import COMMANDS, MAX_COUNT, CommandSpec
from unloop_py.control.parameters import GLOBAL_NAMES, Parameter, of_layer
from unloop_py.control.parameters import by_name as parameter_by_name
from unloop_py.control.pedals import WORDS
from unloop_py.osc.messages import encode_as
from unloop_py.osc.state import carried, state_notices

READ, WRITE = 1, 2
"""The bits of ACCESS."""
_UNITS = {"s": "time.second", "ms": "time.ms", "bpm": "time.bpm"}  # as the proposal's list has them; others are ours
_SWITCH, _SHARE = "0|1", "0..1"  # as `OUTGOING` says what is told
_TYPES = {"none": "I", "toggle": "T", "count": "i", "name": "s", "file": "s", "press": "s", "text": "s"}

Value = int | float | str | bool


@dataclass(frozen=True, slots=True)
class Method:
    """What lies at one address.

    Attributes
    ----------
    types : str
        OSC type tags; a boolean's is T, whichever value it has.
    access : int
        1 can be read, 2 can be written, 3 both.
    help : str
    limits : dict
        OSCQuery's RANGE of its one value; empty for none.
    unit : str
    values : tuple
        What it has now; empty for what can only be written.
    """

    types: str
    access: int
    help: str
    limits: dict[str, Any] = field(default_factory=dict)
    unit: str = ""
    values: tuple[Value, ...] = ()

    def attributes(self, path: str) -> dict[str, Any]:
        """The node as OSCQuery has it."""
        tags = "".join("TF"[not value] if tag == "T" else tag for tag, value in zip(self.types, self.values or self.types, strict=True))
        node: dict[str, Any] = {"FULL_PATH": path, "DESCRIPTION": self.help, "ACCESS": self.access, "TYPE": tags}
        if self.values:
            node["VALUE"] = list(self.values)
        if self.limits:
            # Hosts keep within the limits of themselves: what is beyond would be refused, and so change nothing.
            node |= {"RANGE": [self.limits], "CLIPMODE": ["both"]}
        if self.unit:
            node["UNIT"] = [self.unit]
        return node

    def packet(self, path: str) -> bytes:
        """Its values as an OSC message."""
        tags = "".join("TF"[not value] if tag == "T" else tag for tag, value in zip(self.types, self.values, strict=True))
        return encode_as(path, tags, *self.values)


SHAPING = ("loops", "layers", "preset_count", "scene_count")
"""The notices after which the tree is another one."""


def address_of(notice: Notice) -> str:
    """Where a notice is told: a parameter of the whole instrument has one address, not one in each loop."""
    if notice.kind != "parameter":
        return OUTGOING[notice.kind].of(notice.loop)
    name = str(notice.values[0])
    return f"/unloop/{name}" if name in GLOBAL_NAMES else OUTGOING["parameter"].of(notice.loop).replace("<parameter>", name)


def methods(bus: Bus) -> dict[str, Method]:
    """Every address with what lies there, as everything stands now."""
    found: dict[str, Method] = {}
    for within in ("/unloop", *(f"/unloop/loop/{loop + 1}" for loop in range(bus.n_loops))):
        for command in COMMANDS:
            if (command.scope == "global") == (within == "/unloop"):
                found[f"{within}/{command.name}"] = _of_command(command, bus)
    for notice in state_notices(bus):
        found[address_of(notice)] = told(notice, found.get(address_of(notice)))
    for loop in range(bus.n_loops):
        found[OUTGOING["position"].of(loop)] = position(bus, loop)
    return found


def position(bus: Bus, loop: int) -> Method:
    """Where a loop is, of which there are no notices."""
    return _read_out("position", (float(bus.status(loop).position),))


def told(notice: Notice, before: Method | None) -> Method:
    """What lies at the address of a notice, now that it has come; `before` is what lay there."""
    if notice.kind == "parameter":
        name, value = notice.values
        row = layer[1] if (layer := of_layer(str(name))) else parameter_by_name(str(name))
        return _of_parameter(row, value)
    if before is None or before.access == READ:
        return _read_out(notice.kind, carried(notice))
    # A count asks for one of several and is told how many there are: not the same, but for the loop that is selected.
    if not (before.types in ("T", "s") or notice.kind == "select"):
        return before
    values = tuple(value for value in notice.values if isinstance(value, str) == (before.types == "s"))  # a name, without its number
    return replace(before, access=READ | WRITE, values=_as(before.types, values))


def _read_out(kind: str, values: tuple[Value, ...]) -> Method:
    outgoing = OUTGOING[kind]
    types = "T" if outgoing.arguments == _SWITCH else "".join(_tag(value) for value in values)
    limits = {"MIN": 0.0, "MAX": 1.0} if outgoing.arguments == _SHARE else {}
    return Method(types, READ, outgoing.help, limits, values=_as(types, values))


def _as(types: str, values: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(bool(value) if tag == "T" else value for tag, value in zip(types, values, strict=True))


def _tag(value: Value) -> str:
    return "s" if isinstance(value, str) else "f" if isinstance(value, float) else "i"


def _of_command(row: CommandSpec, bus: Bus) -> Method:
    limits: dict[str, Any] = {}
    if row.argument == "count":
        limits = {"MIN": 0 if row.name == "select" else 1, "MAX": bus.n_loops if row.name == "select" else MAX_COUNT}
    elif row.argument == "press":
        limits = {"VALS": list(WORDS)}
    elif row.name in ("preset", "scene"):
        limits = {"VALS": [one.name for one in (bus.presets() if row.name == "preset" else bus.scenes())]}
    return Method(_TYPES[row.argument], WRITE, row.help, limits)


def _of_parameter(row: Parameter, value: Value) -> Method:
    if row.kind == "bool":
        return Method("T", READ | WRITE, row.help, values=(bool(value),))
    number = float if row.kind == "float" else int
    limits = {"MIN": number(row.minimum), "MAX": number(row.maximum)}
    return Method(row.kind[0], READ | WRITE, row.help, limits, _UNITS.get(row.unit, row.unit), (number(value),))


def tree(found: dict[str, Method]) -> dict[str, Any]:
    """All of it as one node with others in it."""
    root: dict[str, Any] = {"FULL_PATH": "/", "DESCRIPTION": "unloop", "ACCESS": 0, "CONTENTS": {}}
    for path, method in found.items():
        node, so_far = root, ""
        *containers, name = path.split("/")[1:]
        for part in containers:
            so_far += f"/{part}"
            node = node.setdefault("CONTENTS", {}).setdefault(part, {"FULL_PATH": so_far, "ACCESS": 0})
        node.setdefault("CONTENTS", {}).setdefault(name, {}).update(method.attributes(path))
    return root


def node_at(root: dict[str, Any], path: str) -> dict[str, Any] | None:
    """The node of a path; None where there is none."""
    node: dict[str, Any] | None = root
    for part in filter(None, path.split("/")):
        node = (node or {}).get("CONTENTS", {}).get(part)
    return node
