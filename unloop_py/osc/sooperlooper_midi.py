"""MIDI bindings in SooperLooper's words, a line of text each. Thread: the server's; what is learned comes on the MIDI thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path

from unloop_py.control.bus import Bus
from unloop_py.control.midi import MidiDesk
from unloop_py.control.midi_bindings import Binding, Control
from unloop_py.control.sooperlooper_bindings import read_line, write_line
from unloop_py.errors import CommandError
from unloop_py.osc.sooperlooper_updates import Return

EXCLUSIVE, ADD = "exclusive", "add"
"""Options: what else the control did it does no more; bindings of a file come beside those that there are."""


class Bindings:
    """Answers what is asked of bindings.

    Parameters
    ----------
    bus : Bus
    answer : callable
        Called as ``answer(to, *texts)``.
    """

    def __init__(self, bus: Bus, answer: Callable[..., None]) -> None:
        self._bus = bus
        self._answer = answer
        self._later: deque[tuple[Return, str, str]] = deque()  # what the MIDI thread has heard

    def tell_all(self, to: Return) -> None:
        """Answers "add" and a line for each binding that SooperLooper has words for, then "done"."""
        for binding in () if self._bus.midi is None else self._bus.midi.bindings():
            if line := write_line(binding):
                self._answer(to, "add", line)
        self._answer(to, "done", "")

    def add(self, line: str, option: str) -> None:
        """Adds one. Raises UnloopError."""
        self._desk().bind(read_line(line)[0], option == EXCLUSIVE)

    def remove(self, line: str) -> None:
        """Takes one away. Raises UnloopError for one that is not there."""
        wanted, desk = read_line(line)[0], self._desk()
        # What a line says is less than what a binding of ours may: the same words mean the same.
        found = next((one for one in desk.bindings() if one == wanted or write_line(one) == write_line(wanted)), None)
        if found is None or not desk.unbind(found):
            raise CommandError(f"remove_midi_binding: there is no {line[:80]!r}")

    def clear(self) -> None:
        """Takes all away."""
        self._desk().clear()

    def load(self, file: str, option: str) -> None:
        """Reads a file of bindings, in place of those that there are or beside them. Raises UnloopError."""
        desk = self._desk()
        before = desk.bindings() if option == ADD else ()
        desk.load(Path(file).expanduser())
        for binding in before:
            desk.bind(binding)

    def save(self, file: str) -> None:
        """Writes a file of them. Raises UnloopError."""
        try:
            self._desk().save(Path(file).expanduser())
        except OSError as error:
            raise CommandError(f"save_midi_bindings {file:.200}: {error.strerror or error}") from error

    def learn(self, line: str, option: str, to: Return) -> None:
        """The next control that is moved does what the line says: "add" and its line, then "done"; or "learn_cancel"."""

        def heard(binding: Binding | None) -> None:
            if binding is None:
                self._later.append((to, "learn_cancel", ""))
            else:
                self._later += [(to, "add", write_line(binding)), (to, "done", write_line(binding))]

        self._desk().learn(read_line(line)[0], heard, option == EXCLUSIVE)

    def next_move(self, to: Return) -> None:
        """The next control that is moved is told: "recv" and a line that has it; or "next_cancel"."""

        def heard(control: Control | None) -> None:
            # Of a line only the control counts, but a line needs a command.
            self._later.append((to, "next_cancel", "") if control is None else (to, "recv", write_line(Binding(control, press="record"))))

        self._desk().next_move(heard)

    def cancel(self, to: Return, word: str) -> None:
        """Ends waiting for a control, and says so to who ended it."""
        if self._bus.midi is not None:
            self._bus.midi.cancel()
        self._answer(to, word, "")

    def step(self) -> None:
        """Answers what has been heard since."""
        while self._later:
            self._answer(*self._later.popleft())

    def _desk(self) -> MidiDesk:
        if self._bus.midi is None:
            raise CommandError("MIDI is off; start without --midi-device none")
        return self._bus.midi
