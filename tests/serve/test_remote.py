"""What a server answers is looked at before it is used: by the way it comes, and by what is in it."""

from __future__ import annotations

import http.server
import json
import pickle
import socket
import ssl
import threading

import numpy as np
import pytest

from tests.serve.certificates import self_signed
from tests.serve.gradio_servers import Tones, service_of
from unloop_py.errors import ModelError, ParameterError
from unloop_py.generator.spec import Take, VariationRequest
from unloop_py.generator.token_job import TokenJob
from unloop_py.generator.vamp import load_generator
from unloop_py.serve import wire
from unloop_py.serve.address import checked_url
from unloop_py.serve.asking import Asking
from unloop_py.serve.gradio_line import GradioLine
from unloop_py.serve.lines import LineCut, open_line
from unloop_py.serve.remote import RemoteGenerator, checked_cost, checked_facts, connect
from unloop_py.serve.remote_tokens import RemoteTokens
from unloop_py.serve.service import Service
from unloop_py.serve.shelf import ModelShelf
from unloop_py.serve.sound import sound_document
from unloop_py.serve.wire import WireError

RATE = 44100
LOOP = 22050


# Addresses.

@pytest.mark.parametrize(("text", "means"), [
    ("http://box:7860", "http://box:7860"),
    ("HTTP://Box:7860/", "http://box:7860"),
    ("https://studio.example/play/", "https://studio.example/play"),
    ("http://[::1]:7860", "http://[::1]:7860"),
    ("http://192.168.1.7", "http://192.168.1.7"),
])
def test_an_address_is_read_as_people_type_it(text, means):
    assert checked_url(text) == means


@pytest.mark.parametrize(("text", "why"), [
    ("ftp://box:7860", "no address of a generator"),
    ("http://", "no address of a generator"),
    ("http://box:99999", "is no address"),
    ("http://box:0", "a port is in"),
    ("http://[::1:7860", "in brackets"),
    ("http://me:secret@box:7860", "--token"),
    ("http://box:7860/?token=abc", "--token"),
    ("http://bo x:7860", "no spaces"),
])
def test_an_address_that_is_none_is_refused_with_the_cure(text, why):
    with pytest.raises(ParameterError, match=why):
        checked_url(text)


def test_a_password_in_an_address_is_not_repeated():
    with pytest.raises(ParameterError) as told:
        checked_url("http://me:secret@box:7860")
    assert "secret" not in str(told.value)


# Servers that are something else.

