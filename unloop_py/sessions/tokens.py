"""The tokens of the repetitions that were heard, some dozens to a file: an ``.npz`` that numpy reads anywhere.

Each repetition is an array (n_codebooks, steps) int16 named by its tag, and ``requests`` holds the requests that they answer as JSON,
a line each.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np

from unloop_py.errors import UnloopError
from unloop_py.sessions.state import Entry

PER_FILE = 64
BYTES_PER_FILE = 1 << 20    # a file is written again with each repetition, so it must stay small
# What numpy and zipfile raise for files that are not whole, or claim to be packed or locked in ways that they are not.
_DAMAGE = (OSError, ValueError, LookupError, TypeError, ArithmeticError, AttributeError, EOFError, SyntaxError, RuntimeError, MemoryError,
           zipfile.BadZipFile, zlib.error, struct.error)


class TokenFiles:
    """What of one loop's tokens is in which file. One thread."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._number = 0
        self._bytes = 0
        self._arrays: dict[str, np.ndarray] = {}
        self._requests: list[str] = []

    def add(self, tag: int, codes: np.ndarray, request: Entry) -> str:
        """Take in a repetition; the file that it is in, which has to be written again."""
        if self._number == 0 or len(self._arrays) >= PER_FILE or self._bytes >= BYTES_PER_FILE:
            self._number += 1
            self._bytes, self._arrays, self._requests = 0, {}, []
        self._arrays[str(tag)] = np.asarray(codes, np.int16)
        self._bytes += self._arrays[str(tag)].nbytes
        self._requests.append(json.dumps({"tag": tag} | request))
        return self.file

    @property
    def file(self) -> str:
        """The file that grows now."""
        return f"{self._folder}/variations-{self._number:04d}.npz"

    def content(self) -> bytes:
        """What is to stand in it."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, requests=np.array("\n".join(self._requests)), **self._arrays)
        return buffer.getvalue()


def read_tokens(path: Path) -> dict[int, tuple[np.ndarray, Entry]]:
    """The tokens and the request of each repetition in a file, by tag. Raises UnloopError when it is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            found = {}
            for text in str(arrays["requests"]).splitlines():
                request = json.loads(text)
                tag = int(request.pop("tag"))
                found[tag] = (arrays[str(tag)], request)
            return found
    except _DAMAGE as error:
        raise UnloopError(f"{path} is damaged: {error}") from None

