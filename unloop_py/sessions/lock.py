"""Whether a session is being played: a lock that its process holds and that ends with it, however it ends."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO


class Lock:
    """One file, held by one process. Any one thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def take(self) -> bool:
        """Hold it; False when another process does. Raises OSError where the file cannot be made."""
        if self._file is not None:
            return True
        file = self._path.open("ab")
        if not _try_lock(file):
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Let it go."""
        if self._file is not None:
            self._file.close()
            self._file = None


def is_held(path: Path) -> bool:
    """Whether a process holds the lock now."""
    try:
        file = path.open("r+b")
    except OSError:
        return False
    with file:
        return not _try_lock(file)


if os.name == "nt":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
