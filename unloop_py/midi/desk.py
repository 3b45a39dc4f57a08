"""The player's bindings and those of profiles: which of them a move means, learning, and what may be asked of them.

Implements `control.midi.MidiDesk`. Moves come on the midi thread; everything else may be asked on any.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from unloop_py.control.bus import Notice
from unloop_py.control.midi import Device
from unloop_py.control.midi_bindings import BUTTONS, Binding, Control, read_target
from unloop_py.control.sooperlooper_bindings import read_lines, write_line
from unloop_py.errors import BindingError
from unloop_py.midi.binding_file import read_bindings, write_bindings
from unloop_py.midi.hands import Hands
from unloop_py.midi.messages import Move
from unloop_py.midi.watch import Opened

log = logging.getLogger(__name__)

SETTLE_S = 0.15
"""So long a control that is learned may show that it is more than it seemed: an NRPN, or 14 bits wide."""
_WORTH = {"pressure": 0, "key_pressure": 0, "cc14": 2, "nrpn": 3}
_WORTH_ELSE = 1
SOOPERLOOPER_SUFFIX = ".slb"


@dataclasses.dataclass(slots=True)
class Lesson:
    """A control that is waited for: what it is to do (None: nothing, it is only named), who is told, and the best that has moved."""

    target: Binding | None
    heard: Callable[[Binding | None], None]
    exclusive: bool
    best: Move | None = None
    device: str = ""
    since_s: float = 0.0


class Desk:
    """Holds the bindings.

    Parameters
    ----------
    hands : Hands
    tell : callable
        Given a notice for everybody.
    bindings : iterable of Binding
        The player's, at the start.
    changed : callable
        Called when they have changed, for them to be written. Any thread.
    """

    def __init__(
        self,
        hands: Hands,
        tell: Callable[[Notice], None],
        bindings: Iterable[Binding] = (),
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._hands = hands
        self._tell = tell
        self._changed = changed
        self._lock = threading.Lock()
        self._own = tuple(bindings)
        self._lesson: Lesson | None = None
        self._there: tuple[Opened, ...] = ()

    # The midi thread.

    def came(self, device: Opened) -> None:
        """A device is there."""
        self._there = (*self._there, device)
        self._tell(Notice("midi", None, ("came", device.name, device.profile.name)))

    def went(self, device: Opened) -> None:
        """It is there no more: nothing stays held."""
        self._there = tuple(one for one in self._there if one is not device)
        self._hands.gone(device.name)
        self._tell(Notice("midi", None, ("went", device.name, "")))

    def moved(self, device: Opened, move: Move, now_s: float) -> tuple[Binding, ...]:
        """A control has moved; returns the bindings that it meant."""
        if not move.is_down:  # whatever it does by now, what it held is let go
            self._hands.let_go(device.name, move.control)
        if self._learns(device, move, now_s):
            return ()
        meant = self.meant(device, move)
        for binding in meant:
            self._hands.moved(device.name, binding, move)
        return meant

    def meant(self, device: Opened, move: Move) -> tuple[Binding, ...]:
        """The bindings of a move: the player's before a profile's, and those of one number before those of any."""
        own = [one for one in self._own if one.device.lower() in device.name.lower() and _means(one, move)]
        found = own or [one for one in device.profile.bindings if _means(one, move)]
        return tuple(one for one in found if one.control.number >= 0) or tuple(found)

    def bound(self, device: Opened) -> tuple[Binding, ...]:
        """All that a device's controls do, the player's first."""
        return (*(one for one in self._own if one.device.lower() in device.name.lower()), *device.profile.bindings)

    def step(self, now_s: float) -> float | None:
        """Finish learning once the control has shown what it is; returns when to come again, in monotonic seconds."""
        lesson = self._lesson
        if lesson is None or lesson.best is None:
            return None
        if now_s < lesson.since_s + SETTLE_S:
            return lesson.since_s + SETTLE_S
        self._learned(lesson)
        return None

    # Any thread, see `MidiDesk`.

    def take(self, bindings: Iterable[Binding]) -> None:
        """Have these in place of the present ones, as they stand in the file."""
        with self._lock:
            self._own = tuple(bindings)

    def devices(self) -> tuple[Device, ...]:
        """Those that are there now."""
        return tuple(Device(one.name, one.profile.name) for one in self._there)

    def bindings(self) -> tuple[Binding, ...]:
        """The player's own."""
        return self._own

    def bind(self, binding: Binding, exclusive: bool = False) -> None:
        """Add one."""
        with self._lock:
            kept = self._own
            if exclusive:
                kept = tuple(one for one in kept if (one.control, one.device) != (binding.control, binding.device))
            self._own = (*(one for one in kept if one != binding), binding)
        self._changed()

    def unbind(self, binding: Binding) -> bool:
        """Take one away."""
        with self._lock:
            was, self._own = self._own, tuple(one for one in self._own if one != binding)
        if len(was) != len(self._own):
            self._changed()
        return len(was) != len(self._own)

    def clear(self) -> None:
        """Take all of them away."""
        self._replace(())

    def learn(self, target: Binding, heard: Callable[[Binding | None], None] = lambda binding: None, exclusive: bool = True) -> None:
        """Wait for the control that is to do something."""
        self.cancel()
        self._lesson = Lesson(target, heard, exclusive)
        self._tell(Notice("midi", None, ("learning", target.target, "")))

    def next_move(self, heard: Callable[[Control | None], None]) -> None:
        """Wait for a control."""
        self.cancel()
        self._lesson = Lesson(None, lambda binding: heard(None if binding is None else binding.control), False)

    def cancel(self) -> None:
        """Wait no more."""
        with self._lock:
            lesson, self._lesson = self._lesson, None
        if lesson is not None:
            if lesson.target is not None:
                self._tell(Notice("midi", None, ("cancelled", lesson.target.target, "")))
            lesson.heard(None)

    def load(self, file: Path) -> tuple[str, ...]:
        """Take a file's bindings in place of the present ones."""
        if file.suffix.lower() == SOOPERLOOPER_SUFFIX:
            bindings, left_out = read_sooperlooper(file)
        elif file.exists():
            bindings, left_out = read_bindings(file), ()
        else:
            raise BindingError(f"there is no file {file}")
        self._replace(bindings)
        return left_out

    def save(self, file: Path) -> None:
        """Write the present ones."""
        if file.suffix.lower() == SOOPERLOOPER_SUFFIX:
            file.write_text("".join(f"{line}\n" for one in self._own if (line := write_line(one))), encoding="utf-8")
        else:
            write_bindings(file, self._own)

    def obey(self, name: str, text: str) -> None:
        """Obey a command."""
        if name == "midi_learn" and not text:
            self.cancel()
        elif name == "midi_learn":
            self.learn(read_target(text))
        elif text == "all":
            self.clear()
            self._tell(Notice("midi", None, ("forgotten", "all", "")))
        else:
            self._forget(read_target(text))

    # Within.

    def _forget(self, target: Binding) -> None:
        gone = [one for one in self._own if one.target == target.target]
        if not gone:
            raise BindingError(f"no control of yours does {target.target!r}: `unloop midi bindings` lists what they do")
        for binding in gone:
            self.unbind(binding)
            self._tell(Notice("midi", None, ("forgotten", target.target, binding.control.text)))

    def _replace(self, bindings: Iterable[Binding]) -> None:
        self.take(bindings)
        self._changed()

    def _learns(self, device: Opened, move: Move, now_s: float) -> bool:
        """Whether a control is waited for: then this one may be it."""
        lesson = self._lesson
        if lesson is None:
            return False
        turns = lesson.target is None or lesson.target.is_knob or lesson.target.counts
        if not move.is_down and (move.control.kind in BUTTONS or not turns):
            return True
        if lesson.best is None or _worth(move) > _worth(lesson.best):
            if lesson.best is None:
                lesson.since_s = now_s
            lesson.best, lesson.device = move, device.name
        return True

    def _learned(self, lesson: Lesson) -> None:
        with self._lock:
            if self._lesson is not lesson:
                return
            self._lesson = None
        control = lesson.best.control if lesson.best is not None else Control("cc")
        if lesson.target is None:
            lesson.heard(Binding(control))
            return
        target, changes = lesson.target, {}
        if target.counts and control.kind == "program":
            control = dataclasses.replace(control, number=-1)
        if target.parameter and control.kind in BUTTONS:
            changes["curve"] = "toggle"
        binding = dataclasses.replace(target, control=control, device=lesson.device, **changes)
        self.bind(binding, lesson.exclusive)
        lesson.heard(binding)
        self._tell(Notice("midi", None, ("learned", binding.target, control.text)))


def read_sooperlooper(file: Path) -> tuple[tuple[Binding, ...], tuple[str, ...]]:
    """The bindings of SooperLooper's file, and what could not be carried over. Raises BindingError."""
    try:
        return read_lines(file.read_text(encoding="utf-8", errors="replace").splitlines())
    except OSError as error:
        raise BindingError(f"{file} cannot be read: {error.strerror}") from error


def _means(binding: Binding, move: Move) -> bool:
    if not binding.control.means(move.control):
        return False
    # Programs outside of what is counted are another's.
    low, high = binding.data or (0, binding.control.top)
    return not (binding.control.kind == "program" and binding.control.number < 0) or low <= move.value <= high


def _worth(move: Move) -> int:
    return _WORTH.get(move.control.kind, _WORTH_ELSE)