class Odd(http.server.BaseHTTPRequestHandler):
    """Answers as the path's first part says."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        kind = self.path.split("/")[1]
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.tokens.append(self.headers.get("authorization"))
        getattr(self, kind)()

    do_GET = do_POST

    def say(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in ({"content_type": "text/html", "content_length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def html(self):
        self.say(200, b"<html>A page</html>")

    def moved(self):
        self.say(302, location="http://elsewhere.example/")

    def locked(self):
        self.say(401)

    def nothing(self):
        self.say(404, b"<html>")

    def broken(self):
        self.say(500)

    def squeezed(self):
        self.say(200, b"\x1f\x8b....", content_encoding="gzip")

    def event(self):
        self.say(200, b'{"event_id": "7"}')

    def endless(self):
        if self.command == "POST":
            return self.event()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(b"data: " + b"x" * 65536)
        except OSError:
            pass

    def other(self):
        """Another protocol."""
        if self.command == "POST":
            return self.event()
        self.say(200, b"event: complete\ndata: " + json.dumps([wire.done_document({"protocol": 99})]).encode() + b"\n\n",
                 content_type="text/event-stream")

    def half(self):
        """Ends in the middle."""
        if self.command == "POST":
            return self.event()
        self.say(200, b'event: generating\ndata: [{"progress": 0.5}]\n\n', content_type="text/event-stream")


@pytest.fixture(scope="module")
def odd():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    server.daemon_threads, server.tokens = True, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("kind", "error", "why"), [
    ("html", "failed", "is unloop's server there"),
    ("moved", "failed", "leads on to 'http://elsewhere.example/', which is not followed"),
    ("locked", "token", "--token TOKEN"),
    ("nothing", "failed", "start `unloop serve` there"),
    ("broken", "failed", "answers 500"),
    ("squeezed", "failed", "squeezes its answers"),
    ("endless", "failed", "cannot be read"),
    ("other", "version", "of protocol 99, and here it is 1"),
    ("half", "failed", "ended the connection before it had answered"),
])
def test_a_server_that_is_something_else_is_named_in_plain_words(odd, kind, error, why):
    with pytest.raises(WireError, match=why) as told:
        open_line(f"http://127.0.0.1:{odd.server_port}/{kind}")
    assert told.value.kind == error


def test_the_token_goes_with_each_call_and_into_no_error(odd):
    odd.tokens.clear()
    with pytest.raises(WireError) as told:
        open_line(f"http://127.0.0.1:{odd.server_port}/broken", "s3cret")
    assert odd.tokens == ["Bearer s3cret"] and "s3cret" not in str(told.value)


def test_a_token_that_no_header_can_bear_is_refused_before_anything_is_sent():
    for token in ("two words", "line\nbreak", "ümlaut"):
        with pytest.raises(ParameterError, match="copy it as the server showed it"):
            GradioLine("http://127.0.0.1:1", token)


def test_an_error_that_crosses_a_process_stays_what_it_is():
    assert isinstance(pickle.loads(pickle.dumps(LineCut("cut"))), LineCut)


def test_a_port_where_nobody_listens_is_told_as_such():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(WireError, match="nothing listens at"):
            open_line(f"http://127.0.0.1:{taken.getsockname()[1]}")


def test_a_name_that_nobody_knows_is_told_as_such(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setattr(socket, "create_connection", unknown)
    with pytest.raises(WireError, match="no machine is known by the name in nowhere.example:7860"):
        open_line("http://nowhere.example:7860")


def test_an_address_of_ipv6_is_reached():
    class SixServer(http.server.ThreadingHTTPServer):
        address_family = socket.AF_INET6

    try:
        server = SixServer(("::1", 0), Odd)
    except OSError:
        pytest.skip("this machine has no IPv6")
    server.daemon_threads, server.tokens = True, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(WireError, match=rf"\[::1\]:{server.server_port} answers 500"):
            open_line(f"http://[::1]:{server.server_port}/broken")
    finally:
        server.shutdown()
        server.server_close()


# Certificates.

@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return self_signed(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def secure(certificate):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.daemon_threads, server.tokens = True, []
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_self_signed_certificate_is_refused_with_the_cure_and_believed_when_it_is_given(secure, certificate):
    with pytest.raises(WireError, match=r"is not believed \(self-signed certificate\).*--ca FILE"):
        open_line(f"{secure}/broken")
    with pytest.raises(WireError, match="answers 500"):
        open_line(f"{secure}/broken", ca=str(certificate[0]))


def test_a_server_of_https_that_is_asked_by_http_is_guessed(secure):
    with pytest.raises(WireError, match="is it a https:// address"):
        open_line(f"{secure.replace('https', 'http')}/broken")


def test_a_certificate_of_another_name_is_not_believed(secure, certificate):
    with pytest.raises(WireError, match="is not believed"):
        open_line(f"{secure.replace('127.0.0.1', 'localhost')}/broken", ca=str(certificate[0]))


def test_https_to_a_server_that_has_none_is_told_as_such(odd):
    with pytest.raises(WireError, match="is it a http:// address"):
        open_line(f"https://127.0.0.1:{odd.server_port}/html")


def test_a_file_that_holds_no_certificate_is_named(tmp_path, certificate):
    (tmp_path / "none.pem").write_text("nothing")
    with pytest.raises(ParameterError, match="holds no certificate"):
        GradioLine("https://box:1", ca=str(tmp_path / "none.pem"))
    with pytest.raises(ParameterError, match="cannot be read"):
        GradioLine("https://box:1", ca=str(tmp_path / "missing.pem"))


# What is in an answer.

class SpoiltLine:
    """A line without a network, whose answers are spoilt."""

    host = "box:7860"

    def __init__(self, service, spoil=lambda name, done: done):
        self.service, self.spoil = service, spoil

    def call(self, name, document, *, progress=None, cancelled=None, timeout_s):
        travelled = json.loads(json.dumps(document))
        answer = [said for said in self.service.answer(name, travelled) if "progress" not in said][-1]
        return self.spoil(name, wire.read_done(json.loads(json.dumps(answer))))

    def close(self):
        pass


@pytest.fixture
def service(tmp_path):
    return service_of(Tones(), tmp_path)


@pytest.fixture
def take():
    return Take(1, np.random.default_rng(1).uniform(-0.2, 0.2, (LOOP, 2)).astype(np.float32), RATE)


def remote(line):
    described = line.call("describe", wire.call_document(), timeout_s=1.0)
    return RemoteGenerator(Asking(line, None), checked_facts(described, "box:7860"), checked_cost(described))


def another_sound(**changes):
    audio = np.zeros((changes.get("frames", LOOP), changes.get("channels", 2)), np.float32)
    return sound_document(audio, changes.get("rate", RATE))


@pytest.mark.parametrize(("entry", "value", "why"), [
    ("audio", another_sound(frames=LOOP - 1), "has 22049 frames of 2 channels"),
    ("audio", another_sound(frames=LOOP + 1), "22051 frames|at most"),
    ("audio", another_sound(channels=1), "of 1 channels"),
    ("audio", another_sound(rate=48000), "at 48000 Hz"),
    ("audio", {**another_sound(), "flac": "AAAA"}, "cannot be unpacked"),
    ("audio", None, "a sound is an object"),
    ("codes", wire.pack(np.zeros((9, 3), np.int16)), "codes has the shape"),
    ("codes", wire.pack(np.full((9, 29), 5000, np.int16)), "0..1023 is what there is"),
    ("mask", wire.pack(np.full((9, 29), 2, np.uint8)), "0..1 is what there is"),
    ("correlation", float("nan"), "correlation is a number"),
    ("gain_db", "loud", "gain_db is a number"),
    ("distance", 7, "distance is a number"),
])
def test_a_repetition_that_does_not_fit_its_take_is_refused_and_named(service, take, entry, value, why):
    def spoil(name, done):
        return {"variation": {**done["variation"], entry: value}} if name == "vary" else done

    generator = remote(SpoiltLine(service, spoil))
    with pytest.raises(WireError, match=why):
        generator.vary(generator.prepare(take), VariationRequest(1, 1, 1))


def test_several_by_sound_are_on_their_way_at_once_and_their_progress_is_told_by_one_at_a_time(service, take):
    together, speaking, overlaps = threading.Barrier(3, timeout=20), threading.Lock(), []

    class Meeting(SpoiltLine):
        def call(self, name, document, *, progress=None, **how):
            if name == "vary":
                together.wait()     # broken unless all three are on their way
                progress(0.5)
            return super().call(name, document, **how)

    def told(share):
        overlaps.append(not speaking.acquire(blocking=False))
        speaking.release()

    generator = remote(Meeting(service))
    requests = [VariationRequest(1, index, index) for index in (1, 2, 3)]
    made = generator.vary_many(generator.prepare(take), requests, progress=told)
    assert [one.request for one in made] == requests and overlaps and not any(overlaps)


def test_what_was_too_much_at_once_is_asked_for_again_when_the_rest_is_there(service, take):
    refused, shares = [], []

    class Full(SpoiltLine):
        def call(self, name, document, **how):
            if name == "vary" and document["request"]["seed"] == 2 and not refused:
                refused.append(document["job"])
                raise WireError("busy", "too many wait")
            return super().call(name, document, **how)

    generator = remote(Full(service))
    requests = [VariationRequest(1, index, index) for index in (1, 2, 3)]
    made = generator.vary_many(generator.prepare(take), requests, progress=shares.append)
    assert [one.request for one in made] == requests and refused and shares[-1] == 1.0


def test_beats_of_another_loop_are_refused(service, take):
    def spoil(name, done):
        grid = {"length_frames": 100, "sample_rate": RATE, "beats": 1, "first_beat_frame": 0.0, "confidence": 1.0}
        return {**done, "grid": grid} if name == "prepare" else done

    with pytest.raises(WireError, match="those of a loop of 100 frames"):
        remote(SpoiltLine(service, spoil)).prepare(take)


@pytest.mark.parametrize(("name", "value"), [("n_codebooks", 0), ("codebook_size", 1 << 20), ("hop_length", -1), ("sample_rate", "fast"),
                                             ("model", None)])
def test_facts_that_make_no_sense_are_refused(service, name, value):
    described = SpoiltLine(service).call("describe", wire.call_document(), timeout_s=1.0)
    with pytest.raises(WireError, match=name):
        checked_facts({**described, "facts": {**described["facts"], name: value}}, "box")


def test_a_cost_that_makes_no_sense_is_refused():
    with pytest.raises(WireError, match="overhead_s"):
        checked_cost({"cost": {"overhead_s": -1.0}})


# Tokens.

@pytest.fixture(scope="module")
def tiny():
    return load_generator("tiny", "cpu", threads=1)


class TinyLine(SpoiltLine):
    """With the bundled model behind it."""

    def __init__(self, tiny, spoil=lambda name, done: done):
        super().__init__(Service(ModelShelf(lambda name: tiny, "tiny")), spoil)


def by_tokens(line, tiny, **facts):
    described = line.call("describe", wire.call_document(), timeout_s=1.0)
    return RemoteTokens.loaded("tiny", Asking(line, None), checked_facts(described, "box") | facts, checked_cost(described), described,
                               compute="cpu", threads=1)


@pytest.mark.parametrize(("spoil", "why"), [
    (lambda codes: codes[..., 1:], "codes has the shape"),
    (lambda codes: codes + 1024, "0..1023 is what there is"),
    (lambda codes: 1023 - codes, "differ where the take was to be kept"),
])
def test_tokens_that_do_not_fit_what_was_asked_are_refused(tiny, take, spoil, why):
    def spoilt(name, done):
        if name != "sample":
            return done
        made = wire.unpack(done["codes"], "codes", np.int16, (None, None, None), 10**6, 1024)
        return {**done, "codes": wire.pack(spoil(made).astype(np.int16))}

    generator = by_tokens(TinyLine(tiny, spoilt), tiny)
    with pytest.raises(WireError, match=why):
        generator.vary(generator.prepare(take), VariationRequest(1, 1, 1, steps=1))


def test_a_server_of_another_codec_is_told_by_both_names(tiny):
    with pytest.raises(WireError, match=r"codec is 'of another kind', and here '[0-9a-f]{18}") as told:
        by_tokens(TinyLine(tiny), tiny, codec="of another kind")
    assert told.value.kind == "codec"


def test_a_server_that_has_changed_its_codec_since_is_told_by_both_names(tiny, take):
    generator = by_tokens(TinyLine(tiny), tiny)
    generator._facts["codec"] = "of yesterday"
    with pytest.raises(WireError, match="of another codec, 'of yesterday'") as told:
        generator.vary(generator.prepare(take), VariationRequest(1, 1, 1, steps=1))
    assert told.value.kind == "codec"


def test_no_more_is_asked_for_at_once_than_the_server_makes_at_once(tiny, take):
    asked = []

    class Counting(TinyLine):
        def call(self, name, document, **how):
            if name == "sample":
                asked.append(len(document["seeds"]))
            return super().call(name, document, **how)

    generator = by_tokens(Counting(tiny), tiny)
    generator._most = 2
    requests = [VariationRequest(1, index, index, steps=1) for index in range(1, 6)]
    made = generator.vary_many(generator.prepare(take), requests)
    assert asked == [2, 2, 1]
    alone = [generator.vary(generator.prepare(take), request) for request in requests]
    assert all(np.array_equal(one.codes, other.codes) for one, other in zip(made, alone, strict=True))


def test_of_a_take_no_more_is_learned_here_than_its_sound(tiny, take):
    generator = by_tokens(TinyLine(tiny), tiny)
    facts = generator.describe()
    assert (facts["learns"], facts["hears"], facts["ahead"]) == (True, False, 1) and "cost_key" not in facts
    assert list(generator.learn(generator.prepare(take), 0)._schedules) == ["decoder"]


def test_tokens_that_travel_are_about_ten_thousand_bytes_for_ten_seconds(tiny):
    dice = np.random.default_rng(0)
    job = TokenJob(dice.integers(0, 1024, (1, 9, 575), dtype=np.int16), dice.integers(0, 2, (1, 1, 9, 575), dtype=np.uint8), (1,),
                   VariationRequest(1, 1, 1).prompt, 6)
    up = len(json.dumps(wire.token_job_document(job)))
    down = len(json.dumps({"codes": wire.pack(job.codes)}))
    assert up < 20_000 and down < 15_000


# Models.

def test_a_model_that_the_server_does_not_have_is_named_with_those_that_it_has(tmp_path, monkeypatch):
    line = SpoiltLine(service_of(Tones(), tmp_path))
    described = line.call("describe", wire.call_document(), timeout_s=1.0)
    monkeypatch.setattr("unloop_py.serve.remote.open_line", lambda *_: (line, described))
    with pytest.raises(WireError, match="no model is named 'trumpet' here; there are tones, more"):
        connect("http://box:7860", model="trumpet")
    assert connect("http://box:7860", model="more").describe()["model"] == "tones", "tones are all that there is behind any name"


def test_tokens_of_another_take_are_refused_before_they_are_sent(service, take):
    generator = remote(SpoiltLine(service))
    with pytest.raises(ModelError, match="tokens of its own take"):
        generator.vary(generator.prepare(take), VariationRequest(1, 1, 1), start=np.zeros((9, 3), np.int16))
