"""What a MIDI control does: a binding, as it stands in a file and as people say it. Pure data; standard library only.

A binding names a control (``cc 42``, ``note 60``, ``nrpn 300``) and one thing that is told to the instrument by it: a command, one of
SooperLooper's words with press and release, a switch of the hands-free grammar, or a parameter.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from unloop_py.control.commands import COMMANDS, CommandSpec, read_argument
from unloop_py.control.commands import by_name as command_by_name
from unloop_py.control.gestures import SWITCHES
from unloop_py.control.nearest import nearest
from unloop_py.control.parameters import PARAMETERS, Parameter, of_layer
from unloop_py.control.parameters import by_name as parameter_by_name
from unloop_py.control.pedals import WORDS, word_of
from unloop_py.errors import BindingError

KINDS: dict[str, tuple[int, int]] = {
    "note": (127, 127),
    "cc": (127, 127),
    "cc14": (31, 16383),
    "nrpn": (16383, 16383),
    "program": (127, 127),
    "bend": (-1, 16383),
    "pressure": (-1, 127),
    "key_pressure": (127, 127),
}
"""Kinds of control: the highest number that one may have (-1: it has none), and the highest value that it sends."""

BUTTONS = ("note", "program")
"""What is pressed rather than turned."""

Curve = Literal["", "linear", "log", "gain", "integer", "toggle"]
CURVES: tuple[str, ...] = ("linear", "log", "gain", "integer", "toggle")
TakeOver = Literal["pickup", "jump", "scale"]
TAKE_OVERS: tuple[str, ...] = ("pickup", "jump", "scale")
MAX_CHANNEL = 16
MAX_SWITCH = len(SWITCHES)
MAX_LOOP = 16


@dataclass(frozen=True, slots=True)
class Control:
    """What is moved: its kind, a row of `KINDS`; its number, -1 for any or where it has none; its channel from 1, 0 for any."""

    kind: str
    number: int = -1
    channel: int = 0

    @property
    def text(self) -> str:
        """As it stands in a file, but for the channel."""
        return self.kind if self.number < 0 else f"{self.kind} {self.number}"

    @property
    def top(self) -> int:
        """The highest value that it sends."""
        return KINDS[self.kind][1]

    def means(self, other: Control) -> bool:
        """Whether a move of that control, which has all its numbers, is one of this."""
        return (
            self.kind == other.kind
            and (self.number < 0 or self.number == other.number)
            and (self.channel == 0 or self.channel == other.channel)
        )


def read_control(text: str, channel: int = 0) -> Control:
    """The control that a text such as ``cc 42`` names. Raises BindingError."""
    kind, *numbers = str(text).split() or [""]
    if kind not in KINDS:
        near = nearest(kind, KINDS)
        kinds = ", ".join(KINDS)
        raise BindingError(f"no MIDI control is called {text!r:.40}: one of {kinds}, with its number; the nearest is {near!r}")
    highest = KINDS[kind][0]
    if kind == "program" and not numbers or highest < 0 and not numbers:
        number = -1
    elif highest >= 0 and len(numbers) == 1 and numbers[0].isascii() and numbers[0].isdigit() and int(numbers[0][:6]) <= highest:
        number = int(numbers[0][:6])
    else:
        wants = f"a number in 0..{highest}, such as `{kind} 1`" if highest >= 0 else "no number"
        raise BindingError(f"{kind} takes {wants}, got {text!r:.40}")
    if not isinstance(channel, int) or not 0 <= channel <= MAX_CHANNEL:
        raise BindingError(f"channel must be in 0..{MAX_CHANNEL} (0 is any), got {channel!r:.20}")
    return Control(kind, number, channel)


@dataclass(frozen=True, slots=True)
class Binding:
    """One control and what it does; exactly one of `command`, `press`, `switch` and `parameter` is there.

    Attributes
    ----------
    control : Control
    device : str
        Part of the name of the device that it is on; "" is any.
    command : str
        A command that is given when the control is pressed.
    argument : int, str or None
        Its argument; None with a command that takes a number has the control's own value give it, over `range`.
    press : str
        One of SooperLooper's words, pressed and let go.
    sustain : bool
        Letting it go ends it, however short it was held: SooperLooper's ``susnote``.
    switch : int
        A switch of the hands-free grammar, from 1.
    parameter : str
        The one that it turns; a layer's is called ``layer/0/level`` and so on.
    loop : int, "selected" or "all"
        From 0.
    range : tuple of float, optional
        The parameter's values at the control's two ends; None is the parameter's own range.
    data : tuple of int, optional
        The control's values that count as its two ends; None is all that it has.
    curve : str
        How values lie between: a row of `CURVES`; "" is what suits the parameter.
    take_over : {"pickup", "jump", "scale"}
        What a knob does that does not stand where the value is: nothing until it passes it, set it, or approach it.
    echo : bool
        The control is told the value: a ring or a motor fader.
    light : bool
        The control is told what it shows: an LED.
    """

    control: Control
    device: str = ""
    command: str = ""
    argument: int | str | None = None
    press: str = ""
    sustain: bool = False
    switch: int = 0
    parameter: str = ""
    loop: int | Literal["selected", "all"] = "selected"
    range: tuple[float, float] | None = None
    data: tuple[int, int] | None = None
    curve: Curve = ""
    take_over: TakeOver = "pickup"
    echo: bool = False
    light: bool = False

    @property
    def target(self) -> str:
        """What it does in words: ``record``, ``wet 2``, ``select 3``, ``switch 1``."""
        what = self.command or self.press or self.parameter or f"switch {self.switch}"
        if self.argument is not None:
            what += f" {self.argument}"
        if self.loop == "all":
            what += " all"
        elif self.loop != "selected":
            what += f" {self.loop + 1}"
        return what

    @property
    def is_knob(self) -> bool:
        """Whether it follows the control's value."""
        return bool(self.parameter) and self.curve != "toggle"

    @property
    def counts(self) -> bool:
        """Whether the control's value is the command's argument: a number, or a preset's or a scene's by its number."""
        return bool(self.command) and self.argument is None and command_by_name(self.command).argument in ("count", "name")


