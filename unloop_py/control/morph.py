"""How parameters get from where they stand to where a preset or a scene has them. Pure, standard library only; any thread."""

from __future__ import annotations

import math
from collections.abc import Mapping

from unloop_py.control.keepsakes import Values
from unloop_py.control.macro import MACRO_NAMES, prompts_for
from unloop_py.control.parameters import Parameter, by_name

OFF_AT_ZERO = frozenset({"periodic_prompt", "top_p"})
"""What is off at 0 and at its strongest just above: there is no way between."""
REMADE = frozenset({"stretch_ratio", "loop_pitch"})
"""What acts at once and takes its time to be made: it moves from seam to seam."""


def whole(values: Values) -> dict[str, float | int]:
    """Values with the prompts that ``variation`` means, so that each can go its own way."""
    if "variation" not in values:
        return dict(values)
    return prompts_for(float(values["variation"])) | dict(values)


def beside(values: Values, now: Values) -> dict[str, float | int]:
    """Values such that setting ``variation`` among them moves no prompt but those that stand there."""
    if "variation" not in values:
        return dict(values)
    return {name: now[name] for name in MACRO_NAMES} | dict(values)


def moves(row: Parameter, begin: float, end: float) -> bool:
    """Whether a parameter moves evenly on its way: a number does, a switch or a choice flips at the end."""
    if row.kind == "bool" or row.choices or (row.kind == "int" and not row.unit):
        return False
    return row.name not in OFF_AT_ZERO or (begin != 0 and end != 0)


def between(name: str, begin: float, end: float, share: float) -> float | int:
    """Where a parameter stands after a share 0..1 of its way."""
    row = by_name(name)
    if share >= 1.0:
        return end
    if not moves(row, begin, end):
        return begin
    value = begin + (end - begin) * share
    return round(value, 6) if row.kind == "float" else math.floor(value + 0.5)


def on_the_way(begin: Mapping[str, float | int], end: Values, share: float) -> dict[str, float | int]:
    """Where all of them stand."""
    return {name: between(name, begin[name], value, share) for name, value in end.items()}
