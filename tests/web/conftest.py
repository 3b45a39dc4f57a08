"""A page's server over a bus without sound, on a port of its own, and clients that speak its protocol over real sockets.

Nothing here sleeps: to see that something was *not* told, a client sends a ping and looks at what came before its answer.
"""

import contextlib
import itertools
import json
import urllib.error
import urllib.request

import pytest
from websockets.sync.client import connect

from unloop_py.control.fake_bus import FakeBus
from unloop_py.web.server import PageServer

TIMEOUT_S = 30.0
CLOCKWORK = ("positions", "alive")


class Page:
    """One open page."""

    def __init__(self, socket) -> None:
        self.socket = socket
        self._numbers = itertools.count(1)
        self.hello = self.receive()

    def receive(self) -> dict:
        """The next message of any kind."""
        return json.loads(self.socket.recv(TIMEOUT_S))

    def send(self, **message) -> int:
        """Asks something; the number by which the answer is known."""
        number = next(self._numbers)
        self.socket.send(json.dumps({"id": number, **message}))
        return number

    def ask(self, **message) -> dict:
        """Asks something and waits for its answer."""
        number = self.send(**message)
        while (said := self.receive()).get("id") != number:
            pass
        return said

    def news(self) -> list[dict]:
        """Everything but clockwork that was said up to now, changes one by one."""
        number, found = self.send(type="ping"), []
        while (said := self.receive()).get("id") != number:
            if said["type"] == "changes":
                found += said["changes"]
            elif said["type"] not in CLOCKWORK:
                found.append(said)
        return found

    def until(self, kind, loop=None) -> list:
        """The values of the next change of a kind."""
        while True:
            said = self.receive()
            for change in said.get("changes", ()):
                if change["kind"] == kind and change["loop"] == loop:
                    return change["values"]


class Front:
    """A server and how to reach it."""

    def __init__(self, server: PageServer) -> None:
        self.server, self.port = server, server.port
        self._open = contextlib.ExitStack()

    def page(self, **options) -> Page:
        options = {"max_queue": None, "max_size": None} | options  # whoever does not look for a while hears of his end nevertheless
        return Page(self._open.enter_context(connect(f"ws://127.0.0.1:{self.port}/ws", **options)))

    def request(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, bytes, dict]:
        """Status, body and headers of an answer, a refusal's too."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=TIMEOUT_S) as answer:
                return answer.status, answer.read(), dict(answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), dict(error.headers)

    def close(self) -> None:
        self._open.close()
        self.server.stop()


@pytest.fixture
def folder(tmp_path):
    """A page of two files."""
    (tmp_path / "index.html").write_text("<!doctype html><title>unloop</title>")
    (tmp_path / "page.js").write_text("export const page = 1;")
    return tmp_path


@pytest.fixture
def bus():
    return FakeBus(n_loops=2)


@pytest.fixture
def new_front(folder):
    fronts = []

    def make(bus, **options) -> Front:
        server = PageServer(bus, options.pop("host", "127.0.0.1"), 0, page=folder, **options)
        getattr(bus, "listeners", []).append(server.notify)
        server.start()
        fronts.append(Front(server))
        return fronts[-1]

    yield make
    for front in fronts:
        front.close()


@pytest.fixture
def front(bus, new_front):
    return new_front(bus)
