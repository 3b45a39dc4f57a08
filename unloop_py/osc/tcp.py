"""Clients over TCP: a connection each, nothing of which ever blocks. Thread: its owner's only.

What a client sends faster than it is obeyed stays in its own connection, so that nothing of it is lost and nobody else waits. What it
does not read waits for it up to `MAX_UNREAD` bytes; a client beyond that is cut off.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import selectors
import socket
from collections import deque
from collections.abc import Callable, Iterator

from unloop_py.osc.endpoint import Endpoint
from unloop_py.osc.framing import BrokenStream, Unframer, framed
from unloop_py.osc.messages import encode

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 64
MAX_UNREAD = 2**20
"""Bytes that wait for a client which does not read, beside what the system holds."""
_READ_BYTES = 65536
_BACKLOG = 128


class Tcp:
    """A listening socket and its connections.

    Parameters
    ----------
    host, port : str, int
    selector : BaseSelector
        Is told what to wait for.
    lets_in : callable
        Whether a host is heard.
    on_closed : callable
        Called with the endpoint of a connection that has ended.
    error_address : str
        What a client is told at that is one too many.

    Attributes
    ----------
    malformed, refused, cut_off : int
        Frames that were none; connections that were not let in; clients that did not read, or sent what is no stream of OSC.
    has_more : bool
        Whether somebody has sent more than `packets` gave the last time, and need not wait.

    Raises
    ------
    OSError
        The port is taken.
    """

    def __init__(
        self,
        host: str,
        port: int,
        selector: selectors.BaseSelector,
        *,
        lets_in: Callable[[str], bool],
        on_closed: Callable[[Endpoint], None],
        error_address: str,
    ) -> None:
        self._selector = selector
        self._lets_in = lets_in
        self._on_closed = on_closed
        self._error_address = error_address
        self._connections: dict[Endpoint, _Connection] = {}
        self.malformed = self.refused = self.cut_off = 0
        self.has_more = False
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if os.name == "posix":  # a port that was ours a minute ago is free; on Windows this would share one that is taken
                self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind((host, port))
            self._listener.listen(_BACKLOG)
        except BaseException:
            self._listener.close()
            raise
        self._listener.setblocking(False)
        selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def __len__(self) -> int:
        return len(self._connections)

    def _accept(self, events: int) -> None:
        for _ in range(_BACKLOG):
            try:
                accepted, (host, port) = self._listener.accept()
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:  # it has gone again, or there are no more descriptors
                log.debug("accepting: %s", error)
                return
            accepted.setblocking(False)
            if not self._lets_in(host):
                self.refused += 1
                accepted.close()
            elif len(self._connections) >= MAX_CONNECTIONS:
                self.refused += 1
                said = f"TCP connections must be at most {MAX_CONNECTIONS}: close one that is not needed"
                with contextlib.suppress(OSError):
                    accepted.send(framed(encode(self._error_address, "", said), "slip"))
                accepted.close()
            else:
                accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                accepted.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # one whose machine has gone ends some day
                endpoint = Endpoint(host, port, tcp=True)
                self._connections[endpoint] = connection = _Connection(accepted, endpoint)
                self._selector.register(accepted, selectors.EVENT_READ, functools.partial(self._ready, connection))

    def _ready(self, connection: _Connection, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            self._write(connection)
        if events & selectors.EVENT_READ and not connection.packets:
            self._read(connection)

    def _read(self, connection: _Connection) -> None:
        try:
            data = connection.socket.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._close(connection, str(error))
            return
        if not data:
            self._close(connection, "it has ended")
            return
        try:
            connection.packets.extend(connection.unframer.feed(data))
        except BrokenStream as error:
            self.cut_off += 1
            self.send(connection.endpoint, encode(self._error_address, "", str(error)))
            self._close(connection, str(error))
        self.malformed += connection.unframer.malformed
        connection.unframer.malformed = 0
        self._watch(connection)

    def packets(self, most: int, may: Callable[[Endpoint], bool]) -> Iterator[tuple[bytes, Endpoint]]:
        """What has come, at most so many packets of each client, for as long as it `may`; the rest is kept for the next time."""
        self.has_more = False
        for connection in tuple(self._connections.values()):
            for _ in range(most):
                if not connection.packets or not may(connection.endpoint):
                    break
                yield connection.packets.popleft(), connection.endpoint
            else:
                self.has_more |= bool(connection.packets)
            self._watch(connection)

    def send(self, endpoint: Endpoint, packet: bytes) -> None:
        """Sends a packet, or has it wait; to a client that has gone, nothing."""
        connection = self._connections.get(endpoint)
        if connection is None:
            return
        connection.unread += framed(packet, connection.unframer.framing)
        self._write(connection)

    def _write(self, connection: _Connection) -> None:
        try:
            del connection.unread[: connection.socket.send(connection.unread)]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError as error:
            self._close(connection, str(error))
            return
        if len(connection.unread) > MAX_UNREAD:
            self.cut_off += 1
            self._close(connection, f"more than {MAX_UNREAD} bytes wait to be read")
        else:
            self._watch(connection)

    def _watch(self, connection: _Connection) -> None:
        """Has the selector wait for what there is to wait for: not for more of a client whose packets are still to be obeyed."""
        if connection.endpoint not in self._connections:
            return
        wanted = (0 if connection.packets else selectors.EVENT_READ) | (selectors.EVENT_WRITE if connection.unread else 0)
        if wanted == connection.watched:
            return
        ready = functools.partial(self._ready, connection)
        if not connection.watched:
            self._selector.register(connection.socket, wanted, ready)
        elif not wanted:
            self._selector.unregister(connection.socket)
        else:
            self._selector.modify(connection.socket, wanted, ready)
        connection.watched = wanted

    def _close(self, connection: _Connection, why: str) -> None:
        if self._connections.pop(connection.endpoint, None) is None:
            return
        log.debug("%s: %s", connection.endpoint, why)
        if connection.watched:
            self._selector.unregister(connection.socket)
        connection.socket.close()
        self._on_closed(connection.endpoint)

    def close(self) -> None:
        """Closes every connection and the listening socket."""
        for connection in tuple(self._connections.values()):
            self._close(connection, "the server ends")
        self._listener.close()


class _Connection:
    """One client: what it has sent and was not obeyed yet, and what it has not read."""

    def __init__(self, accepted: socket.socket, endpoint: Endpoint) -> None:
        self.socket = accepted
        self.endpoint = endpoint
        self.unframer = Unframer()
        self.packets: deque[bytes] = deque()
        self.unread = bytearray()
        self.watched = selectors.EVENT_READ
