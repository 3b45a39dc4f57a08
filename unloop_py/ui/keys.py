"""Single keys from a terminal, without Enter, and nothing where there is no terminal.

A key is its character, or one of `commands.NAMED_KEYS` for those that have none. A terminal tells when a key goes down, again and
again while it is held, and never when it comes up.

POSIX terminals are put into cbreak mode (keys arrive at once and are not echoed, Ctrl-C
still interrupts); Windows consoles are read through msvcrt. Whatever happens, the
terminal gets its old settings back when the keyboard is closed.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import IO, Protocol

WINDOWS_POLL_S = 0.02  # msvcrt has no wait; 50 looks a second are far below a finger's speed
ESCAPE_S = 0.05  # the rest of a sequence follows at once; over a slow line it may not
MAX_SEQUENCE = 16

_SEQUENCES = {
    "A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end", "Z": "backtab",
    "5~": "pageup", "6~": "pagedown", "1~": "home", "4~": "end", "1;2C": "shift+right", "1;2D": "shift+left",
}  # fmt: skip
_CHARACTERS = {"\r": "enter", "\n": "enter", "\t": "tab", "\x7f": "backspace", "\x08": "backspace"}
_WINDOWS = {"H": "up", "P": "down", "M": "right", "K": "left", "G": "home", "O": "end", "I": "pageup", "Q": "pagedown"}

def split_keys(text: str) -> tuple[list[str], str]:
    """The keys in what a terminal has sent, and the beginning of one that is not all there yet.

    Pure; any thread. Sequences of keys that have no name are left out.
    """
    keys = []
    while text:
        if not text.startswith("\x1b"):
            character, text = text[0], text[1:]
            if character.isprintable() or character in _CHARACTERS:
                keys.append(_CHARACTERS.get(character, character))
            continue
        if len(text) > 1 and text[1] not in "[O":
            text = text[1:]  # the escape key alone, or held with a letter
            continue
        end = next((at for at in range(2, len(text)) if "@" <= text[at] <= "~"), None)
        if end is None:
            return keys, text if len(text) < MAX_SEQUENCE else ""
        name = _SEQUENCES.get(text[2 : end + 1])
        keys += [] if name is None else [name]
        text = text[end + 1 :]
    return keys, ""


class Keyboard(Protocol):
    """Where single keys come from. One thread reads it."""

    def read(self, timeout_s: float) -> list[str]:
        """Return the keys pressed since the last call, oldest first.

        Waits up to `timeout_s` for the first one; an empty list means none came.
        """

    @property
    def ended(self) -> bool:
        """True once the terminal has gone away: no key can come any more."""

    def __enter__(self) -> Keyboard: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def open_keyboard(stdin: IO[str] | None = None) -> Keyboard | None:
    """Return the terminal's keyboard, or None where standard input is no terminal.

    Parameters
    ----------
    stdin : text stream, optional
        Default `sys.stdin`, which is None under pythonw.

    Returns
    -------
    Keyboard or None
        None when keys are off: a pipe, a file, a closed stream, a background job.
    """
    stdin = sys.stdin if stdin is None else stdin
    try:
        if stdin is None or not stdin.isatty():
            return None
        descriptor = stdin.fileno()
    except (OSError, ValueError):  # closed, or a stand-in without a descriptor
        return None
    if os.name == "nt":
        return WindowsKeyboard()
    if _in_background(descriptor):
        return None
    return PosixKeyboard(descriptor)


def _in_background(descriptor: int) -> bool:
    """Whether the terminal belongs to another job: touching it would stop us (SIGTTOU)."""
    try:
        return os.tcgetpgrp(descriptor) != os.getpgrp()
    except OSError:  # not our controlling terminal: it sends no such signals
        return False


class PosixKeyboard:
    """A POSIX terminal in cbreak mode while the `with` block lasts.

    Parameters
    ----------
    descriptor : int
        File descriptor of the terminal.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._settings: list[object] | None = None
        self._begun = ""
        self.ended = False

    def __enter__(self) -> PosixKeyboard:
        import termios
        import tty

        self._settings = termios.tcgetattr(self._descriptor)
        tty.setcbreak(self._descriptor)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        import termios

        if self._settings is not None:
            # The terminal may be gone (closed window): then there is nothing to put back.
            with contextlib.suppress(termios.error, OSError):
                termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._settings)
            self._settings = None

    def read(self, timeout_s: float) -> list[str]:
        """Return the keys pressed, see `Keyboard.read`."""
        import select

        if self.ended:
            time.sleep(timeout_s)
            return []
        try:
            ready, _, _ = select.select([self._descriptor], [], [], min(timeout_s, ESCAPE_S) if self._begun else timeout_s)
            if not ready:
                self._begun = ""  # it was the escape key itself
                return []
            pressed = os.read(self._descriptor, 64)
        except OSError:
            pressed = b""
        if not pressed:  # hang-up, or Ctrl-D on a line discipline that passes it on
            self.ended = True
            return []
        keys, self._begun = split_keys(self._begun + pressed.decode("utf-8", errors="ignore"))
        return keys


class WindowsKeyboard:
    """A Windows console read key by key."""

    ended = False

    def __enter__(self) -> WindowsKeyboard:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def read(self, timeout_s: float) -> list[str]:
        """Return the keys pressed, see `Keyboard.read`."""
        import msvcrt

        end_s = time.monotonic() + timeout_s
        pressed: list[str] = []
        while not pressed and time.monotonic() < end_s:
            while msvcrt.kbhit():
                key = msvcrt.getwch()
                if key in "\x00\xe0":
                    name = _WINDOWS.get(msvcrt.getwch())  # the second half of an arrow or function key
                    pressed += [] if name is None else [name]
                elif key == "\x03":
                    raise KeyboardInterrupt
                else:
                    pressed.append(_CHARACTERS.get(key, key))
            if not pressed:
                time.sleep(WINDOWS_POLL_S)
        return pressed


class Twice:
    """A key that acts only on its second press within `window_s`, such as quit.

    Parameters
    ----------
    window_s : float
        Longest time between the two presses, seconds.
    clock : callable
        Monotonic seconds.
    """

    def __init__(self, window_s: float = 1.5, clock: Callable[[], float] = time.monotonic) -> None:
        self._window_s = window_s
        self._clock = clock
        self._pressed_at_s: float | None = None

    def press(self) -> bool:
        """Count a press and tell whether it was the second in time."""
        now_s = self._clock()
        second = self._pressed_at_s is not None and now_s - self._pressed_at_s <= self._window_s
        self._pressed_at_s = None if second else now_s
        return second

    def forget(self) -> None:
        """Another key came between: the next press is a first one again."""
        self._pressed_at_s = None
