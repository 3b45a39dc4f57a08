"""SooperLooper's session files, written and read while one plays: how many loops there are, their controls, and their audio beside it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from unloop_py.control.bus import Notice
from unloop_py.control.sooperlooper import GLOBAL_CONTROLS, LOOP_CONTROLS, Control
from unloop_py.engine.messages import Command, CommandKind
from unloop_py.errors import CommandError, UnloopError
from unloop_py.osc.sooperlooper_controls import row_of, set_control, value_of
from unloop_py.paths import check_writable_file
from unloop_py.sessions.sooperlooper import TheirLoop, TheirSession, read_their_session, write_their_session

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus
    from unloop_py.session.loop_files import LoopFiles

COMMANDS = ("save_session", "save_settings", "load_session")


class SooperLooperSessions:
    """Writes and reads them. Any thread.

    Parameters
    ----------
    bus : SessionBus
    files : LoopFiles
    """

    def __init__(self, bus: SessionBus, files: LoopFiles) -> None:
        self._bus = bus
        self._files = files

    def obey(self, name: str, file: str, source: str) -> None:
        """Obey one of `COMMANDS`; what goes wrong on the way is told as a notice with this `source`.

        Raises
        ------
        UnloopError
            There is no such file, or it cannot be written; nothing was begun.
        """
        path = Path(file).expanduser()
        if name == "load_session":
            session = read_their_session(path)
            most = self._bus.engine.capacity
            if not 1 <= len(session.loops) <= most:
                raise CommandError(f"load_session: {path} has {len(session.loops)} loops, and there can be 1 to {most}")
            self._files.begin(name, source, lambda: self._load(session, source), Notice("session", None, ("loaded", str(path)), source))
            return
        check_writable_file(path)
        session = self._session(path, name == "save_session")
        takes = {loop.audio: self._files.take(number) for number, loop in enumerate(session.loops) if loop.audio is not None}

        def write() -> None:
            for audio, take in takes.items():
                self._files.write(audio, take, None)
            write_their_session(path, session)

        self._files.begin(name, source, write, Notice("session", None, ("saved", str(path)), source))

    def _session(self, path: Path, with_audio: bool) -> TheirSession:
        shared = {row.name: self._value(None, row) for row in GLOBAL_CONTROLS if row.kind == "parameter"}
        loops = []
        for loop in range(self._bus.n_loops):
            audio = path.with_name(f"{path.name}_loop_{loop:02d}.wav") if with_audio and self._files.take(loop) is not None else None
            controls = {row.name: self._value(loop, row) for row in LOOP_CONTROLS if row.kind == "parameter"}
            total_s = self._bus.engine.max_loop_frames / self._bus.sample_rate
            loops.append(TheirLoop(controls, audio, int(self._bus.store.get(loop, "channels")), total_s))
        return TheirSession(shared, tuple(loops))

    def _value(self, loop: int | None, row: Control) -> float:
        """What it stands at, as far as SooperLooper's own range goes."""
        return min(max(value_of(self._bus, loop, row), row.minimum), row.maximum)

    def _load(self, session: TheirSession, source: str) -> None:
        bus = self._bus
        while bus.n_loops < len(session.loops):
            bus.command(None, "loop_add")
        while bus.n_loops > len(session.loops):
            bus.command(None, "loop_del")
        self._set(None, session.shared)
        for number, loop in enumerate(session.loops):
            self._set(number, loop.controls)
            if loop.audio is None:
                with contextlib.suppress(CommandError):  # it is empty already
                    bus.command(number, "clear")
                continue
            try:
                self._files.load(number, loop.audio, wait=True)
                bus.send(Command(CommandKind.PAUSE, number, value=1.0))  # as SooperLooper's come back: until they are told to play
            except UnloopError as error:
                bus.tell(Notice("error", None, ("/unloop/load_session", f"load_session: loop {number + 1}: {error}"), source))

    def _set(self, loop: int | None, controls: dict[str, float]) -> None:
        """Set what there is here of another's controls; a value that it cannot have here leaves it as it is."""
        for name, value in controls.items():
            with contextlib.suppress(UnloopError):
                if row_of(loop, name).kind == "parameter":
                    set_control(self._bus, loop, name, value, "")(None)
