"""Loops as files over HTTP: one dragged in, one dragged out. Thread: the server's; what a disk does is done on others."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from unloop_py.control.bus import Bus, Notice
from unloop_py.errors import UnloopError
from unloop_py.web.desk import Desk
from unloop_py.web.guard import MOST_UPLOAD_BYTES

PIECE_S = 10.0
"""So long the next piece of an upload may take."""
UPLOAD_S = 120.0
"""And so long all of it."""
LOADED_S = 60.0
"""By then a file that has come is a loop, or the page is told that it will be."""
MOST_AT_ONCE = 4
WRITTEN_BYTES = 2**20
LONGEST_NAME = 80
_MAGIC = (b"RIFF", b"RF64", b"FORM", b"fLaC", b"OggS", b"ID3")


class Files:
    """Uploads and downloads.

    Parameters
    ----------
    bus : Bus
    desk : Desk
    """

    def __init__(self, bus: Bus, desk: Desk) -> None:
        self._bus, self._desk = bus, desk
        self._folder: Path | None = None
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[str]] = {}  # by the source that asked for a loop

    def close(self) -> None:
        """Removes what had come up. Any thread, after the server's has ended."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def told(self, notice: Notice) -> bool:
        """A file has become a loop, or cannot; True when nobody else needs to hear of it."""
        waiting = self._waiting.get(notice.source)
        if waiting is None or waiting.done() or notice.kind not in ("loaded", "error"):
            return False
        waiting.set_result("" if notice.kind == "loaded" else str(notice.values[1]))
        return True

    async def put(self, request: Request) -> Response:
        """``PUT /loops/N?name=drums.wav``: the body becomes loop N."""
        asked = request.path_params["name"]
        if (loop := self._loop(asked)) is None:
            return _refused(404, self._no_such(asked))
        if len(self._waiting) >= MOST_AT_ONCE:
            return _refused(409, f"{MOST_AT_ONCE} files are on their way: wait for one of them")
        number = str(next(self._numbers))
        source = f"web:upload:{number}"
        waiting = self._waiting[source] = asyncio.get_running_loop().create_future()
        path = self._new_path(request.query_params.get("name", ""), number)
        try:
            if (refusal := await _receive(request, path)) is not None:
                return refusal
            await run_in_threadpool(self._bus.command, loop, "load", str(path), None, source)
            async with asyncio.timeout(LOADED_S):
                said = await waiting
        except UnloopError as error:
            return _refused(409, str(error))
        except TimeoutError:
            return JSONResponse({"loop": loop + 1}, 202)
        finally:
            del self._waiting[source]
            await run_in_threadpool(shutil.rmtree, path.parent, ignore_errors=True)
        return _refused(422, said.replace(str(path), path.name)) if said else JSONResponse({"loop": loop + 1})

    async def get(self, request: Request) -> Response:
        """``GET /loops/N.wav``: what sounds."""
        number, _, kind = request.path_params["name"].partition(".")
        if kind != "wav" or (loop := self._loop(number)) is None:
            return _refused(404, self._no_such(number))
        name = f"loop {loop + 1}.wav"
        try:
            body = await run_in_threadpool(self._written, loop, self._new_path(name, str(next(self._numbers))))
        except UnloopError as error:
            return _refused(404, str(error))
        headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, media_type="audio/wav", headers=headers)

    def _written(self, loop: int, path: Path) -> bytes:
        """A loop as a WAV file's content. Any thread."""
        try:
            self._desk.write_loop(loop, path)
            return path.read_bytes()
        finally:
            shutil.rmtree(path.parent, ignore_errors=True)

    def _loop(self, number: str) -> int | None:
        known = number.isascii() and number.isdigit() and len(number) <= 3 and 1 <= int(number) <= self._bus.n_loops
        return int(number) - 1 if known else None

    def _no_such(self, number: str) -> str:
        return f"loop must be in 1..{self._bus.n_loops}, got {number[:20]}"

    def _new_path(self, name: str, number: str) -> Path:
        """A file of our own in a folder of our own, called by what the player called his, so that errors are legible."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="unloop-page-"))
        plain = re.sub(r"[^\w.() -]+", "_", Path(name.replace("\\", "/")).name).strip(". ")[-LONGEST_NAME:] or "loop"
        folder = self._folder / number
        folder.mkdir()
        return folder / plain


async def _receive(request: Request, path: Path) -> Response | None:
    """Writes the body to a file as it comes; a refusal where it is too slow, too long or no audio."""
    size, seen = 0, False
    with path.open("wb") as file:
        held = bytearray()
        try:
            async with asyncio.timeout(UPLOAD_S), contextlib.aclosing(_pieces(request)) as pieces:
                async for piece in pieces:
                    size += len(piece)
                    if size > MOST_UPLOAD_BYTES:
                        return _refused(413, f"a file has at most {MOST_UPLOAD_BYTES // 2**20} MiB: cut it")
                    held += piece
                    if not seen and len(held) >= 4:
                        seen = True
                        if not _is_audio(bytes(held[:4])):
                            return _refused(415, "that is no audio file: WAV, AIFF, FLAC, OGG and MP3 are understood")
                    if len(held) >= WRITTEN_BYTES:
                        await run_in_threadpool(file.write, bytes(held))
                        held.clear()
        except TimeoutError:
            return _refused(408, "the file came too slowly: send it again")
        except ClientDisconnect:
            return _refused(400, "the file did not come whole")
        await run_in_threadpool(file.write, bytes(held))
    return None if seen else _refused(415, "that is no audio file: it is empty")


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    stream = request.stream()
    while True:
        async with asyncio.timeout(PIECE_S):
            piece = await anext(stream, None)
        if piece is None:
            return
        yield piece


def _is_audio(head: bytes) -> bool:
    return head in _MAGIC or head[:3] in _MAGIC or (head[0] == 0xFF and head[1] & 0xE0 == 0xE0)


def _refused(status: int, text: str) -> JSONResponse:
    """An error in words. The connection ends: what may still come on it is not waited for."""
    return JSONResponse({"error": text}, status, headers={"Connection": "close"})
