"""The OSC server: UDP and TCP at one port, one thread, everything in the order in which it came.

Threads. The server's own thread receives, obeys, keeps the subscribers and sends. `OscServer.notify` may be called from
any thread but the audio thread: it puts a notice into a queue and wakes the server. Nothing here sleeps: a message
with a time to come waits in a heap while the thread serves the others.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from unloop_py.control.addresses import DEFAULT_PORT, OUTGOING
from unloop_py.control.bus import Bus, Notice
from unloop_py.control.nearest import nearest
from unloop_py.errors import CommandError, UnloopError
from unloop_py.osc.backlog import AT_ONCE, Backlog
from unloop_py.osc.dispatch import Dispatcher, Order
from unloop_py.osc.endpoint import Endpoint, sender_of
from unloop_py.osc.limits import AllowList, Buckets
from unloop_py.osc.listening import listen
from unloop_py.osc.messages import MAX_MESSAGES, MalformedPacket, Message, decode, encode
from unloop_py.osc.questions import Questions
from unloop_py.osc.sooperlooper import SooperLooper
from unloop_py.osc.state import encoded, loop_state
from unloop_py.osc.subscribers import Subscribers

log = logging.getLogger(__name__)

POSITION_PERIOD_S = 0.05
ALIVE_PERIOD_S = 1.0
LOOKAHEAD_S = 0.2
"""How long before its time a message goes to the engine, which then places it on its frame."""
MAX_SCHEDULED = 4096
MAX_AHEAD_S = 31 * 86400.0
"""The furthest time to come that a message may have: what is beyond comes from a clock that is wrong."""
COPIES_PER_S = 400
"""The most answers a second that go to others than who asked, so that one client's flood does not drown another's news."""
MAX_ADDRESS = 256
MAX_ERROR = 1000
"""The most characters of an error that is answered."""
_TURN_S = 0.002  # of obeying; then it is looked at who else has spoken, so that a flood stops nobody
_PACKETS_PER_CLIENT = 32
_DATAGRAMS_PER_TURN = 512


class OscServer:
    """Serves the bus over OSC.

    Parameters
    ----------
    bus : Bus
        Asked from the server's thread. Give its notices to `notify`.
    host : str
        The IPv4 address to listen at; "0.0.0.0" for all of this machine's.
    port : int
        UDP and TCP. If taken, the next free of the `listening.PORTS_TRIED` that follow; 0 takes any.
    allow : sequence of str
        Hosts and networks that are heard beside this machine, see `AllowList`.
    clock : callable
        Seconds since 1970, the clock of OSC's timetags.
    buckets : Buckets
        How much each sender may ask for.

    Attributes
    ----------
    host, port : str, int
        Where it listens.
    received, malformed, refused, dropped : int
        Packets that came; that were not OSC and were dropped; messages answered with an error; packets that were dropped
        because their sender is not heard or had sent too many.

    Raises
    ------
    ParameterError
        When no port is free, the address is not this machine's, or `allow` holds something else.
    """

    def __init__(
        self,
        bus: Bus,
        host: str = "127.0.0.1",
        port: int = DEFAULT_PORT,
        *,
        allow: Sequence[str] = (),
        clock: Callable[[], float] = time.time,
        buckets: Buckets | None = None,
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._allowed = AllowList(allow)
        self._buckets = buckets or Buckets()
        self._backlog = Backlog()
        self._selector = selectors.DefaultSelector()
        self._subscribers = Subscribers()
        self._udp, self._tcp = listen(
            host, port, self._selector, lets_in=self._allowed.lets_in, on_closed=self._subscribers.remove,
            error_address=OUTGOING["error"].address,
        )  # fmt: skip
        self.host, self.port = self._udp.host, self._udp.port
        if port not in (0, self.port):
            log.warning("OSC port %d is taken: listening on %d", port, self.port)
        self._waker, self._wakened = socket.socketpair()
        for one in (self._waker, self._wakened):
            one.setblocking(False)
        self._selector.register(self._wakened, selectors.EVENT_READ, self._drain_waker)
        questions = Questions(
            bus, self._subscribers, send=self.send, answer=self._answer, charge=self._buckets.charge, counts=self.counts
        )
        self._ours = Dispatcher(bus, questions.answer_value, questions.answer)
        self._sooperlooper = SooperLooper(bus, self.send, self.host, self.port)
        self._outbox: deque[Notice] = deque(maxlen=65536)
        self._scheduled: list[tuple[float, int, Order, Message, Endpoint]] = []
        self._numbers = itertools.count()
        self._positions: dict[int, float] = {}
        self._next_position_s = self._next_alive_s = self._next_update_s = time.monotonic()
        self._copies_left = COPIES_PER_S
        self._stopping = False
        self._thread: threading.Thread | None = None
        self.received = self.malformed = self.refused = self.dropped = 0

    def __enter__(self) -> OscServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the server's thread."""
        self._thread = threading.Thread(target=self._serve, name="unloop-osc", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread and closes the sockets. From the server's own thread it only asks for the end."""
        self._stopping = True
        self._wake()
        if self._thread is threading.current_thread():
            return
        if self._thread is not None:
            self._thread.join()
        self._tcp.close()
        self._udp.close()
        self._selector.close()
        for one in (self._waker, self._wakened):
            one.close()

    @property
    def is_heard(self) -> bool:
        """Whether anybody is told of changes. Any thread."""
        return len(self._subscribers) > 0 or self._sooperlooper.is_heard

    def counts(self) -> tuple[int, int, int, int, int, int]:
        """What came and what became of it, as `/unloop/traffic` tells: received, malformed, refused, dropped, unsent, cut off."""
        malformed = self.malformed + self._tcp.malformed
        return self.received, malformed, self.refused, self.dropped, self._udp.unsent, self._tcp.cut_off + self._tcp.refused

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
        timeout_s = min(self._next_position_s, self._next_alive_s, self._next_update_s) - time.monotonic()
        if self._scheduled:
            timeout_s = min(timeout_s, self._scheduled[0][0] - self._clock())
        for key, events in self._selector.select(0.0 if self._tcp.has_more or self._backlog else max(0.0, timeout_s)):
            if key.data is not None:
                key.data(events)
        self._send_notices()
        self._receive_some()
        self._do_scheduled()
        now_s = time.monotonic()
        self._next_update_s = self._sooperlooper.step(now_s)
        if now_s >= self._next_position_s:
            self._next_position_s = max(self._next_position_s + POSITION_PERIOD_S, now_s)
            self._copies_left = min(self._copies_left + round(COPIES_PER_S * POSITION_PERIOD_S), COPIES_PER_S)
            self._send_positions()
        if now_s >= self._next_alive_s:
            self._next_alive_s = max(self._next_alive_s + ALIVE_PERIOD_S, now_s)
            self._send_all(self._subscribers, encode(OUTGOING["alive"].address))
            self._tell_who_sends_too_much()

    # Receiving

    def _drain_waker(self, events: int) -> None:
        with contextlib.suppress(OSError):  # it is empty
            while self._wakened.recv(4096):
                pass

    def _receive_some(self) -> None:
        for _ in range(_DATAGRAMS_PER_TURN):
            if (received := self._udp.receive()) is None:
                break
            datagram, sender = received
            if self._allowed.lets_in(sender.host):
                self._put(datagram, sender)
            else:
                self.received += 1
                self.dropped += 1
        for packet, sender in self._tcp.packets(_PACKETS_PER_CLIENT, self._has_room):
            self._put(packet, sender, is_paid=True)
        until_s = time.monotonic() + _TURN_S
        while self._backlog:
            for one, sender in self._backlog.turn():
                if isinstance(one, Message):
                    self._obey_one_of_many(one, sender)
                else:
                    self._read(one, sender)
            if time.monotonic() >= until_s:
                break

    def _has_room(self, sender: Endpoint) -> bool:
        return self._backlog.room(sender) >= MAX_MESSAGES and self._buckets.takes(sender)

    def _put(self, packet: bytes, sender: Endpoint, is_paid: bool = False) -> None:
        """Has a packet wait for its sender's turn, unless it is one too many."""
        if not (is_paid or self._buckets.takes(sender)) or not self._backlog.put(packet, sender):
            self.received += 1
            self._drop(sender)

    def _drop(self, sender: Endpoint) -> None:
        self.dropped += 1
        self._buckets.count_dropped(sender)

    def _read(self, packet: bytes, sender: Endpoint) -> None:
        """Obeys a packet's messages; of many only the first now."""
        self.received += 1
        try:
            messages = decode(packet)
        except MalformedPacket as error:
            self.malformed += 1
            log.debug("dropped a packet from %s: %s", sender, error)
            return
        if len(messages) > AT_ONCE + self._backlog.room(sender):
            self._drop(sender)
            return
        self._backlog.put_back(messages[AT_ONCE:], sender)
        for number, message in enumerate(messages[:AT_ONCE]):
            self._obey_one_of_many(message, sender, is_paid=number == 0)

    def _obey_one_of_many(self, message: Message, sender: Endpoint, is_paid: bool = False) -> None:
        """Obeys a message of a packet, unless its sender has come into debt by those before it."""
        if not (is_paid or self._buckets.takes(sender)):
            self._drop(sender)
            return
        self._obey(message, sender)
        self._send_notices()

    def _obey(self, message: Message, sender: Endpoint) -> None:
        try:
            orders = self._orders(message, sender)
            self._buckets.charge(sender, max(0, len(orders) - 1))
            if message.time_s is not None and message.time_s > self._clock():
                self._schedule(orders, message, message.time_s, sender)
                return
        except UnloopError as error:
            self._refuse(message, sender, error)
            return
        except Exception:  # likewise
            self._fail(message, sender)
            return
        for order in orders:
            self._do(order, None, message, sender)

    def _orders(self, message: Message, sender: Endpoint) -> list[Order]:
        if len(message.address) > MAX_ADDRESS:
            raise CommandError(f"an address must be at most {MAX_ADDRESS} characters, got {len(message.address)}")
        for dialect in (self._ours, self._sooperlooper):
            orders = dialect.orders(message, sender)
            if orders is not None:
                return orders
        near = nearest(message.address, (*self._ours.addresses, *self._sooperlooper.addresses))
        raise CommandError(f"no address is like {message.address!r}: the nearest is {near!r}; /unloop/help lists all")

    def _do(self, order: Order, frame: int | None, message: Message, sender: Endpoint) -> None:
        try:
            order.do(frame)
        except UnloopError as error:
            self._refuse(message, sender, error)
        except Exception:  # a fault of ours must not end the thread that the player holds on to
            self._fail(message, sender)

    def _fail(self, message: Message, sender: Endpoint) -> None:
        log.exception("%s failed", message.address)
        self._refuse(message, sender, UnloopError("an internal error: see the log"))

    def _refuse(self, message: Message, sender: Endpoint, error: UnloopError) -> None:
        self.refused += 1
        address = message.address if len(message.address) <= 64 else message.address[:63] + "…"
        self._answer(sender, encode(OUTGOING["error"].address, address, str(error)[:MAX_ERROR]))

    def _tell_who_sends_too_much(self) -> None:
        for sender, dropped in self._buckets.dropped():
            text = f"{dropped} messages of yours were dropped, for you send too many: at most {self._buckets.per_s:g} a second"
            self.send(sender, encode(OUTGOING["error"].address, "", text))

    # Times to come

    def _schedule(self, orders: list[Order], message: Message, time_s: float, sender: Endpoint) -> None:
        if time_s - self._clock() > MAX_AHEAD_S:
            days = (time_s - self._clock()) / 86400
            raise CommandError(f"a time to come must be within {MAX_AHEAD_S / 86400:g} days, got {days:.0f}: set the sender's clock")
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

    def send(self, endpoint: Endpoint, packet: bytes) -> None:
        """Sends a packet. The server's thread only."""
        (self._tcp if endpoint.tcp else self._udp).send(endpoint, packet)

    def _send_all(self, endpoints: Iterable[Endpoint], packet: bytes) -> None:
        for endpoint in endpoints:
            self.send(endpoint, packet)

    def _answer(self, sender: Endpoint, packet: bytes) -> None:
        """To the sender and to the subscribers on its host: a patch often sends from one port and hears on another."""
        self.send(sender, packet)
        self._buckets.charge(sender, 1)
        others = self._subscribers.beside(sender)
        if self._copies_left >= len(others):
            self._copies_left -= len(others)
            self._send_all(others, packet)

    def _send_notices(self) -> None:
        while self._outbox:
            notice = self._outbox.popleft()
            told: Iterable[Endpoint] = self._subscribers
            if notice.kind == "parameter" and (cause := sender_of(notice.source)) is not None:
                told = self._subscribers.but_for(cause)
            self._send_all(told, encoded(notice))
            self._sooperlooper.told(notice)
            if notice.kind == "loops":  # the last one may have come just now
                for each in loop_state(self._bus, int(notice.values[0]) - 1):
                    self._send_all(self._subscribers, encoded(each))

    def _send_positions(self) -> None:
        if not self._subscribers:
            return
        for loop in range(self._bus.n_loops):
            position = float(self._bus.status(loop).position)
            if position != self._positions.get(loop):
                self._positions[loop] = position
                self._send_all(self._subscribers, encode(OUTGOING["position"].of(loop), position))
