"""A bus without sound: a fake for trying front ends and for tests."""

import threading
from dataclasses import dataclass, field, replace

from unloop_py.control.bus import ClockMessage, Listener, LoopStatus, Notice
from unloop_py.control.midi import COMMANDS as MIDI
from unloop_py.control.midi import MidiDesk
from unloop_py.control.parameters import of_layer
from unloop_py.control.pictures import DRAWN, NO_MASK, PEAKS, Mask, drawn
from unloop_py.control.presets import Preset, preset_shelf
from unloop_py.control.scenes import LoopScene, Scene, scene_shelf
from unloop_py.control.store import Store
from unloop_py.errors import UnloopError


@dataclass(frozen=True, slots=True)
class Given:
    """One call of `FakeBus.command`."""

    loop: int | None
    name: str
    argument: int | str | None
    frame: int | None
    source: str


@dataclass
class FakeBus:
    """Implements `Bus`: keeps what it was told, answers from its own store, and walks through the states.

    Attributes
    ----------
    n_loops, sample_rate
        As the instrument would have them. Frame 0 is at 0 s of the clock that `frame_at` is asked in.
    given : list of Given
        Every command, in order.
    sets : list of tuple
        Every (loop, name, value, frame) set, in order.
    refuse : str
        When not "", every command and set is refused with this text.
    """

    n_loops: int = 1
    sample_rate: int = 48000
    refuse: str = ""
    given: list[Given] = field(default_factory=list)
    sets: list[tuple[int, str, float | int, int | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(self.n_loops)
        self.listeners: list[Listener] = []
        self.midi: MidiDesk | None = None
        self.layer_values: dict[tuple[int, str], float | int] = {}
        self._statuses = [LoopStatus() for _ in range(self.store.capacity)]
        self._peaks: dict[int, tuple[float, ...]] = {}
        self._masks: dict[int, Mask] = {}
        self._generating = True
        self._stage_locked = False
        self._selected = 0
        self._all_selected = False
        self._model = "small"
        self._xruns = 0
        self._scene = ""
        self.preset_shelf, self.scene_shelf = preset_shelf(), scene_shelf()
        self._changed = threading.Condition()
        self.store.listen(self._parameter_changed)

    def command(
        self, loop: int | None, name: str, argument: int | str | None = None, frame: int | None = None, source: str = ""
    ) -> None:
        """Keeps the command and moves the state as the instrument would."""
        self._refuse_if_told()
        before = [self._gen_state(each) for each in range(self.n_loops)]
        if name == "generate":
            self._generating = not self._generating if argument is None else bool(argument)
            self.tell(Notice("generate", None, (int(self._generating),)))
        elif name == "stage_lock":
            self._stage_locked = not self._stage_locked if argument is None else bool(argument)
            self.tell(Notice("stage_lock", None, (int(self._stage_locked),)))
        elif name == "select_all":
            self._all_selected = True
            self.tell(Notice("select", None, (0,)))
        elif name in ("select", "select_next", "select_prev"):
            self._all_selected = False
            step = {"select": int(argument or 1) - 1, "select_next": self._selected + 1, "select_prev": self._selected - 1}[name]
            self._selected = step % self.n_loops
            self.tell(Notice("select", None, (self._selected + 1,)))
        elif name in ("loop_add", "loop_del"):
            self.n_loops = max(1, min(16, self.n_loops + (1 if name == "loop_add" else -1)))
            self.store.n_loops = self.n_loops
            self.tell(Notice("loops", None, (self.n_loops,)))
        elif name in MIDI:
            if self.midi is not None:
                self.midi.obey(name, "" if argument is None else str(argument))
        elif name == "model":
            self._model = str(argument)
            self.tell(Notice("model", None, (self._model,)))
        elif name in ("preset", "preset_save", "preset_delete", "scene", "scene_save", "scene_delete"):
            self._shelve(loop, name, str(argument))
        elif name in ("mute", "lock", "solo", "melt", "guard", "cue") and loop is not None:
            flag = not getattr(self._statuses[loop], name) if argument is None else bool(argument)
            self.become(loop, **{name: flag})
            self.tell(Notice(name, loop, (int(flag),)))
        elif name == "draw" and loop is not None:
            marks = drawn(str(argument or ""), DRAWN)
            self.become(loop, marks=marks)
            self.tell(Notice("marks", loop, (marks,)))
        elif loop is not None:
            self._walk(loop, name)
        for each, was in enumerate(before):
            if (now := self._gen_state(each)) != was:
                self.tell(Notice("gen_state", each, (now,)))
        with self._changed:
            self.given.append(Given(loop, name, argument, frame, source))
            self._changed.notify_all()

    def set(self, loop: int, name: str, value: float | int, source: str = "", frame: int | None = None) -> None:
        """Keeps the value in the store, or with the layer that it is of."""
        self._refuse_if_told()
        if of_layer(name) is None:
            self.store.set(loop, name, value, source)
        else:
            self.layer_values[loop, name] = value
            self.tell(Notice("parameter", loop, (name, value), source))
        with self._changed:
            self.sets.append((loop, name, value, frame))
            self._changed.notify_all()

    def get(self, loop: int, name: str) -> float | int:
        """The store's value, or a layer's as it was last set."""
        row = of_layer(name)
        return self.store.get(loop, name) if row is None else self.layer_values.get((loop, name), row[1].default)

    def status(self, loop: int) -> LoopStatus:
        """As last told by `become` or moved by a command."""
        return replace(self._statuses[loop], custom=self.store.custom(loop), gen_state=self._gen_state(loop))

    def peaks(self, loop: int) -> tuple[float, ...]:
        """As last painted."""
        return self._peaks.get(loop, ())

    def mask(self, loop: int) -> Mask:
        """As last painted."""
        return self._masks.get(loop, NO_MASK)

    def paint(self, loop: int, peaks: tuple[float, ...] | None = None, mask: Mask | None = None) -> None:
        """Has other peaks sound, or another mask come, and tells the listeners."""
        if peaks is not None:
            self._peaks[loop] = peaks
            self.tell(Notice("peaks", loop, peaks or (0.0,) * PEAKS))
        if mask is not None:
            self._masks[loop] = mask
            self.tell(Notice("mask", loop, (int(mask.coming), *mask.rows)))

    def clock_message(self, kind: ClockMessage) -> None:
        """Keeps it with the commands."""
        with self._changed:
            self.given.append(Given(None, f"clock_message {kind}", None, None, ""))
            self._changed.notify_all()

    def selected(self) -> int:
        """As last commanded."""
        return self._selected

    def chosen(self) -> tuple[int, ...]:
        """The selected loop, or all."""
        return tuple(range(self.n_loops)) if self._all_selected else (self._selected,)

    def generating(self) -> bool:
        """On at the start."""
        return self._generating

    def stage_locked(self) -> bool:
        """As last commanded; nothing is refused for it."""
        return self._stage_locked

    def model(self) -> str:
        """As last commanded."""
        return self._model

    def xruns(self) -> int:
        """As last told by `lose_blocks`."""
        return self._xruns

    def presets(self) -> tuple[Preset, ...]:
        """Those of the package, and what was saved since."""
        return self.preset_shelf.all()

    def scenes(self) -> tuple[Scene, ...]:
        """What was saved since the start."""
        return self.scene_shelf.all()

    def scene(self) -> str:
        """As last recalled or saved."""
        return self._scene

    def frame_at(self, unix_time_s: float) -> int:
        """Frames since 0 s of that clock."""
        return round(unix_time_s * self.sample_rate)

    def become(self, loop: int, **changes: object) -> None:
        """Changes fields of a loop's status; a changed state is told to the listeners."""
        before = self._statuses[loop]
        self._statuses[loop] = replace(before, **changes)  # type: ignore[arg-type]
        if self._statuses[loop].state != before.state:
            self.tell(Notice("state", loop, (self._statuses[loop].state,)))

    def lose_blocks(self, count: int) -> None:
        """Counts xruns and tells the listeners."""
        self._xruns += count
        self.tell(Notice("xruns", None, (self._xruns,)))

    def tell(self, notice: Notice) -> None:
        """Sends a notice to every listener."""
        for listener in self.listeners:
            listener(notice)

    def wait_for(self, n_given: int = 0, n_sets: int = 0, timeout_s: float = 5.0) -> bool:
        """Waits until so many commands and sets have come; False if they have not in time."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.given) >= n_given and len(self.sets) >= n_sets, timeout_s)

    def _gen_state(self, loop: int) -> str:
        status = self._statuses[loop]
        return "off" if not self._generating else "locked" if status.lock else status.gen_state

    def _walk(self, loop: int, name: str) -> None:
        state = self._statuses[loop].state
        after = {
            "record": "playing" if state == "recording" else "recording",
            "overdub": "playing" if state == "overdubbing" else "overdubbing",
            "play": "playing",
            "pause": "paused",
            "clear": "off",
        }
        self.become(loop, state=after.get(name, state))

    def _shelve(self, loop: int | None, name: str, label: str) -> None:
        """Recalls at once, whatever the loop does; a scene keeps parameters of loops alone, and what each did is not done."""
        shelf = self.preset_shelf if name.startswith("preset") else self.scene_shelf
        if name == "preset" and loop is not None:
            found = shelf.find(label)
            self.store.update(loop, found.values)
        elif name == "preset_save" and loop is not None:
            found = Preset(label, shelf.number_for(label), "", "", self.store.snapshot(loop))
        elif name == "scene":
            found = shelf.find(label)
            for one, stood in enumerate(found.loops[: self.n_loops]):
                self.store.update(one, stood.values)
        elif name == "scene_save":
            loops = tuple(LoopScene(values=self.store.snapshot(one)) for one in range(self.n_loops))
            found = Scene(label, shelf.number_for(label), loops=loops)
        else:
            shelf.remove(label)
        if name.endswith("_save"):
            shelf.put(found)
        if name.endswith(("_save", "_delete")):
            self.tell(Notice(f"{shelf.kind}_count", None, (len(shelf.all()),)))
        if name.startswith("preset") and loop is not None:
            self.become(loop, preset=found.name)
            self.tell(Notice("preset", loop, (found.name, found.number)))
        elif name in ("scene", "scene_save"):
            self._scene = found.name
            self.tell(Notice("scene", None, (found.name, found.number)))

    def _parameter_changed(self, loop: int, name: str, value: float | int, source: str) -> None:
        if name == "custom":
            self.tell(Notice("custom", loop, (value,)))
        else:
            self.tell(Notice("parameter", loop, (name, value), source))

    def _refuse_if_told(self) -> None:
        if self.refuse:
            raise UnloopError(self.refuse)
