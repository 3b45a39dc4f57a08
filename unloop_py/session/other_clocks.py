"""The clocks of other machines: opened when `sync_source` first names them, and ours sent out while `output_midi_clock` is on.

Threads. `step` belongs to the conductor's; a door is opened on a thread of its own, for a driver may take its time. What a
door hears comes on the driver's thread, and the clock goes out on a third.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from unloop_py.control.bus import ClockMessage, Notice
from unloop_py.engine.messages import CommandKind, Event, EventKind
from unloop_py.errors import UnloopError
from unloop_py.midi import clock_ports
from unloop_py.session.bus import SessionBus
from unloop_py.session.clock_source import JACK, LINK, MIDI_CLOCK
from unloop_py.sync.beat_line import BeatLine, Clock
from unloop_py.sync.clock_out import ClockOut
from unloop_py.sync.jack_transport import JackTimebase, JackTransport
from unloop_py.sync.link import LinkClock
from unloop_py.sync.midi_clock import MidiClock

log = logging.getLogger(__name__)

AHEAD_S = 0.02
"""How far ahead of its time a message of our clock is worked out; it leaves at its time."""
PERIOD_S = 0.01


class HeardMidiClock:
    """A `MidiClock` that hears a port, or whoever speaks in its place. A `Clock`; any thread."""

    def __init__(self, bus: SessionBus, clock: Callable[[], float]) -> None:
        self._bus = bus
        self._clock = clock
        self._midi = MidiClock(bus.sample_rate)
        self._starting = False  # a start has come, and not yet the tick that it means
        self._lock = threading.Lock()

    def heard(self, kind: str, position: int) -> None:
        """A message has just come. Any thread."""
        frame = self._bus.moments.heard_at(self._clock())
        with self._lock:
            triggers = kind == "clock" and self._starting
            if kind == "clock":
                self._starting = False
                self._midi.tick(frame)
            elif kind == "start":
                self._starting = True
                self._midi.start()
            elif kind == "continue":
                self._midi.resume()
            elif kind == "stop":
                self._midi.stop()
            else:
                self._midi.song_position(position)
        if triggers and self._bus.get(0, "use_midi_start"):
            self._tell_all("trigger", None, frame)
        elif kind == "stop" and self._bus.get(0, "use_midi_stop"):
            self._tell_all("pause", 1, frame)

    def _tell_all(self, name: str, argument: int | None, frame: int) -> None:
        """Give a command to every loop that is there."""
        for loop in range(self._bus.n_loops):
            with contextlib.suppress(UnloopError):  # an empty one
                self._bus.command(loop, name, argument, frame)

    def line(self, frame: int) -> BeatLine | None:
        """The beats that were heard."""
        with self._lock:
            return self._midi.line(frame)


class OtherClocks:
    """Opens and closes doors as the parameters ask.

    Parameters
    ----------
    bus : SessionBus
    midi_in, midi_out : str or None
        Names of ports, see `clock_ports`.
    ports : module
        Opens MIDI ports; a test may pass its own.
    make_timebase : callable
        Opens JACK's timebase; likewise.
    clock, sleep : callable
        Seconds since 1970, and how to wait.
    """

    def __init__(
        self,
        bus: SessionBus,
        *,
        midi_in: str | None = None,
        midi_out: str | None = None,
        ports: Any = clock_ports,
        make_timebase: Callable[[], Any] = JackTimebase,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._bus = bus
        self._ports = ports
        self._make_timebase = make_timebase
        self._clock = clock
        self._sleep = sleep
        self._doors: dict[int, Callable[[], Clock]] = {
            MIDI_CLOCK: lambda: self._open_midi(midi_in),
            LINK: self._open_link,
            JACK: self._open_jack,
        }
        self._heard = HeardMidiClock(bus, clock)
        bus.on_clock_message = self._hear
        self._midi_out = midi_out
        self._source = 0
        self._sending = self._is_master = False
        self._out = ClockOut()
        self._ending = threading.Event()
        self._undo = contextlib.ExitStack()
        self._threads: list[threading.Thread] = []

    def step(self) -> None:
        """See what the parameters ask for. The conductor's thread."""
        source = int(self._bus.get(0, "sync_source"))
        if source != self._source:
            self._source = source
            if source in self._doors and source not in self._bus.timing.clock.others:
                self._begin(self._open, source)
        sending = bool(self._bus.get(0, "output_midi_clock"))
        started, self._sending = sending and not self._sending, sending
        if started:
            self._begin(self._send)
        master = bool(self._bus.get(0, "jack_timebase_master"))
        started, self._is_master = master and not self._is_master, master
        if started:
            self._begin(self._tell_jack)

    def happened(self, event: Event) -> None:
        """The engine tells something. The conductor's thread."""
        if event.kind == EventKind.OBEYED and event.index == CommandKind.TRIGGER and self._bus.get(0, "send_midi_start_on_trigger"):
            self._out.start_again()

    def stop(self) -> None:
        """Close every door and end every thread."""
        self._ending.set()
        for thread in self._threads:
            thread.join()
        self._undo.close()

    def _hear(self, kind: ClockMessage) -> None:
        """MIDI clock that comes another way than by a port. Any thread."""
        self._heard.heard(kind, 0)
        self._bus.timing.clock.others.setdefault(MIDI_CLOCK, self._heard)

    def _begin(self, work: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=self._saying, args=(work, *arguments), name="clocks", daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()

    def _saying(self, work: Callable[..., None], *arguments: Any) -> None:
        try:
            work(*arguments)
        except UnloopError as error:
            self._bus.tell(Notice("error", None, ("", str(error))))
        except Exception as error:  # a driver's fault: the music goes on, and the player is told
            log.exception("a clock failed")
            self._bus.tell(Notice("error", None, ("", f"the clock failed: {error}")))

    def _open(self, source: int) -> None:
        self._bus.timing.clock.others[source] = self._doors[source]()

    def _open_midi(self, name: str | None) -> HeardMidiClock:
        port = self._ports.open_clock_input(name, self._heard.heard)
        self._undo.callback(port.close)
        self._bus.tell(Notice("error", None, ("", f"MIDI clock: listening to {port.name}")))
        return self._heard

    def _open_link(self) -> LinkClock:
        bus = self._bus
        clock = LinkClock(float(bus.get(0, "tempo")), lambda: int(bus.get(0, "beats_per_bar")), self._heard_now, bus.sample_rate)
        self._undo.callback(clock.close)
        return clock

    def _open_jack(self) -> JackTransport:
        clock = JackTransport(lambda: float(self._bus.get(0, "tempo")), self._heard_now, self._bus.sample_rate)
        self._undo.callback(clock.close)
        return clock

    def _tell_jack(self) -> None:
        """Tell JACK's transport our beats until it is switched off."""
        bus = self._bus
        with contextlib.closing(self._make_timebase()) as timebase:
            while self._is_master and not self._ending.is_set():
                now = self._heard_now()
                # A transport that we follow ourselves is told our own tempo: it would otherwise follow us following it.
                line = bus.moments.own_beats(now) if int(bus.get(0, "sync_source")) == JACK else bus.moments.beats(now)
                timebase.tell(line, now, bus.sample_rate, int(bus.get(0, "beats_per_bar")))
                self._sleep(PERIOD_S)

    def _heard_now(self) -> int:
        return self._bus.moments.heard_at(self._clock())

    def _send(self) -> None:
        """Send our clock until it is switched off."""
        port, send = self._ports.open_clock_output(self._midi_out)
        with contextlib.closing(port):
            out = self._out = ClockOut()
            ahead = round(AHEAD_S * self._bus.sample_rate)
            while self._sending and not self._ending.is_set():
                now = self._bus.moments.heard_at(self._clock())
                per_bar = int(self._bus.get(0, "beats_per_bar"))
                for message in out.until(self._bus.moments.beats(now), now, now + ahead, per_bar):
                    self._sleep(max(0.0, self._bus.moments.unix_at(message.frame) - self._clock()))
                    send(message.kind)
                self._sleep(PERIOD_S)
            for message in out.until(None, 0, 0, 1):
                send(message.kind)
