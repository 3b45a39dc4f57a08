"""Switches under a foot, obeyed: what a press did is taken back where it turns out to be a double tap or a hold.

The grammar is `control.gestures`; this knows what a loop was doing when the press came, and so what taking it back means. Only an
overdub could not be taken back whole, for with its first frame what could be redone is forgotten and the variation that sounds is
kept. So it is shown from the press on, and handed to the engine when the tap is certain, for the very frame of the press: the input
of that moment is still there. But catching up takes the audio thread time: where blocks are so short that it would not have it, and
nothing can be redone, the overdub is handed over before, and undone if it should not have been. Under the bus's lock; `step` on the
conductor's thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from unloop_py.control.bus import Notice
from unloop_py.control.gestures import STOPPED, SWITCHES, Pace, Sign, Switch, tapped
from unloop_py.engine.messages import LAYERS, Flag, State
from unloop_py.errors import CommandError, UnloopError
from unloop_py.session.feet import WRITING

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus

COMMANDS = ("switch_down", "switch_up", "switch_lost")
CATCH_UP = 165
"""So many times its own length a block may reach back: half of its time goes into it then, at 3 ms for a second of stereo (measured)."""
_BY_NUMBER = {meaning.number: meaning for meaning in SWITCHES}


@dataclass(frozen=True, slots=True)
class Before:
    """What a press of the first switch found, and did.

    Attributes
    ----------
    state : str
        The loop's label.
    name, argument : str, int or None
        The command that it gave.
    cancelled : bool
        That command took back one that waited for the clock.
    frame : int or None
        Of an overdub that the engine has not been handed, the engine frame from which on it is; else None.
    undo_steps, redo_steps : int
        Of the loop.
    """

    state: str
    name: str
    argument: int | None
    cancelled: bool
    frame: int | None
    undo_steps: int
    redo_steps: int

    @property
    def wrote(self) -> bool:
        """Whether something was being recorded or laid on, which the press has ended."""
        return self.state in [state.label for state in WRITING]


@dataclass(slots=True)
class Foot:
    """A switch of a loop.

    Attributes
    ----------
    switch : Switch
    source : str
        Who pressed it last.
    before : Before or None
        What the first switch found as it was pressed.
    take_back : callable or None
        What takes back what the press of another one has done.
    void : tuple of (int, int)
        The take that an overdub was which a press had begun and which was taken back, and how many steps of redo lead to nothing but it.
    """

    switch: Switch
    source: str = ""
    before: Before | None = None
    take_back: Callable[[], None] | None = None
    void: tuple[int, int] = (0, 0)


class HandsFree:
    """Turns switches into commands.

    Parameters
    ----------
    bus : SessionBus
    press : callable
        ``press(loop, name, argument, frame)`` gives a command of a loop, or raises UnloopError.
    state : callable
        Given a loop, the `State` that it will be in when all that was sent has been obeyed, or None if that cannot be known.

    Attributes
    ----------
    clock : callable
        Monotonic seconds.
    """

    def __init__(
        self, bus: SessionBus, *, press: Callable[[int, str, int | None, int | None], None], state: Callable[[int], State | None]
    ) -> None:
        self._bus = bus
        self._press = press
        self._state = state
        self.clock: Callable[[], float] = time.monotonic
        self._feet: dict[tuple[int, int], Foot] = {}
        self._erasing: set[int] = set()

    def obey(self, loop: int, name: str, number: int, frame: int | None, source: str) -> None:
        """Take one of `COMMANDS`. Raises UnloopError for what the press asks that cannot be."""
        if number not in _BY_NUMBER:
            raise CommandError(f"{name}: switch must be in 1..{len(SWITCHES)}, got {number}")
        at_s, pace = self._moment(frame), self._pace()
        if name == "switch_down":
            foot = self._feet.setdefault((loop, number), Foot(Switch()))
            foot.source = source
            self._happened(loop, number, foot, foot.switch.press(at_s, pace), frame)
            return
        for where, foot in self._meant(loop, number, source):
            self._happened(where, number, foot, foot.switch.lost() if name == "switch_lost" else foot.switch.release(at_s, pace), frame)

    def is_erasing(self, loop: int) -> bool:
        """Whether the first switch is being held so long that the loop is erased soon. Any thread."""
        return loop in self._erasing

    def is_laying(self, loop: int) -> bool:
        """Whether what is played is being laid onto the loop, though the engine has not been told. Any thread."""
        return self._uncertain(loop) is not None

    def settle(self, loop: int) -> None:
        """Something else is asked of the loop: a tap is one tap by now. Raises UnloopError."""
        if (foot := self._uncertain(loop)) is not None:
            self._begin(loop, foot)

    @property
    def is_held(self) -> bool:
        """Whether time may make something of a switch. Any thread."""
        return any(foot.switch.is_busy for foot in list(self._feet.values()))

    def step(self) -> None:
        """See to the switches that have been held, or let go, long enough."""
        now_s, pace = self.clock(), self._pace()
        for (loop, number), foot in list(self._feet.items()):
            if loop >= self._bus.n_loops:  # it was deleted
                del self._feet[loop, number]
            elif (signs := foot.switch.look(now_s, pace)) or (number == 1 and self.is_laying(loop)):
                try:
                    self._happened(loop, number, foot, signs, None)
                    if self.is_laying(loop) and self._is_pressing(foot.before):
                        self._begin(loop, foot)
                except UnloopError as error:  # nobody asked just now who could be answered
                    self._bus.tell(Notice("error", None, (f"/unloop/loop/{loop + 1}/switch_down", str(error))))

    def _pace(self) -> Pace:
        get = self._bus.store.get
        return Pace(float(get(0, "tap_ms")) / 1000, float(get(0, "hold_s")), float(get(0, "erase_s")), float(get(0, "debounce_ms")) / 1000)

    def _moment(self, frame: int | None) -> float:
        """When something happened, by the clock."""
        return self.clock() - (0.0 if frame is None else (self._bus.moments.frame_now() - frame) / self._bus.sample_rate)

    def _meant(self, loop: int, number: int, source: str) -> list[tuple[int, Foot]]:
        """The switch that comes up; where it is not down there, wherever the same foot has pressed it: another loop is selected now."""
        if (foot := self._feet.get((loop, number))) is not None and foot.switch.down:
            return [(loop, foot)]
        return [(where, foot) for (where, other), foot in self._feet.items()
                if other == number and foot.switch.down and foot.source == source]  # fmt: skip

    def _happened(self, loop: int, number: int, foot: Foot, signs: list[Sign], frame: int | None) -> None:
        for sign in signs:
            if number == 1:
                self._first(loop, foot, sign, frame)
            else:
                self._other(loop, number, foot, sign, frame)

    # The switches that mean one thing each.

    def _other(self, loop: int, number: int, foot: Foot, sign: Sign, frame: int | None) -> None:
        meaning = _BY_NUMBER[number]
        if sign == Sign.PRESSED:
            foot.take_back = None
            take_back = self._undoes(loop, meaning.tap)
            self._give(loop, meaning.tap, None, frame)
            foot.take_back = take_back
        elif sign in (Sign.DOUBLED, Sign.HELD):
            if foot.take_back is not None:
                foot.take_back()
                foot.take_back = None
            self._give(loop, meaning.double if sign == Sign.DOUBLED else meaning.hold, None, frame)

    def _undoes(self, loop: int, name: str) -> Callable[[], None]:
        """What will set things as they are now, once a tap has done this."""
        bus = self._bus
        if name == "lock":
            locked = int(bool(bus.engine.status(loop).flags & Flag.LOCKED))
            return lambda: self._give(loop, "lock", locked, None)
        if name == "generate":
            generating = int(bus.generating())
            return lambda: self._give(loop, "generate", generating, None)
        chosen = bus.chosen()
        if len(chosen) > 1:
            return lambda: self._give(loop, "select_all", None, None)
        return lambda: self._give(loop, "select", chosen[0] + 1, None)

    def _give(self, loop: int, name: str, argument: int | None, frame: int | None) -> None:
        self._bus.command(loop, name, argument, frame)

    # The one that means what comes next.

    def _first(self, loop: int, foot: Foot, sign: Sign, frame: int | None) -> None:
        before = foot.before
        if sign == Sign.PRESSED:
            foot.before = None
            foot.before = self._tap(loop, foot, frame)
        elif before is None:  # the press was refused
            return
        elif sign == Sign.SETTLED:
            if before.frame is not None:
                self._begin(loop, foot)
        elif sign in (Sign.DOUBLED, Sign.HELD):
            foot.before = replace(before, frame=None)
            if before.frame is not None:
                self._bus.tell(Notice("state", loop, (before.state,)))
            if sign == Sign.DOUBLED:
                self._stop(loop, foot, before, frame)
            else:
                self._hold(loop, foot, before)
        elif before.state in STOPPED and self._state(loop) not in (State.PLAYING, State.OFF, *WRITING):
            self._hold_on(loop, sign)
        elif loop in self._erasing:  # somebody else plays it by now
            self._tell_erasing(loop, False)

    def _tap(self, loop: int, foot: Foot, frame: int | None) -> Before:
        """Do what comes next."""
        bus = self._bus
        status = bus.engine.status(loop)
        if status.take >= foot.void[0]:  # another take has taken its place
            foot.void = (0, 0)
        state = self._state(loop)
        label = (status.state if state is None else state).label
        waits = bus.timing.asked(loop)
        name, argument = tapped(label) if waits is None else waits
        before = Before(label, name, argument, waits is not None, None, status.undo_steps,
                        max(0, status.redo_steps - foot.void[1]))  # fmt: skip
        if before.wrote or waits is not None or name != "overdub" or bus.timing.would_wait(loop, name):
            self._press(loop, name, argument, frame)
            return before
        bus.tell(Notice("state", loop, (State.OVERDUBBING.label,)))
        return replace(before, frame=status.frame if frame is None else frame)

    def _uncertain(self, loop: int) -> Foot | None:
        """The first switch, while the overdub that it asks for has not begun."""
        foot = self._feet.get((loop, 1))
        return None if foot is None or foot.before is None or foot.before.frame is None else foot

    def _is_pressing(self, before: Before) -> bool:
        """Whether the audio thread will soon have too much to catch up with."""
        return not before.redo_steps and self._bus.engine.frame() - before.frame > CATCH_UP * self._bus.block_frames

    def _begin(self, loop: int, foot: Foot) -> None:
        """Hand over the overdub: it has begun with the press."""
        before, foot.before = foot.before, replace(foot.before, frame=None)
        self._press(loop, before.name, before.argument, before.frame)

    def _stop(self, loop: int, foot: Foot, before: Before, frame: int | None) -> None:
        """Take back what the first tap began, and stop the loop; what the tap ended has ended there."""
        waits = self._bus.timing.asked(loop)
        if before.state in STOPPED:
            self._rest(loop, before, waits)
            return
        if not before.wrote:
            self._take_back(loop, foot, before, waits)
        if self._state(loop) not in (State.OFF, State.PAUSED):
            self._press(loop, "pause", 1, frame)  # of a recording whose end waits, this is the end

    def _hold(self, loop: int, foot: Foot, before: Before) -> None:
        """Take back what the press did, and undo or redo; a loop that was stopped is stopped again."""
        waits = self._bus.timing.asked(loop)
        if before.state in STOPPED:
            self._rest(loop, before, waits)
            return
        self._take_back(loop, foot, before, waits)
        if before.redo_steps and not before.wrote:
            self._press(loop, "redo", None, None)
        elif before.undo_steps or before.state != State.OFF.label:
            self._press(loop, "undo", None, None)

    def _take_back(self, loop: int, foot: Foot, before: Before, waits: tuple[str, int | None] | None) -> None:
        """Undo what the press alone has begun, or forget what of it waits for the clock."""
        if before.cancelled:
            return
        if waits is not None:
            self._press(loop, *waits, None)
        elif before.state == State.OFF.label:
            if self._state(loop) == State.RECORDING:
                self._press(loop, "undo", None, None)
        elif before.name == "overdub" and not before.wrote and self._state(loop) in LAYERS:
            status = self._bus.engine.status(loop)
            steps = 1 if status.flags & Flag.LOCKED else max(1, min(2, status.undo_steps - before.undo_steps))  # 2: a variation was kept
            foot.void = (status.take, steps)
            for _ in range(steps):
                self._press(loop, "undo", None, None)

    def _rest(self, loop: int, before: Before, waits: tuple[str, int | None] | None) -> None:
        """Have a loop that was stopped be so again."""
        if waits is not None and not before.cancelled:
            self._press(loop, *waits, None)
        else:
            self._press(loop, "pause" if before.state == State.PAUSED.label else "mute", 1, None)

    def _hold_on(self, loop: int, sign: Sign) -> None:
        """Warn that the loop is about to be erased, and erase it."""
        erasing = sign == Sign.WARNED
        if erasing != (loop in self._erasing):
            self._tell_erasing(loop, erasing)
        if sign == Sign.ERASED:
            self._press(loop, "clear", None, None)

    def _tell_erasing(self, loop: int, erasing: bool) -> None:
        (self._erasing.add if erasing else self._erasing.discard)(loop)
        self._bus.tell(Notice("erasing", loop, (int(erasing),)))
