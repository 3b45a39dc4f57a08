"""What the page asks of the session beside the bus: kept sessions, and the sound of a loop as a file. See `web.desk.Desk`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from unloop_py.errors import CommandError
from unloop_py.sessions.reading import read_session

if TYPE_CHECKING:
    from unloop_py.session.session import Session
    from unloop_py.sessions.library import Kept

MAX_LOOPS = 16  # of the engine


class PageDesk:
    """Implements `web.desk.Desk`. Any thread but the conductor's, for whose answers it waits.

    Parameters
    ----------
    session : Session
        Asked later; it need not be whole yet.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def sessions(self) -> list[dict[str, Any]]:
        """The sessions that are kept, newest first."""
        return [_row(kept) for kept in reversed(self._session.library.sessions())]

    def bring_back(self, name: str) -> list[str]:
        """Play a session on, by its name or folder; what the player should know."""
        session, bus = self._session, self._session.bus
        found = session.library.find(name)
        if found.playing:
            raise CommandError(f"{found.title} is being played")
        if any(bus.status(loop).state != "off" for loop in range(bus.n_loops)) or session.is_restoring:
            raise CommandError(f"{found.title} comes back only while no loop is there: clear them first; undo brings them back")
        kept = read_session(found.folder)
        while bus.n_loops < min(MAX_LOOPS, kept.state.there or len(kept.state.loops)):
            bus.command(None, "loop_add")
        return [f"{found.title} comes back", *kept.damage, *session.restore(kept)]

    def write_loop(self, loop: int, path: Path) -> None:
        """Write what sounds of a loop to a WAV file, with its beats."""
        bus = self._session.bus
        self._session.files.write(path, bus.sounding.copy(loop), bus.loops[loop].grid)


def _row(kept: Kept) -> dict[str, Any]:
    state = kept.state
    takes = [] if state is None else [loop.take for loop in state.loops if loop.take is not None]
    rate = float(state.facts.get("sample_rate", 0)) if state is not None else 0.0
    seconds = max((take.frames for take in takes), default=0) / rate if rate else 0.0
    return {"name": kept.folder.name, "title": kept.title, "named": bool(kept.name), "size_bytes": kept.size_bytes,
            "playing": kept.playing, "crashed": kept.crashed, "loops": len(takes), "seconds": round(seconds, 3)}  # fmt: skip
