"""The player's presets and scenes while he plays: in memory for whoever asks, read and written on a thread of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from unloop_py.control.bus import Notice
from unloop_py.control.presets import preset_shelf
from unloop_py.control.scenes import scene_shelf
from unloop_py.errors import PresetError

LOOK_S = 2.0    # between two looks at the folders, into which a player may lay a file while he plays


class Shelves:
    """Both shelves, and the thread that keeps them and their folders alike.

    Parameters
    ----------
    tell : callable
        Takes a `Notice`; any thread.

    Attributes
    ----------
    presets, scenes : Shelf
    """

    def __init__(self, tell: Callable[[Notice], None]) -> None:
        self._tell = tell
        self.presets, self.scenes = preset_shelf(), scene_shelf()
        self._said: set[str] = set()
        self._wanted = threading.Event()
        self._ending = False
        self._thread: threading.Thread | None = None

    def open(self, presets: Path, scenes: Path) -> None:
        """Read the player's folders, which need not be there yet, and keep them from now on. Before anybody plays."""
        self.presets, self.scenes = preset_shelf(presets), scene_shelf(scenes)
        self._look()
        self._thread = threading.Thread(target=self._keep, name="shelves", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, and end the thread."""
        self._ending = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()

    def changed(self, kind: str) -> None:
        """Something was put on a shelf or taken off: tell it, and have it written. Any thread; returns at once."""
        self._count(kind)
        self._wanted.set()

    def _keep(self) -> None:
        while not self._ending:
            self._wanted.wait(LOOK_S)
            self._wanted.clear()
            self._write()
            self._look()
        self._write()  # what came while it looked

    def _write(self) -> None:
        for shelf in (self.presets, self.scenes):
            try:
                shelf.write()
            except PresetError as error:
                self._tell(Notice("error", None, ("", str(error))))

    def _look(self) -> None:
        for shelf in (self.presets, self.scenes):
            try:
                changed = shelf.look()
            except OSError as error:
                self._say(f"{shelf.folder} cannot be read: {error.strerror or error}")
                continue
            for text in shelf.damage:
                self._say(f"{shelf.kind} left out: {text}")
            if changed:
                self._count(shelf.kind)

    def _say(self, text: str) -> None:
        """Tell what is wrong with a folder, once."""
        if text not in self._said:
            self._said.add(text)
            self._tell(Notice("error", None, ("", text)))

    def _count(self, kind: str) -> None:
        shelf = self.presets if kind == "preset" else self.scenes
        self._tell(Notice("preset_count" if kind == "preset" else "scene_count", None, (len(shelf.all()),)))
