"""Who may ask: the tricks by which a web site that is open in the player's browser could drive the instrument, one by one."""

import contextlib
import random
import socket
from http.cookies import SimpleCookie

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from unloop_py.web.addresses import address_of, as_code, is_loopback, own_address
from unloop_py.web.guard import MOST_UPLOAD_BYTES

TIMEOUT_S = 30.0


def raw(front, *lines, body=b""):
    """What is answered to a request as it is written here, as soon as its head is there; the connection's end is its end."""
    with socket.create_connection(("127.0.0.1", front.port), timeout=TIMEOUT_S) as client:
        client.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        said = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := client.recv(65536):
                said += piece
        return said.decode("latin-1")


def status_of(front, *lines):
    return int(raw(front, *lines, "Connection: close").split()[1])


def refused(front, **headers):
    """The status with which a WebSocket is refused; 101 when it is not."""
    try:
        with connect(f"ws://127.0.0.1:{front.port}/ws", additional_headers=headers):
            return 101
    except InvalidStatus as error:
        return error.response.status_code


@pytest.fixture
def outside(bus, new_front):
    """A server that other machines reach."""
    return new_front(bus, host="0.0.0.0")


def token_of(front):
    return front.server.address.partition("?token=")[2]


def cookie_of(front):
    return f"unloop-{front.port}={token_of(front)}"


# A name that leads here and is not ours (DNS rebinding).

OURS = ["127.0.0.1", "127.0.0.1:9950", "localhost", "LOCALHOST:80", "localhost.", "[::1]:9950", "192.168.1.5:9950"]
NOT_OURS = ["evil.example", "evil.example:9950", "127.0.0.1.evil.example", "localhost.evil.example", "", "a b", "evil@127.0.0.1",
            "127.0.0.1:x", "127.0.0.1; script-src *", "[::1", "0x7f.1.evil", "127.0.0.1:99999999"]  # fmt: skip


@pytest.mark.parametrize("host", OURS)
def test_a_host_that_is_this_machine_is_answered(front, host):
    assert status_of(front, "GET / HTTP/1.1", f"Host: {host}") == 200


@pytest.mark.parametrize("host", NOT_OURS)
def test_a_host_that_is_not_this_machine_is_refused(front, bus, host):
    for path, method in (("/", "GET"), ("/loops/1.wav", "GET"), ("/loops/1", "PUT")):
        assert status_of(front, f"{method} {path} HTTP/1.1", f"Host: {host}") in (400, 403)
    upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
    assert int(raw(front, "GET /ws HTTP/1.1", f"Host: {host}", *upgrade).split()[1]) in (400, 403)
    assert bus.given == []


def test_two_hosts_are_none(front):
    assert status_of(front, "GET / HTTP/1.1", "Host: 127.0.0.1", "Host: evil.example") in (400, 403)


# A page of somebody else's that asks.

FOREIGN = ["http://evil.example", "https://evil.example", "null", "http://127.0.0.1:1", "http://localhost:80", "file://", "", "://", "http://["]


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_site_s_page_may_not_ask(front, bus, origin):
    assert refused(front, Origin=origin) == 403
    assert front.request("/loops/1", "PUT", b"RIFF", Origin=origin)[0] == 403
    assert front.request("/", Origin=origin)[0] == 403
    assert bus.given == []


def test_our_own_page_may(front):
    own = f"http://127.0.0.1:{front.port}"
    assert refused(front, Origin=own) == 101
    assert front.request("/", Origin=own)[0] == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_embeds_is_refused_and_a_link_to_the_page_is_not(front, site):
    for path in ("/", "/page.js", "/loops/1.wav"):
        assert front.request(path, **{"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"})[0] == 403
    assert front.request("/loops/1.wav", **{"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"})[0] == 403
    assert front.request("/", **{"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"})[0] == 200


