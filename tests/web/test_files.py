"""A file dragged in, a loop dragged out: over a bus without sound, and a desk that says what it was asked."""

import contextlib
import socket
import threading
from pathlib import Path
from urllib.parse import quote

import pytest

from unloop_py.control.bus import Notice
from unloop_py.errors import CommandError
from unloop_py.web import files, guard

TIMEOUT_S = 30.0
WAV = b"RIFF" + bytes(2000)


class Desk:
    """Keeps what it is asked for; a loop is the same few bytes."""

    def __init__(self):
        self.refuse = ""
        self.written = []

    def sessions(self):
        return [{"name": "2026-11-21 20.00.00", "title": "tuesday", "loops": 2}]

    def bring_back(self, name):
        if name != "tuesday":
            raise CommandError(f"no session is called {name!r}")
        return ["tuesday comes back"]

    def write_loop(self, loop, path):
        if self.refuse:
            raise CommandError(self.refuse)
        self.written.append(path)
        path.write_bytes(WAV)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def front(bus, desk, new_front):
    return new_front(bus, desk=desk)


@pytest.fixture
def loads(bus, monkeypatch):
    """The files that became loops, as (loop, name, content); the bus loads them as the instrument would: in its own time."""
    found = []
    obey = bus.command

    def command(loop, name, argument=None, frame=None, source=""):
        obey(loop, name, argument, frame, source)
        path = Path(argument)
        found.append((loop, path.name, path.read_bytes(), path))
        bad = b"bad" in path.read_bytes()
        notice = Notice("error", None, (f"/unloop/loop/{loop + 1}/load", f"load: {path} cannot be read"), source)
        threading.Thread(target=bus.tell, args=[notice if bad else Notice("loaded", loop, (str(path),), source)]).start()

    monkeypatch.setattr(bus, "command", command)
    return found


def put(front, path, body, **headers):
    status, said, _ = front.request(path, "PUT", body, **{"Content-Type": "application/octet-stream", **headers})
    return status, said.decode()


def test_a_file_that_is_put_becomes_the_loop_and_leaves_nothing_behind(front, loads):
    assert put(front, "/loops/2?name=drums.wav", WAV) == (200, '{"loop":2}')
    ((loop, name, content, path),) = loads
    assert (loop, name, content) == (1, "drums.wav", WAV)
    assert not path.exists()


def test_a_large_file_comes_whole(front, loads):
    body = b"fLaC" + bytes(range(256)) * 20_000
    assert put(front, "/loops/1", body)[0] == 200
    assert loads[0][2] == body


@pytest.mark.parametrize(
    ("asked", "name"),
    [("../../etc/passwd", "passwd"), ("a/b.wav", "b.wav"), ("C:\\x\\y.wav", "y.wav"), ("", "loop"), ("..", "loop"),
     ("%00%0a\u00e4.wav", "_\u00e4.wav"), ("x" * 300 + ".wav", "x" * 76 + ".wav")],
)  # fmt: skip
def test_a_file_is_called_as_the_player_called_it_and_lies_in_a_folder_of_ours(front, loads, asked, name):
    assert put(front, f"/loops/1?name={quote(asked, safe='%')}", WAV)[0] == 200
    assert loads[0][1] == name
    assert loads[0][3].parent.parent == front.server._files._folder


@pytest.mark.parametrize("head", [b"RIFF", b"RF64", b"FORM", b"fLaC", b"OggS", b"ID3\x04", b"\xff\xfb\x90\x00"])
def test_every_kind_of_audio_is_taken(front, loads, head):
    assert put(front, "/loops/1", head + bytes(100))[0] == 200


@pytest.mark.parametrize("body", [b"", b"RI", b"<html>", b"\x89PNG" + bytes(2000), b"\xff\xd8\xff\xe0" + bytes(10)][:4])
def test_what_is_no_audio_is_refused_and_never_reaches_the_instrument(front, bus, body):
    status, said = put(front, "/loops/1", body)
    assert status == 415 and "no audio file" in said
    assert bus.given == []


def test_a_file_that_cannot_be_read_is_answered_with_the_reason_and_its_name(front, loads):
    status, said = put(front, "/loops/1?name=bad.wav", WAV + b"bad")
    assert status == 422 and "load: bad.wav cannot be read" in said and "/tmp" not in said


