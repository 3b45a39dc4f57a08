"""MIDI as a front end: devices, bindings and lights, and the two threads that they live on.

Threads. A driver's thread only queues what it hears. The midi thread takes it from there, decides, tells the bus and the lights. The
thread that looks for devices also writes the file of bindings, for a disk may take its time.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from unloop_py.control.bus import Bus, Notice
from unloop_py.errors import BindingError
from unloop_py.midi.binding_file import read_bindings, user_bindings_file, write_bindings
from unloop_py.midi.desk import Desk
from unloop_py.midi.devices import Driver, RtMidiDriver
from unloop_py.midi.hands import Hands
from unloop_py.midi.lights import Lights
from unloop_py.midi.messages import Decoder
from unloop_py.midi.watch import Opened, Watch

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often devices are looked for."""
_NEWS = frozenset(
    "state parameter layers mute lock solo reverse melt guard cue generate pending select loops repetition gen_state erasing "
    "stage_lock".split()
)
_Item = tuple[str, Opened | None, bytes, float]


def _stamp(file: Path) -> tuple[int, int] | None:
    """What changes when a file is written; None where there is none."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino


class MidiFrontEnd:
    """See `session.front_ends.FrontEnd`.

    Parameters
    ----------
    bus : Bus
    tell : callable
        Given a notice for everybody.
    devices : iterable of str
        See `Watch`; none is every device that there is.
    driver : Driver
    file : Path, optional
        Where the player's bindings are kept; default `user_bindings_file`.
    clock : callable
        Monotonic seconds.

    Attributes
    ----------
    desk : Desk
        The bindings.

    Raises
    ------
    BindingError
        A profile that is asked for is not there. A file of bindings that cannot be read is said, and put aside when another is written.
    """

    is_heard = False

    def __init__(
        self,
        bus: Bus,
        tell: Callable[[Notice], None],
        devices: Iterable[str] = (),
        *,
        driver: Driver | None = None,
        file: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell = tell
        self._file = user_bindings_file() if file is None else file
        self._clock = clock
        self._queue: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._news_queued = False
        self._news = True
        self._decoders: dict[Opened, Decoder] = {}
        self._changed = threading.Event()
        self._ending = threading.Event()
        self._unwritten = False
        self._damaged = False
        self._written = _stamp(self._file)
        try:
            bindings = read_bindings(self._file)
        except BindingError as error:
            self._damaged, bindings = True, ()
            self._say(str(error))
        hands = Hands(bus, self._say)
        self.desk = Desk(hands, tell, bindings, self._write_soon)
        self._lights = Lights(bus, hands, self.desk.bound)
        self._watch = Watch(
            RtMidiDriver() if driver is None else driver,
            devices,
            heard=lambda device, data: self._queue.put(("heard", device, data, self._clock())),
            came=lambda device: self._queue.put(("came", device, b"", 0.0)),
            went=lambda device: self._queue.put(("went", device, b"", 0.0)),
        )
        self._threads = (
            threading.Thread(target=self._decide, name="midi", daemon=True),
            threading.Thread(target=self._look, name="midi-devices", daemon=True),
        )

    def start(self) -> None:
        """Look for devices and listen to them."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Put all lights out, let all devices go and write what has not been written."""
        self._ending.set()
        self._changed.set()
        if self._threads[1].is_alive():
            self._threads[1].join()
        self._watch.close()
        self._queue.put(("stop", None, b"", 0.0))
        if self._threads[0].is_alive():
            self._threads[0].join()
        self._watch.end()

    def notify(self, notice: Notice) -> None:
        """Something has changed: the lights are looked at."""
        if notice.kind in _NEWS and not self._news_queued:
            self._news_queued = True
            self._queue.put(("news", None, b"", 0.0))

    def look(self) -> None:
        """Look for devices once, and write the bindings if they have changed. The second thread, or a test."""
        self._watch.step()
        if self._unwritten:
            self._unwritten = False
            self._write()
        elif (stamp := _stamp(self._file)) != self._written:  # another hand has written it: an editor, or `unloop midi learn`
            self._written = stamp
            try:
                self.desk.take(read_bindings(self._file))
                self._damaged = False
            except BindingError as error:
                self._damaged = True
                self._say(str(error))

    def step(self, item: _Item | None = None) -> float | None:
        """Deal with one thing that has come, or with what is due. The midi thread, or a test.

        Returns when to come again, in monotonic seconds; None when nothing is due.
        """
        now_s = self._clock()
        if item is not None:
            self._take(*item)
        told, lights_s = self._lights.step(now_s, self._news)
        self._news = self._news and not told
        learn_s = self.desk.step(now_s)
        return min((when for when in (lights_s, learn_s) if when is not None), default=None)

    def take_all(self) -> None:
        """Deal with everything that has come until now. For a test without threads."""
        while not self._queue.empty():
            self.step(self._queue.get())
        self.step()

    def _take(self, what: str, device: Opened | None, data: bytes, when_s: float) -> None:
        if what == "news":
            self._news_queued, self._news = False, True
            return
        if device is None:
            return
        if what == "heard":
            if not device.gone:
                for move in self._decoders.setdefault(device, Decoder()).read(data):  # it may speak before it is told of
                    self._lights.moved(device, move, when_s)
                    if self.desk.moved(device, move, when_s):
                        self._news = True  # a light may show what is held
        elif what == "came":
            self.desk.came(device)
            self._lights.came(device)
            self._news = True
        else:
            device.gone = True
            self._decoders.pop(device, None)
            self.desk.went(device)
            self._lights.went(device)
            if device.output is not None:
                device.output.close()

    def _decide(self) -> None:
        again_s: float | None = None
        while True:
            try:
                wait_s = None if again_s is None else max(0.0, again_s - self._clock())
                item = self._queue.get(timeout=wait_s)
            except queue.Empty:
                item = None
            if item is not None and item[0] == "stop":
                return
            try:
                again_s = self.step(item)
            except Exception:  # a fault of ours must not end the thread that the pedals hang on
                log.exception("MIDI stumbled")
                again_s = None

    def _look(self) -> None:
        while not self._ending.is_set():
            try:
                self.look()
            except Exception:  # a driver's fault: it may be better in a second
                log.exception("looking for MIDI devices failed")
            self._changed.wait(LOOK_S)
            self._changed.clear()
        if self._unwritten:
            self._write()

    def _write_soon(self) -> None:
        self._unwritten = True
        self._changed.set()

    def _write(self) -> None:
        try:
            if self._damaged:
                self._file.replace(self._file.with_suffix(".damaged"))
                self._damaged = False
            write_bindings(self._file, self.desk.bindings())
            self._written = _stamp(self._file)
        except OSError as error:
            self._say(f"the MIDI bindings cannot be written to {self._file}: {error.strerror or error}")

    def _say(self, text: str) -> None:
        self._tell(Notice("error", None, ("", text)))
