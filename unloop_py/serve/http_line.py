"""What all ways over HTTP have in common: a warm connection, who may be believed, and every mishap in plain words.

An answer is read on a thread of its own, so that whoever waits for it can turn away at any moment: because nobody wants it
any more, or because its time has passed.
"""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx2

from unloop_py.errors import ParameterError
from unloop_py.serve.address import checked_url, host_of
from unloop_py.serve.lines import LineCut
from unloop_py.serve.wire import WireError, call_document, read_done, read_error

log = logging.getLogger(__name__)

CONNECT_S = 4.0         # for a machine to say that it is there
LOOK_S = 0.02           # between two looks whether the answer is still wanted
CLOSE_S = 0.5           # for the last order to stop
MOST_STOPS = 64         # that wait to be sent
STOP_S = 5.0            # for the order to stop, which nobody waits for
IDLE_S = 300.0          # a connection is kept for the next seam
MOST_CONNECTIONS = 8
LARGEST_ANSWER = {"vary": 1 << 28, "remake": 1 << 28, "sample": 1 << 25}
"""Bytes of an answer, by its call: sound is large. Any other: `LARGEST_OTHER`."""
LARGEST_OTHER = 1 << 22
REFUSED_BYTES = 1 << 16  # of an answer that only says no


class NoDoor(WireError):
    """A server is there, and nothing at this place of it: another kind of server perhaps."""

    def __init__(self, text: str) -> None:
        super().__init__("failed", text)

    def __reduce__(self) -> tuple[type[NoDoor], tuple[str]]:
        return NoDoor, (str(self),)


class Talk:
    """One call on its way. Made by the one who waits, used by the reading thread.

    Parameters
    ----------
    client : httpx2.Client
    until_s : float
        On `time.monotonic`: nothing is read after that.
    largest : int
        Bytes that an answer may have.
    """

    def __init__(self, client: httpx2.Client, until_s: float, largest: int) -> None:
        self._client, self._until_s, self.largest = client, until_s, largest
        self._over = threading.Event()
        self._response: httpx2.Response | None = None

    @contextlib.contextmanager
    def open(self, method: str, path: str, document: Any = None) -> Iterator[httpx2.Response]:
        """Ask, and have the answer's beginning: one that says yes, from this server and as it is. Raises WireError, or httpx2's."""
        left_s = max(0.001, self._until_s - time.monotonic())
        timeout = httpx2.Timeout(left_s, connect=min(CONNECT_S, left_s))
        content = None if document is None else json.dumps(document, allow_nan=False).encode()
        headers = {} if content is None else {"content-type": "application/json"}
        with self._client.stream(method, path, content=content, headers=headers, timeout=timeout) as response:
            self._response = response
            if self._over.is_set():
                raise WireError("cancelled", "nobody waits for it")
            try:
                _check(response)
                yield response
            finally:
                self._response = None

    def read(self, response: httpx2.Response) -> bytes:
        """All of an answer. Raises WireError for one that is too large."""
        return _limited(response, self.largest)

    def end(self) -> None:
        """Nobody waits any more: whoever reads is woken. Any thread."""
        self._over.set()
        response = self._response
        if response is not None:
            with contextlib.suppress(Exception):  # it may have ended by itself at this very moment
                response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)


