"""The full screen on a terminal: drawn over and over, of which only the rows that have changed are sent.

Nothing here waits for the terminal. One that takes no more (a slow line, Ctrl-S, a window that is gone) misses pictures; the
instrument plays on. What was said while it was open is written below the prompt when it closes, to stay.
"""

from __future__ import annotations

import os
import select
import time
from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType

from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from rich.text import Text

from unloop_py.control.bus import Bus, Notice
from unloop_py.control.sections import SECTIONS
from unloop_py.errors import UnloopError
from unloop_py.ui.drawing import Look, draw
from unloop_py.ui.lines import Line
from unloop_py.ui.loop_rows import LoopLook
from unloop_py.ui.panel import Knob

SOURCE = "keys"
PERIOD_S = 0.03     # no oftener, however many keys come; the session asks ten times a second
WHOLE_S = 5.0       # at least so often all rows are sent
REMEMBERED = 200
GLANCE_S = 0.01       # that a terminal has to take one piece of a picture; the next piece waits for the next picture
PATIENCE_S = 0.3      # with a terminal that takes nothing, when all is over
TURNS = {"left": -1.0, "right": 1.0, "shift+left": -0.1, "shift+right": 0.1}
POSTER_KEY = "@"
TURN = 0.05     # of a parameter's range
_COLOURS = {
    "standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT, "truecolor": ColorSystem.TRUECOLOR, "windows": ColorSystem.WINDOWS,
}  # fmt: skip
_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), "·")    # what came over the network may not steer the terminal
_OPEN = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
_CLOSE = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"


