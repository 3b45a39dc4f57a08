"""The log of a session: a line of JSON for each thing that happened."""

from __future__ import annotations

import json
from pathlib import Path

from unloop_py.sessions.state import Entry


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
