"""The OSC server: one socket, one thread, everything in the order in which it came.

Threads. The server's own thread receives, obeys, keeps the subscribers and sends. `OscServer.notify` may be called from
any thread but the audio thread: it puts a notice into a queue and wakes the server. Nothing here sleeps: a message
with a time to come waits in a heap while the thread serves the others.
"""

import contextlib
import heapq
import itertools
import logging
import select
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable

from unloop_py.control.addresses import DEFAULT_PORT, OUTGOING
from unloop_py.control.bus import Bus, Notice
from unloop_py.control.parameters import LAYER_PARAMETERS, PARAMETERS, layer_name
from unloop_py.errors import CommandError, ParameterError, UnloopError
from unloop_py.osc.dispatch import Dispatcher, Order
from unloop_py.osc.messages import MalformedDatagram, Message, decode, encode
from unloop_py.osc.sooperlooper import GLOBAL, get_control, read_return
from unloop_py.osc.state import encoded, loop_state, whole_state
from unloop_py.osc.subscribers import Endpoint, Subscribers, can_bind, read_subscription

log = logging.getLogger(__name__)

RECEIVE_BUFFER_BYTES = 4 * 2**20
PORTS_TRIED = 20
POSITION_PERIOD_S = 0.05
ALIVE_PERIOD_S = 1.0
LOOKAHEAD_S = 0.2
"""How long before its time a message goes to the engine, which then places it on its frame."""
MAX_SCHEDULED = 4096
COPIES_PER_S = 400
"""The most answers a second that go to others than who asked, so that one client's flood does not drown another's news."""
_DATAGRAMS_PER_TURN = 256  # then the clock is looked at, so that a flood cannot stop what is sent
_MAX_DATAGRAM = 65536
_SO_RCVBUFFORCE = 33  # Linux, not in the socket module: past the limit for ordinary programs, where we may


