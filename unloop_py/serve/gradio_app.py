"""The generator behind Gradio: a page, HARP's endpoints, the reference's, and the calls of our own players, in one application.

Gradio's queue is the queue; the work is the `Service`'s. What Gradio would tell or fetch elsewhere is switched off.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import fastapi
import gradio
from gradio.queueing import Queue

from unloop_py import __version__
from unloop_py.serve.decoding import Decoder
from unloop_py.serve.gate import API, Gate
from unloop_py.serve.lines import CALLS
from unloop_py.serve.service import Service
from unloop_py.serve.temporary import Temporary
from unloop_py.web.guard import Receive, Scope, Send
from unloop_py.web.serving import Application, Serving

log = logging.getLogger(__name__)

IDLE_S = 120.0
"""A player's line stays warm from seam to seam."""
AT_ONCE = ("describe", "stop", "forget")
"""Calls that wait for nobody."""
RATE = 96_000
"""Limits in seconds become limits in bytes by it: two channels of four bytes each."""
EXTRA_BYTES = 2**20
MOST_KEPT_BYTES = 2 * 2**30
QUEUED = 64
UNREAD_S = 60.0
"""So long an answer waits for somebody to read it."""
MOST_UNREAD = 128
WIRE = "generator"
"""What shares the model has this `concurrency_id`."""
ENVIRONMENT = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_ANALYTICS_MAX_EVENTS": "16",                    # it keeps a table of calls, which nobody looks at here,
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",       # and would work it out anew after each
    "GRADIO_SSR_MODE": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}


class Page(Protocol):
    """What is seen at ``/``: a module with these two."""

    def build(self, service: Service, *, decode: Callable[[str | Path, float], Any]) -> None:
        """Make the page, inside ``with gradio.Blocks()``."""
        ...

    def looks(self) -> dict[str, Any]:
        """Options of `gradio.mount_gradio_app`: theme, css, head."""
        ...


class GradioServer:
    """Serves a generator by Gradio, on a thread of its own. One of them in a process at a time.

    Parameters
    ----------
    service : Service
        Does the work; it is not closed here.
    host, port : str, int
        See `web.serving.Serving`.
    token : str
        "" where none is needed: on loopback.
    page : Page, optional
    tls : tuple of Path, optional
        A certificate and its key: then it is https.
    decoder : Decoder, optional
        Unpacks what is uploaded; closed here.

    Attributes
    ----------
    host, port : str, int
        Where it listens.
    temporary : Temporary
    """

    def __init__(self, service: Service, host: str = "127.0.0.1", port: int = 0, *, token: str = "", page: Page | None = None,
                 tls: tuple[Path, Path] | None = None, decoder: Decoder | None = None) -> None:
        self.service = service
        self.temporary = Temporary(MOST_KEPT_BYTES)
        self._decoder = decoder or Decoder()
        most_bytes = int(service.limits.seconds * RATE * 8) + EXTRA_BYTES
        self._ends = contextlib.ExitStack()
        try:
            self._ends.callback(self.temporary.close)
            self._ends.callback(self._decoder.close)
            self._ends.enter_context(_environment(ENVIRONMENT | {"GRADIO_TEMP_DIR": str(self.temporary.folder)}))
            blocks = self._blocks(page)
            looks = {} if page is None else page.looks()
            mounted = gradio.mount_gradio_app(
                fastapi.FastAPI(openapi_url=None), blocks, path="/", run_history=False, footer_links=["api"], show_error=True,
                max_file_size=most_bytes, enable_monitoring=False, **looks,
            )  # fmt: skip
            unread = _Unread(blocks._queue)
            app = self.temporary.around(unread.around(mounted))
            gate = Gate(app, token=token, most_bytes=most_bytes * 4 // 3, most_upload_bytes=most_bytes + EXTRA_BYTES)
            self._serving = Serving(gate, host, port, name="serve", tls=tls, lifespan=True, idle_s=IDLE_S)
        except BaseException:
            self._ends.close()
            raise
        self.host, self.port = self._serving.host, self._serving.port

    def start(self) -> None:
        """Begin to serve."""
        self._serving.start()

    def stop(self) -> None:
        """End every call and every connection, and delete what passed through. Any thread but the server's."""
        self.service.stop_all()
        self._serving.stop()
        self._ends.close()

    def __enter__(self) -> GradioServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _blocks(self, page: Page | None) -> gradio.Blocks:
        with gradio.Blocks(title="unloop", analytics_enabled=False) as blocks:
            if page is None:
                gradio.Markdown(f"# unloop {__version__}\nThis machine plays for others.")
            else:
                page.build(self.service, decode=self._decoder.path)
            for name in CALLS:
                self._wire(name)
        return blocks.queue(api_open=False, max_size=QUEUED)

    def _wire(self, name: str) -> None:
        """The endpoint of a call of our own players, ``/unloop_NAME``: documents in, documents out, see `wire`."""

        def at_once(document: dict) -> dict:
            return next(iter(self.service.answer(name, document)))

        def with_progress(document: dict) -> dict:
            # The last is said twice, when it comes and at the end: so the last is a small one.
            yield from self.service.answer(name, document)
            yield {}

        if name in AT_ONCE:
            gradio.api(at_once, api_name=f"unloop_{name}", concurrency_limit=None, queue=False, api_visibility="undocumented")
        else:
            gradio.api(with_progress, api_name=f"unloop_{name}", concurrency_limit=self.service.limits.waiting + 1,
                       concurrency_id=WIRE, api_visibility="undocumented")  # fmt: skip


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Variables by which Gradio is told what it has no options for."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class _Unread:
    """Answers that nobody reads, in Gradio's queue, which would keep two thousand of them: thrown away after a minute.

    Thread: the server's.
    """

    def __init__(self, queue: Queue, clock: Callable[[], float] = time.monotonic) -> None:
        self._queue, self._clock = queue, clock
        self._since: dict[str, float] = {}      # when something was first seen to wait there, the oldest first

    def around(self, app: Application) -> Application:
        async def run(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["method"] == "POST" and API in scope["path"]:
                await self.forget()
            await app(scope, receive, send)

        return run

    async def forget(self) -> None:
        waiting = self._queue.pending_messages_per_session
        now_s = self._clock()
        unread = [key for key, messages in waiting.items() if not messages.empty()]
        self._since = {key: self._since.get(key, now_s) for key in sorted(unread, key=lambda key: self._since.get(key, now_s))}
        too_many = len(unread) - MOST_UNREAD
        for rank, (key, since_s) in enumerate(list(self._since.items())):
            if rank < too_many or now_s - since_s > UNREAD_S:
                await self._queue.clean_events(session_hash=key)
                waiting.pop(key, None)
                del self._since[key]
        for key in [key for key in self._queue.pending_event_ids_session if key not in waiting]:
            del self._queue.pending_event_ids_session[key]
