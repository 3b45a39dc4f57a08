"""SooperLooper's MIDI bindings, a line each, as ours and back. Pure; standard library only.

``chan type param  cmd ctrl instance  lo hi  style data_min data_max``: channels count from 0, loops too, -1 is all loops, -2 what they
share, -3 the one that is selected. What stands after the loop may be left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from unloop_py.control.midi_bindings import Binding, Control, row_of
from unloop_py.control.pedals import WORDS
from unloop_py.control.sooperlooper import GLOBAL_CONTROLS, LOOP_CONTROLS, by_name
from unloop_py.control.sooperlooper import Control as Theirs
from unloop_py.errors import BindingError, UnloopError

_KINDS = {"n": "note", "on": "note", "off": "note", "cc": "cc", "ccon": "cc", "ccoff": "cc", "pc": "program", "pb": "bend",
          "kp": "key_pressure", "cp": "pressure"}  # fmt: skip
_TYPES = {"note": "n", "cc": "cc", "program": "pc", "bend": "pb", "key_pressure": "kp", "pressure": "cp"}
_STYLES = {"norm": "linear", "gain": "gain", "toggle": "toggle", "integer": "integer"}
_COMMANDS = ("note", "susnote", "down", "up", "hit", "upforce", "forceup", "set")
_ALL, _SHARED, _SELECTED = -1, -2, -3
_NOT_CARRIED = "cannot be carried over"
_ANY_RATE = 48000  # of the controls that can be bound, none depends on it but for fade_samples


def read_line(line: str) -> tuple[Binding, str]:
    """A line as a binding, and what is different here, or "".

    Raises
    ------
    BindingError
        It is no binding, or cannot be carried over: why.
    """
    words = line.split()
    try:
        channel, kind, number = int(words[0]), words[1], int(words[2])
        command, control = words[3], words[4]
        loop = int(words[5]) if len(words) > 5 else _ALL
        low, high = (float(words[6]) if len(words) > 6 else 0.0), (float(words[7]) if len(words) > 7 else 1.0)
        style = words[8] if len(words) > 8 else "norm"
        data = (int(words[9]) if len(words) > 9 else 0, int(words[10]) if len(words) > 10 else 127)
    except (ValueError, IndexError):
        raise BindingError("is no binding: channel, type, number, command, control, loop are needed") from None
    if kind not in _KINDS:
        raise BindingError(f"{_NOT_CARRIED}: {kind!r:.20} is no kind of control, which are {' '.join(_KINDS)}")
    if command not in _COMMANDS:
        raise BindingError(f"{_NOT_CARRIED}: {command!r:.20} is no command, which are {' '.join(_COMMANDS)}")
    if not (0 <= channel <= 15 and 0 <= number <= 127 and all(0 <= one <= 127 for one in data)):
        raise BindingError("is no binding: the channel is 0..15, the number and its values 0..127")
    if not (math.isfinite(low) and math.isfinite(high)):
        raise BindingError("is no binding: its two bounds must be numbers")
    if not _SELECTED <= loop <= 15:
        raise BindingError(f"{_NOT_CARRIED}: loop {loop} is not one of 0..15, -1 for all and -3 for the selected one")
    kinds = _KINDS[kind]
    moved = Control(kinds, -1 if kinds in ("bend", "pressure") else number, channel + 1)
    note = f"{kind}: both edges count here, press and release" if kind in ("on", "off", "ccon", "ccoff") and command == "note" else ""
    whom = "all" if loop == _ALL else "selected" if loop in (_SELECTED, _SHARED) else loop
    if command != "set":
        return _pressed(moved, command, control, whom), note
    return _set(moved, control, loop, whom, (low, high), style, data)


def read_lines(lines: Iterable[str]) -> tuple[tuple[Binding, ...], tuple[str, ...]]:
    """The bindings of a file's lines, and what could not be carried over or is different here, a line each."""
    bindings, said = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            binding, note = read_line(line)
        except UnloopError as error:
            said.append(f"line {number}: {line.strip()!r:.80} {error}")
            continue
        bindings.append(binding)
        if note:
            said.append(f"line {number}: {note}")
    return tuple(bindings), tuple(said)


