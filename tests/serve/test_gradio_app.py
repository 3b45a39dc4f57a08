"""The server by Gradio: the calls of our own players, who may ask, how much, and what is left afterwards."""

import http.client
import json
import os
import socket
import ssl
import threading

import numpy as np
import pytest

from tests.serve.certificates import self_signed
from tests.serve.gradio_servers import TIMEOUT_S, NoCosts, Raw, Tones, given, left_over, loop, read_wav, service_of, serving, wav
from unloop_py.errors import ParameterError
from unloop_py.generator.spec import Take, VariationRequest
from unloop_py.serve import gradio_app, harp, wire
from unloop_py.serve.gradio_app import MOST_UNREAD, UNREAD_S, GradioServer
from unloop_py.serve.process import ProcessGenerator
from unloop_py.serve.reference_api import ARGUMENTS
from unloop_py.serve.service import Service
from unloop_py.serve.shelf import ModelShelf
from unloop_py.serve.sound import read_sound, sound_document
from unloop_py.serve.temporary import Temporary

TOKEN = "a-token-of-the-tests"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def tones():
    return Tones()


@pytest.fixture(scope="module")
def server(tones, tmp_path_factory):
    with serving(tones, tmp_path_factory.mktemp("gradio"), token=TOKEN) as server:
        yield server


@pytest.fixture(autouse=True)
def free(tones):
    yield
    tones.go.set()
    tones.began.clear()


@pytest.fixture
def raw(server):
    return Raw(server.port, headers={"Authorization": f"Bearer {TOKEN}"})


def documents(raw, name, **entries):
    """All that a call is answered, as it comes."""
    event = raw.ask(f"unloop_{name}", [wire.call_document(**entries)])
    status, said = raw.request("GET", f"{raw.base}/gradio_api/call/unloop_{name}/{event}")
    assert status == 200
    return [json.loads(line.removeprefix("data: "))[0] for line in said.decode().splitlines() if line.startswith("data: [")]


def done(raw, name, **entries):
    return next(wire.read_done(said) for said in documents(raw, name, **entries) if "done" in said or "error" in said)


def error_of(raw, name, **entries):
    with pytest.raises(wire.WireError) as error:
        done(raw, name, **entries)
    return error.value