def test_what_the_instrument_refuses_is_answered_with_its_words(front, bus):
    bus.refuse = "load: not now"
    assert put(front, "/loops/1", WAV) == (409, '{"error":"load: not now"}')


@pytest.mark.parametrize("number", ["0", "3", "-1", "x", "1.wav", "99999", "\u0661"])
def test_a_loop_that_is_not_there_is_named_with_those_that_are(front, bus, number):
    status, said = put(front, f"/loops/{quote(number)}", WAV)
    assert status == 404 and "loop must be in 1..2" in said
    assert bus.given == []


def test_an_upload_that_grows_beyond_what_is_taken_is_refused(front, bus, monkeypatch):
    monkeypatch.setattr(files, "MOST_UPLOAD_BYTES", 100_000)
    with socket.create_connection(("127.0.0.1", front.port), timeout=TIMEOUT_S) as client:
        client.sendall(b"PUT /loops/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(OSError):
            for _ in range(20):
                client.sendall(b"2710\r\nRIFF" + bytes(9996) + b"\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 413")
    assert bus.given == []


def test_an_upload_that_stops_half_way_is_let_go(front, bus, monkeypatch):
    monkeypatch.setattr(files, "PIECE_S", 0.05)
    with socket.create_connection(("127.0.0.1", front.port), timeout=TIMEOUT_S) as client:
        client.sendall(b"PUT /loops/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nRIFF")
        assert client.recv(65536).startswith(b"HTTP/1.1 408")
    assert bus.given == [] and list(front.server._files._folder.rglob("*.wav")) == []


def test_an_upload_that_trickles_for_ever_is_let_go(front, monkeypatch):
    monkeypatch.setattr(files, "UPLOAD_S", 0.2)
    with socket.create_connection(("127.0.0.1", front.port), timeout=TIMEOUT_S) as client:
        client.sendall(b"PUT /loops/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\nRIFF")
        client.settimeout(0.01)
        said = b""
        while not said:
            with contextlib.suppress(TimeoutError):
                client.sendall(b"x")
                said = client.recv(65536)
        assert said.startswith(b"HTTP/1.1 408")


def test_an_upload_that_breaks_off_changes_nothing(front, bus):
    with socket.create_connection(("127.0.0.1", front.port), timeout=TIMEOUT_S) as client:
        client.sendall(b"PUT /loops/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nRIFF")
    assert front.request("/")[0] == 200
    assert bus.given == []


def test_only_so_many_files_are_on_their_way_at_once(front, monkeypatch):
    monkeypatch.setattr(files, "MOST_AT_ONCE", 0)
    status, said = put(front, "/loops/1", WAV)
    assert status == 409 and "on their way" in said


def test_the_limit_of_the_guard_and_of_uploads_are_one():
    assert files.MOST_UPLOAD_BYTES is guard.MOST_UPLOAD_BYTES


def test_a_loop_is_fetched_as_a_file_and_nothing_stays(front, desk):
    status, body, headers = front.request("/loops/2.wav")
    assert (status, body) == (200, WAV)
    assert headers["content-type"] == "audio/wav" and "loop 2.wav" in headers["content-disposition"]
    assert headers["cache-control"] == "no-store"
    assert not any(path.parent.exists() for path in desk.written)


@pytest.mark.parametrize("path", ["/loops/3.wav", "/loops/0.wav", "/loops/1.mp3", "/loops/1", "/loops/x.wav"])
def test_what_is_no_loop_is_not_found(front, path):
    status, body, _ = front.request(path)
    assert status == 404 and b"loop must be in 1..2" in body


def test_an_empty_loop_says_so(front, desk):
    desk.refuse = "loop 1 is empty: record something first"
    assert front.request("/loops/1.wav")[:2] == (404, b'{"error":"loop 1 is empty: record something first"}')


def test_what_came_up_is_gone_when_the_server_ends(front, loads):
    put(front, "/loops/1", WAV)
    folder = front.server._files._folder
    front.server.stop()
    assert not folder.exists()


def test_sessions_are_listed_and_brought_back(front):
    page = front.page()
    assert page.ask(type="sessions")["sessions"][0]["title"] == "tuesday"
    assert page.ask(type="session", name="tuesday")["said"] == ["tuesday comes back"]
    assert page.ask(type="session", name="monday")["text"] == "no session is called 'monday'"
