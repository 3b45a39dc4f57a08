"""What the page asks that is not on the bus: sessions that are kept, and the audio of a loop as a file."""

from pathlib import Path
from typing import Any, Protocol

from unloop_py.errors import CommandError


class Desk(Protocol):
    """Implemented by the session. Its methods may take seconds; called from any thread but the server's."""

    def sessions(self) -> list[dict[str, Any]]:
        """The sessions that are kept, newest first: name, title, named, size_bytes, playing, crashed, loops, seconds."""
        ...

    def bring_back(self, name: str) -> list[str]:
        """Play a session on, by its name, while no loop is there; what the player should know. Raises UnloopError."""
        ...

    def write_loop(self, loop: int, path: Path) -> None:
        """Write what sounds of a loop, from 0, to a WAV file. Raises UnloopError."""
        ...


class NoDesk:
    """Of an instrument that keeps nothing: a bus alone."""

    def sessions(self) -> list[dict[str, Any]]:
        """None."""
        return []

    def bring_back(self, name: str) -> list[str]:
        """Refuses."""
        raise CommandError(f"no session is called {name[:60]!r}: none are kept here")

    def write_loop(self, loop: int, path: Path) -> None:
        """Refuses."""
        raise CommandError(f"loop {loop + 1} has no sound to be written here")
