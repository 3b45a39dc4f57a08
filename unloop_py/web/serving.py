"""An ASGI application on a thread of its own: the one place that runs one.

It has its socket from the start, so that its port is known before anything runs, and it ends within a second whatever its
clients do. Whoever is slow to ask, or too many at once, is let go: a connection that has not sent its request in time, a
client that answers no ping, a header that does not end.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from unloop_py.errors import ParameterError

log = logging.getLogger(__name__)

Application = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]
]
"""An ASGI 3 application."""

PORTS_TRIED = 20
REQUEST_S = 10.0
"""So long a connection may take to send the head of a request."""
IDLE_S = 15.0
"""So long it may rest between two, unless said otherwise."""
PING_S = 10.0
"""A WebSocket is asked so often whether it is there, and let go when it has not said so as long again."""
MOST_CONNECTIONS = 256
MOST_HEADER_BYTES = 16 * 1024
MOST_MESSAGE_BYTES = 4 * 2**20
"""Of a WebSocket's; a longer one ends the connection. What an application understands at all may be less."""
BUFFERED_BYTES = 256 * 1024
"""What is written to a client that does not read before the application has to wait for it."""
UNREAD_S = 60.0
"""So long the application waits."""
END_S = 5.0
CUT_OFF_ROUNDS = 10
ACCEPT_TURNS = 4
"""So many turns of the loop a connection takes from being accepted to being one of the server's."""


class Serving:
    """Serves an application until told to stop.

    Parameters
    ----------
    app : Application
        Runs on the server's thread.
    host : str
        An address of this machine.
    port : int
        If taken, the next free of the `PORTS_TRIED` that follow; 0 takes any.
    name : str
        Of the thread.
    option : str, optional
        What the options in an error's text begin with, ``web-`` for --web-port and --web-listen; `name` with a dash if not given.
    tls : tuple of Path, optional
        Files of a certificate and of its key: then it is https.
    lifespan : bool
        Whether the application wants to hear when the server begins and ends.
    idle_s : float
        So long a connection may rest between two requests.

    Attributes
    ----------
    host, port : str, int
        Where it listens.

    Raises
    ------
    ParameterError
        When no port is free, the address is not this machine's, or there is no certificate in its file.
    """

    def __init__(self, app: Application, host: str = "127.0.0.1", port: int = 0, *, name: str = "web", option: str | None = None,
                 tls: tuple[Path, Path] | None = None, lifespan: bool = False, idle_s: float = IDLE_S) -> None:
        if tls is not None:
            _check_certificate(*tls)
        self._socket = listen(host, port, f"{name}-" if option is None else option)
        self.host, self.port = self._socket.getsockname()[:2]
        if port not in (0, self.port):
            log.warning("%s port %d is taken: listening on %d", name, port, self.port)
        config = uvicorn.Config(
            _logged(app), http=_Http, ws=_WebSocket, loop="asyncio", lifespan="on" if lifespan else "off", log_config=None,
            log_level=logging.CRITICAL, access_log=False, server_header=False,
            proxy_headers=False, ws_max_size=MOST_MESSAGE_BYTES, ws_ping_interval=PING_S, ws_ping_timeout=PING_S,
            ws_per_message_deflate=False, timeout_keep_alive=round(idle_s), timeout_graceful_shutdown=0,
            limit_concurrency=MOST_CONNECTIONS, h11_max_incomplete_event_size=MOST_HEADER_BYTES,
            ssl_certfile=tls[0] if tls else None, ssl_keyfile=tls[1] if tls else None,
        )  # fmt: skip
        self._server = _Server(config)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=f"unloop-{name}", daemon=True)

    def start(self) -> None:
        """Begins to serve; who has connected before is answered from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Ends every connection and the thread, started or not. Any thread but the server's."""
        if not self._thread.is_alive():
            self._socket.close()
            if not self._loop.is_closed():
                self._loop.close()
            return
        self._server.should_exit = True
        self.call(self._server.ended.set)
        self._thread.join(END_S)
        if self._thread.is_alive():
            log.error("the server on port %d does not end: an application holds its thread", self.port)

    def call(self, act: Callable[..., object], *arguments: object) -> bool:
        """Has something done on the server's thread, in the order of the calls; False when that has ended. Any thread."""
        try:
            self._loop.call_soon_threadsafe(act, *arguments)
        except RuntimeError:  # its loop is closed
            return False
        return True

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._server.serve(sockets=[self._socket]))
            self._loop.run_until_complete(self._cut_off())
        except Exception:  # a fault of ours must not reach the thread's end unheard
            log.exception("the server on port %d failed", self.port)
        finally:
            self._loop.close()
            self._socket.close()

    async def _cut_off(self) -> None:
        """End what has not ended when asked, and what that has begun meanwhile."""
        for _ in range(CUT_OFF_ROUNDS):
            for connection in list(self._server.server_state.connections):
                connection.transport.abort()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.sleep(0)  # their sockets close in the loop's next turn
            if not tasks and not self._server.server_state.connections:
                return


