"""The live status line: what the instrument is doing, in one row that rewrites itself.

`render` is a pure function from a `View` to a line of text, so that what a player reads can
be tested. `StatusLine` shows it with rich on a terminal for who wants no full screen; elsewhere
`PlainLines` passes on only what is said, a line at a time, so that a log or a parent process can follow.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Protocol

from rich.console import Console
from rich.live import Live
from rich.text import Text

from unloop_py.control.bus import Notice

REFRESH_PER_SECOND = 10
POSITION_CELLS = 10
PROGRESS_CELLS = 6


@dataclass(frozen=True, slots=True)
class View:
    """What the line shows, as the instrument stood at one moment.

    Attributes
    ----------
    state : str
        "off", "recording", "playing", "overdubbing", "muted", "paused", ...
    position_s, length_s : float
        Seconds into the loop and its length; while recording, length is what was recorded so far.
    repetition : int
        Repetitions since the recording ended; 0 is the take's own first pass.
    generating : str
        A word of `control.bus.GEN_STATES`.
    progress : float
        0..1, how much of the next repetition is made.
    late, xruns : int
        Seams without an offer, and blocks that the sound card lost.
    pending : str
        The command that waits for the clock, "" for none; `pending_s` is the seconds left, -1 while the clock stands still.
    variation : float
        0..1, the one dial; `custom` is True when a raw prompt was moved since.
    form : str
        What comes at each seam; "" without a form.
    """

    state: str
    position_s: float = 0.0
    length_s: float = 0.0
    repetition: int = 0
    generating: str = "off"
    progress: float = 0.0
    late: int = 0
    xruns: int = 0
    pending: str = ""
    pending_s: float = 0.0
    variation: float = 0.5
    custom: bool = False
    form: str = ""

    @property
    def seam_in_s(self) -> float:
        """Seconds to the next seam, 0 when the loop does not turn."""
        return max(self.length_s - self.position_s, 0.0)


STYLES = {
    "recording": "bold red",
    "overdubbing": "bold yellow",
    "replacing": "bold yellow",
    "substituting": "bold yellow",
    "multiplying": "bold yellow",
    "inserting": "bold yellow",
    "oneshot": "bold green",
    "delaying": "bold yellow",
    "scratching": "bold green",
    "playing": "bold green",
    "muted": "dim",
    "paused": "dim",
}


def bar(fraction: float, cells: int) -> str:
    """A bar of `cells` characters, filled for `fraction` 0..1 of its width."""
    fraction = 0.0 if math.isnan(fraction) else min(max(fraction, 0.0), 1.0)
    full = int(fraction * cells + 1e-9)
    return "━" * full + "╌" * (cells - full)


WORDS = {"off": "varying off", "take": "the take", "locked": "locked", "loading": "loading"}


def render(view: View) -> str:
    """The status line as plain text, without colours. Any thread.

    What must be seen comes first: 80 columns hold everything up to the xruns of a playing loop.
    """
    parts = [f"{view.state:<11}"]
    if view.pending:
        parts.append(f"{view.pending} in {view.pending_s:.1f} s" if view.pending_s >= 0 else f"{view.pending} waits")
    if view.state == "recording":
        parts.append(f"{view.length_s:.1f} s")
    elif view.length_s > 0:
        parts.append(f"{bar(view.position_s / view.length_s, POSITION_CELLS)} {view.length_s:.1f} s")
        parts.append(f"seam in {view.seam_in_s:.1f} s")
    parts.append(WORDS.get(view.generating) or f"next {bar(view.progress, PROGRESS_CELLS)}")
    parts.append(f"late {view.late}")
    parts.append(f"xruns {view.xruns}")
    if view.length_s > 0 and view.state != "recording":
        parts.append(f"pass {view.repetition}")
    if view.form:
        parts.append(f"form {view.form}")
    parts.append(f"variation {view.variation:.2f}" + (" custom" if view.custom else ""))
    return "  ".join(parts)


class Screen(Protocol):
    """Where a session shows itself while the `with` block lasts. Used by one thread."""

    shows_keys: bool
    """Whether the player sees on it which keys there are."""

    def show(self) -> None:
        """Draw how things stand in place of what was there."""

    def say(self, text: str) -> None:
        """Write a line that stays."""

    def post(self, title: str, lines: Sequence[str]) -> None:
        """Show lines that belong together, such as a code for a camera, over everything until a key is pressed; or write them."""

    def press(self, key: str) -> bool:
        """Take a key that means something to the screen alone; False for any other."""

    def notify(self, notice: Notice) -> None:
        """Be told of a change. Any thread; returns at once."""

    def __enter__(self) -> Screen: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Silent:
    """What a `Screen` does that has no keys of its own and needs no news."""

    shows_keys = False

    def post(self: Screen, title: str, lines: Sequence[str]) -> None:
        for line in (title, *lines):
            self.say(line)

    def press(self, key: str) -> bool:
        return False

    def notify(self, notice: Notice) -> None:
        return None


class StatusLine(Silent):
    """A `Screen` on a terminal, of one line.

    Parameters
    ----------
    console : rich Console
    view : callable
        Gives the line's content now.
    """

    def __init__(self, console: Console, view: Callable[[], View]) -> None:
        self._console = console
        self._view = view
        self._live = Live(
            console=console,
            refresh_per_second=REFRESH_PER_SECOND,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> StatusLine:
        self._live.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def show(self) -> None:
        view = self._view()
        line = Text(render(view), no_wrap=True, overflow="ellipsis")
        line.stylize(STYLES.get(view.state, ""), 0, len(view.state))
        self._live.update(line, refresh=True)

    def say(self, text: str) -> None:
        self._console.print(text, markup=False)


class PlainLines(Silent):
    """A `Screen` where there is no terminal: what is said, and no status line."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def __enter__(self) -> PlainLines:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def show(self) -> None:
        return None

    def say(self, text: str) -> None:
        # The reader at the other end of the pipe may have gone; the music goes on.
        with contextlib.suppress(OSError):
            self._stream.write(text + "\n")
            self._stream.flush()