@pytest.mark.parametrize("path", ["/", "/page.js", "/none", "/loops/1.wav"])
def test_every_answer_keeps_the_page_to_itself(front, path):
    _, _, headers = front.request(path, Origin=f"http://127.0.0.1:{front.port}")
    names = {name.lower(): value for name, value in headers.items()}
    policy = names["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy and "*" not in policy
    assert f"connect-src 'self' ws://127.0.0.1:{front.port};" in policy
    assert names["x-content-type-options"] == "nosniff" and names["cross-origin-resource-policy"] == "same-origin"
    assert not any(name.startswith("access-control") for name in names)


def test_asking_whether_another_site_may_ask_is_no(front):
    asks = {"Origin": "http://evil.example", "Access-Control-Request-Method": "PUT"}
    status, _, headers = front.request("/loops/1", "OPTIONS", **asks)
    assert status == 403 and not any("access-control" in name.lower() for name in headers)


# Beyond loopback.


def test_on_loopback_no_token_is_needed_and_none_is_made(front):
    assert front.server.address == f"http://127.0.0.1:{front.port}/" and front.server.code == ""


def test_beyond_loopback_everything_needs_the_token(outside, bus):
    for path, method in (("/", "GET"), ("/page.js", "GET"), ("/loops/1.wav", "GET"), ("/loops/1", "PUT"), ("/none", "GET")):
        status, body, _ = outside.request(path, method, b"" if method == "PUT" else None)
        assert status == 401 and b"token" in body
    assert refused(outside) == 403
    assert bus.given == []


@pytest.mark.parametrize("change", [lambda token: "", lambda token: token[:-1], lambda token: token + "x", lambda token: "ä" * 22])
def test_a_token_that_is_not_quite_right_is_none(outside, change):
    wrong = change(token_of(outside))
    assert status_of(outside, f"GET /?token={wrong} HTTP/1.1", "Host: 127.0.0.1") in (400, 401)
    assert status_of(outside, "GET /page.js HTTP/1.1", "Host: 127.0.0.1", f"Cookie: unloop-{outside.port}={wrong}") == 401


@pytest.mark.parametrize("cookie", ["unloop=x", "=", ";;;", "unloop-1=x; \x7f", 'unloop-0="', "a" * 5000])
def test_a_cookie_that_makes_no_sense_is_none(outside, cookie):
    assert status_of(outside, "GET / HTTP/1.1", "Host: 127.0.0.1", f"Cookie: {cookie}") in (400, 401)


def test_the_token_of_the_address_becomes_a_cookie_that_no_script_and_no_other_site_has(outside):
    status, body, headers = outside.request(f"/?token={token_of(outside)}")
    assert status == 200 and token_of(outside).encode() not in body
    assert headers["refresh"] == "0; url=/" and headers["cache-control"] == "no-store" and headers["referrer-policy"] == "no-referrer"
    (morsel,) = SimpleCookie(headers["set-cookie"]).values()
    assert morsel["httponly"] and morsel["samesite"] == "Strict" and morsel["path"] == "/"
    cookie = f"{morsel.key}={morsel.value}"
    assert outside.request("/", Cookie=cookie)[0] == 200
    assert refused(outside, Cookie=cookie, Origin=f"http://127.0.0.1:{outside.port}") == 101


def test_with_the_token_a_foreign_page_may_still_not_ask(outside):
    assert refused(outside, Cookie=cookie_of(outside), Origin="http://evil.example") == 403
    assert outside.request("/", Cookie=cookie_of(outside), Host="evil.example")[0] == 403


def test_this_machine_s_names_are_its_own_beyond_loopback_only(front, outside):
    name = socket.gethostname().split(".")[0]
    assert outside.request("/", Cookie=cookie_of(outside), Host=f"{name}.local:{outside.port}")[0] == 200
    assert front.request("/", Host=f"{name}.local:{front.port}")[0] == 403


def test_each_start_has_a_token_of_its_own(bus, new_front):
    first, second = token_of(new_front(bus, host="0.0.0.0")), token_of(new_front(bus, host="0.0.0.0"))
    assert len(first) == len(second) >= 20 and first != second


def test_the_address_is_shown_as_a_code_for_phones(outside):
    assert outside.server.address.startswith(f"http://{own_address()}:{outside.port}/?token=")
    lines = outside.server.code.splitlines()
    assert 10 < len(lines) < 24 and outside.server.code == as_code(outside.server.address)


@pytest.mark.parametrize(("host", "loops"), [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True),
                                             ("0.0.0.0", False), ("192.168.1.5", False), ("::", False), ("example", False)])  # fmt: skip
def test_only_loopback_is_loopback(host, loops):
    assert is_loopback(host) is loops


def test_addresses_are_written_as_browsers_take_them():
    assert address_of("192.168.1.5", 9950, "abc") == "http://192.168.1.5:9950/?token=abc"
    assert address_of("::1", 80) == "http://[::1]:80/"


# Too much.


def test_a_request_of_a_gigabyte_is_refused_before_any_of_it_is_read(front):
    for method, path in (("PUT", "/loops/1"), ("POST", "/"), ("GET", "/"), ("PUT", "/page.js")):
        said = raw(front, f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {2**30}", body=b"RIFF")
        assert said.startswith("HTTP/1.1 413"), said[:60]
        assert "MiB" in said


@pytest.mark.parametrize("length", ["-1", "1e9", "0x10", "9" * 400, "", "12 12"])
def test_a_length_that_makes_no_sense_is_refused(front, length):
    assert status_of(front, "PUT /loops/1 HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {length}") in (400, 413)


def test_only_an_upload_may_have_a_body(front):
    assert status_of(front, "GET / HTTP/1.1", "Host: 127.0.0.1", "Transfer-Encoding: chunked") == 400
    assert MOST_UPLOAD_BYTES < 2**30


def test_bytes_that_are_no_request_end_their_connection_and_nothing_else(front, bus, caplog):
    chance = random.Random(1)
    whole = (b"PUT /loops/1?name=a.wav HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 20\r\nOrigin: http://127.0.0.1\r\n"
             b"Cookie: unloop-1=x\r\n\r\nRIFF0123456789012345")  # fmt: skip
    page = front.page()
    for _ in range(300):
        bad = bytearray(whole if chance.random() < 0.7 else chance.randbytes(chance.randrange(200)))
        for _ in range(chance.randrange(1, 6)):
            if bad:
                bad[chance.randrange(len(bad))] = chance.randrange(256)
        with socket.create_connection(("127.0.0.1", front.port), timeout=TIMEOUT_S) as client, contextlib.suppress(OSError):
            client.sendall(bytes(bad[: chance.randrange(len(bad) + 1)]))
            client.shutdown(socket.SHUT_WR)
            client.recv(4096)
    assert page.ask(type="ping")["type"] == "done"
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert all(one.name == "load" for one in bus.given)