class _Server(uvicorn.Server):
    """Ends when told, and not a tenth of a second or a client's patience later."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ended = asyncio.Event()

    async def main_loop(self) -> None:
        count = 0
        while not await self.on_tick(count):  # its ticks are tenths of a second
            count += 10
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self.ended.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        for bound in sockets or ():
            with contextlib.suppress(NotImplementedError):  # Windows' loop accepts otherwise
                loop.remove_reader(bound)
        for _ in range(ACCEPT_TURNS):  # whoever was accepted and finds the listener closed would be left open
            await asyncio.sleep(0)
        for listener in self.servers:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self.lifespan.shutdown()


def _check_certificate(certificate: Path, key: Path) -> None:
    for path in (certificate, key):
        if not path.is_file():
            raise ParameterError(f"{path} is not there: --cert and --key name a certificate and its key, as PEM files")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise ParameterError(f"{certificate} and {key} are no certificate and its key, as PEM files without a password: {error}") from error


def _logged(app: Application) -> Application:
    """The same application; what it raises is in our log, since the server's own goes to the terminal that somebody plays at."""

    async def run(scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
        try:
            await app(scope, receive, send)
        except Exception:
            log.exception("a request to %s failed", scope.get("path"))
            raise

    return run


class _Http(H11Protocol):
    """A connection that must send the head of its request in time, the first and every later one, and read what it is answered."""

    _too_late: asyncio.TimerHandle | None = None
    _reads_too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=BUFFERED_BYTES)
        self._expect_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._request_is_there()
        self._reads_again()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        self._reads_too_late = self.loop.call_later(UNREAD_S, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        self._reads_again()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        cycle = self.cycle
        if self._too_late is None and (cycle is None or cycle.response_complete):
            self._expect_request()
        super().data_received(data)
        if self.cycle is not cycle:
            self._request_is_there()

    def handle_websocket_upgrade(self, event: Any) -> None:
        self._request_is_there()
        super().handle_websocket_upgrade(event)

    def _expect_request(self) -> None:
        self._too_late = self.loop.call_later(REQUEST_S, self.transport.abort)

    def _reads_again(self) -> None:
        if self._reads_too_late is not None:
            self._reads_too_late.cancel()
            self._reads_too_late = None

    def _request_is_there(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None


class _WebSocket(WebSocketsSansIOProtocol):
    """A WebSocket that can be cut off: an application finds how as `scope["state"]["abort"]`."""

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.scope["state"]["abort"] = self.transport.abort

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.transport.abort()  # what waits to be sent would wait for a client that has gone


def listen(host: str, port: int, option: str) -> socket.socket:
    """A listening TCP socket, see `Serving`; `option` is what the options in an error's text begin with."""
    if not 0 <= port <= 65535:
        raise ParameterError(f"{option}port must be in 0..65535, got {port}")
    candidates = range(port, min(port + PORTS_TRIED, 65536)) if port else (0,)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in candidates:
        # By its whole name, or asyncio does not know it for TCP, and small answers wait 40 ms for the client's acknowledgement.
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name != "nt":  # where it would take a port from another program
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, candidate))
            bound.listen(128)
            return bound
        except (OSError, UnicodeError) as error:
            bound.close()
            if not isinstance(error, OSError) or error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise ParameterError(f"{option}listen must be an address of this machine, got {host}: 127.0.0.1 always is") from error
            log.debug("port %d: %s", candidate, error)
    raise ParameterError(f"{option}port: {candidates[0]}..{candidates[-1]} are all taken: give another with --{option}port")
