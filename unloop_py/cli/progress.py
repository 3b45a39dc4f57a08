"""A bar for anything that takes longer than a second, and none where nobody would see it."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


@contextlib.contextmanager
def progress_bar(what: str, total: float | None = None) -> Iterator[Callable[[float], None]]:
    """Show a bar on standard error while the block lasts, if that is a terminal; one that only moves without a total.

    Yields a function that takes how much of ``total`` is done.
    """
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


TOLD_EVERY_S = 60.0


@contextlib.contextmanager
def told_progress(quiet: bool = False) -> Iterator[Callable[[str, float, float], None]]:
    """Show what is being done and how long it will take: a bar on a terminal, elsewhere a line a minute.

    Yields a function that takes what is being done, the share done 0..1 and the seconds left. ``quiet`` shows nothing.
    """
    console = Console(stderr=True, highlight=False, quiet=quiet)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f} %, {task.fields[left]} left"))
    told_s = -TOLD_EVERY_S
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0, left="")

        def tell(what: str, share: float, left_s: float) -> None:
            nonlocal told_s
            bar.update(task, description=what, completed=share, left=duration(left_s))
            if not console.is_terminal and time.monotonic() - told_s >= TOLD_EVERY_S:
                told_s = time.monotonic()
                console.print(f"{what}: {100 * share:.0f} %, {duration(left_s)} left", soft_wrap=True, markup=False)

        yield tell


def duration(seconds: float) -> str:
    """In words, no finer than is known: ``40 s``, ``12 min``, ``1 h 20 min``; ``?`` for infinity."""
    if math.isinf(seconds):
        return "?"
    if seconds < 90:
        return f"{max(seconds, 0):.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
