"""The generator behind Gradio: a page, HARP's endpoints, the reference's, and the calls of our own players, in one application.

Gradio's queue is the queue; the work is the `Service`'s. What Gradio would tell or fetch elsewhere is switched off.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import fastapi
import gradio
import numpy as np
from gradio import processing_utils, queueing, routes

from unloop_py import __version__
from unloop_py.errors import UnloopError
from unloop_py.serve import harp, reference_api
from unloop_py.serve.decoding import Decoder
from unloop_py.serve.gate import API, Gate
from unloop_py.serve.lines import CALLS
from unloop_py.serve.making import Making
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
CALL_NAME = 32
"""Characters of the name that Gradio gives to the session of a single call; a browser's and its own client's are others."""
SHARED = "generator"
"""What shares the model has this `concurrency_id`."""
WAITS_FOR_NOBODY: dict[str, Any] = {"concurrency_limit": None, "queue": False}
ENVIRONMENT = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_ANALYTICS_MAX_EVENTS": "16",                    # it keeps a table of calls, which nobody looks at here,
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",       # and would work it out anew after each
    "GRADIO_SSR_MODE": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}


class Page(Protocol):
    """What is seen at ``/``: a module with these two."""

    def build(self, service: Service, *, decode: Callable[[Path, float], Any]) -> Any:
        """Make the page, inside ``with gradio.Blocks()``; what comes back is closed when the server ends."""
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
    queue : Queue
        Gradio's.
    unread : Unread
        What of its answers nobody reads.
    """

    def __init__(self, service: Service, host: str = "127.0.0.1", port: int = 0, *, token: str = "", page: Page | None = None,
                 tls: tuple[Path, Path] | None = None, decoder: Decoder | None = None) -> None:
        self.service = service
        self._gate: Gate | None = None
        # First of all: an address or a certificate that will not do is told before a model is loaded.
        self._serving = Serving(self._run, host, port, name="serve", option="", tls=tls, lifespan=True, idle_s=IDLE_S)
        self.host, self.port = self._serving.host, self._serving.port
        self.temporary = Temporary(MOST_KEPT_BYTES)
        self._decoder = decoder or Decoder()
        # They wait for the model, so that what cannot be done in time is refused at once; Gradio's queue is for those beyond.
        self._shares_the_model: dict[str, Any] = {"concurrency_id": SHARED, "concurrency_limit": service.limits.waiting + 1}
        most_bytes = int(service.limits.seconds * RATE * 8) + EXTRA_BYTES
        self._ends = contextlib.ExitStack()
        try:
            self._ends.callback(self.temporary.close)
            self._ends.callback(self._decoder.close)
            _seal_gradio()
            self._ends.enter_context(_environment(ENVIRONMENT | {"GRADIO_TEMP_DIR": str(self.temporary.folder)}))
            # In a running loop, or each of Gradio's parts would make one of its own to make a lock with, and leave it open.
            blocks, mounted = asyncio.run(self._mounted(page, most_bytes))
            self.queue = blocks._queue
            self.unread = Unread(blocks)
            app = self.temporary.around(self.unread.around(mounted))
            self._gate = Gate(app, token=token, most_bytes=most_bytes * 4 // 3, most_upload_bytes=most_bytes + EXTRA_BYTES)
        except BaseException:
            self._serving.stop()
            self._ends.close()
            raise

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

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._gate(scope, receive, send)

    async def _mounted(self, page: Page | None, most_bytes: int) -> tuple[gradio.Blocks, Application]:
        blocks = self._blocks(page)
        looks = {"footer_links": ["api"]} | ({} if page is None else page.looks())
        mounted = gradio.mount_gradio_app(fastapi.FastAPI(openapi_url=None), blocks, path="/", run_history=False,
                                          max_file_size=most_bytes, enable_monitoring=False, **looks)  # fmt: skip
        # Only then does Gradio look whether a file that a client names was uploaded; else any of this machine's would do.
        blocks.has_launched = True
        return blocks, mounted

    def _blocks(self, page: Page | None) -> gradio.Blocks:
        making = Making(self.service, self.temporary, self._decoder)
        with gradio.Blocks(title="unloop", analytics_enabled=False) as blocks:
            if page is None:
                gradio.Markdown(f"# unloop {__version__}\nThis machine plays for others.")
            else:
                self._ends.callback(page.build(self.service, decode=self._uploaded).close)
            for name in CALLS:
                self._wire(name)
            self._harp(making)
            self._reference(making)
        return blocks.queue(api_open=False, max_size=QUEUED)

    def _uploaded(self, path: Path, most_s: float) -> tuple[np.ndarray, int]:
        """The sound of an uploaded file, which is deleted."""
        return self._decoder.file(self.temporary.take(str(path)), most_s)

    def _wire(self, name: str) -> None:
        """The endpoint of a call of our own players, ``/unloop_NAME``: documents in, documents out, see `wire`."""

        def at_once(document: dict) -> dict:
            return next(iter(self.service.answer(name, document)))

        def with_progress(document: dict) -> dict:
            # The last is said twice, when it comes and at the end: so the last is a small one.
            yield from self.service.answer(name, document)
            yield {}

        if name in AT_ONCE:
            gradio.api(at_once, api_name=f"unloop_{name}", api_visibility="undocumented", **WAITS_FOR_NOBODY)
        else:
            gradio.api(with_progress, api_name=f"unloop_{name}", api_visibility="undocumented", **self._shares_the_model)

    def _harp(self, making: Making) -> None:
        """HARP's three. It does not say again who it is when it cancels: it stops what was asked for from the same address."""

        def controls() -> dict:
            return harp.controls(self.service.shelf.names())

        def process(request: gradio.Request, given: Any, *values: Any) -> tuple[dict, dict]:
            data = self.temporary.take(given)  # whatever else is wrong: nothing of it stays here
            knobs, model = harp.read_process(values)
            made = making.vary(data, knobs, 1, model=model, owner=_host(request))
            return self.temporary.give(made.variations[0].audio, made.sample_rate, "variation.wav"), harp.labels(made)

        def cancel(request: gradio.Request) -> None:
            making.stop(_host(request))

        asking = _parameter("request", gradio.Request)
        turned = [_parameter(row.name, float, row.default) for row in harp.KNOBS]
        model = _parameter("model", str, harp.DEFAULT_MODEL)
        gradio.api(_endpoint(controls, (), dict), api_name="controls", **WAITS_FOR_NOBODY)
        gradio.api(_endpoint(process, (asking, _parameter("loop", dict), *turned, model), tuple[dict, dict]), api_name="process",
                   **self._shares_the_model)
        gradio.api(_endpoint(cancel, (asking,), None), api_name="cancel", **WAITS_FOR_NOBODY)

    def _reference(self, making: Making) -> None:
        parameters = [_parameter(*one) for one in reference_api.ARGUMENTS]
        for name, returns in (("vamp", tuple[dict, dict, dict]), ("vamp_1", tuple[dict, dict])):

            def vamp(*given: Any, name: str = name) -> tuple[dict, ...]:
                return reference_api.vamp(making, given, f"/{name}", with_mask=name == "vamp")

            gradio.api(_endpoint(vamp, parameters, returns), api_name=name, **self._shares_the_model)


def _parameter(name: str, kind: type, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=kind)


def _endpoint(act: Callable[..., Any], parameters: Sequence[inspect.Parameter], returns: Any) -> Callable[..., Any]:
    """A function with a signature that Gradio reads as an endpoint's, and with errors that it tells its clients and not the log."""

    def call(*given: Any) -> Any:
        try:
            return act(*given)
        except UnloopError as error:
            raise gradio.Error(str(error), print_exception=False) from error
        except Exception as error:
            log.exception("an endpoint failed")
            raise gradio.Error(f"the server stumbled over it: {type(error).__name__}", print_exception=False) from error

    call.__signature__ = inspect.Signature(parameters, return_annotation=returns)  # type: ignore[attr-defined]
    call.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": returns}
    return call


def _host(request: gradio.Request) -> str:
    return str(request.client.host) if request.client else ""


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


def _seal_gradio() -> None:
    """What Gradio does of itself and has no option for, for as long as this process lasts.

    A client that names an address in place of a file would have it fetched; here it is refused. What cannot be read would be
    written to the terminal, sound and all; here it says no more than what kind of mistake it was.
    """
    processing_utils.async_ssrf_protected_download = _refuse_address
    for module in (queueing, routes):
        module.traceback = _Quiet()


async def _refuse_address(url: str, **_: Any) -> str:
    raise gradio.Error("upload the file: nothing is fetched from elsewhere", print_exception=False)


class _Quiet:
    """The module traceback, but that it prints nothing."""

    def print_exc(self, *_: Any, **__: Any) -> None:
        kind = sys.exc_info()[0]
        log.info("a call came to nothing: %s", kind.__name__ if kind else "?")

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)


class Unread:
    """What Gradio would keep of calls that are over: two thousand answers that nobody reads, ten thousand sessions of one call each.

    An answer is thrown away after a minute, a session when its call is over. Thread: the server's.
    """

    def __init__(self, blocks: gradio.Blocks, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._queue, self._sessions = blocks._queue, blocks.state_holder
        self._since: dict[str, float] = {}      # when something was first seen to wait there, the oldest first

    def around(self, app: Application) -> Application:
        async def run(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["method"] == "POST" and API in scope["path"]:
                await self.forget()
            await app(scope, receive, send)

        return run

    async def forget(self) -> None:
        waiting = self._queue.pending_messages_per_session
        now_s = self.clock()
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
        with self._sessions.lock:
            for key in list(self._sessions.session_data):
                if len(key) == CALL_NAME and key not in self._queue.event_ids_to_events:
                    del self._sessions.session_data[key]
                    self._sessions.time_last_used.pop(key, None)
