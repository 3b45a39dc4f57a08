"""The thread that applications are served on: real sockets on ephemeral ports, nothing sleeps."""

import asyncio
import contextlib
import gc
import logging
import socket
import threading
import urllib.error
import urllib.request

import pytest
from websockets.sync.client import connect

from unloop_py.errors import ParameterError
from unloop_py.web import serving
from unloop_py.web.serving import Serving

TIMEOUT_S = 30.0


async def echo(scope, receive, send):
    """Says ok to a request, fails at /fails, and sends back what a WebSocket says."""
    if scope["path"] == "/fails":
        raise RuntimeError("as it was asked to")
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (said := await receive())["type"] == "websocket.receive":
        if said["text"] == "cut":
            scope["state"]["abort"]()
        else:
            await send({"type": "websocket.send", "text": said["text"]})


@pytest.fixture
def server():
    server = Serving(echo)
    server.start()
    yield server
    server.stop()


def get(server, path="/"):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=TIMEOUT_S) as answer:
        return answer.read()


def raw(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=TIMEOUT_S)


def said_until_the_end(client):
    said = b""
    try:
        while piece := client.recv(65536):
            said += piece
    except ConnectionResetError:
        pass
    return said


def test_it_answers_requests_and_websockets_on_the_port_that_it_says(server):
    assert get(server) == b"ok"
    with connect(f"ws://127.0.0.1:{server.port}/") as client:
        client.send("hello")
        assert client.recv(TIMEOUT_S) == "hello"


def test_a_port_that_is_taken_gives_the_next_one(server):
    other = Serving(echo, port=server.port)
    assert other.port > server.port
    other.stop()


@pytest.mark.parametrize(
    ("host", "port", "word"),
    [("203.0.113.7", 0, "listen"), ("nowhere.invalid", 0, "listen"), ("127.0.0.1", 70000, "port")],
)
def test_an_address_that_cannot_be_is_refused_before_anything_runs(host, port, word):
    with pytest.raises(ParameterError, match=f"web-{word}"):
        Serving(echo, host, port)


def test_it_ends_at_once_while_clients_hold_on_to_it():
    server = Serving(echo)
    server.start()
    with connect(f"ws://127.0.0.1:{server.port}/") as client, raw(server) as idle, raw(server) as half:
        client.send("hello")
        client.recv(TIMEOUT_S)
        half.sendall(b"GET / HTTP/1.1\r\nHo")
        stopping = threading.Thread(target=server.stop, daemon=True)
        stopping.start()
        stopping.join(TIMEOUT_S)
        assert not stopping.is_alive()
        assert said_until_the_end(idle) == said_until_the_end(half) == b""
    with pytest.raises(OSError):
        raw(server)


def test_it_can_be_stopped_twice_and_before_it_was_started():
    server = Serving(echo)
    server.stop()
    server.stop()


def test_who_does_not_finish_asking_is_let_go(server, monkeypatch):
    with raw(server) as again:
        again.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert again.recv(65536).startswith(b"HTTP/1.1 200")
        monkeypatch.setattr(serving, "REQUEST_S", 0.05)
        again.sendall(b"GET")  # the second request of a connection has to come in time too
        assert said_until_the_end(again) in (b"ok", b"")
    with raw(server) as silent, raw(server) as slow:
        with contextlib.suppress(OSError):  # it may have gone already
            slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert said_until_the_end(silent) == said_until_the_end(slow) == b""


def test_a_head_without_end_is_refused(server):
    with raw(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 2 * serving.MOST_HEADER_BYTES)
        assert b" 400 " in said_until_the_end(client)
    assert get(server) == b"ok"


def test_a_websocket_can_be_cut_off_by_the_application(server):
    with connect(f"ws://127.0.0.1:{server.port}/") as client:
        client.send("cut")
        with pytest.raises(Exception, match="close frame"):
            client.recv(TIMEOUT_S)


def test_a_fault_of_the_application_is_logged_and_ends_only_its_request(server, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(urllib.error.HTTPError, match="500"):
        get(server, "/fails")
    assert "a request to /fails failed" in caplog.text
    assert get(server) == b"ok"


def test_calls_are_made_on_the_server_s_thread_in_order(server):
    seen, done = [], threading.Event()
    for number in range(3):
        server.call(seen.append, (number,))
    assert server.call(lambda: (seen.append(threading.current_thread().name), done.set()))
    assert done.wait(TIMEOUT_S)
    assert seen == [(0,), (1,), (2,), "unloop-web"]


def test_calls_after_the_end_are_told_so():
    server = Serving(echo)
    server.start()
    server.stop()
    assert not server.call(print)


def test_whoever_has_just_connected_when_it_ends_is_let_go(recwarn):
    for _ in range(8):
        server = Serving(echo)
        server.start()
        with raw(server) as first, raw(server) as second:
            first.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            first.recv(1)
            with raw(server) as third:
                server.stop()
                assert said_until_the_end(third) == said_until_the_end(second) == b""
        gc.collect()
    assert [warning for warning in recwarn if warning.category is ResourceWarning] == []


class Lasting:
    """An application that hears when the server begins and ends."""

    def __init__(self):
        self.heard = []

    async def __call__(self, scope, receive, send):
        if scope["type"] != "lifespan":
            await echo(scope, receive, send)
            return
        for kind in ("startup", "shutdown"):
            assert (await receive())["type"] == f"lifespan.{kind}"
            self.heard.append(kind)
            await send({"type": f"lifespan.{kind}.complete"})


def test_an_application_that_wants_to_hears_when_the_server_begins_and_ends():
    app = Lasting()
    server = Serving(app, lifespan=True)
    server.start()
    assert get(server) == b"ok" and app.heard == ["startup"]
    server.stop()
    assert app.heard == ["startup", "shutdown"]


def test_a_client_that_does_not_read_is_let_go(monkeypatch):
    monkeypatch.setattr(serving, "UNREAD_S", 0.05)
    ended = threading.Event()

    async def endless(scope, receive, send):
        async def watch():
            while (await receive())["type"] != "http.disconnect":
                pass
            ended.set()

        watching = asyncio.ensure_future(watch())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not ended.is_set():
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
            await asyncio.sleep(0)
        await watching

    server = Serving(endless)
    server.start()
    with raw(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert ended.wait(TIMEOUT_S)
    server.stop()


def test_what_is_small_is_sent_at_once():
    """Without it each answer of a head and a body waits for the client's delayed acknowledgement: 40 ms a request."""
    held = []

    async def look(scope, receive, send):
        await echo(scope, receive, send)
        for connection in server._server.server_state.connections:
            held.append(connection.transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    server = Serving(look)
    server.start()
    assert get(server) == b"ok"
    server.stop()
    assert held and all(held)