class OscServer:
    """Serves the bus over OSC.

    Parameters
    ----------
    bus : Bus
        Asked from the server's thread. Give its notices to `notify`.
    host : str
        The IPv4 address to listen at; "0.0.0.0" for all of this machine's.
    port : int
        If taken, the next free of the `PORTS_TRIED` that follow; 0 takes any.
    clock : callable
        Seconds since 1970, the clock of OSC's timetags.

    Attributes
    ----------
    host, port : str, int
        Where it listens.
    received, malformed, refused, unsent : int
        Datagrams that came; that were not OSC and were dropped; messages answered with an error; datagrams that the
        system would not send.

    Raises
    ------
    ParameterError
        When no port is free, or the address is not this machine's.
    """

    def __init__(
        self, bus: Bus, host: str = "127.0.0.1", port: int = DEFAULT_PORT, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._socket = _listen(host, port)
        self.host, self.port = self._socket.getsockname()
        if port not in (0, self.port):
            log.warning("OSC port %d is taken: listening on %d", port, self.port)
        self._waker, self._wakened = socket.socketpair()
        self._waker.setblocking(False)
        self._wakened.setblocking(False)
        self._subscribers = Subscribers()
        self._dispatcher = Dispatcher(bus, self._answer_value, self._answer_question)
        self._outbox: deque[Notice] = deque(maxlen=65536)
        self._scheduled: list[tuple[float, int, Order, Message, Endpoint]] = []
        self._numbers = itertools.count()
        self._positions: dict[int, float] = {}
        self._next_position_s = self._next_alive_s = time.monotonic()
        self._copies_left = COPIES_PER_S
        self._stopping = False
        self._thread: threading.Thread | None = None
        self.received = self.malformed = self.refused = self.unsent = 0

    def __enter__(self) -> "OscServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the server's thread."""
        self._thread = threading.Thread(target=self._serve, name="unloop-osc", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread and closes the socket. From the server's own thread it only asks for the end."""
        self._stopping = True
        self._wake()
        if self._thread is threading.current_thread():
            return
        if self._thread is not None:
            self._thread.join()
        for one in (self._socket, self._waker, self._wakened):
            one.close()

    @property
    def is_heard(self) -> bool:
        """Whether anybody has subscribed. Any thread."""
        return len(self._subscribers) > 0

    def notify(self, notice: Notice) -> None:
        """Sends a change to the subscribers. Any thread but the audio thread; returns at once."""
        self._outbox.append(notice)
        if self._thread is not threading.current_thread():
            self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # full: it is awake already; or closed: it has stopped
            self._waker.send(b"\0")

    def _serve(self) -> None:
        while not self._stopping:
            try:
                self._turn()
            except Exception:  # a fault of ours must not end the thread that the player holds on to
                log.exception("a turn of the OSC server failed")

    def _turn(self) -> None:
        """Waits until something is due, then does all of it."""
        timeout_s = min(self._next_position_s, self._next_alive_s) - time.monotonic()
        if self._scheduled:
            timeout_s = min(timeout_s, self._scheduled[0][0] - self._clock())
        select.select((self._socket, self._wakened), (), (), max(0.0, timeout_s))
        self._drain_waker()
        self._send_notices()
        self._receive_some()
        self._do_scheduled()
        now_s = time.monotonic()
        if now_s >= self._next_position_s:
            self._next_position_s = max(self._next_position_s + POSITION_PERIOD_S, now_s)
            self._copies_left = min(self._copies_left + round(COPIES_PER_S * POSITION_PERIOD_S), COPIES_PER_S)
            self._send_positions()
        if now_s >= self._next_alive_s:
            self._next_alive_s = max(self._next_alive_s + ALIVE_PERIOD_S, now_s)
            self._send(self._subscribers, encode(OUTGOING["alive"].address))

    # Receiving

    def _drain_waker(self) -> None:
        with contextlib.suppress(OSError):  # it is empty
            while self._wakened.recv(4096):
                pass

    def _receive_some(self) -> None:
        for _ in range(_DATAGRAMS_PER_TURN):
            try:
                datagram, sender = self._socket.recvfrom(_MAX_DATAGRAM)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:  # Windows reports here that somebody we sent to has gone
                log.debug("receiving: %s", error)
                continue
            self.received += 1
            try:
                messages = decode(datagram)
            except MalformedDatagram as error:
                self.malformed += 1
                log.debug("dropped a datagram from %s: %s", sender, error)
                continue
            for message in messages:
                self._obey(message, sender)
                self._send_notices()

    def _obey(self, message: Message, sender: Endpoint) -> None:
        try:
            orders = self._dispatcher.orders(message, _source_of(sender))
            if message.time_s is not None and message.time_s > self._clock():
                self._schedule(orders, message, message.time_s, sender)
                return
        except UnloopError as error:
            self._refuse(message, sender, error)
            return
        for order in orders:
            self._do(order, None, message, sender)

    def _do(self, order: Order, frame: int | None, message: Message, sender: Endpoint) -> None:
        try:
            order.do(frame)
        except UnloopError as error:
            self._refuse(message, sender, error)
        except Exception:  # a fault of ours must not end the thread that the player holds on to
            log.exception("%s failed", message.address)
            self._refuse(message, sender, UnloopError("an internal error: see the log"))

    def _refuse(self, message: Message, sender: Endpoint, error: UnloopError) -> None:
        self.refused += 1
        address = message.address if len(message.address) <= 64 else message.address[:63] + "…"
        self._answer(sender, encode(OUTGOING["error"].address, address, str(error)))

    # Times to come

    def _schedule(self, orders: list[Order], message: Message, time_s: float, sender: Endpoint) -> None:
        if len(self._scheduled) + len(orders) > MAX_SCHEDULED:
            raise CommandError(f"messages waiting for their time must be at most {MAX_SCHEDULED}: send them later")
        for order in orders:
            release_s = time_s - LOOKAHEAD_S if order.to_the_frame else time_s
            heapq.heappush(self._scheduled, (release_s, next(self._numbers), order, message, sender))

    def _do_scheduled(self) -> None:
        now = self._clock()
        while self._scheduled and self._scheduled[0][0] <= now:
            _, _, order, message, sender = heapq.heappop(self._scheduled)
            frame = self._bus.frame_at(message.time_s) if order.to_the_frame and message.time_s is not None else None
            self._do(order, frame, message, sender)
            self._send_notices()

    # Sending

    def _send(self, endpoints: Iterable[Endpoint], datagram: bytes) -> None:
        for endpoint in endpoints:
            try:
                self._socket.sendto(datagram, endpoint)
            except OSError as error:
                self.unsent += 1
                log.debug("sending to %s: %s", endpoint, error)

    def _answer(self, sender: Endpoint, datagram: bytes) -> None:
        """To the sender and to the subscribers on its host: a patch often sends from one port and hears on another."""
        self._send((sender,), datagram)
        others = [one for one in self._subscribers.on_host_of(sender) if one != sender]
        if self._copies_left >= len(others):
            self._copies_left -= len(others)
            self._send(others, datagram)

    def _send_notices(self) -> None:
        while self._outbox:
            notice = self._outbox.popleft()
            told: Iterable[Endpoint] = self._subscribers
            if notice.kind == "parameter" and (cause := _sender_of(notice.source)) is not None:
                told = self._subscribers.but_for(cause)
            self._send(told, encoded(notice))
            if notice.kind == "loops":  # the last one may have come just now
                for each in loop_state(self._bus, int(notice.values[0]) - 1):
                    self._send(self._subscribers, encoded(each))

    def _send_positions(self) -> None:
        if not self._subscribers:
            return
        for loop in range(self._bus.n_loops):
            position = self._bus.status(loop).position
            if self._positions.get(loop) != position:
                self._positions[loop] = position
                self._send(self._subscribers, encode(OUTGOING["position"].of(loop), float(position)))

    # Questions

    def _answer_value(self, loop: int, name: str, source: str) -> None:
        sender = _sender_of(source)
        assert sender is not None
        self._answer(sender, encoded(Notice("parameter", loop, (name, self._bus.get(loop, name)))))

    def _answer_question(self, name: str, arguments: tuple[object, ...], source: str) -> None:
        sender = _sender_of(source)
        assert sender is not None
        if name == "subscribe":
            subscription = read_subscription(arguments, sender)
            self._subscribers.add(subscription, sender)
            for each in whole_state(self._bus):
                self._send((subscription.endpoint,), each)
        elif name == "unsubscribe":
            self._subscribers.remove(read_subscription(arguments, sender).endpoint)
        elif name == "get":
            number, *asked = arguments
            control, address, path = read_return(tuple(asked))
            value = get_control(self._bus, None if number == GLOBAL else int(str(number)), control)
            self._send((read_subscription(address, sender).endpoint,), encode(path, int(str(number)), control, value))
        elif name == "state":
            for each in whole_state(self._bus):
                self._answer(sender, each)
        else:
            named = [(row.name, row) for row in PARAMETERS] + [(layer_name("M", row.name), row) for row in LAYER_PARAMETERS]
            for name, parameter in named:
                limits = (_typed(parameter.kind, parameter.minimum), _typed(parameter.kind, parameter.maximum))
                default = _typed(parameter.kind, parameter.default)
                row = (name, parameter.kind, *limits, default, parameter.unit, parameter.help)
                self._answer(sender, encode(OUTGOING["params"].address, *row))


def _typed(kind: str, value: float) -> float | int:
    return float(value) if kind == "float" else int(value)


def _source_of(sender: Endpoint) -> str:
    return f"osc:{sender[0]}:{sender[1]}"


def _sender_of(source: str) -> Endpoint | None:
    """The endpoint in a source made by `_source_of`; None for who is not on OSC."""
    match source.split(":"):
        case ["osc", host, port]:
            return host, int(port)
    return None


def _listen(host: str, port: int) -> socket.socket:
    """A bound, non-blocking UDP socket with a large receive buffer."""
    if not 0 <= port <= 65535:
        raise ParameterError(f"osc-port must be in 0..65535, got {port}")
    if not can_bind(host):
        raise ParameterError(f"osc-listen must be an IPv4 address of this machine, got {host}: 127.0.0.1 always is")
    candidates = range(port, min(port + PORTS_TRIED, 65536)) if port else (0,)
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for candidate in candidates:
        try:
            bound.bind((host, candidate))
            break
        except OSError as error:
            log.debug("port %d: %s", candidate, error)
    else:
        bound.close()
        raise ParameterError(f"osc-port: {candidates[0]}..{candidates[-1]} are all taken: give another with --osc-port")
    bound.setblocking(False)
    _widen(bound)
    return bound


def _widen(bound: socket.socket) -> None:
    options = (_SO_RCVBUFFORCE, socket.SO_RCVBUF) if sys.platform == "linux" else (socket.SO_RCVBUF,)
    for option in options:
        try:
            bound.setsockopt(socket.SOL_SOCKET, option, RECEIVE_BUFFER_BYTES)
            return
        except OSError as error:  # not privileged, or beyond the system's limit, whose default then stays
            log.debug("receive buffer: %s", error)