class FullScreen:
    """A `Screen` of a whole terminal. Used by one thread, but for `notify`.

    Parameters
    ----------
    bus : Bus
    title : str
        What plays.
    console : rich Console
        On a terminal.
    clock : callable
        Monotonic seconds.

    Attributes
    ----------
    help : bool
        Whether all keys are shown.
    """

    shows_keys = True

    def __init__(self, bus: Bus, title: str, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._bus = bus
        self._title = title
        self._console = console
        self._clock = clock
        self._colours = None if console.color_system is None else _COLOURS[console.color_system]
        self._said: deque[str] = deque(maxlen=REMEMBERED)
        self._beat: tuple[float, int, int] = (0.0, 0, 0)
        self._section = self._at = 0
        self._shown: list[Line] = []
        self._size = (0, 0)
        self._unsent = b""
        self._due_s = self._whole_s = 0.0
        self._terminal: int | None = None
        self.help = False
        self._poster: tuple[str, ...] = ()
        self._posted = False

    # What a session asks of a screen, see `Screen`.

    def __enter__(self) -> FullScreen:
        self._terminal = _own_descriptor(self._console.file.fileno())
        self._send(_OPEN)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._unsent = b""
        self._send("".join((_CLOSE, *(f"{text}\n" for text in self._said))), patience_s=PATIENCE_S)
        if self._terminal is not None:
            os.close(self._terminal)
            self._terminal = None

    def say(self, text: str) -> None:
        """Show a line among those that were said last, and write it when the screen closes."""
        self._said.append("\n".join(line.translate(_CONTROL) for line in text.splitlines()))
        self._due_s = 0.0

    def post(self, title: str, lines: Sequence[str]) -> None:
        """Show lines over everything until a key is pressed."""
        self._poster, self._posted = (title, *lines, f"any key goes on, {POSTER_KEY} shows this again"), True

    def show(self) -> None:
        """Draw what has changed, if it is time to."""
        if self._terminal is None or (now_s := self._clock()) < self._due_s:
            return
        self._due_s = now_s + PERIOD_S
        size = self._measure()
        if size != self._size:
            self._size, self._shown = size, []
        if self._unsent and not self._send("", GLANCE_S):
            return
        columns, rows = size
        lines = draw(self.look(), columns, rows)
        told = [] if self._shown else ["\x1b[0m\x1b[2J"]
        if now_s >= self._whole_s:  # something else may have been written there, by a driver perhaps
            self._whole_s, self._shown = now_s + WHOLE_S, []
        for row, line in enumerate(lines):
            if row >= len(self._shown) or self._shown[row] != line:
                told.append(f"\x1b[{row + 1};1H{self.painted(line)}\x1b[0m\x1b[K")
        self._shown = lines
        self._send("".join(told), GLANCE_S)

    def press(self, key: str) -> bool:
        """Take a key that is the view's own: the arrows walk through the parameters and turn one, tab goes to others.

        Returns
        -------
        bool
            False for a key that is not.
        """
        was_posted, self._posted = self._posted, False
        if key == POSTER_KEY and self._poster:
            self._posted = not was_posted
        elif key == "?":
            self.help = not self.help
        elif key in ("up", "down"):
            self._at = (self._at + (1 if key == "down" else -1)) % len(SECTIONS[self._section].names)
        elif key in ("tab", "backtab"):
            self._section = (self._section + (1 if key == "tab" else -1)) % len(SECTIONS)
            self._at = 0
        elif key in TURNS:
            self._turn(TURNS[key])
        elif key == "backspace":
            self._set(SECTIONS[self._section].rows[self._at].default)
        else:
            self._due_s = 0.0 if was_posted else self._due_s
            return False
        self._due_s = 0.0
        return True

    def notify(self, notice: Notice) -> None:
        """Note what only notices tell. Any thread."""
        if notice.kind == "clock":
            tempo, bar, beat = notice.values
            self._beat = (float(tempo), int(bar), int(beat))

    # What is drawn.

    def look(self) -> Look:
        """Everything that is seen now."""
        bus, chosen = self._bus, self._bus.chosen()
        section = SECTIONS[self._section]
        return Look(
            title=self._title,
            loops=[LoopLook(loop, loop in chosen, bus.status(loop), tuple(bus.peaks(loop)), tuple(bus.mask(loop).rows))
                   for loop in range(bus.n_loops)],
            knobs=[Knob(row, bus.get(bus.selected(), row.name)) for row in section.rows],
            at=self._at,
            section=section.title,
            place=f"{self._section + 1} of {len(SECTIONS)}",
            clock=self._beat,
            model=bus.model(),
            generating=bus.generating(),
            locked=bus.stage_locked(),
            xruns=bus.xruns(),
            messages=tuple(self._said)[-8:],
            help=self.help,
            besides=f"{POSTER_KEY} {self._poster[0]}" if self._poster else "",
            poster=self._poster if self._posted else (),
        )

    def painted(self, line: Line) -> str:
        """A line as the terminal wants it."""
        clean = ((text.translate(_CONTROL), _style(style)) for text, style in line)
        if self._colours is None:
            return "".join(style.without_color.render(text, color_system=ColorSystem.STANDARD) for text, style in clean)
        return "".join(style.render(text, color_system=self._colours) for text, style in clean)

    def picture(self, columns: int, rows: int) -> Text:
        """The whole screen, for a picture of it."""
        lines = (Text.assemble(*(Text(text, style) for text, style in line)) for line in draw(self.look(), columns, rows))
        return Text("\n").join(lines)

    # The parameters.

    def _turn(self, steps: float) -> None:
        row = SECTIONS[self._section].rows[self._at]
        value = self._bus.get(self._bus.selected(), row.name)
        if row.kind == "float":
            span = (row.maximum - row.minimum) * TURN
            value = round(value + steps * span, 4)
        else:
            coarse = 1 if row.choices or row.maximum - row.minimum <= 32 else max(1, round((row.maximum - row.minimum) * TURN))
            value += round(steps * coarse) if abs(steps) == 1 else (1 if steps > 0 else -1)
        self._set(min(max(value, row.minimum), row.maximum))

    def _set(self, value: float | int) -> None:
        row = SECTIONS[self._section].rows[self._at]
        for loop in self._bus.chosen():
            try:
                self._bus.set(loop, row.name, row.convert(value), SOURCE)
            except UnloopError as error:
                self.say(str(error))
                return

    # The terminal.

    def _measure(self) -> tuple[int, int]:
        try:
            size = os.get_terminal_size(self._terminal)
        except OSError:
            return self._size if self._size[0] else (80, 24)
        return (size.columns or 80, size.lines or 24)

    def _send(self, text: str, patience_s: float = 0.0) -> bool:
        """Send what has not been sent and this, as far as it is taken in such a time; whether all of it was."""
        self._unsent += text.encode("utf-8", "replace")
        while self._unsent and self._terminal is not None:
            try:
                if not select.select([], [self._terminal], [], patience_s)[1]:
                    return False
                self._unsent = self._unsent[os.write(self._terminal, self._unsent) :]
            except BlockingIOError:
                return False
            except OSError:  # it has hung up
                os.close(self._terminal)
                self._terminal = None
        return self._terminal is not None


def _style(name: str) -> Style:
    return Style.parse(name) if name else Style.null()


def _own_descriptor(descriptor: int) -> int | None:
    """The terminal, opened once more so that writing to it never waits, and nobody else's writing is changed by that."""
    try:
        return os.open(os.ttyname(descriptor), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except (OSError, AttributeError):  # Windows; or a terminal that one may not open by its name
        try:
            return os.dup(descriptor)
        except OSError:
            return None
