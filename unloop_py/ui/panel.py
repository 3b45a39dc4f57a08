"""Below the loops on the full screen: parameters to turn, or all keys. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from unloop_py.control.commands import KEYS
from unloop_py.control.parameters import Parameter
from unloop_py.ui.lines import CURSOR, Line
from unloop_py.ui.player import key_name
from unloop_py.ui.status import bar

KNOB = 40
"""Columns of a parameter, at least."""

HELP = (
    *((f"{key_name(key.key)}{' twice' * (key.presses == 2)}", key.help) for key in KEYS if not key.key.isdigit()),
    ("1..9", "that loop"), ("↑ ↓", "another parameter"), ("← →", "turn it; with shift a little"), ("tab", "other parameters"),
    ("bksp", "its default"),
)  # fmt: skip
"""Every key and what it does, the view's own last."""


@dataclass(frozen=True, slots=True)
class Knob:
    """A parameter and where it stands."""

    row: Parameter
    value: float | int

    @property
    def text(self) -> str:
        """The value as people read it."""
        if self.row.choices:
            return self.row.choices[int(self.value - self.row.minimum)]
        if self.row.kind == "bool":
            return "on" if self.value else "off"
        number = f"{self.value:.2f}" if self.row.kind == "float" else str(self.value)
        return f"{number} {self.row.unit}".rstrip()

    @property
    def fraction(self) -> float:
        """Where it stands in its range, 0..1."""
        return (self.value - self.row.minimum) / (self.row.maximum - self.row.minimum)


def knob_lines(knobs: Sequence[Knob], chosen: int, columns: int, rows: int) -> list[Line]:
    """The parameters of the section in as many columns as fit, and below them what the chosen one does."""
    across = max(1, columns // KNOB)
    down = -(-len(knobs) // across)
    about = textwrap.wrap(explained(knobs[chosen]), columns - 3)[: max(0, min(3, rows - down))]
    seen = max(1, rows - len(about))
    first = max(0, min(chosen % down - seen // 2, down - seen))
    lines: list[Line] = []
    for at in range(first, min(down, first + seen)):
        line: Line = []
        for index in range(at, len(knobs), down):
            line += knob(knobs[index], index == chosen, columns // across)
        lines.append(line)
    return lines + [[(f"  {text}", "italic")] for text in about]


def knob(knob: Knob, chosen: bool, columns: int) -> Line:
    """One parameter, its value and where that is in its range."""
    style = CURSOR if chosen else ""
    cells = min(16, columns - 34)
    return [(f"{'▸' if chosen else ' '}{knob.row.name:<19.19} ", style), (f"{knob.text:>11.11} ", f"bold {style}".strip()),
            (bar(knob.fraction, cells).ljust(columns - 33), "cyan")]  # fmt: skip


def explained(knob: Knob) -> str:
    """What a parameter does."""
    row = knob.row
    choices = f" {', '.join(row.choices)}." if row.choices else f" {row.range_text}."
    heard = " From the next repetition on." if row.acts == "seam" else ""
    return f"{row.help}{choices}{heard}"


def help_lines(columns: int, rows: int) -> list[Line]:
    """All keys, in as many columns as they need."""
    each = max(24, columns // max(1, -(-len(HELP) // max(1, rows))))
    lines: list[Line] = []
    for at in range(rows):
        line: Line = []
        for pressed, help in HELP[at::rows]:
            short = help if len(help) < each - 9 else help[: each - 11] + "…"
            line += [(f" {pressed:<8}", "bold"), (f"{short:<{each - 9}}", "")]
        lines.append(line)
    return lines
