"""Datagrams in and out, through one socket that never blocks. Thread: its owner's only."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys

from unloop_py.osc.endpoint import Endpoint
from unloop_py.osc.messages import MAX_PACKET

log = logging.getLogger(__name__)

RECEIVE_BUFFER_BYTES = 4 * 2**20
_SO_RCVBUFFORCE = 33  # Linux, not in the socket module: past the limit for ordinary programs, where we may


class Udp:
    """A bound UDP socket with a large receive buffer.

    Parameters
    ----------
    host, port : str, int
        Port 0 is any.

    Attributes
    ----------
    unsent : int
        Datagrams that the system would not send.

    Raises
    ------
    OSError
        The port is taken.
    """

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self.socket.bind((host, port))
        except BaseException:
            self.socket.close()
            raise
        self.socket.setblocking(False)
        _widen(self.socket)
        self.host, self.port = self.socket.getsockname()
        self.unsent = 0

    def receive(self) -> tuple[bytes, Endpoint] | None:
        """The next datagram and who sent it; None when there is none."""
        while True:
            try:
                datagram, (host, port) = self.socket.recvfrom(MAX_PACKET)
                return datagram, Endpoint(host, port)
            except (BlockingIOError, InterruptedError):
                return None
            except OSError as error:  # Windows reports here that somebody we sent to has gone
                log.debug("receiving: %s", error)
                if self.socket.fileno() < 0:
                    return None

    def send(self, endpoint: Endpoint, datagram: bytes) -> None:
        """Sends one; what the system will not send is counted."""
        try:
            self.socket.sendto(datagram, endpoint[:2])
        except OSError as error:
            self.unsent += 1
            log.debug("sending to %s: %s", endpoint, error)

    def close(self) -> None:
        """Closes the socket."""
        with contextlib.suppress(OSError):
            self.socket.close()


def _widen(bound: socket.socket) -> None:
    options = (_SO_RCVBUFFORCE, socket.SO_RCVBUF) if sys.platform == "linux" else (socket.SO_RCVBUF,)
    for option in options:
        try:
            bound.setsockopt(socket.SOL_SOCKET, option, RECEIVE_BUFFER_BYTES)
            return
        except OSError as error:  # not privileged, or beyond the system's limit, whose default then stays
            log.debug("receive buffer: %s", error)
