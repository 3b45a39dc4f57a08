"""The few things that are done to a disk, in one place, so that a test can fill it up or pull it out."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from unloop_py.paths import written_beside

Bytes = bytes | bytearray | memoryview


class Disk:
    """The real one. Every method raises OSError, and can be called again with the same arguments when it is well again."""

    def make_folder(self, path: Path) -> bool:
        """Make a folder in one that is there; False where it is there already. A stick that is out has none to make it in."""
        try:
            path.mkdir()
        except FileExistsError:
            if not path.is_dir():
                raise
            return False
        return True

    def write(self, path: Path, pieces: Iterable[Bytes], *, safely: bool = True) -> None:
        """Write a whole file, beside its place and then renamed; `safely` waits until the disk has it."""
        with written_beside(path) as beside, beside.open("wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            if safely:
                os.fsync(file.fileno())

    def patch(self, path: Path, writes: Iterable[tuple[int, Bytes]]) -> None:
        """Write bytes at places of a file, which is made if it is not there."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        with os.fdopen(handle, "wb") as file:
            for at, data in writes:
                file.seek(at)
                file.write(data)

    def size(self, path: Path) -> int:
        """Bytes of a file, 0 where there is none."""
        with contextlib.suppress(FileNotFoundError):
            return path.stat().st_size
        return 0