def row_of(parameter: str) -> Parameter:
    """The row of a parameter, or of a layer's. Raises ParameterError."""
    layer = of_layer(parameter)
    return parameter_by_name(parameter) if layer is None else layer[1]


def read_target(text: str) -> Binding:
    """A binding of no control yet (``program``) to what a text says: ``WHAT [ARGUMENT] [LOOP]``.

    WHAT is a parameter, a command, one of SooperLooper's words, or ``switch`` with its number. LOOP is a number from 1, ``all`` or
    ``selected``, which it is when left out.

    Raises
    ------
    UnloopError
        Names the nearest, or what is wrong.
    """
    name, *rest = text.split() or [""]
    fields: dict[str, object] = {"on": "program"}
    if name == "switch":
        fields["switch"] = int(rest.pop(0)) if rest and rest[0].isascii() and rest[0].isdigit() else 0
    elif _is_parameter(name):
        fields["parameter"] = name
    elif name in WORDS:
        fields["press"] = name
    elif name in _COMMANDS:
        fields["command"] = name
        if _COMMANDS[name].argument not in ("none", "toggle") and rest:
            fields["argument"] = _number_or_text(rest.pop(0))
    else:
        near = nearest(name, [*WORDS, *_COMMANDS, *(row.name for row in PARAMETERS)])
        raise BindingError(f"nothing is called {name!r:.60} that a control could do: the nearest is {near!r}")
    if rest:
        fields["loop"] = _number_or_text(rest.pop(0))
    if rest:
        raise BindingError(f"{text!r:.60} says too much: WHAT [ARGUMENT] [LOOP], such as `wet 2` or `record all`")
    return read_binding(fields)