def head(method, path, *more):
    """The head of a request as it goes over the wire."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {TOKEN}", *more, "", ""]).encode()


def prepared(raw, audio, rate=44100):
    return done(raw, "prepare", audio=sound_document(audio, rate))["take"]


def request_of(seed=1, steps=3):
    return wire.request_document(VariationRequest(0, 1, seed, steps=steps))


# The calls of our own players.


def test_a_take_is_held_varied_and_forgotten(raw):
    audio = loop(1.1)
    take = prepared(raw, audio)
    varied, rate = read_sound(done(raw, "vary", take=take, request=request_of())["variation"]["audio"], 10.0)
    assert varied.shape == audio.shape and rate == 44100
    assert done(raw, "forget", take=take) == {}
    assert error_of(raw, "vary", take=take, request=request_of()).kind == "unknown take"


def test_progress_comes_while_it_is_made_and_what_is_large_comes_once(raw):
    said = documents(raw, "vary", take=prepared(raw, loop()), request=request_of(steps=3))
    assert [one["progress"] for one in said if "progress" in one] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert sum("done" in one for one in said) == 1 and said[-1] == {}


def test_another_protocol_is_told_which_one_this_is(raw):
    said = raw.call("unloop_describe", {"protocol": 99})[0]
    assert said["error"]["kind"] == "version" and "99" in said["error"]["text"] and str(wire.PROTOCOL) in said["error"]["text"]


@pytest.mark.parametrize("document", [None, [], "text", 7, {}, {"protocol": None}, {"protocol": [1]}])
def test_what_is_no_document_is_refused_by_the_call_and_not_by_its_end(raw, document):
    said = raw.call("unloop_stop", document)[0]
    assert said["error"]["kind"] in ("refused", "version")


def test_tokens_for_a_model_that_makes_none_are_refused_by_name_of_the_codec(raw):
    assert error_of(raw, "sample", codec="theirs").kind == "codec"


def test_what_cannot_be_in_time_is_refused_at_once_though_the_model_is_busy(raw, tones):
    take = prepared(raw, loop())
    tones.go.clear()
    held_up = raw.ask("unloop_vary", [wire.call_document(take=take, job="long", request=request_of())])
    assert tones.began.wait(TIMEOUT_S)
    assert error_of(raw, "vary", take=take, within_s=0.001, request=request_of()).kind == "late"
    assert done(raw, "stop", job="long") == {"stopped": True}
    assert b'"kind": "cancelled"' in raw.request("GET", f"/gradio_api/call/unloop_vary/{held_up}")[1]


def test_more_than_may_wait_are_told_that_it_is_busy(raw, tones, server):
    take = prepared(raw, loop())
    tones.go.clear()
    events = [raw.ask("unloop_vary", [wire.call_document(take=take, job=f"job {number}", request=request_of())]) for number in range(12)]
    assert tones.began.wait(TIMEOUT_S)
    kinds = []
    threads = [threading.Thread(target=lambda event=event: kinds.append(_kind(raw, event))) for event in events]
    for thread in threads:
        thread.start()
    tones.go.set()
    for thread in threads:
        thread.join(TIMEOUT_S)
    assert len(kinds) == 12 and set(kinds) <= {"done", "busy"} and kinds.count("done") >= server.service.limits.waiting


def _kind(raw, event):
    status, said = raw.request("GET", f"/gradio_api/call/unloop_vary/{event}")
    assert status == 200
    return "busy" if b'"busy"' in said else "done" if b'"done"' in said else said.decode()


def test_a_client_that_goes_away_stops_what_was_made_for_it(raw, tones, server):
    take = prepared(raw, loop())
    tones.go.clear()
    event = raw.ask("unloop_vary", [wire.call_document(take=take, job="gone", request=request_of())])
    assert tones.began.wait(TIMEOUT_S)
    with socket.create_connection(("127.0.0.1", server.port), TIMEOUT_S) as client:
        client.sendall(head("GET", f"/gradio_api/call/unloop_vary/{event}"))
        assert client.recv(12) == b"HTTP/1.1 200"
    assert done(raw, "stop", job="gone")["stopped"] in (True, False)
    tones.go.set()
    assert done(raw, "vary", take=take, request=request_of())["variation"]["seconds"] >= 0


def test_a_model_whose_process_dies_is_loaded_again_and_the_take_is_still_held(tmp_path):
    fault = tmp_path / "fault"
    arguments = {"fault_file": str(fault)}
    generator = ProcessGenerator("unloop_py.vamper.fakes:ToneGenerator", arguments)
    shelf = ModelShelf(lambda name: generator, "tones", costs=NoCosts(tmp_path / "costs"), names=lambda: ["tones"])
    try:
        with GradioServer(Service(shelf)) as server:
            raw = Raw(server.port)
            take = prepared(raw, loop())
            before = done(raw, "vary", take=take, request=request_of())["variation"]["audio"]
            fault.write_text("crash")
            assert error_of(raw, "vary", take=take, request=request_of()).kind == "failed"
            assert done(raw, "vary", take=take, request=request_of())["variation"]["audio"] == before
    finally:
        shelf.close()


# Who may ask.

EVERY_KIND = [("GET", "/"), ("GET", "/config"), ("GET", "/gradio_api/info"), ("POST", "/gradio_api/call/unloop_describe"),
              ("POST", "/gradio_api/call/process"), ("POST", "/gradio_api/upload"), ("GET", "/gradio_api/queue/data?session_hash=a"),
              ("POST", "/gradio_api/queue/join"), ("GET", "/gradio_api/file=/etc/passwd")]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), EVERY_KIND)
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer another-token-"}, {"Authorization": TOKEN}, {"Cookie": "unloop-1=x"},
                                     {"Authorization": "Basic " + TOKEN}, {"Authorization": "Bearer é"}])  # fmt: skip
def test_without_the_token_nothing_is_answered(server, method, path, headers):
    status, said = Raw(server.port, headers=headers).request(method, path, b"{}" if method == "POST" else None, **JSON)
    assert status == 401 and b"token" in said and TOKEN.encode() not in said


@pytest.mark.parametrize("path", ["/{}x/gradio_api/info", "/x{}/gradio_api/info", "/gradio_api/{}/info", "/" + TOKEN[:-1] + "/"])
def test_a_path_that_only_looks_like_the_token_lets_nobody_in(server, path):
    assert Raw(server.port).request("GET", path.format(TOKEN))[0] in (401, 404)


def test_a_client_that_can_send_no_header_has_the_token_in_its_path_and_is_answered_with_addresses_that_have_it(server):
    raw = Raw(server.port, base=f"/{TOKEN}")
    sound, _ = raw.call("process", given(raw.upload(wav(loop()))), *[row.default for row in harp.KNOBS], "default")
    assert sound["url"].startswith(f"http://127.0.0.1:{server.port}/{TOKEN}/gradio_api/file=")
    assert read_wav(raw.download(sound))[0].shape == loop().shape
    assert left_over(server) == []


def test_harps_own_token_in_the_header_does_not_hide_the_one_in_the_path(server):
    raw = Raw(server.port, base=f"/{TOKEN}", headers={"Authorization": "Bearer hf_another"})
    assert raw.call("controls")[0]["card"]["name"] == "unloop"


def test_a_browser_gets_a_cookie_for_the_token_in_the_address(server):
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=TIMEOUT_S)
    client.request("GET", f"/?token={TOKEN}")
    answer = client.getresponse()
    cookie = answer.headers["Set-Cookie"]
    client.close()
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    status, page = Raw(server.port, headers={"Cookie": cookie.partition(";")[0]}).request("GET", "/")
    assert status == 200 and b"gradio_config" in page


def test_another_sites_page_and_another_name_for_this_machine_are_refused(tones, tmp_path):
    with serving(tones, tmp_path) as server:
        for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            assert Raw(server.port, headers=headers).request("POST", "/gradio_api/call/controls", '{"data": []}', **JSON)[0] == 403
        assert Raw(server.port).request("POST", "/gradio_api/call/controls", '{"data": []}', **JSON)[0] == 200


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/proxy=http://127.0.0.1/", "/gradio_api/file=http://127.0.0.1/", "/gradio_api/file=https:/x", "/gradio_api/monitoring",
     "/monitoring/summary", "/gradio_api/component_server", "/gradio_api/vibe-code/", "/gradio_api/dev/reload", "/gradio_api/deep_link",
     "/gradio_api/runs", "/gradio_api/custom_component/a/client/b/c", "/docs", "/openapi.json", "/gradio_api/stream/a/b", "/login"],
)  # fmt: skip
def test_what_of_gradio_is_not_needed_is_shut(raw, path):
    for method in ("GET", "POST"):
        status, said = raw.request(method, path, b"{}" if method == "POST" else None, **JSON)
        assert status in (404, 405) and b"no such page" in said


@pytest.mark.parametrize("path", ["/etc/passwd", "/gradio_api/../../etc/passwd", "%2fetc%2fpasswd"])
def test_no_file_of_this_machine_is_handed_out(raw, path):
    status, said = raw.request("GET", f"/gradio_api/file={path}")
    assert status in (403, 404) and b"root:" not in said


def test_where_the_server_is_cannot_be_told_by_a_client(server):
    lies = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Gradio-Server": "http://evil.example"}
    raw = Raw(server.port, headers={"Authorization": f"Bearer {TOKEN}"} | lies)
    files = raw.call("vamp_1", given(raw.upload(wav(loop(0.3)))), *_reference())
    assert all(file["url"].startswith(f"http://127.0.0.1:{server.port}/") for file in files)
    for file in files:
        raw.download(file)


def _reference():
    return [default for _, _, default in ARGUMENTS[1:]]


# How much.


def test_a_body_that_says_it_is_too_long_is_not_read(server):
    for path in ("/gradio_api/upload", "/gradio_api/call/unloop_prepare"):
        with socket.create_connection(("127.0.0.1", server.port), TIMEOUT_S) as client:
            client.sendall(head("POST", path, "Content-Length: 99999999999"))
            assert client.recv(12) == b"HTTP/1.1 413"


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio_api/call/unloop_prepare"])
def test_a_body_without_a_length_ends_where_the_limit_is(server, path):
    piece = b"100000\r\n" + b"x" * 2**20 + b"\r\n"
    kind = "multipart/form-data; boundary=x" if path.endswith("upload") else "application/json"
    with socket.create_connection(("127.0.0.1", server.port), TIMEOUT_S) as client:
        client.sendall(head("POST", path, f"Content-Type: {kind}", "Transfer-Encoding: chunked"))
        if path.endswith("upload"):
            part = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\n'
            client.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        try:
            for _ in range(64):
                client.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            said = client.recv(12)
        except ConnectionResetError:
            said = b""
    assert said in (b"HTTP/1.1 413", b"")
    assert left_over(server) == []


def test_answers_that_nobody_reads_are_thrown_away_and_others_are_served(raw, server):
    for _ in range(MOST_UNREAD + 40):
        raw.ask("unloop_stop", [{"protocol": 1, "job": "none"}])
    assert done(raw, "describe")["protocol"] == 1
    unread = [key for key, messages in server.queue.pending_messages_per_session.items() if not messages.empty()]
    assert len(unread) <= MOST_UNREAD + 1
    assert len(server.queue.pending_event_ids_session) <= len(server.queue.pending_messages_per_session)
    assert len(server.queue.blocks.state_holder.session_data) < 40  # of each call, until it is over


def test_a_client_that_never_reads_what_it_is_sent_holds_up_nobody(raw, server):
    take = prepared(raw, loop(9.0))
    event = raw.ask("unloop_vary", [wire.call_document(take=take, request=request_of())])
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(head("GET", f"/gradio_api/call/unloop_vary/{event}"))
        assert client.recv(12) == b"HTTP/1.1 200"
        for _ in range(3):
            assert "variation" in done(raw, "vary", take=take, request=request_of())


@pytest.mark.parametrize(
    ("name", "data"), [("unloop_prepare", []), ("unloop_stop", []), ("process", ["S" * 1000]), ("vamp_1", [1])]
)
def test_what_cannot_be_read_is_not_written_to_the_terminal(raw, name, data, capfd):
    with pytest.raises(RuntimeError, match="enough input|too many|Wanted inputs|values"):
        raw.wait(name, raw.ask(name, data))
    out, err = capfd.readouterr()
    assert out == err == ""


def test_an_answer_waits_a_minute_for_its_reader(raw, server, monkeypatch):
    now = [server.unread.clock()]
    monkeypatch.setattr(server.unread, "clock", lambda: now[0])
    early = raw.ask("unloop_stop", [{"protocol": 1, "job": "none"}])
    raw.call("unloop_stop", {"protocol": 1, "job": "none"})
    now[0] += UNREAD_S - 1
    assert "done" in raw.wait("unloop_stop", early)[0]
    late = raw.ask("unloop_stop", [{"protocol": 1, "job": "none"}])
    raw.call("unloop_stop", {"protocol": 1, "job": "none"})
    now[0] += UNREAD_S + 1
    raw.call("unloop_stop", {"protocol": 1, "job": "none"})
    assert late not in server.queue.pending_messages_per_session


@pytest.mark.parametrize(
    "garbage",
    [b"\x16\x03\x01\x02\x00\x01", b"GET", b"GET / HTTP/9.9\r\n\r\n", b"\0" * 100, b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"],
)
def test_what_is_no_http_harms_nobody(server, raw, garbage):
    with socket.create_connection(("127.0.0.1", server.port), TIMEOUT_S) as client:
        client.sendall(garbage)
        client.shutdown(socket.SHUT_WR)
        client.recv(4096)
    assert done(raw, "describe")["protocol"] == 1


# How it begins and ends.


def test_it_ends_though_calls_are_under_way_and_nothing_is_left(tones, tmp_path):
    server = serving(tones, tmp_path)
    server.start()
    raw = Raw(server.port)
    take = prepared(raw, loop())
    raw.upload(wav(loop()))
    tones.go.clear()
    event = raw.ask("unloop_vary", [wire.call_document(take=take, request=request_of())])
    client = socket.create_connection(("127.0.0.1", server.port), TIMEOUT_S)
    client.sendall(f"GET /gradio_api/call/unloop_vary/{event} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    assert tones.began.wait(TIMEOUT_S)
    assert left_over(server) != []
    server.stop()
    client.close()
    assert not server.temporary.folder.exists()
    assert [thread.name for thread in threading.enumerate()].count("unloop-serve") <= 1  # the module's own


class NoPage:
    """One that cannot be made."""

    def build(self, service, *, decode):
        raise ValueError("as it was asked to")


def test_a_server_that_cannot_begin_leaves_no_folder_no_settings_and_no_port(tones, tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(gradio_app, "Temporary", lambda *how: made.append(Temporary(*how)) or made[0])
    with pytest.raises(ParameterError, match="^listen must"):
        GradioServer(service_of(tones, tmp_path), "203.0.113.9")
    assert made == []
    with pytest.raises(ValueError, match="as it was asked"):
        GradioServer(service_of(tones, tmp_path), page=NoPage())
    assert not made[0].folder.exists() and os.environ.get("GRADIO_TEMP_DIR") != str(made[0].folder)


def test_with_a_certificate_it_is_https_and_its_addresses_are_too(tones, tmp_path):
    certificate, key = self_signed(tmp_path)
    with serving(tones, tmp_path, tls=(certificate, key)) as server:
        context = ssl.create_default_context(cafile=certificate)
        client = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=TIMEOUT_S, context=context)
        client.request("GET", "/config")
        answer = client.getresponse()
        assert answer.status == 200 and json.loads(answer.read())["root"] == f"https://127.0.0.1:{server.port}"
        client.close()


@pytest.mark.parametrize("which", ["missing", "no certificate", "swapped"])
def test_what_is_no_certificate_is_refused_before_anything_listens(tones, tmp_path, which):
    certificate, key = self_signed(tmp_path)
    if which == "no certificate":
        certificate.write_text("hello")
    tls = {"missing": (tmp_path / "none.pem", key), "no certificate": (certificate, key), "swapped": (key, certificate)}[which]
    with pytest.raises(ParameterError, match="--cert and --key|PEM files"):
        GradioServer(service_of(tones, tmp_path), tls=tls)


def test_the_same_call_gives_the_same_sound_through_the_server_as_here(raw, tones):
    audio = loop(0.7)
    take = prepared(raw, audio)
    varied, _ = read_sound(done(raw, "vary", take=take, request=request_of(seed=77))["variation"]["audio"], 10.0)
    here = tones.vary(tones.prepare(Take(1, audio, 44100)), VariationRequest(1, 1, 77, steps=3)).audio
    assert np.abs(varied - here).max() < 2.0**-23
