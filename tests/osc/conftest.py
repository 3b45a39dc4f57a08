"""A server over a bus without sound, and clients that talk to it over real UDP on loopback.

The server keeps the order of messages, so nothing here sleeps: to see that something was *not* sent, a client asks a
question after it (`Client.news`) and looks at what came before the answer.
"""

import socket
import time

import pytest

from unloop_py.control.fake_bus import FakeBus
from unloop_py.osc.messages import decode, encode
from unloop_py.osc.server import OscServer

TIMEOUT_S = 20.0  # of a machine that is busy with other tests
CLOCKWORK = ("/unloop/alive", "position")


class Client:
    """A UDP socket that speaks OSC to one server."""

    def __init__(self, server_port: int, host: str = "127.0.0.1") -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**20)
        self._socket.bind((host, 0))
        self._socket.settimeout(TIMEOUT_S)
        self._server = ("127.0.0.1", server_port)
        self.host, self.port = self._socket.getsockname()
        self._fences = 0

    def send(self, address: str, *values: int | float | str) -> None:
        self.send_raw(encode(address, *values))

    def send_raw(self, datagram: bytes) -> None:
        self._socket.sendto(datagram, self._server)

    def receive(self) -> tuple:
        """The next message as (address, argument, ...)."""
        (message,) = decode(self._socket.recv(65536))
        return (message.address, *message.arguments)

    def receive_until(self, address: str) -> tuple:
        """The next message at an address; others are passed over."""
        deadline_s = time.monotonic() + TIMEOUT_S
        while time.monotonic() < deadline_s:
            message = self.receive()
            if message[0] == address:
                return message
        raise TimeoutError(address)

    def news(self) -> list[tuple]:
        """Everything sent to this client up to now, but for positions and signs of life."""
        self._fences += 1
        fence = f"/unloop/fence/{self.port}/{self._fences}"
        self.send(fence)
        found = []
        while True:
            message = self.receive()
            if message[:2] == ("/unloop/error", fence):
                return found
            if not message[0].endswith(CLOCKWORK) and not str(message[1:2]).startswith("('/unloop/fence"):
                found.append(message)

    def subscribe(self, *arguments: int | float | str) -> list[tuple]:
        """Subscribes its own port, or what is given, and returns what came of it."""
        self.send("/unloop/subscribe", *(arguments or (self.port,)))
        return self.news()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def bus():
    return FakeBus(n_loops=2)


@pytest.fixture
def server(bus):
    with OscServer(bus, port=0) as server:
        bus.listeners.append(server.notify)
        yield server


@pytest.fixture
def new_client(server):
    clients = []

    def make(host: str = "127.0.0.1") -> Client:
        clients.append(Client(server.port, host))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(new_client):
    return new_client()
