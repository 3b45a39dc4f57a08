"""OSCQuery: over HTTP the address space as JSON, over its WebSocket the values that a host listens to, as OSC.

Hosts that speak it (ossia, Chataigne, TouchOSC) build their controls from it by themselves, and send what they control to the OSC port.

Threads. Requests run on the server's own thread and ask the bus. `OscQuery.notify` may be called from any thread but the audio thread:
it puts a notice into a queue; who does not read what it listens to is told the newest value of each address when it does.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import logging
import socket
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from unloop_py.config import DEFAULT_OSCQUERY_PORT
from unloop_py.control.bus import Bus, Notice
from unloop_py.osc.announce import OSC, OSCQUERY, Announcement
from unloop_py.osc.limits import AllowList
from unloop_py.osc.oscquery_tree import SHAPING, Method, address_of, methods, node_at, position, told, tree
from unloop_py.osc.server import POSITION_PERIOD_S
from unloop_py.web.serving import Serving

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

ATTRIBUTES = ("FULL_PATH", "CONTENTS", "DESCRIPTION", "ACCESS", "TYPE", "VALUE", "RANGE", "CLIPMODE", "UNIT")
COMMANDS = ("LISTEN", "PATH_ADDED", "PATH_REMOVED")
"""What the WebSocket understands (with IGNORE) and says, as HOST_INFO names it."""
MAX_CLIENTS = 32
_MAX_NEWS = 8192  # notices that wait; beyond it the whole tree is asked for anew
_POSITION = "/position"


class OscQuery:
    """Serves it; a front end.

    Parameters
    ----------
    bus : Bus
        Asked from the server's thread. Give its notices to `notify`.
    osc_port : int
        Where OSC is listened for, at the same host.
    host, port : str, int
        If taken, one of the next ports; 0 takes any.
    allow : sequence of str
        Hosts and networks that are answered beside this machine, see `AllowList`.

    Attributes
    ----------
    host, port : str, int
        Where it listens.

    Raises
    ------
    ParameterError
        When no port is free.
    """

    def __init__(
        self, bus: Bus, osc_port: int, host: str = "127.0.0.1", port: int = DEFAULT_OSCQUERY_PORT, *, allow: Sequence[str] = ()
    ) -> None:
        self._bus = bus
        self._osc_port = osc_port
        self._allowed = AllowList(allow)
        self._news: deque[Notice] = deque(maxlen=_MAX_NEWS)
        self._methods: dict[str, Method] = {}
        self._root: dict[str, Any] = {}
        self._clients: set[_Client] = set()
        self._is_called = False  # to catch up, and has not yet
        self._serving = Serving(self._answer, host, port, name="oscquery")
        self.host, self.port = self._serving.host, self._serving.port
        self._announcement = Announcement(host, {OSC: osc_port, OSCQUERY: self.port})

    @property
    def is_heard(self) -> bool:
        """Whether a host listens. Any thread."""
        return len(self._clients) > 0

    def start(self) -> None:
        """Begins to serve, and says on the network that it does."""
        self._serving.start()
        self._announcement.start()

    def stop(self) -> None:
        """Ends every connection and the threads."""
        self._announcement.stop()
        self._serving.stop()

    def notify(self, notice: Notice) -> None:
        """Keeps a change for who asks or listens. Any thread but the audio thread; returns at once."""
        self._news.append(notice)
        if self._clients and not self._is_called:
            self._is_called = True
            self._serving.call(self._catch_up)

    # On the server's thread

    def _catch_up(self) -> None:
        """Brings what is known to how everything stands, and tells who listens."""
        self._is_called = False
        if not self._methods or len(self._news) == _MAX_NEWS:
            self._news.clear()
            self._begin_anew()
            return
        anew = False
        while self._news:
            notice = self._news.popleft()
            if notice.kind in SHAPING:
                anew = True
            address = address_of(notice)
            if address not in self._methods:
                continue
            self._methods[address] = method = told(notice, self._methods[address])
            self._root = {}
            for client in self._clients:
                client.tell(address, method)
        if anew:
            self._begin_anew()

    def _begin_anew(self) -> None:
        before, self._methods, self._root = self._methods, methods(self._bus), {}
        for path in _uppermost(before.keys() - self._methods.keys(), self._methods) if before else ():
            for client in self._clients:
                client.path("PATH_REMOVED", path)
        for path in _uppermost(self._methods.keys() - before.keys(), before) if before else ():
            for client in self._clients:
                client.path("PATH_ADDED", path)
        for address, method in self._methods.items():
            if before.get(address) != method:
                for client in self._clients:
                    client.tell(address, method)

    def _node(self, path: str) -> dict[str, Any] | None:
        self._catch_up()
        if not self._root:
            self._root = tree(self._methods)
        for loop in range(self._bus.n_loops):
            address = f"/unloop/loop/{loop + 1}{_POSITION}"
            if address.startswith(path.rstrip("/")) and (node := node_at(self._root, address)) is not None:
                node.update(position(self._bus, loop).attributes(address))
        return node_at(self._root, path)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        is_welcome = self._is_welcome(scope, headers)
        if scope["type"] == "websocket":
            await receive()
            if not is_welcome or len(self._clients) >= MAX_CLIENTS:
                await send({"type": "websocket.close", "code": 1013 if is_welcome else 1008})
            else:
                await self._converse(receive, send)
        elif not is_welcome:
            await _respond(send, 403)
        elif scope["method"] not in ("GET", "HEAD"):
            await _respond(send, 405)
        else:
            await _respond(send, *self._look_up(scope["path"], scope["query_string"].decode("latin-1")))

    def _is_welcome(self, scope: Scope, headers: dict[str, str]) -> bool:
        """Whether a request comes from a host that is heard, and not by way of a web site that somebody visits there.

        A page elsewhere can only ask by a name that it has made to mean this machine, or with its own origin.
        """
        if not self._allowed.lets_in(scope["client"][0]) or not _is_ours(headers.get("host", "")):
            return False
        origin = headers.get("origin")
        return origin is None or urlsplit(origin).netloc == headers["host"]

    def _look_up(self, path: str, query: str) -> tuple[int, Any]:
        if query == "HOST_INFO":
            return 200, self._host_info()
        node = self._node(path)
        if node is None:
            return 404, None
        if not query:
            return 200, node
        if query not in ATTRIBUTES:
            return 400, None
        return (200, {query: node[query]}) if query in node else (204, None)

    def _host_info(self) -> dict[str, Any]:
        known = (*ATTRIBUTES[1:], *COMMANDS)
        info = {
            "NAME": "unloop", "OSC_PORT": self._osc_port, "OSC_TRANSPORT": "UDP", "WS_PORT": self.port,
            "EXTENSIONS": {name: name in known for name in (*known, "TAGS", "EXTENDED_TYPE", "CRITICAL", "OVERLOADS", "HTML")},
        }  # fmt: skip
        if not ipaddress.IPv4Address(self.host).is_unspecified:  # else it is the one that was asked
            info |= {"OSC_IP": self.host, "WS_IP": self.host}
        return info

    async def _converse(self, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        client = _Client()
        self._clients.add(client)
        tasks = [asyncio.create_task(client.send_all(send)), asyncio.create_task(self._follow_positions(client))]
        try:
            while (said := await receive())["type"] == "websocket.receive":
                self._obey(client, said.get("text") or "")
        finally:
            self._clients.discard(client)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _obey(self, client: _Client, text: str) -> None:
        """LISTEN and IGNORE; whatever else is said is not for us, as the proposal has it, and is passed over."""
        try:
            said = json.loads(text)
            command, path = said["COMMAND"], said["DATA"]
        except (ValueError, TypeError, KeyError, RecursionError):
            log.debug("not a command of OSCQuery: %.80r", text)
            return
        if command == "IGNORE":
            client.paths.discard(str(path))
        elif command == "LISTEN":
            self._catch_up()
            if str(path) in self._methods:
                client.paths.add(str(path))
                client.tell(str(path), self._methods[str(path)])

    async def _follow_positions(self, client: _Client) -> None:
        last: dict[str, Method] = {}
        while True:
            await asyncio.sleep(POSITION_PERIOD_S)
            for loop in range(self._bus.n_loops):
                address = f"/unloop/loop/{loop + 1}{_POSITION}"
                if address in client.paths and (now := position(self._bus, loop)) != last.get(address):
                    last[address] = now
                    client.tell(address, now)


class _Client:
    """A WebSocket, and what waits to be sent over it: at most one thing for each address."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self._waiting: dict[str, bytes | str] = {}
        self._has_some = asyncio.Event()

    def tell(self, address: str, method: Method) -> None:
        """Has a value sent, if it is listened to and can be read."""
        if address in self.paths and method.values:
            self._wait(address, method.packet(address))

    def path(self, command: str, path: str) -> None:
        """Has it sent that a path has come or gone."""
        self._wait(f" {path}", json.dumps({"COMMAND": command, "DATA": path}))

    def _wait(self, key: str, message: bytes | str) -> None:
        self._waiting.pop(key, None)  # the newest is the last
        self._waiting[key] = message
        self._has_some.set()

    async def send_all(self, send: Send) -> None:
        """Sends what waits, until cancelled."""
        while True:
            await self._has_some.wait()
            self._has_some.clear()
            while self._waiting:
                message = self._waiting.pop(next(iter(self._waiting)))
                kind = "text" if isinstance(message, str) else "bytes"
                await send({"type": "websocket.send", kind: message})


def _uppermost(paths: set[str], others: dict[str, Method]) -> list[str]:
    """The containers that have come or gone with all that is in them, and the paths that did so alone."""
    kept = {"/".join(parts[:length]) for path in others for parts in [path.split("/")] for length in range(1, len(parts) + 1)}
    found = set()
    for path in paths:
        parts = path.split("/")
        found.add(next(above for length in range(1, len(parts) + 1) if (above := "/".join(parts[:length])) not in kept))
    return sorted(found)


def _is_ours(host: str) -> bool:
    """Whether a Host header means this machine by a number or a name that only its own network gives."""
    name = urlsplit(f"//{host}").hostname or ""
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(name)
        return True
    return name == "localhost" or name.endswith(".local") or name == socket.gethostname().lower()


async def _respond(send: Send, status: int, content: Any = None) -> None:
    body = b"" if content is None else json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers if status != 204 else headers[2:]})
    await send({"type": "http.response.body", "body": body})
