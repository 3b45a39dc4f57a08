"""How the studies' pictures look: one small vocabulary over matplotlib's Agg canvas, without its global state."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

INK, FAINT, GRID = "#1d2433", "#7d8197", "#e4e3de"
MODEL, CHANCE, CODEC, TAKE = "#2c6e9b", "#c8553d", "#8a8f6a", "#e0a13c"
"""The model's own figures; what chance makes; the codec without a model; the player's take."""


def new_figure(rows: int, columns: int = 1, *, width: float = 7.2, height: float = 2.9, share_x: bool = True) -> tuple[Figure, list[Axes]]:
    """A figure of `rows` x `columns` panels, each `width` x `height` inches, and its panels row by row."""
    figure = Figure(figsize=(width * columns, height * rows), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    panels = figure.subplots(rows, columns, sharex=share_x, squeeze=False).ravel().tolist()
    for panel in panels:
        panel.grid(True, color=GRID, linewidth=0.8)
        panel.set_axisbelow(True)
        panel.tick_params(colors=INK, labelsize=8)
        for side in ("top", "right"):
            panel.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            panel.spines[side].set_color(FAINT)
    return figure, panels


def band(panel: Axes, x: Sequence[float], low: Sequence[float | None], high: Sequence[float | None], colour: str) -> None:
    """Draw an interval round a line, where there is one."""
    there = [(a, b, c) for a, b, c in zip(x, low, high, strict=True) if b is not None and c is not None]
    if there:
        at, bottom, top = zip(*there, strict=True)
        panel.fill_between(at, bottom, top, color=colour, alpha=0.15, linewidth=0)


def level(panel: Axes, y: float | None, text: str, colour: str = FAINT) -> None:
    """Draw a horizontal line with its name at the right end, if there is a value."""
    if y is None:
        return
    panel.axhline(y, color=colour, linewidth=1.0, linestyle=(0, (4, 3)))
    panel.annotate(text, (1.0, y), xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=7, color=colour)


def save(figure: Figure, path: Path) -> None:
    """Write the figure as PNG."""
    figure.savefig(path, format="png", dpi=130)
