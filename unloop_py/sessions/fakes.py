"""A disk for rehearsals: it fills up, and it is pulled out."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from unloop_py.sessions.disk import Bytes, Disk


class FakeDisk(Disk):
    """The real disk, as far as it is told to be well.

    Attributes
    ----------
    free : int or None
        Bytes that it still takes; then it writes what fits and says that it is full. None: as many as one likes.
    out : bool
        It is not there.
    """

    def __init__(self, free: int | None = None) -> None:
        self.free = free
        self.out = False

    def make_folder(self, path: Path) -> bool:
        self._see()
        return super().make_folder(path)

    def write(self, path: Path, pieces: Iterable[Bytes], *, safely: bool = True) -> None:
        self._see()
        pieces = list(pieces)
        self._take(sum(len(piece) for piece in pieces))
        super().write(path, pieces, safely=False)

    def patch(self, path: Path, writes: Iterable[tuple[int, Bytes]]) -> None:
        self._see()
        for at, data in writes:
            fits = len(data) if self.free is None else max(0, min(len(data), self.free))
            super().patch(path, [(at, data[:fits])])  # a disk that fills up has written a part
            self._take(len(data))

    def _see(self) -> None:
        if self.out:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))

    def _take(self, size: int) -> None:
        if self.free is not None:
            if size > self.free:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self.free -= size
