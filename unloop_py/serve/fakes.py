"""Stand-ins for rehearsals: a network that is far, slow, broken or mad, between a player and a server that is well."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass

START_S = 10.0
CHUNK = 16384
ROUNDS = 20     # of the loop, in which what was begun is done


@dataclass
class Weather:
    """What becomes of bytes. May be changed at any moment, by any thread.

    Attributes
    ----------
    delay_s, jitter_s : float
        Each piece of data comes so much later, and up to so much more; their order stays.
    trickle : int
        Bytes a second at most; 0 is no limit.
    corrupt : float
        Share of the pieces of which one byte is another.
    downward, upward : bool
        Whether answers and calls are corrupted.
    silent : bool
        What comes is swallowed; connections stay.
    refusing : bool
        Whoever connects is shown out.
    """

    delay_s: float = 0.0
    jitter_s: float = 0.0
    trickle: int = 0
    corrupt: float = 0.0
    downward: bool = True
    upward: bool = True
    silent: bool = False
    refusing: bool = False


class FaultProxy:
    """A TCP proxy on loopback, on a thread of its own, before one server.

    Parameters
    ----------
    port : int
        Of the server, on loopback; `lead_to` changes it.
    seed : int
        Of all chance.

    Attributes
    ----------
    port : int
        Where it listens.
    weather : Weather
    connections : int
        That were made so far.
    """

    def __init__(self, port: int, seed: int = 0) -> None:
        self.weather = Weather()
        self.connections = 0
        self._target, self._dice = port, random.Random(seed)
        self._writers: set[asyncio.StreamWriter] = set()
        self._handing: set[asyncio.Future[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fault proxy", daemon=True)
        self._thread.start()
        if not self._ready.wait(START_S):
            raise RuntimeError("the proxy does not start")

    def lead_to(self, port: int) -> None:
        """Connections from now on go to another server."""
        self._target = port

    def cut(self) -> None:
        """End every connection there is; returns when they have ended."""
        self._call(self._cut)

    def clear(self) -> None:
        """Fine weather again; connections that it was bad for end."""
        self.weather = Weather()
        self.cut()

    def close(self) -> None:
        """End everything."""
        self._call(self._cut)
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, act: Callable[[], None]) -> None:
        done = threading.Event()
        self._loop.call_soon_threadsafe(lambda: (act(), done.set()))
        done.wait(START_S)

    # The proxy's thread.

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._ended.wait()
        server.close()
        # Nobody is cancelled while he opens a connection, which would be left open.
        for _ in range(ROUNDS):
            self._cut()
            for handing in self._handing:
                handing.cancel()
            await asyncio.sleep(0)
        while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
            self._cut()
            for handing in self._handing:
                handing.cancel()
            await asyncio.wait(tasks, timeout=0.01)
        await asyncio.sleep(0)

    def _cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        both = {writer}
        try:
            with contextlib.suppress(asyncio.CancelledError, OSError):  # the proxy closes, or somebody went
                if not (self.weather.refusing or self._ended.is_set()):
                    await self._both_ways(reader, writer, both)
        finally:
            self._writers -= both
            for one in both:
                one.transport.abort()
            for one in both:
                with contextlib.suppress(asyncio.CancelledError, OSError):
                    await one.wait_closed()

    async def _both_ways(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, both: set[asyncio.StreamWriter]) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        both.add(far_writer)
        self._writers |= both
        if self._ended.is_set():
            return
        await asyncio.gather(self._carry(reader, far_writer, upward=True), self._carry(far_reader, writer, upward=False))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, upward: bool) -> None:
        """Take what comes as it comes, and hand it on when it is due."""
        coming: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def hand_on() -> None:
            while True:
                due_s, data = await coming.get()
                await asyncio.sleep(due_s - self._loop.time())
                if self.weather.silent:
                    continue
                if not data:
                    if writer.can_write_eof():
                        writer.write_eof()
                    return
                await self._write(writer, self._spoiled(data, upward))

        handing = asyncio.ensure_future(hand_on())
        self._handing.add(handing)
        due_s = 0.0
        try:
            data = b"first"
            while data:
                try:
                    data = await reader.read(CHUNK)
                except OSError:
                    data = b""
                due_s = max(due_s, self._loop.time() + self.weather.delay_s + self._dice.random() * self.weather.jitter_s)
                coming.put_nowait((due_s, data))
            with contextlib.suppress(OSError):
                await handing
        finally:
            handing.cancel()
            self._handing.discard(handing)

    def _spoiled(self, data: bytes, upward: bool) -> bytes:
        weather = self.weather
        if not (weather.upward if upward else weather.downward) or self._dice.random() >= weather.corrupt:
            return data
        spoiled = bytearray(data)
        spoiled[self._dice.randrange(len(data))] ^= 1 << self._dice.randrange(8)
        return bytes(spoiled)

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        if not self.weather.trickle:
            writer.write(data)
            await writer.drain()
            return
        size = max(1, self.weather.trickle // 20)
        for start in range(0, len(data), size):
            writer.write(data[start : start + size])
            await writer.drain()
            await asyncio.sleep(size / max(1, self.weather.trickle))
