"""The page's server: the page itself, a WebSocket to each that looks at it, loops as files.

Threads. All of it runs on the thread of its `Serving`. `PageServer.notify` may be called from any thread but the audio thread: it
puts a notice into a queue and returns. Nobody who looks can hold up the instrument: what waits for a client is bounded, and one
that does not read is cut off.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from unloop_py import __version__
from unloop_py.config import DEFAULT_WEB_PORT
from unloop_py.control.bus import Bus, Notice
from unloop_py.errors import CommandError, UnloopError
from unloop_py.web import orders, tables
from unloop_py.web.addresses import address_of, as_code, is_loopback
from unloop_py.web.clients import Client
from unloop_py.web.desk import Desk, NoDesk
from unloop_py.web.files import Files
from unloop_py.web.guard import Guard
from unloop_py.web.serving import Serving
from unloop_py.web.static import Static

log = logging.getLogger(__name__)

PROTOCOL = 1
PAGE = Path(__file__).parent / "page"
POSITION_PERIOD_S = 0.05
ALIVE_PERIOD_S = 1.0
MOST_CLIENTS = 32
MESSAGES_PER_S = 500.0
"""What a client may ask; beyond, it is read more slowly."""
BURST = 200.0
MOST_NOTICES = 65536


class PageServer:
    """A front end: see `session.front_ends.FrontEnd`.

    Parameters
    ----------
    bus : Bus
        Asked from the server's thread. Give its notices to `notify`.
    host : str
        An address of this machine. Beyond loopback a token is made, which everything needs.
    port : int
        If taken, the next free one; 0 takes any.
    desk : Desk, optional
        What is not on the bus.
    page : Path
        The folder of the page's own files.
    clock : callable
        Monotonic seconds.

    Attributes
    ----------
    address : str
        What to open in a browser, with the token if there is one.
    code : str
        The same for a phone's camera, lines of blocks; "" where only this machine is listened to.

    Raises
    ------
    ParameterError
        When no port is free, or the address is not this machine's.
    """

    def __init__(self, bus: Bus, host: str = "127.0.0.1", port: int = DEFAULT_WEB_PORT, *, desk: Desk | None = None, page: Path = PAGE,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._bus, self._desk, self._clock = bus, desk or NoDesk(), clock
        self._files = Files(bus, self._desk)
        app = Starlette(routes=[
            WebSocketRoute("/ws", self._look),
            Route("/loops/{name}", self._files.put, methods=["PUT"]),
            Route("/loops/{name}", self._files.get, methods=["GET"]),
            Route("/{path:path}", Static(page).get, methods=["GET"]),
        ])  # fmt: skip
        self._guard = Guard(app, token=not is_loopback(host))
        self._serving = Serving(self._guard, host, port, name="web")
        self.host, self.port = self._serving.host, self._serving.port
        self.address = address_of(self.host, self.port, self._guard.token)
        self.code = as_code(self.address) if self._guard.token else ""
        self._inbox: deque[Notice] = deque(maxlen=MOST_NOTICES)
        self._awake = False
        self._beat: tuple[float | int | str, ...] = (0, 0, 0)  # as last told of the clock
        self._clients: set[Client] = set()
        self._numbers = itertools.count(1)
        self._ticking: asyncio.Task[None] | None = None

    @property
    def is_heard(self) -> bool:
        """Whether anybody looks. Any thread."""
        return bool(self._clients)

    def start(self) -> None:
        """Begins to serve."""
        self._serving.start()

    def stop(self) -> None:
        """Ends every connection and the thread."""
        self._serving.stop()
        self._files.close()

    def notify(self, notice: Notice) -> None:
        """Tells everybody who looks. Any thread but the audio thread; returns at once."""
        if notice.kind == "clock":
            self._beat = notice.values
        if not self._clients and notice.kind not in ("loaded", "error"):
            return
        self._inbox.append(notice)
        if not self._awake:
            self._awake = True
            self._serving.call(self._tell)

    # The server's thread.

    def _tell(self) -> None:
        """Hands what has come to every client."""
        self._awake = False  # before: what comes meanwhile calls again
        while self._inbox:
            notice = self._inbox.popleft()
            try:
                if not self._files.told(notice):
                    self._tell_all(notice)
            except Exception:  # a fault of ours must not keep what comes after it from being told
                log.exception("%s could not be told", notice.kind)

    def _tell_all(self, notice: Notice) -> None:
        for client in self._clients:
            client.tell(tables.change(notice, client.source))
        if notice.kind in ("preset_count", "scene_count"):
            self._say_all({"type": "tables", "tables": tables.named(self._bus)})
        elif notice.kind == "loops" and (loop := int(notice.values[0]) - 1) < self._bus.n_loops:  # one that may have come just now
            self._say_all({"type": "loop", "loop": tables.loop_state(self._bus, loop)})

    def _say_all(self, message: dict[str, Any]) -> None:
        for client in self._clients:
            client.say(message)

    async def _look(self, socket: WebSocket) -> None:
        """One open page, from its first word to its last."""
        if len(self._clients) >= MOST_CLIENTS:
            await socket.close(1013, f"{MOST_CLIENTS} pages are open: close one")
            return
        await socket.accept()
        client = Client(f"web:{next(self._numbers)}", socket.send_text, socket.scope["state"]["abort"])
        self._clients.add(client)  # before the state is read: what changes meanwhile is told after it
        sending = asyncio.ensure_future(client.run())
        if self._ticking is None:
            self._ticking = asyncio.ensure_future(self._tick())
        try:
            client.say(self._hello(client))
            await self._listen(socket, client)
        except WebSocketDisconnect:
            pass
        finally:
            self._clients.discard(client)
            client.held.let_go(self._bus, client.source)
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):  # it had gone while it was sent to
                await sending

    async def _listen(self, socket: WebSocket, client: Client) -> None:
        left, looked_s = BURST, self._clock()
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            now_s = self._clock()
            left, looked_s = min(BURST, left + (now_s - looked_s) * MESSAGES_PER_S) - 1.0, now_s
            if left < 0.0:
                await asyncio.sleep(-left / MESSAGES_PER_S)
            await client.room()
            await self._obey(client, message.get("text"))

    async def _obey(self, client: Client, text: str | None) -> None:
        """Does what a message asks, and answers it."""
        number: orders.Id = None
        try:
            message = orders.read(text)
            number = orders.id_of(message)
            answer = await self._do(client, message)
        except UnloopError as error:
            client.say({"type": "error", "id": number, "text": str(error)})
        except Exception:  # a fault of ours must not end the page's connection
            log.exception("a message of %s failed", client.source)
            client.say({"type": "error", "id": number, "text": "an internal error: see the log"})
        else:
            client.say({"type": "done", "id": number, **answer})

    async def _do(self, client: Client, message: dict[str, Any]) -> dict[str, Any]:
        match message.get("type"):
            case "command":
                orders.command(self._bus, message, client.source, client.held)
            case "set":
                orders.set_parameter(self._bus, message, client.source)
            case "state":
                client.forget_changes()
                client.say({"type": "state", "state": self._state()})
            case "sessions":
                return {"sessions": await run_in_threadpool(self._desk.sessions)}
            case "session":
                return {"said": await run_in_threadpool(self._desk.bring_back, orders.word(message, "name"))}
            case "midi":
                return tables.midi(self._bus)
            case "ping":
                pass
            case other:
                raise CommandError(f"a message's type is command, set, state, sessions, session, midi or ping, got {str(other)[:40]!r}")
        return {}

    def _hello(self, client: Client) -> dict[str, Any]:
        return {"type": "hello", "protocol": PROTOCOL, "version": __version__, "client": client.source,
                "sample_rate": self._bus.sample_rate, "tables": tables.tables(self._bus), "state": self._state()}  # fmt: skip

    def _state(self) -> dict[str, Any]:
        return tables.state(self._bus) | {"clock": list(self._beat)}

    async def _tick(self) -> None:
        """Tells positions and a sign of life for as long as anybody looks."""
        moved: Any = None
        due_s = 0.0
        while self._clients:
            now_s = self._clock()
            try:
                rows, peak_in, peak_out = tables.positions(self._bus)
            except Exception:  # a fault of ours must not stop the clockwork
                log.exception("positions could not be told")
                rows, peak_in, peak_out = [], 0.0, 0.0
            alive = now_s >= due_s
            if rows != moved or alive:
                moved = rows
                told = {"type": "positions", "at": round(now_s, 3), "loops": rows, "peak_in": peak_in, "peak_out": peak_out}
                self._tick_all("positions", told)
            if alive:
                due_s = now_s + ALIVE_PERIOD_S
                self._tick_all("alive", {"type": "alive"})
            await asyncio.sleep(POSITION_PERIOD_S)
        self._ticking = None

    def _tick_all(self, kind: str, message: dict[str, Any]) -> None:
        text = json.dumps(message, separators=(",", ":"))
        for client in self._clients:
            client.tick(kind, text)