class HttpLine:
    """Implements `lines.Line` but for `_answers`. One thread at a time.

    Proxies that the environment names are not asked: a generator is across the room.

    Parameters
    ----------
    url : str
    token : str, optional
        Sent with each call, as ``Authorization: Bearer``.
    ca : str, optional
        A file of certificates that are believed beside the system's: a self-signed server's own.

    Raises
    ------
    ParameterError
        An address that is none, or a file of certificates that cannot be read.
    """

    def __init__(self, url: str, token: str | None = None, ca: str | None = None) -> None:
        self.url = checked_url(url)
        self.host = host_of(self.url)
        headers = {"accept-encoding": "identity", "user-agent": "unloop"}
        if token:
            headers["authorization"] = f"Bearer {_plain(token)}"
        limits = httpx2.Limits(max_connections=MOST_CONNECTIONS, max_keepalive_connections=2, keepalive_expiry=IDLE_S)
        self._client = httpx2.Client(base_url=self.url, headers=headers, limits=limits, verify=_trusted(ca), trust_env=False,
                                     follow_redirects=False)
        self._stops: deque[str] = deque(maxlen=MOST_STOPS)
        self._to_stop, self._closed = threading.Semaphore(0), False
        self._stopper: threading.Thread | None = None

    def call(self, name: str, document: Mapping[str, Any], *, progress: Callable[[float], None] | None = None,
             cancelled: Callable[[], bool] | None = None, timeout_s: float) -> dict[str, Any]:
        """See `lines.Line`."""
        until_s = time.monotonic() + timeout_s
        talk = Talk(self._client, until_s, LARGEST_ANSWER.get(name, LARGEST_OTHER))
        heard: queue.SimpleQueue[dict[str, Any] | WireError] = queue.SimpleQueue()
        threading.Thread(target=self._listen, args=(name, document, talk, heard.put), name=f"{name} at {self.host}", daemon=True).start()
        try:
            while True:
                if cancelled is not None and cancelled():
                    raise WireError("cancelled", "stopped")
                left_s = until_s - time.monotonic()
                if left_s <= 0.0:
                    raise WireError("failed", f"{self.host} has not answered within {timeout_s:.1f} s")
                try:
                    answer = heard.get(timeout=left_s if cancelled is None else min(left_s, LOOK_S))
                except queue.Empty:
                    continue
                if isinstance(answer, WireError):
                    raise answer
                if "done" in answer:
                    return read_done(answer)
                if "error" in answer:
                    raise _Told(read_error(answer["error"]))
                if progress is not None:
                    progress(_share(answer.get("progress")))
        except _Told as told:
            raise told.error from None
        except WireError:
            talk.end()
            self._stop(document.get("job"))
            raise

    def close(self) -> None:
        """See `lines.Line`."""
        self._closed = True
        self._to_stop.release()
        if self._stopper is not None:
            self._stopper.join(CLOSE_S)  # what it waits for may be a network that is gone
            self._stopper = None
        self._client.close()

    def _answers(self, name: str, document: Mapping[str, Any], talk: Talk) -> Iterator[dict[str, Any]]:
        """The documents that answer a call, each as soon as it is there. Reading thread; raises WireError, or httpx2's."""
        raise NotImplementedError

    def _listen(self, name: str, document: Mapping[str, Any], talk: Talk, tell: Callable[[dict[str, Any] | WireError], None]) -> None:
        """Reading thread."""
        try:
            for answer in self._answers(name, document, talk):
                tell(_object(answer, self.host))
            tell(LineCut(f"{self.host} ended the connection before it had answered"))
        except WireError as error:
            tell(error)
        except Exception as error:
            tell(in_words(error, self.url))

    def _stop(self, job: str | None) -> None:
        """Have the server stop a job; nobody waits for that."""
        if job is None:
            return
        if self._stopper is None:
            self._stopper = threading.Thread(target=self._send_stops, name=f"stop at {self.host}", daemon=True)
            self._stopper.start()
        self._stops.append(job)
        self._to_stop.release()

    def _send_stops(self) -> None:
        """Stopping thread."""
        while self._to_stop.acquire() and not self._closed:
            try:
                job = self._stops.popleft()
            except IndexError:  # there were more than are kept: the oldest has ended by itself long since
                continue
            try:
                talk = Talk(self._client, time.monotonic() + STOP_S, LARGEST_OTHER)
                for _ in self._answers("stop", call_document(job=job), talk):
                    pass
            except (WireError, httpx2.HTTPError, ValueError) as error:
                log.debug("%s was not told to stop: %s", self.host, error)


class _Told(Exception):
    """The server said no: there is nothing to stop."""

    def __init__(self, error: WireError) -> None:
        self.error = error


