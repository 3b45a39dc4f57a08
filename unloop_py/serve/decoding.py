"""Sound from elsewhere, unpacked in a process of its own: what harms a decoder harms nobody else.

That process may take so much memory and so long, and writes no file; one that takes more is ended, and the next sound gets a new
one. `main` is what runs there.
"""

from __future__ import annotations

import contextlib
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO

import numpy as np

from unloop_py.audio_io.wav import from_bytes, from_flac
from unloop_py.errors import AudioFileError

DECODE_S = 20.0
"""So long a sound may take, the start of the process included."""
MEMORY_BYTES = 2 * 2**30
_ASKED = struct.Struct("<cdQ")          # what it is, the limit, bytes that follow
_ANSWERED = struct.Struct("<cQII")      # how it went, frames or bytes that follow, channels, Hz
_FLAC, _FILE = b"f", b"a"
_DONE, _REFUSED = b"d", b"r"


class Decoder:
    """Unpacks sound in another process. Any thread; one sound at a time.

    Parameters
    ----------
    decode_s : float
        The longest that a sound may take.
    """

    def __init__(self, decode_s: float = DECODE_S) -> None:
        self._decode_s = decode_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the process, None while there is none."""
        return None if self._process is None else self._process.pid

    def flac(self, data: bytes, most_frames: int) -> tuple[np.ndarray, int]:
        """See `audio_io.wav.from_flac`; a `serve.sound.Decode`."""
        return self._ask(_FLAC, float(most_frames), data)

    def file(self, data: bytes, most_s: float) -> tuple[np.ndarray, int]:
        """See `audio_io.wav.from_bytes`."""
        return self._ask(_FILE, most_s, data)

    def path(self, path: str | Path, most_s: float) -> tuple[np.ndarray, int]:
        """The same of a file that is here."""
        try:
            return self.file(Path(path).read_bytes(), most_s)
        except OSError as error:
            raise AudioFileError(f"{Path(path).name} cannot be read: {error.strerror or error}") from error

    def close(self) -> None:
        """End the process; nothing can be unpacked any more. Any thread, also while another one waits for a sound."""
        self._closed = True
        if (process := self._process) is not None:
            process.kill()
        with self._lock:
            self._end()

    def _ask(self, kind: bytes, limit: float, data: bytes) -> tuple[np.ndarray, int]:
        with self._lock:
            if self._closed:
                raise AudioFileError("the server is ending")
            if self._process is None or self._process.poll() is not None:
                self._end()
                self._process = _start()
            process = self._process
            too_long = threading.Event()
            timer = threading.Timer(self._decode_s, lambda: (too_long.set(), process.kill()))
            timer.daemon = True
            timer.start()
            try:
                process.stdin.write(_ASKED.pack(kind, limit, len(data)))
                process.stdin.write(data)
                process.stdin.flush()
                how, count, channels, rate = _ANSWERED.unpack(_exactly(process.stdout, _ANSWERED.size))
                body = _exactly(process.stdout, count if how == _REFUSED else count * channels * 4)
            except (OSError, EOFError) as error:  # it has gone
                self._end()
                why = f"it took longer than {self._decode_s:g} s" if too_long.is_set() else "the decoder stumbled over it"
                raise AudioFileError(f"the sound cannot be unpacked: {why}") from error
            finally:
                timer.cancel()
        if how == _REFUSED:
            raise AudioFileError(body.decode(errors="replace"))
        return np.frombuffer(body, np.float32).reshape(count, channels).copy(), rate

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        self._process.wait()
        self._process = None


def _start() -> subprocess.Popen[bytes]:
    # Of the environment only what finds Python and its packages; one thread is enough, and each takes memory.
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "SYSTEMROOT", "LD_LIBRARY_PATH")}
    return subprocess.Popen(
        [sys.executable, "-m", "unloop_py.serve.decoding"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


def main() -> None:
    """Unpack one sound after the other, until nobody asks any more."""
    _limit()
    asked, answered = sys.stdin.buffer, sys.stdout.buffer
    while header := asked.read(_ASKED.size):
        kind, limit, count = _ASKED.unpack(header)
        data = _exactly(asked, count)
        try:
            audio, rate = from_flac(data, int(limit)) if kind == _FLAC else from_bytes(data, limit)
        except (AudioFileError, MemoryError) as error:
            text = (str(error) or "the sound takes more memory than there is for one").encode()
            answered.write(_ANSWERED.pack(_REFUSED, len(text), 0, 0) + text)
        else:
            answered.write(_ANSWERED.pack(_DONE, len(audio), audio.shape[1], rate))
            answered.write(memoryview(np.ascontiguousarray(audio, np.float32)).cast("B"))
        answered.flush()


def _limit() -> None:
    """No more memory than that, and no file at all; where the system knows such limits."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return
    for what, limit in (("RLIMIT_AS", MEMORY_BYTES), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, what), (limit, limit))


if __name__ == "__main__":
    main()
