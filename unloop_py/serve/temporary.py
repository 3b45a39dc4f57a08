"""What came up and what goes down as files: in a folder of this server's own, deleted when it has been used.

An upload goes when it is taken, an answer when it has been fetched whole, everything after an hour, and the folder with the
server; one that was killed has its folder deleted by the next. Any thread, but for what is named otherwise.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from unloop_py.audio_io.wav import write_audio
from unloop_py.errors import UnloopError
from unloop_py.serve.gate import API, UPLOAD_PATH
from unloop_py.serve.wire import WireError
from unloop_py.sessions.lock import Lock, is_held
from unloop_py.web.guard import Receive, Scope, Send, answer
from unloop_py.web.serving import Application

log = logging.getLogger(__name__)

KEPT_S = 3600.0
SWEEP_S = 60.0
PREFIX, HELD = "unloop-serve-", ".held"
"""How a folder's name begins, and how that of the file beside it ends, which is locked for as long as its server lives."""
VISITORS = "visitors"
"""The folder in it of those who have the page open, whose files go with them."""
FILE_DATA = {"_type": "gradio.FileData"}
_LONGEST_LIST = 64 * 1024


class Temporary:
    """A folder for files that pass through.

    Parameters
    ----------
    most_bytes : int
        Of all files together; while there is more, no upload is taken.
    clock : callable, optional
        Seconds as files bear them.
    """

    def __init__(self, most_bytes: int, clock: Callable[[], float] = time.time) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        self._held = Lock(_beside(self.folder))
        self._held.take()
        self._most_bytes, self._clock = most_bytes, clock
        self._lock = threading.Lock()
        self._uploads: Counter[Path] = Counter()    # how often each came: the same file of two people is one
        self._answers: set[Path] = set()
        self._ended = threading.Event()
        threading.Thread(target=self._sweep_now_and_then, name="unloop-serve-files", daemon=True).start()

    def close(self) -> None:
        """Delete all of it."""
        self._ended.set()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._held.release()
        _beside(self.folder).unlink(missing_ok=True)

    def take(self, given: Any) -> bytes:
        """What is in an uploaded file, which is deleted.

        Parameters
        ----------
        given : object
            What a client says of it: an object with the path that it got when it uploaded the file.

        Raises
        ------
        WireError
            It is nothing that was uploaded here.
        """
        path = given.get("path") if isinstance(given, dict) else given
        if not isinstance(path, str) or not path or "\0" in path:
            raise WireError("refused", "a loop is needed: upload an audio file, and name what the upload answered")
        place = Path(os.path.realpath(path))
        with self._lock:
            if not place.is_relative_to(self.folder) or not place.is_file():
                raise WireError("refused", f"{Path(path).name[:80]!r} was not uploaded here, or was used already: upload it again")
            data = place.read_bytes()
            self._uploads[place] -= 1
            if self._uploads[place] <= 0:
                del self._uploads[place]
                _delete(place)
        return data

    def give(self, audio: np.ndarray, sample_rate: int, name: str) -> dict[str, Any]:
        """A sound, float32 (frames, channels), as a file that can be fetched once: what Gradio's clients are told of one."""
        return self.give_file(name, lambda path: write_audio(path, audio, sample_rate))

    def give_file(self, name: str, write: Callable[[Path], object]) -> dict[str, Any]:
        """A file that can be fetched once; `write` is given its path."""
        path = self.folder / "answers" / secrets.token_urlsafe(18) / name
        path.parent.mkdir(parents=True)
        try:
            write(path)
        except (OSError, UnloopError) as error:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise WireError("failed", f"the answer cannot be written: {error}") from error
        with self._lock:
            self._answers.add(path)
        return {"path": str(path), "url": f"{API}file={quote(path.as_posix())}", "orig_name": name, "meta": FILE_DATA}

    def take_back(self, *given: dict[str, Any]) -> None:
        """Answers that nobody will fetch."""
        for one in given:
            self._fetched(Path(one["path"]))

    def sweep(self) -> None:
        """Delete what is older than an hour."""
        before = self._clock() - KEPT_S
        for root, folders, names in os.walk(self.folder):
            if root == str(self.folder) and VISITORS in folders:
                folders.remove(VISITORS)
            for path in (Path(root) / name for name in names):
                try:
                    old = path.stat().st_mtime < before
                except OSError:  # it has gone meanwhile
                    continue
                if old:
                    with self._lock:
                        self._uploads.pop(path, None)
                        self._answers.discard(path)
                        _delete(path)

    def sweep_others(self) -> None:
        """Delete the folders of servers that ended without closing them."""
        before = self._clock() - SWEEP_S  # one that begins just now has made its file, and not locked it yet
        for held in self.folder.parent.glob(f"{PREFIX}*{HELD}"):
            with contextlib.suppress(OSError):  # another user's, or it has gone meanwhile
                if held.stat().st_mtime < before and not is_held(held):
                    shutil.rmtree(held.with_suffix(""), ignore_errors=True)
                    held.unlink()

    def around(self, app: Application) -> Application:
        """The same application, of which is seen what comes up and what has gone down. Thread: the server's."""

        async def run(scope: Scope, receive: Receive, send: Send) -> None:
            route = scope["path"].removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else ""
            if route == UPLOAD_PATH and scope["method"] == "POST":
                if _size(self.folder) > self._most_bytes:
                    await answer(send, 503, "Too many files are here already: try again in a minute.\n")
                    return
                send = self._seeing_uploads(send)
            elif route.startswith(API + "file=") and scope["method"] == "GET":
                send = self._seeing_the_end(Path(route.removeprefix(API + "file=")), send)
            await app(scope, receive, send)

        return run

    def _seeing_uploads(self, send: Send) -> Send:
        body = bytearray()

        async def see(message: Any) -> None:
            if message["type"] == "http.response.body" and len(body) <= _LONGEST_LIST:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    self._came(bytes(body))
            await send(message)

        return see

    def _came(self, body: bytes) -> None:
        try:
            paths = json.loads(body)
        except ValueError:  # it was refused in words
            return
        if isinstance(paths, list):
            with self._lock:
                self._uploads.update(Path(os.path.realpath(path)) for path in paths if isinstance(path, str))

    def _seeing_the_end(self, path: Path, send: Send) -> Send:
        whole = False

        async def see(message: Any) -> None:
            nonlocal whole
            if message["type"] == "http.response.start":
                whole = message["status"] == 200
            if message["type"] == "http.response.body" and whole and not message.get("more_body", False):
                self._fetched(path)  # all of it was read: what is sent now is the last of it
            await send(message)

        return see

    def _fetched(self, path: Path) -> None:
        with self._lock:
            if path in self._answers:
                self._answers.discard(path)
                _delete(path)

    def _sweep_now_and_then(self) -> None:
        while not self._ended.is_set():
            try:
                self.sweep_others()
                self.sweep()
            except OSError:
                log.exception("what is left of older calls cannot be deleted")
            self._ended.wait(SWEEP_S)


def _beside(folder: Path) -> Path:
    return folder.with_name(folder.name + HELD)


def _delete(path: Path) -> None:
    """A file, and the folder that was made for it."""
    try:
        path.unlink(missing_ok=True)
        path.parent.rmdir()
    except OSError:  # another file is in there
        return


def _size(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(root) / name).stat().st_size
            except OSError:  # it has gone meanwhile
                continue
    return total
