"""The bus on a real engine: what the front ends ask is checked, sent, and its effects told.

Any thread may call it; one lock makes all callers one sender to the engine. Whatever changed
is queued and told by the conductor's thread, in order and with no lock held, so that a front
end may call the bus from wherever it likes.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unloop_py.control.bus import ClockMessage, Listener, LoopStatus, Notice
from unloop_py.control.keepsakes import Values
from unloop_py.control.midi import COMMANDS as MIDI
from unloop_py.control.midi import MidiDesk
from unloop_py.control.parameters import by_name, of_layer
from unloop_py.control.pictures import Mask
from unloop_py.control.presets import Preset
from unloop_py.control.scenes import Scene
from unloop_py.control.store import Store
from unloop_py.engine.messages import Command
from unloop_py.errors import CommandError, EngineBusy, ParameterError, UnloopError
from unloop_py.session.asking import ASKED, Asking
from unloop_py.session.expected import Expected
from unloop_py.session.feet import Feet
from unloop_py.session.hands_free import COMMANDS as SWITCHES
from unloop_py.session.hands_free import HandsFree
from unloop_py.session.layering import Layering
from unloop_py.session.loop_files import new_loop_file
from unloop_py.session.loop_status import loop_status
from unloop_py.session.loop_view import LoopView
from unloop_py.session.marking import Marking
from unloop_py.session.mixer import Mixer
from unloop_py.session.models import named
from unloop_py.session.moments import Moments
from unloop_py.session.presses import Presses
from unloop_py.session.recalling import OF_ALL as RECALLED_BY_ALL
from unloop_py.session.recalling import OF_ONE as RECALLED_BY_ONE
from unloop_py.session.recalling import Recalling
from unloop_py.session.roster import COMMANDS as ROSTER
from unloop_py.session.roster import Roster
from unloop_py.session.shelves import Shelves
from unloop_py.session.sooperlooper_sessions import COMMANDS as SESSIONS
from unloop_py.session.sooperlooper_sessions import SooperLooperSessions
from unloop_py.session.sounding import Sounding
from unloop_py.session.stage_lock import StageLock
from unloop_py.session.timing import Timing
from unloop_py.session.whether_varied import WhetherVaried

if TYPE_CHECKING:
    from unloop_py.engine.engine import Engine
    from unloop_py.session.loop_files import LoopFiles
    from unloop_py.vamper.vamper import Vamper

PEDALS = {"hit": Feet.hit, "down": Feet.down, "up": Feet.up, "forceup": functools.partial(Feet.up, force=True)}


class SessionBus:
    """Implements `control.bus.Bus`.

    Parameters
    ----------
    engine : Engine
    store : Store
        The parameters as the session starts; from now on they are set through the bus.
    block_frames : int
        Largest block of the stream.
    output_latency : callable
        Frames from the engine to the loudspeaker: a moment maps to the frame that is *heard* then.
    can_generate : bool
        False with `--generator off`: `generate` is refused, the loop repeats itself.
    model : str
        The name of the model that the session starts with; "" with the generator off.
    model_arguments : callable
        Given a model's name, what `Vamper.change_model` is given; raises ModelError.
    on_quit : callable
        Called when somebody says quit; any thread.
    wall_clock : callable
        Seconds since 1970, the clock of OSC's timetags.
    capture_s : float
        Seconds of input that are remembered for `capture`.
    inputs, outputs : sequence of int
        The device's number, from 1, of each of the engine's inputs and outputs, the common ones first.
    """

    def __init__(
        self,
        engine: Engine,
        store: Store,
        *,
        block_frames: int,
        output_latency: Callable[[], int] = lambda: 0,
        can_generate: bool = True,
        model: str = "",
        model_arguments: Callable[[str], dict[str, Any]] = named,
        on_quit: Callable[[], None] = lambda: None,
        wall_clock: Callable[[], float] = time.time,
        capture_s: float = 0.0,
        inputs: Sequence[int] = (),
        outputs: Sequence[int] = (),
    ) -> None:
        self.engine = engine
        self.store = store
        self.sample_rate = sample_rate = engine.sample_rate
        self.block_frames = block_frames
        self.loops = [LoopView(Expected(sample_rate, 2 * block_frames)) for _ in range(engine.capacity)]
        self.vamper: Vamper | None = None
        self.files: LoopFiles | None = None
        self.midi: MidiDesk | None = None
        self.sessions: SooperLooperSessions | None = None
        self.on_clock_message: Callable[[ClockMessage], None] = lambda kind: None
        self.layering = Layering(self)
        self.xrun_count = 0
        self._on_quit = on_quit
        self._lock = threading.RLock()
        self._outbox: deque[Notice] = deque()
        self._listeners: list[Listener] = []
        self._set_frame = -1
        self.mixer = Mixer(engine, store, self.send, inputs, outputs)
        self.varied = WhetherVaried(self, can_generate, model, model_arguments)
        self._presses = presses = Presses(self, lambda loop, name: self._of_loop(loop, name, None, None, ""), output_latency)
        self.timing = Timing(
            engine, store, self.loops, obey=presses.obey, send=self.send, tell=self.tell, output_latency=output_latency,
            capture_s=capture_s,
        )  # fmt: skip
        self.moments = Moments(sample_rate, self.timing.clock, self._lock, output_latency, wall_clock)
        self.marking = Marking(
            engine, store, self.loops, tell=self.tell, output_latency=output_latency, lock=self._lock,
        )  # fmt: skip
        self.sounding = Sounding(engine, self.tell)
        self._asking = Asking(self)
        self.shelves = Shelves(self.tell)
        self.recalling = Recalling(self)
        self._roster = Roster(self)
        self.feet = Feet(store.n_loops, obey=presses.press, state=presses.state_of, is_silent=presses.is_silent,
                         selected=self.selected, select=lambda loop: self._roster.obey("select", loop + 1))
        self.hands_free = HandsFree(self, press=presses.press, state=presses.state_of)
        self.stage_lock = StageLock(self, state=presses.state_of)
        for loop in range(store.n_loops):
            self.mixer.tell_all(loop)
            self.varied.send(loop)
        store.listen(self._parameter_changed)

    # What front ends ask, see `Bus`. Any thread.

    @property
    def n_loops(self) -> int:
        """How many loops there are."""
        return self.store.n_loops

    def command(self, loop: int | None, name: str, argument: int | str | None = None, frame: int | None = None, source: str = "") -> None:
        """Give a command, or raise CommandError and change nothing."""
        self.stage_lock.check(loop, name)
        if name == "quit":
            self._on_quit()
        elif name == "stage_lock":
            self.stage_lock.turn(argument)
        elif name == "tap":
            with self._lock:
                self.recalling.hand_on(0, "tempo")
                self.timing.tap(frame)
        elif name == "generate":
            with self._lock:
                self.varied.turn(argument)
        elif name in ROSTER:
            with self._lock:
                self._roster.obey(name, argument)
        elif name == "model":
            self.varied.change_model(str(argument))
        elif name in RECALLED_BY_ALL:
            with self._lock:
                self.recalling.obey(None, name, str(argument))
        elif name in SESSIONS:
            if self.sessions is None:
                raise CommandError(f"{name}: there are no files here")
            self.sessions.obey(name, str(argument), source)
        elif name in MIDI:
            if self.midi is None:
                raise CommandError(f"{name}: MIDI is off; start without --midi-device none")
            self.midi.obey(name, "" if argument is None else str(argument))
        elif loop is None or not 0 <= loop < self.n_loops:
            raise CommandError(f"{name}: loop must be in 1..{self.n_loops}, got {None if loop is None else loop + 1}")
        elif name in SWITCHES:
            with self._lock:
                self.hands_free.obey(loop, name, 1 if argument is None else int(argument), frame, source)
        else:
            with self._lock:
                self.hands_free.settle(loop)
            self._of_loop(loop, name, argument, frame, source)

    def _of_loop(self, loop: int, name: str, argument: int | str | None, frame: int | None, source: str) -> None:
        """Give a command of one loop."""
        if name in RECALLED_BY_ONE:
            with self._lock:
                self.recalling.obey(loop, name, str(argument))
        elif name in ("load", "save", "save_loop"):
            self._file(loop, name, argument, source)
        elif name in ASKED:
            with self._lock:
                self._asking.ask(loop, name, argument)
        elif name == "capture":
            with self._lock:
                self.timing.capture(loop, 1 if argument is None else int(argument), frame)
        elif name in PEDALS:
            with self._lock:
                PEDALS[name](self.feet, loop, str(argument), frame)
        else:
            with self._lock:
                self._presses.press(loop, name, argument, frame)

    def set(self, loop: int, name: str, value: float | int, source: str = "", frame: int | None = None) -> None:
        """Set a parameter; one that acts at once does so at `frame`."""
        if not 0 <= loop < self.n_loops:
            raise ParameterError(f"{name}: loop must be in 1..{self.n_loops}, got {loop + 1}")
        if (layer := of_layer(name)) is not None:
            self.layering.set(loop, layer[0], layer[1].name, value, source)
            return
        with self._lock:
            self.mixer.check(loop, {name: value})
            self.recalling.hand_on(loop, by_name(name).name)
            self._set_at({name: value}, loop, source, frame)

    def get(self, loop: int, name: str) -> float | int:
        """The parameter's value now."""
        if (layer := of_layer(name)) is not None:
            return self.layering.get(loop, layer[0], layer[1].name)
        return self.store.get(loop, name)

    def status(self, loop: int) -> LoopStatus:
        """What the loop is doing now."""
        return loop_status(self, loop)

    def peaks(self, loop: int) -> tuple[float, ...]:
        """How loud what sounds is, all round."""
        return self.sounding.peaks(loop)

    def mask(self, loop: int) -> Mask:
        """Which tokens are kept in the repetition that comes."""
        return self.sounding.mask(loop)

    def clock_message(self, kind: ClockMessage) -> None:
        """A message of MIDI clock has come just now."""
        self.on_clock_message(kind)

    def selected(self) -> int:
        """The loop that keys mean, from 0."""
        return self._roster.selected

    def chosen(self) -> tuple[int, ...]:
        """The selected loop, or all of them while all are selected."""
        return self._roster.chosen

    def generating(self) -> bool:
        """Whether varying is switched on."""
        return self.varied.on

    def stage_locked(self) -> bool:
        """Whether what destroys is refused."""
        return self.stage_lock.on

    def model(self) -> str:
        """The name of the model that makes the variations; "" with the generator off."""
        return self.varied.model

    def xruns(self) -> int:
        """Audio blocks lost since the start."""
        return self.xrun_count

    def presets(self) -> tuple[Preset, ...]:
        """All presets, as they were read last."""
        return self.shelves.presets.all()

    def scenes(self) -> tuple[Scene, ...]:
        """All scenes, as they were read last."""
        return self.shelves.scenes.all()

    def scene(self) -> str:
        """The scene that was recalled or saved last."""
        return self.recalling.scene_name

    def frame_at(self, unix_time_s: float) -> int:
        """The engine frame that is heard at this time of the system clock."""
        return self.moments.frame_at(unix_time_s)

    # What the session uses.

    @property
    def lock(self) -> threading.RLock:
        """Held by whoever asks for what stands under it."""
        return self._lock

    def listen(self, listener: Listener) -> None:
        """Tell this listener every later change, on the conductor's thread. Before the conductor starts."""
        self._listeners.append(listener)

    def tell(self, notice: Notice) -> None:
        """Queue a notice for the listeners; of a loop that was deleted nobody hears. Any thread."""
        if notice.loop is None or notice.loop < self.n_loops:
            self._outbox.append(notice)

    def has_news(self) -> bool:
        """Whether listeners are to be told something. Any thread."""
        return bool(self._outbox)

    def has_beats(self) -> bool:
        """Whether there are beats to be told, of the clock or of a loop. Any thread."""
        return self.timing.tells_beats or any(view.grid is not None for view in self.loops)

    def is_awaiting(self) -> bool:
        """Whether something is to happen at a moment of its own: a press that waits, a pedal or a mark that is held. Any thread."""
        held = self.feet.is_held or self.hands_free.is_held or self.marking.is_held
        return held or self.timing.is_awaiting or self.recalling.is_awaiting

    def deliver(self) -> None:
        """Tell the listeners what is queued. Conductor's thread."""
        while self._outbox:
            notice = self._outbox.popleft()
            for listener in self._listeners:
                listener(notice)

    def send(self, command: Command) -> None:
        """Hand a command to the engine. Any thread; raises EngineBusy when its ring is full."""
        with self._lock:
            self.engine.send(command)

    def came_too_late(self, loop: int) -> None:
        """A press that was taken back had been obeyed already: what took it back counts for itself. Conductor's thread."""
        with self._lock:
            try:
                self.timing.came_too_late(loop)
            except UnloopError as error:
                self.tell(Notice("error", loop, ("", str(error))))

    def put(self, loop: int, values: Values, frame: int | None) -> None:
        """Set parameters that nobody's hand sets, those that act at once at a frame. Under the lock; all have been checked."""
        # With no source: who asked for a preset by name is told of its values like everybody else.
        self._set_at(values, loop, "", frame)

    def obey(self, loop: int | None, name: str, argument: int | None, frame: int | None) -> None:
        """Obey a command at a frame, whatever it would wait for if a hand gave it. Under the lock; raises UnloopError."""
        if loop is None:
            self.command(None, name, argument)
        else:
            self._presses.obey(loop, name, argument, frame)

    def resend(self) -> None:
        """Send the controls that found the engine's ring full, as they stand now. Conductor's thread."""
        with self._lock, contextlib.suppress(EngineBusy):
            self.mixer.step()
            self.varied.resend()

    def observe_clock(self) -> None:
        """Look at the engine's clock and the wall's together, and at what is due. Conductor's thread, every few milliseconds."""
        with self._lock:
            self.moments.observe(self.engine.frame())
            self.timing.step()
            self.marking.step()
            self.hands_free.step()
            self.recalling.step()
            try:
                self.feet.step()
            except UnloopError as error:  # nobody asked just now who could be answered
                self.tell(Notice("error", None, ("", str(error))))

    # Within.

    def _set_at(self, values: Values, loop: int, source: str, frame: int | None) -> None:
        self._set_frame = -1 if frame is None else frame
        try:
            self.store.update(loop, values, source)
        finally:
            self._set_frame = -1

    def _file(self, loop: int, name: str, argument: int | str | None, source: str) -> None:
        if self.files is None:
            raise CommandError(f"{name}: there are no files here")
        if name == "save_loop":
            if self.files.take(loop) is None:
                raise CommandError("save_loop: the loop is empty; record something first")
            argument = str(new_loop_file(loop, self.moments.wall_clock()))
        (self.files.load if name == "load" else self.files.save)(loop, Path(str(argument)).expanduser(), source=source)

    def _parameter_changed(self, loop: int, name: str, value: float | int, source: str) -> None:
        if name == "custom":
            self.tell(Notice("custom", loop, (value,)))
            return
        if name == "tempo":
            with self._lock:
                self.timing.tempo_changed(float(value))
        elif name == "vary_mode":
            self.varied.mode_changed(loop, value)
        elif self.mixer.acts(name):
            self.mixer.tell(loop, name, self._set_frame)
        self.tell(Notice("parameter", loop, (name, value), source))
