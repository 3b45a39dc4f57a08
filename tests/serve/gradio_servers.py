"""A Gradio server with tones behind it, and clients that speak raw HTTP to it. No test is in here."""

import http.client
import io
import json
import secrets
import threading

import numpy as np
import soundfile

from unloop_py.serve.gradio_app import GradioServer
from unloop_py.serve.service import Limits, Service
from unloop_py.serve.shelf import ModelShelf
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import ToneGenerator
from unloop_py.vamper.measuring import Measured, RememberedCosts

RATE = 44100
TIMEOUT_S = 30.0


class NoCosts(RememberedCosts):
    """What a tone costs is said, not measured."""

    def recall(self, key):
        return Measured(Cost(0.01, 0.0, 0.01, 0.0), 0.0)


class Tones(ToneGenerator):
    """Tones whose steps can be held up, and that count what they are asked for."""

    def __init__(self):
        super().__init__(wait=lambda seconds: None)
        self.began, self.go = threading.Event(), threading.Event()
        self.go.set()
        self.requests = []

    def vary(self, prepared, request, *, cancelled=None, **how):
        self.requests.append(request)
        self.began.set()
        while not self.go.wait(0.01):
            if cancelled and cancelled():
                return None
        return super().vary(prepared, request, cancelled=cancelled, **how)


def service_of(tones, folder, **settings):
    shelf = ModelShelf(lambda name: tones, "tones", costs=NoCosts(folder / "costs"), names=lambda: ["tones", "more"])
    return Service(shelf, limits=Limits(seconds=10.0, waiting=4), **settings)


def serving(tones, folder, **settings):
    return GradioServer(service_of(tones, folder), **settings)


def loop(seconds=1.0, channels=2, rate=RATE, seed=1):
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (round(seconds * rate), channels)).astype(np.float32)


def wav(audio, rate=RATE, subtype="FLOAT", kind="WAV"):
    file = io.BytesIO()
    soundfile.write(file, audio, rate, format=kind, subtype=subtype)
    return file.getvalue()


def read_wav(data):
    return soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)


def left_over(server):
    """Files that are still there."""
    return sorted(str(path.relative_to(server.temporary.folder)) for path in server.temporary.folder.rglob("*") if path.is_file())


class Raw:
    """HTTP as HARP's client speaks it: no Gradio package, a new connection for each request, nothing but what is written here.

    Parameters
    ----------
    base : str
        What comes before `/gradio_api` in the path: the token, where one is needed.
    """

    def __init__(self, port, base="", headers=None):
        self.port, self.base, self.headers = port, base, headers or {}

    def request(self, method, path, body=None, **headers):
        """Status, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        try:
            connection.request(method, path, body, {"Accept": "*/*"} | self.headers | headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def upload(self, data, name="loop.wav"):
        """The path that the server has it under."""
        border = secrets.token_hex(16)
        body = (f'--{border}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\nContent-Type: audio/midi\r\n\r\n'
                ).encode() + data + f"\r\n--{border}--\r\n".encode()  # fmt: skip
        status, said = self.request("POST", f"{self.base}/gradio_api/upload", body,
                                    **{"Content-Type": f"multipart/form-data; boundary={border}"})  # fmt: skip
        assert status == 200, said
        return json.loads(said)[0]

    def ask(self, name, data):
        """The id of an event."""
        status, said = self.request("POST", f"{self.base}/gradio_api/call/{name}", json.dumps({"data": data}),
                                    **{"Content-Type": "application/json"})  # fmt: skip
        assert status == 200, said
        return json.loads(said)["event_id"]

    def wait(self, name, event):
        """Read lines until one has `complete` in it, and then what follows "data: "; an error is raised in its own words."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        try:
            connection.request("GET", f"{self.base}/gradio_api/call/{name}/{event}", headers={"Accept": "*/*"} | self.headers)
            answer = connection.getresponse()
            assert answer.status == 200
            while line := answer.readline():
                for word in (b"complete", b"error"):
                    if word in line:
                        data = json.loads(answer.readline().partition(b"data: ")[2])
                        if word == b"error":
                            raise RuntimeError(data["error"])
                        return data
            raise EOFError("the events ended without an answer")
        finally:
            connection.close()

    def call(self, name, *data):
        return self.wait(name, self.ask(name, list(data)))

    def download(self, file):
        """What is at a file's address, which must be whole."""
        assert file["meta"] == {"_type": "gradio.FileData"}
        host = f"http://127.0.0.1:{self.port}"
        assert file["url"].startswith(host)
        status, data = self.request("GET", file["url"].removeprefix(host))
        assert status == 200, data
        return data


def given(path):
    """How a client names an uploaded file."""
    return {"path": path, "meta": {"_type": "gradio.FileData"}}