def in_words(error: Exception, url: str) -> WireError:
    """What went wrong on the way to a server, for a person, with the cure."""
    host = host_of(url)
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return WireError("failed", f"the certificate of {host} is not believed ({cause.verify_message}): if it is your own server's, "
                                       "copy its certificate to this machine and give it as --ca FILE")
        if isinstance(cause, ssl.SSLError):
            return WireError("failed", f"{host} does not speak https as it should ({cause.reason or cause}): is it a http:// address?")
        if isinstance(cause, socket.gaierror):
            return WireError("failed", f"no machine is known by the name in {host}: check it, or give the machine's number, as in "
                                       "http://192.168.1.7:7860")
        if isinstance(cause, ConnectionRefusedError):
            return WireError("failed", f"nothing listens at {host}: start `unloop serve` there, and check the port")
    if isinstance(error, httpx2.ConnectTimeout | httpx2.PoolTimeout):
        return WireError("failed", f"{host} cannot be reached within {CONNECT_S:.0f} s")
    if isinstance(error, httpx2.TimeoutException):
        return WireError("failed", f"{host} does not answer")
    if isinstance(error, httpx2.ConnectError):
        return WireError("failed", f"{host} cannot be reached: {error}")
    if isinstance(error, httpx2.RemoteProtocolError) and url.startswith("http://") and "without sending a response" in str(error):
        return LineCut(f"{host} ends the connection without an answer: is it a https:// address?")
    if isinstance(error, httpx2.NetworkError | httpx2.RemoteProtocolError):
        return LineCut(f"the connection to {host} was cut: {error}")
    return WireError("failed", f"what {host} answers cannot be read ({type(error).__name__}): is unloop's server there?")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _check(response: httpx2.Response) -> None:
    """Raises WireError for an answer that is not a plain yes."""
    host, status = host_of(str(response.request.url)), response.status_code
    if 300 <= status < 400:
        place = response.headers.get("location", "elsewhere")
        raise WireError("failed", f"{host} leads on to {place!r:.80}, which is not followed: give the address that is meant")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise WireError("failed", f"{host} squeezes its answers, which was not asked for: is unloop's server there?")
    if status == 200:
        return
    with contextlib.suppress(ValueError):
        told = json.loads(_limited(response, REFUSED_BYTES))
        if isinstance(told, dict) and isinstance(told.get("error"), dict):
            raise read_error(told["error"])
    if status in (401, 403):
        raise WireError("token", f"{host} wants its token: --token TOKEN, as `unloop serve` shows it there")
    if status == 413:
        raise WireError("refused", f"{host} does not take so much at once")
    if status in (429, 503):
        raise WireError("busy", f"{host} has too much to do")
    if status in (404, 405, 501):
        raise NoDoor(f"{host} is there, and no generator of unloop's: start `unloop serve` there, and check the address")
    raise WireError("failed", f"{host} answers {status}: is unloop's server there?")


def _limited(response: httpx2.Response, largest: int) -> bytes:
    whole = bytearray()
    for piece in response.iter_bytes():
        whole += piece
        if len(whole) > largest:
            raise WireError("refused", f"an answer of more than {largest >> 10} kB came: it is not read")
    return bytes(whole)


def _object(document: Any, host: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise WireError("failed", f"{host} answers {document!r:.40} where an object should be: is unloop's server there?")
    return document


def _share(share: Any) -> float:
    return min(max(float(share), 0.0), 1.0) if isinstance(share, int | float) and share == share else 0.0


def _plain(token: str) -> str:
    """A token that a header can bear. Raises ParameterError."""
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ParameterError("a token is letters, digits and signs without spaces: copy it as the server showed it")
    return token


def _trusted(ca: str | None) -> ssl.SSLContext:
    """Whose certificates are believed: the system's, and those in a file. Raises ParameterError."""
    context = ssl.create_default_context()
    if ca is not None:
        try:
            context.load_verify_locations(cafile=ca)
        except ssl.SSLError as error:
            raise ParameterError(f"--ca {ca} holds no certificate: it is a PEM file that begins with BEGIN CERTIFICATE") from error
        except OSError as error:
            raise ParameterError(f"--ca {ca} cannot be read: {error.strerror or error}") from error
    return context
