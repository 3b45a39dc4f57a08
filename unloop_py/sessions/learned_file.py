"""Whether a file of what was learned of a take is the one that was written, told without the library that reads it.

A safetensors file: the length of its header as 8 bytes, little-endian, the header as JSON, the tensors one after the other.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path

from unloop_py.errors import SessionError


def check_learned(path: Path) -> None:
    """Raises SessionError for a file that is missing, cut off, or holds other bytes than were written."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SessionError(f"{path.name} cannot be read ({error.strerror or error}): the loop is learned again") from None
    try:
        begin = 8 + int.from_bytes(data[:8], "little")
        header = json.loads(data[8:begin])
        wanted = header.pop("__metadata__", {}).get("crc")
        crc = 0
        for name in sorted(header):
            start, end = header[name]["data_offsets"]
            if not 0 <= start <= end <= len(data) - begin:
                raise ValueError("it ends too soon")
            crc = zlib.crc32(data[begin + start : begin + end], crc)
        if wanted is not None and int(wanted) != crc:
            raise ValueError("it is not what was written")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SessionError(f"{path.name} is damaged: the loop is learned again") from None
