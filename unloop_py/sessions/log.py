"""The log of a session: a line of JSON for each thing that happened."""

from __future__ import annotations

import json
import threading
import zlib
from pathlib import Path

from unloop_py.sessions.state import Entry

PACKED_BYTES = 1 << 18


class LogBytes:
    """All bytes of a log, for a file that was taken away; what is long past is packed, to a twentieth. One thread adds, any reads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._packed: list[bytes] = []
        self._packed_bytes = 0      # that they hold
        self._tail = bytearray()

    def __len__(self) -> int:
        with self._lock:
            return self._packed_bytes + len(self._tail)

    def add(self, data: bytes) -> None:
        """Append."""
        with self._lock:
            self._tail += data
            if len(self._tail) >= 2 * PACKED_BYTES:  # the newest part is asked for again soon
                self._packed.append(zlib.compress(self._tail[:PACKED_BYTES]))
                self._packed_bytes += PACKED_BYTES
                del self._tail[:PACKED_BYTES]

    def slice(self, start: int, end: int) -> bytes:
        """Bytes [start, end)."""
        with self._lock:
            if start >= self._packed_bytes:
                return bytes(self._tail[start - self._packed_bytes : end - self._packed_bytes])
            return (b"".join(map(zlib.decompress, self._packed)) + self._tail)[start:end]


def line(entry: Entry) -> bytes:
    """An entry as it stands in the file."""
    return json.dumps(entry, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def read_log(path: Path) -> tuple[list[Entry], int]:
    """Every whole entry of a log, and how many lines are not. A last line that was being written when all ended is no damage.

    Raises OSError.
    """
    lines = path.read_bytes().split(b"\n")
    entries, bad = [], 0
    for text in lines[:-1]:
        try:
            entry = json.loads(text)
            if not isinstance(entry["what"], str):
                raise ValueError
            entries.append(entry)
        except (ValueError, KeyError, TypeError):
            bad += 1
    return entries, bad
