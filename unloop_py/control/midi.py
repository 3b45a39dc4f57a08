"""What front ends may ask of the MIDI bindings: learning, forgetting, reading and writing them. Standard library only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

from unloop_py.control.midi_bindings import Binding, Control

COMMANDS = ("midi_learn", "midi_forget")
"""The rows of the table of commands that `MidiDesk.obey` takes."""

EVENTS = ("learning", "learned", "cancelled", "forgotten", "came", "went")
"""What a notice of kind "midi" may begin with; then a target and a control, or a device and its profile."""


class Device(NamedTuple):
    """A device that is there: its name, and its profile's."""

    name: str
    profile: str


class MidiDesk(Protocol):
    """The player's MIDI bindings, and the devices that they are on. Every method may be called from any thread and returns at once."""

    def devices(self) -> tuple[Device, ...]:
        """Those that are there now."""
        ...

    def bindings(self) -> tuple[Binding, ...]:
        """The player's own, in the order in which they were made; not those of profiles."""
        ...

    def bind(self, binding: Binding, exclusive: bool = False) -> None:
        """Adds one; with `exclusive`, what the control did before it does no more."""
        ...

    def unbind(self, binding: Binding) -> bool:
        """Takes one away; whether it was there."""
        ...

    def clear(self) -> None:
        """Takes all of them away."""
        ...

    def learn(self, target: Binding, heard: Callable[[Binding | None], None] = lambda binding: None, exclusive: bool = True) -> None:
        """The next control that is moved does what `target` does, whatever control that has; what was learned before it is cancelled.

        `heard` is called on the midi thread with the binding that was learned, or with None if that was cancelled.
        """
        ...

    def next_move(self, heard: Callable[[Control | None], None]) -> None:
        """Tells of the next control that is moved, which does nothing by it; None if that was cancelled."""
        ...

    def cancel(self) -> None:
        """Ends waiting for a control."""
        ...

    def load(self, file: Path) -> tuple[str, ...]:
        """Takes a file's bindings in place of the present ones: our own, or SooperLooper's where it is called .slb.

        Returns what could not be carried over, a line each. Raises BindingError, with nothing changed.
        """
        ...

    def save(self, file: Path) -> None:
        """Writes the present ones, as SooperLooper's where the file is called .slb. Raises OSError or BindingError."""
        ...

    def obey(self, name: str, text: str) -> None:
        """Obeys one of `COMMANDS`. Raises UnloopError."""
        ...