def write_line(binding: Binding) -> str:
    """A binding as SooperLooper writes it; "" for one that it has no words for."""
    control = binding.control
    if control.kind not in _TYPES or binding.switch:
        return ""
    loop = {"selected": _SELECTED, "all": _ALL}.get(str(binding.loop), binding.loop)
    row, low, high = None, 0.0, 1.0
    if binding.parameter:
        is_global = row_of(binding.parameter).scope == "global"
        row = next((one for one in (GLOBAL_CONTROLS if is_global else LOOP_CONTROLS)
                    if one.kind == "parameter" and one.ours == binding.parameter and one.name != "use_rate"), None)  # fmt: skip
        if row is None and is_global:
            return ""
        loop = _SHARED if is_global else loop
        ends = binding.range or (row_of(binding.parameter).minimum, row_of(binding.parameter).maximum)
        low, high = (row.to_theirs(end, _ANY_RATE) if row is not None else end for end in ends)
        if binding.curve == "gain" and binding.range is None:
            low, high = 0.0, 1.0
        command, name = "set", row.name if row is not None else binding.parameter
    elif binding.press:
        command, name = ("susnote" if binding.sustain else "hit" if control.kind == "program" else "note"), binding.press
    else:
        shared = next((one for one in GLOBAL_CONTROLS if one.kind == "command" and one.ours == binding.command), None)
        if shared is None or (binding.argument is None and binding.counts):
            return ""
        command, name, loop = "set", shared.name, _SHARED
        if isinstance(binding.argument, int):
            low = high = float(binding.argument - 1)
    style = next((theirs for theirs, ours in _STYLES.items() if ours == binding.curve), "norm")
    data = binding.data or (0, 127)
    return (
        f"{max(0, control.channel - 1)} {_TYPES[control.kind]} {max(0, control.number)}  {command} {name} {loop}  "
        f"{low:.9g} {high:.9g}  {style} {data[0]} {data[1]}"
    )


def _pressed(moved: Control, command: str, word: str, whom: int | str) -> Binding:
    if word not in WORDS:
        raise BindingError(f"{_NOT_CARRIED}: {word!r:.40} is no command here")
    if command in ("up", "upforce", "forceup"):
        raise BindingError(f"{_NOT_CARRIED}: a press that only lets go; bind both to one control with note or susnote")
    return Binding(moved, press=word, sustain=command == "susnote", loop=whom)  # type: ignore[arg-type]


def _set(
    moved: Control, control: str, loop: int, whom: int | str, bounds: tuple[float, float], style: str, data: tuple[int, int]
) -> tuple[Binding, str]:
    curve = next((ours for theirs, ours in _STYLES.items() if theirs[0] == style[:1]), "linear")
    try:
        row = by_name(control, "global" if loop == _SHARED else "loop")
    except UnloopError:
        ours = row_of(control)  # one of ours by its own name; raises with the nearest
        row = Theirs(ours.name, ours.minimum, ours.maximum, ours.default, "parameter", ours.name)
    top = moved.top
    kept = None if data == (0, 127) else (data[0] * top // 127, data[1] * top // 127)
    if row.kind == "status":
        raise BindingError(f"{_NOT_CARRIED}: {control} can only be asked for")
    if row.kind == "command":
        if row.name != "selected_loop_num":
            return Binding(moved, command=row.ours, loop=whom if row.ours == "save_loop" else "selected"), ""  # type: ignore[arg-type]
        if bounds[0] != bounds[1]:
            return Binding(moved, command="select", range=(bounds[0] + 1, bounds[1] + 1), data=kept), ""
        number = round(bounds[0])
        return Binding(moved, command="select_all") if number < 0 else Binding(moved, command="select", argument=number + 1), ""
    parameter, note = row_of(row.ours), ""
    ends = tuple(min(row.maximum, max(row.minimum, bound)) for bound in bounds)
    if ends != bounds:
        note = f"{control} goes from {row.minimum:g} to {row.maximum:g}, not from {bounds[0]:g} to {bounds[1]:g}"
    translated = tuple(row.to_ours(end, _ANY_RATE) for end in ends)
    if any(math.isnan(end) for end in translated):
        raise BindingError(f"{_NOT_CARRIED}: {control} has nothing here to switch; {row.why}")
    inside = tuple(min(parameter.maximum, max(parameter.minimum, end)) for end in translated)
    if inside != translated:
        note = f"{control} is {parameter.name} here and goes from {parameter.minimum:g} to {parameter.maximum:g}"
    return Binding(moved, parameter=parameter.name, loop="selected" if parameter.scope == "global" else whom,  # type: ignore[arg-type]
                   range=(inside[0], inside[1]), data=kept, curve=curve, take_over="jump"), note  # type: ignore[arg-type]  # fmt: skip
