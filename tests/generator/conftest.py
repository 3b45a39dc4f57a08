"""Tiny models, for which sharing their work among threads takes longer than doing it; and a model hub on this machine."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import torch

NAMES = ("codec.pth", "coarse.pth", "c2f.pth", "wavebeat.pth", "loras/opera/coarse.pth", "loras/opera/c2f.pth",
         "loras/percussion/coarse.pth", "loras/percussion/c2f.pth", "loras/half/coarse.pth")
CHUNK = 10_000


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class Hub:
    """A model hub on this machine, as far as the real client asks it: the listing, HEAD of a file, its bytes in ranges.

    Serves ``files`` as `repository`, and goes wrong where it is told to.

    ``cuts`` holds for a path the numbers of bytes after which its next answers break off; ``damaged`` the paths whose
    bytes are not those that are announced, ``longer`` those that have more of them; ``asked`` every request for bytes, as
    (path, first byte).
    """

    commit = "0123456789abcdef0123456789abcdef01234567"

    def __init__(self, repository: str, files: dict[str, bytes]) -> None:
        self.repository, self.files = repository, files
        self.cuts: dict[str, list[int]] = {}
        self.damaged: set[str] = set()
        self.longer: set[str] = set()
        self.ranged, self.status, self.plain = True, 200, False
        self.asked: list[tuple[str, int]] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self) -> None:
                hub.head(self)

            def do_GET(self) -> None:
                hub.get(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def store_address(self) -> str:
        """Another host, as at the hub: the client leaves its headers behind when it goes there."""
        return f"http://localhost:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def head(self, request: BaseHTTPRequestHandler) -> None:
        """What the hub says of a file in its large-file store: size and SHA-256, and where its bytes are."""
        path = request.path.removeprefix(f"/{self.repository}/resolve/{self.commit}/")
        if path not in self.files:
            self.answer(request, 404, {"X-Error-Code": "EntryNotFound"})
            return
        data = self.files[path]
        self.answer(request, 302, {
            "Location": f"{self.store_address}/store/{path}", "X-Repo-Commit": self.commit, "X-Linked-Size": str(len(data)),
            "X-Linked-Etag": f'"{hashlib.sha256(data).hexdigest()}"', "ETag": '"of-the-pointer"'})

    def get(self, request: BaseHTTPRequestHandler) -> None:
        if "/resolve/" in request.path:
            self.head(request)
        elif request.path.startswith("/store/"):
            self.store(request, request.path.removeprefix("/store/"))
        elif self.plain:
            self.answer(request, 200, {"Content-Type": "text/html"}, b"<html>log in to this network</html>")
        elif self.status != 200 or request.path.split("?")[0] != f"/api/models/{self.repository}":
            code = {"X-Error-Code": "RepoNotFound"} if self.status == 200 else {}
            self.answer(request, 404 if self.status == 200 else self.status, code)
        else:
            listing = {"id": self.repository, "modelId": self.repository, "sha": self.commit, "private": False, "tags": [], "downloads": 0,
                       "likes": 0, "siblings": [{"rfilename": path} for path in self.files]}
            self.answer(request, 200, {"Content-Type": "application/json"}, json.dumps(listing).encode())

    def store(self, request: BaseHTTPRequestHandler, path: str) -> None:
        data, first = self.files[path], 0
        if self.ranged and (asked := request.headers.get("Range")):
            first = int(asked.removeprefix("bytes=").split("-")[0])
        self.asked.append((path, first))
        if path in self.damaged:
            data = bytes(len(data))
        if path in self.longer:
            data += b"more"
        cuts = self.cuts.get(path)
        sent = data[first:][: cuts.pop(0) if cuts else None]
        headers = {"Content-Range": f"bytes {first}-{len(data) - 1}/{len(data)}"} if first else {}
        self.answer(request, 206 if first else 200, {**headers, "Content-Length": str(len(data) - first)}, sent)
        if len(sent) < len(data) - first:
            request.close_connection = True

    def answer(self, request: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        request.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(body)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that holds what VampNet's repository holds, a few kilobytes each, and an empty cache to fetch it into."""
    rng = np.random.default_rng(0)
    hub = Hub("hugggof/vampnet", {name: rng.bytes(int(rng.integers(60_000, 90_000))) for name in NAMES})
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY", True)  # it would ask the public hub who runs it
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", CHUNK)
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda seconds: None)  # between its own tries
    yield hub
    hub.close()
