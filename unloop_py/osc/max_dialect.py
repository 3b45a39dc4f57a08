"""The third dialect: what "unloop for Max" and its patches say, at a pair of UDP ports of its own, on this machine only.

What is asked for is a file's path, so that whoever asks has the same disk. Threads: the dialect's own receives, answers what needs no
work, and sends; `Answers` are told from any thread.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from unloop_py.control.bus import Notice
from unloop_py.control.max_dialect import ENDS, HEARD, SAID, Wanted, read_process
from unloop_py.control.nearest import nearest
from unloop_py.errors import CommandError, UnloopError
from unloop_py.osc.endpoint import Endpoint
from unloop_py.osc.messages import MalformedPacket, Message, decode, encode
from unloop_py.osc.udp import Udp

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
PROGRESS_PERIOD_S = 0.1
MAX_TEXT = 1000  # characters of a text that is sent
_DATAGRAMS_PER_TURN = 256  # then what is to be sent is, so that a flood cannot stop it


class Answers(Protocol):
    """Where whoever works tells how it goes. Any thread; returns at once."""

    def progress(self, query_id: int, status: str) -> None:
        """It stands so now, and until something else is told."""
        ...

    def result(self, query_id: int, files: tuple[str, ...]) -> None:
        """It is done."""
        ...

    def log(self, text: str) -> None:
        """Something that a person might want to know."""
        ...

    def error(self, text: str) -> None:
        """Something that went wrong."""
        ...


class Work(Protocol):
    """Whoever makes the variations. The dialect's thread; returns at once; raises UnloopError."""

    def start(self, answers: Answers) -> None:
        """Begins; what is done is told to `answers`."""
        ...

    def stop(self) -> None:
        """Ends, and deletes what nobody has cleaned up."""
        ...

    def ask(self, wanted: Wanted) -> None:
        """Wants something made."""
        ...

    def cancel(self, query_id: int) -> None:
        """Wants it no longer."""
        ...

    def clean_up(self, path: str) -> None:
        """Has read a file that was answered."""
        ...


class MaxDialect:
    """Serves the patches of "unloop for Max". A front end: it is told of nothing, since its patches ask for nothing of the loops.

    Parameters
    ----------
    work : Work
    listen_port, answer_port : int
        0 listens at any.
    clock : callable
        Monotonic seconds.

    Attributes
    ----------
    port : int
        Where it listens.
    malformed : int
        Datagrams that were not OSC and were dropped.
    is_heard : bool
        Never: nobody is told of beats.

    Raises
    ------
    OSError
        The port is taken.
    """

    is_heard = False

    def __init__(self, work: Work, listen_port: int, answer_port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._work = work
        self._udp = Udp(HOST, listen_port)
        self._to = Endpoint(HOST, answer_port)
        self._clock = clock
        self._waker, self._wakened = socket.socketpair()
        self._waker.setblocking(False)
        self._wakened.setblocking(False)
        self._outbox: deque[tuple[str, tuple[int | str, ...]]] = deque(maxlen=4096)
        self._statuses: dict[int, str] = {}
        self._progress_due_s = 0.0
        self._ending = False
        self._thread = threading.Thread(target=self._serve, name="unloop for Max", daemon=True)
        self.port = self._udp.port
        self.malformed = 0
        self._obeys: dict[str, Callable[[Message], None]] = {
            "/process": self._process, "/heartbeat": self._heartbeat, "/cleanup": self._clean_up, "/cancel": self._cancel,
        }  # fmt: skip
        assert set(self._obeys) == {row.address for row in HEARD}

    # A front end.

    def start(self) -> None:
        """Begins to listen."""
        self._work.start(self)
        self._thread.start()

    def stop(self) -> None:
        """Ends its thread, drops what is under way and closes the port."""
        self._ending = True
        self._wake()
        if self._thread.is_alive():
            self._thread.join()
        self._work.stop()
        self._udp.close()
        self._waker.close()
        self._wakened.close()

    def notify(self, notice: Notice) -> None:
        """Nothing of what changes concerns its patches."""

    # Answers.

    def progress(self, query_id: int, status: str) -> None:
        """See `Answers`."""
        self._say("progress", query_id, status)

    def result(self, query_id: int, files: tuple[str, ...]) -> None:
        """See `Answers`."""
        self._say("result", query_id, *files)

    def log(self, text: str) -> None:
        """See `Answers`."""
        self._say("log", text[:MAX_TEXT])

    def error(self, text: str) -> None:
        """See `Answers`."""
        self._say("error", text[:MAX_TEXT])

    # The dialect's thread.

    def _serve(self) -> None:
        while not self._ending:
            timeout_s = max(0.0, self._progress_due_s - self._clock()) if self._statuses else None
            ready, _, _ = select.select([self._udp.socket, self._wakened], [], [], timeout_s)
            try:
                if self._wakened in ready:
                    with contextlib.suppress(BlockingIOError):
                        self._wakened.recv(4096)
                for _ in range(_DATAGRAMS_PER_TURN):
                    received = self._udp.receive()
                    if received is None:
                        break
                    self._hear(received[0])
                self._send()
            except Exception:  # a fault of ours in one message is not the end of all
                log.exception("unloop for Max: a message could not be handled")

    def _hear(self, datagram: bytes) -> None:
        try:
            messages = decode(datagram)
        except MalformedPacket as error:
            self.malformed += 1
            log.debug("malformed: %s", error)
            return
        for message in messages:
            try:
                act = self._obeys.get(message.address)
                if act is None:
                    near = nearest(message.address, self._obeys)
                    raise CommandError(f"nothing here is called {message.address[:60]!r}: the nearest is {near!r}")
                act(message)
            except UnloopError as error:
                self.error(str(error))

    def _process(self, message: Message) -> None:
        wanted = read_process(message.arguments)
        for note in wanted.notes:
            self.log(note)
        self._work.ask(wanted)

    def _heartbeat(self, message: Message) -> None:
        self._say("heartbeat", "pong")

    def _clean_up(self, message: Message) -> None:
        self._work.clean_up(str(self._only("the path of one file", message)))

    def _cancel(self, message: Message) -> None:
        value = self._only("one query_id", message)
        if not isinstance(value, int | float) or value != value // 1:
            raise CommandError(f"/cancel takes one query_id, got {str(value)[:40]!r}")
        self._work.cancel(int(value))

    def _only(self, what: str, message: Message) -> object:
        if len(message.arguments) != 1:
            raise CommandError(f"{message.address} takes {what}, got {len(message.arguments)} arguments")
        return message.arguments[0]

    def _send(self) -> None:
        while self._outbox:
            name, values = self._outbox.popleft()
            self._udp.send(self._to, encode(SAID[name].address, *values))
            if name == "progress":
                query_id, status = values
                self._statuses[int(query_id)] = str(status)
                if status in ENDS:
                    del self._statuses[int(query_id)]
                self._progress_due_s = self._clock() + PROGRESS_PERIOD_S
        if self._statuses and self._clock() >= self._progress_due_s:
            self._progress_due_s = self._clock() + PROGRESS_PERIOD_S
            for query_id, status in self._statuses.items():
                self._udp.send(self._to, encode(SAID["progress"].address, query_id, status))

    def _say(self, name: str, *values: int | str) -> None:
        self._outbox.append((name, values))
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError, OSError):  # it is awake already, or closed
            self._waker.send(b"\0")
