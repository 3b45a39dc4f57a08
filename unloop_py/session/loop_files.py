"""Loops from files and to files, while one plays: read and written on a thread of their own, so that no command waits for a disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from unloop_py.beats.grid import BeatGrid
from unloop_py.control.bus import Notice
from unloop_py.engine.messages import Command, CommandKind, Event, EventKind
from unloop_py.errors import AudioFileError, CommandError, UnloopError
from unloop_py.paths import check_writable_file, user_data_folder
from unloop_py.units import frames_to_seconds

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus


def new_loop_file(loop: int, now_s: float) -> Path:
    """A file's path for a loop that is saved without a name; its folder is made. Raises CommandError where it cannot be."""
    folder = user_data_folder() / "loops"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"save_loop: {folder} cannot be made ({error.strerror or error}): save FILE writes elsewhere") from error
    name = time.strftime(f"%Y-%m-%d %H.%M.%S loop {loop + 1}", time.localtime(now_s))
    path, count = folder / f"{name}.wav", 1
    while path.exists():
        count += 1
        path = folder / f"{name} ({count}).wav"
    return path


def begin_thread(work: Callable[[], None]) -> None:
    """Have something done on a thread of its own."""
    threading.Thread(target=work, name="loop files", daemon=True).start()


class LoopFiles:
    """Every loop's take as audio, and the way from and to a file.

    Parameters
    ----------
    bus : SessionBus
    begin : callable
        Has what it is given done, on a thread of its own.
    """

    def __init__(self, bus: SessionBus, begin: Callable[[Callable[[], None]], None] = begin_thread) -> None:
        self._begin = begin
        self._bus, self._engine = bus, bus.engine
        self._takes: dict[int, np.ndarray] = {}
        self._tails: dict[int, np.ndarray] = {}
        # By slot, what is on its way to the engine: loops, and what rings on after them.
        self.loading: dict[int, tuple[np.ndarray, np.ndarray | None]] = {}
        self._beats: dict[int, int] = {}                # of loops that are on their way, by what their files say
        self._grids: dict[tuple[int, int], BeatGrid] = {}   # of (loop, take)

    # The conductor's thread.

    def happened(self, event: Event) -> None:
        """The engine tells something: a take is copied, before its buffer is used again."""
        if event.kind == EventKind.FREED:
            self.loading.pop(event.slot, None)
        if event.kind != EventKind.TAKE:
            return
        self._takes.pop(event.loop, None)
        self._tails.pop(event.loop, None)
        if event.index == 0:
            return
        buffer, behind = self._engine.buffer(event.slot), round(event.value)
        self._takes[event.loop] = np.array(buffer[: event.index])
        if behind:
            self._tails[event.loop] = np.array(buffer[event.index : event.index + behind])
        if beats := self._beats.pop(event.loop, 0):
            self._grids[event.loop, event.take] = BeatGrid(event.index, self._bus.sample_rate, beats, 0.0, 1.0)

    # Any thread.

    def take(self, loop: int) -> np.ndarray | None:
        """The take of a loop, (frames, channels) float32, not to be written to; None when there is none."""
        mixed = self._bus.layering.buffer(loop)
        return self._takes.get(loop) if mixed is None else mixed

    def tail(self, loop: int) -> np.ndarray | None:
        """What rings on after the take of a loop has stopped, as the engine has it behind it; None when there is nothing of its own."""
        return self._tails.get(loop)

    def grid(self, loop: int, take: int) -> BeatGrid | None:
        """The beats of a take that came from a file which told them."""
        return self._grids.get((loop, take))

    def load(self, loop: int, path: Path, wait: bool = False, source: str = "") -> None:
        """Have a file become a loop and play from its start, at any rate and with what its marks enclose.

        Raises CommandError at once for a file that is not there; what else is wrong with it is told as a notice with this `source`,
        as is that it is done, or raised where the caller waits.
        """
        if not path.is_file():
            raise CommandError(f"load {path}: there is no such file")
        self._do("load", loop, path, lambda: self._load(loop, path), wait, source)

    def save(self, loop: int, path: Path, wait: bool = False, source: str = "") -> None:
        """Write a loop's take to a WAV, AIFF, FLAC or OGG file, the first two with marks round the loop.

        Raises CommandError at once for an empty loop or a place where nothing can be written.
        """
        take = self.take(loop)
        if take is None:
            raise CommandError("save: the loop is empty; record something first")
        try:
            check_writable_file(path)
        except AudioFileError as error:
            raise CommandError(f"save {path}: {error}") from error
        grid = self._bus.loops[loop].grid
        self._do("save", loop, path, lambda: self.write(path, take, grid), wait, source)

    def _do(self, name: Literal["load", "save"], loop: int, path: Path, act: Callable[[], None], wait: bool, source: str) -> None:
        if wait:
            act()
            return

        self.begin(f"loop/{loop + 1}/{name}", source, act, Notice("saved" if name == "save" else "loaded", loop, (str(path),), source))

    def begin(self, asked: str, source: str, act: Callable[[], None], done: Notice) -> None:
        """Have something done that may take its time, and tell `done`; or what is wrong, at the address ``/unloop/asked``."""

        def told() -> None:
            try:
                act()
            except (UnloopError, OSError) as error:
                why = error if isinstance(error, UnloopError) else error.strerror or error
                self._bus.tell(Notice("error", None, (f"/unloop/{asked}", f"{asked.rpartition('/')[2]}: {why}"), source))
            else:
                self._bus.tell(done)

        self._begin(told)

    def _load(self, loop: int, path: Path) -> None:
        from unloop_py.audio_io.loop_file import read_loop

        found = read_loop(path, self._bus.sample_rate, self._engine.channels)
        most = self._engine.max_loop_frames
        if len(found.audio) > most:
            seconds = frames_to_seconds(len(found.audio), self._bus.sample_rate)
            raise CommandError(f"{path} lasts {seconds:.1f} s, and a loop at most {frames_to_seconds(most, self._bus.sample_rate):g} s: "
                               "cut it, or start with a longer --max-loop")
        self._beats[loop] = found.beats
        self.send(loop, found.audio)

    def send(self, loop: int, audio: np.ndarray, frame: int = -1, tail: np.ndarray | None = None) -> int:
        """Have an array (frames, channels) float32 become a loop and play at `frame`, its tail with it; its slot. Any thread."""
        behind = 0 if tail is None else len(tail)
        slot = self._engine.acquire_slot(len(audio) + behind)
        self._engine.buffer(slot)[: len(audio)] = audio
        if tail is not None:
            self._engine.buffer(slot)[len(audio) : len(audio) + behind] = tail
        self.loading[slot] = (audio, tail)
        try:
            self._bus.send(Command(CommandKind.LOAD, loop, frame, slot=slot, length=len(audio), control=behind))
        except UnloopError:
            self.loading.pop(slot, None)
            self._engine.release_slot(slot)
            raise
        return slot

    def write(self, path: Path, take: np.ndarray, grid: BeatGrid | None) -> None:
        """Write a sound (frames, channels) float32 with marks round it, and its beats if they are its own. Raises AudioFileError."""
        from unloop_py.audio_io.loop_file import Marks, write_loop

        beats, tempo = (grid.beats, grid.tempo_bpm) if grid is not None and grid.length_frames == len(take) else (0, 0.0)
        write_loop(path, take, self._bus.sample_rate, Marks(0, len(take), beats, tempo))