def read_binding(fields: Mapping[str, object]) -> Binding:
    """The binding that a table of a file says.

    Parameters
    ----------
    fields : mapping
        ``on``, ``channel`` and the attributes of `Binding` but ``control``; ``loop`` from 1.

    Raises
    ------
    UnloopError
        Names the key, the value, what may be and the nearest.
    """
    for key in fields:
        if key not in _FIELDS:
            near = nearest(key, _FIELDS)
            raise BindingError(f"a binding has no {key!r:.40}: the nearest is {near!r}")
    if "on" not in fields:
        raise BindingError('a binding needs `on`, such as on = "cc 42"')
    control = read_control(str(fields["on"]), fields.get("channel", 0))  # type: ignore[arg-type]  # read_control looks at its type
    whats = [key for key in _WHATS if fields.get(key)]
    if len(whats) != 1:
        raise BindingError(f"{control.text}: exactly one of {', '.join(_WHATS)} is needed, got {', '.join(whats) or 'none'}")
    checked: dict[str, Any] = {}
    for key, kind in (("device", str), ("sustain", bool), ("echo", bool), ("light", bool), ("switch", int)):
        if key in fields:
            checked[key] = fields[key]
            if not isinstance(checked[key], kind):
                raise BindingError(f"{control.text}: {key} must be {_A[kind]}, got {checked[key]!r:.40}")
    for key, allowed in (("curve", ("", *CURVES)), ("take_over", TAKE_OVERS)):
        if key in fields:
            checked[key] = fields[key]
            if checked[key] not in allowed:
                raise BindingError(f"{control.text}: {key} must be one of {', '.join(filter(None, allowed))}, got {checked[key]!r:.40}")
    checked["range"] = _pair(control, fields, "range", -math.inf, math.inf, float)
    checked["data"] = _pair(control, fields, "data", 0, control.top, int)
    checked["loop"] = _loop(control, fields.get("loop", "selected"))
    _check_what(control, whats[0], fields, checked)
    return Binding(control, **checked)


def _check_what(control: Control, what: str, fields: Mapping[str, object], checked: dict[str, Any]) -> None:
    """Check what a binding does, and put it to the rest of it. What the instrument has once is of no loop."""
    name, is_global = str(fields[what]), False
    if what == "switch":
        if not 1 <= checked["switch"] <= MAX_SWITCH:
            raise BindingError(f"{control.text}: switch must be in 1..{MAX_SWITCH}, got {name:.20}")
    elif what == "press":
        word_of(name)
        checked[what] = name
    elif what == "parameter":
        row = row_of(name)
        for end in checked["range"] or ():
            row.convert(end, control.text)
        checked[what] = row.name if of_layer(name) is None else name
        is_global = row.scope == "global"
    else:
        spec = command_by_name(name)
        if spec.argument == "press":
            raise BindingError(f'{control.text}: write press = "WORD" instead of the command {name}')
        if "argument" in fields or spec.argument == "file":
            read = read_argument(spec, (fields["argument"],) if "argument" in fields else (), control.text)
            checked["argument"] = None if read is None else read.argument
        checked[what] = name
        is_global = spec.scope == "global"
    if is_global:
        checked["loop"] = "selected"


def binding_fields(binding: Binding) -> dict[str, object]:
    """The table that `read_binding` reads: what stands at its default is left out."""
    fields: dict[str, object] = {"on": binding.control.text}
    if binding.control.channel:
        fields["channel"] = binding.control.channel
    for field in dataclasses.fields(Binding)[1:]:
        value = getattr(binding, field.name)
        if value != field.default:
            if isinstance(value, tuple):
                value = list(value)
            fields[field.name] = value + 1 if field.name == "loop" and isinstance(value, int) else value
    return fields


def _is_parameter(name: str) -> bool:
    if of_layer(name) is not None:
        return True
    return any(name == row.name or name in row.aliases for row in PARAMETERS)


def _number_or_text(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else text


def _pair(control: Control, fields: Mapping[str, object], key: str, low: float, high: float, kind: type) -> tuple[float, float] | None:
    value = fields.get(key)
    if value is None:
        return None
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(
        isinstance(one, (int, float)) and not isinstance(one, bool) and math.isfinite(one) and low <= one <= high for one in value
    ):  # fmt: skip
        return kind(value[0]), kind(value[1])
    within = "" if math.isinf(high) else f" in {low}..{high}"
    raise BindingError(f"{control.text}: {key} must be two numbers{within}, such as [0, 127], got {value!r:.40}")


def _loop(control: Control, value: object) -> int | str:
    if value in ("selected", "all"):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_LOOP:
        return value - 1
    raise BindingError(f"{control.text}: loop must be in 1..{MAX_LOOP}, selected or all, got {value!r:.20}")


_COMMANDS: dict[str, CommandSpec] = {row.name: row for row in COMMANDS if row.argument != "press"}
_WHATS = ("command", "press", "switch", "parameter")
_FIELDS = ("on", "channel", *(field.name for field in dataclasses.fields(Binding)[1:]))
_A = {str: "a text", bool: "true or false", int: "a whole number"}
