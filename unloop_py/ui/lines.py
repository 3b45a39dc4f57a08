"""Rows of text on a terminal, each with its styles. Pure."""

from __future__ import annotations

from collections.abc import Sequence

Line = list[tuple[str, str]]
"""Stretches of text, each with a style as rich writes it."""
FRAME, QUIET, LOUD = "bright_black", "bright_black", "bold red"
CURSOR = "reverse"


def rule(title: str, columns: int) -> Line:
    """A line across, with what comes below it."""
    return [(f"── {title} ".ljust(columns, "─") if title else "─" * columns, FRAME)]


def spread(values: Sequence[float], cells: int) -> list[Sequence[float]]:
    """Values in so many parts, none of them empty."""
    count = len(values)
    return [values[cell * count // cells : max(cell * count // cells + 1, (cell + 1) * count // cells)] for cell in range(cells)]


def at_cells(values: Sequence[float], cells: int) -> list[float]:
    """The mean of the values at each of so many parts."""
    return [sum(part) / len(part) for part in spread(values, cells)]


def joined(signs: Sequence[tuple[str, str]]) -> Line:
    """Neighbours of one style as one stretch."""
    line: Line = []
    for text, style in signs:
        if line and line[-1][1] == style:
            line[-1] = (line[-1][0] + text, style)
        else:
            line.append((text, style))
    return line


def fitted(lines: list[Line], rows: int) -> list[Line]:
    """Exactly so many rows."""
    return lines[:rows] + [[] for _ in range(rows - len(lines))]


def clipped(line: Line, columns: int) -> Line:
    """No wider than so many columns."""
    short: Line = []
    for text, style in line:
        if columns > 0 and text:
            short.append((text[:columns], style))
            columns -= len(text)
    return short
