"""Which screen a session shows itself on."""

from __future__ import annotations

import os
from collections.abc import Callable

from rich.console import Console

from unloop_py.control.bus import Bus
from unloop_py.ui.full_screen import FullScreen
from unloop_py.ui.status import PlainLines, Screen, StatusLine, View


def open_screen(
    bus: Bus, title: str, view: Callable[[], View], *, plain: bool = False, keys: bool = True, console: Console | None = None
) -> Screen:
    """The full screen on a terminal, or one live line; plain lines elsewhere.

    Parameters
    ----------
    bus : Bus
    title : str
        What plays.
    view : callable
        Gives the content of the one line.
    plain : bool
        Whether the player wants the one line.
    keys : bool
        Whether the terminal has keys: without, the full screen is none to look through.
    console : rich Console, optional
        Default: one on standard output.
    """
    console = Console(highlight=False, soft_wrap=True) if console is None else console
    if not console.is_terminal or console.is_dumb_terminal:
        return PlainLines(console.file)
    if plain or not keys or os.name == "nt":  # whether a console there takes what it is sent cannot be asked
        return StatusLine(console, view)
    return FullScreen(bus, title, console)
