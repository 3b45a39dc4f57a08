"""The marks of all loops, kept in step with the engine: presses come in, what melts and what is guarded goes out to the model.

The bus's lock is held in here; the methods may be called from any thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from unloop_py.control.bus import Notice
from unloop_py.control.pictures import DRAWN, drawn, read_signs
from unloop_py.control.store import Store
from unloop_py.engine.messages import Flag, State
from unloop_py.errors import CommandError
from unloop_py.generator.spec import Span, VariationRequest
from unloop_py.session.loop_view import TURNING, LoopView
from unloop_py.session.marks import MARKS, Marks

if TYPE_CHECKING:
    from unloop_py.engine.engine import Engine

COMMANDS = (*MARKS, "unguard", "draw")
NOTHING = (False, False, drawn("", DRAWN))
"""What is shown of a loop without marks."""


class Marking:
    """Follows every loop's playhead as it is heard.

    Parameters
    ----------
    engine : Engine
    store : Store
    loops : list of LoopView
        It may grow.
    tell : callable
        Takes a `Notice`.
    output_latency : callable
        Frames from the engine to the loudspeaker.
    lock : RLock
        The bus's.

    Attributes
    ----------
    on_guard : callable
        Told a loop and what is guarded in it, when that has changed. Conductor's thread.
    """

    def __init__(self, engine: Engine, store: Store, loops: list[LoopView], *, tell: Callable[[Notice], None],
                 output_latency: Callable[[], int], lock: threading.RLock) -> None:
        self._engine, self._store, self._loops = engine, store, loops
        self._tell, self._output_latency, self._lock = tell, output_latency, lock
        self._marks: dict[int, Marks] = {}
        self._shown: dict[int, tuple[bool, bool, str]] = {}
        self._guarded: dict[int, tuple[Span, ...]] = {}
        self.on_guard: Callable[[int, tuple[Span, ...]], None] = lambda loop, guard: None

    def of(self, loop: int) -> Marks:
        """The marks of a loop. Under the lock."""
        if loop not in self._marks:
            self._marks[loop] = Marks(self._engine.sample_rate)
        return self._marks[loop]

    def press(self, loop: int, name: str, argument: int | str | None, frame: int | None) -> None:
        """Obey one of `COMMANDS`, `melt` and `guard` where the loop is heard now, or at a frame. Raises CommandError."""
        with self._lock:
            status = self._engine.status(loop)
            marks = self.of(loop)
            if argument != 0:
                self._loops[loop].expected.standing(status, frame).after(name, argument)
            if name == "draw":
                marks.draw(read_signs(str(argument or "")))
            elif name == "unguard":
                if not any(marks.asked()[1]):
                    raise CommandError("unguard: nothing is guarded; hold guard while the loop plays")
                marks.unguard()
            else:
                self._look(loop)  # nobody may have looked while nothing was marked
                marks.press(name, None if argument is None else bool(argument), self._heard(status.frame) if frame is None else frame)

    @property
    def is_held(self) -> bool:
        """Whether anything is being marked, or is about to be. Any thread."""
        return any(marks.is_held for marks in list(self._marks.values()))

    def loop_changed(self, loop: int, length_frames: int, new_loop: bool) -> None:
        """Another take sounds; of another recording, it begins without marks."""
        with self._lock:
            self.of(loop).loop_changed(length_frames, new_loop)

    def asked(self, loop: int) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
        """What is to melt in the next repetition of a loop and what is guarded, in seconds on it."""
        with self._lock:
            return self.of(loop).asked()

    def restore(self, loop: int, guard: Sequence[Sequence[float]]) -> None:
        """Guard what was guarded in another session, as soon as its take is there."""
        with self._lock:
            self.of(loop).restore([(start, end) for start, end in guard])

    def sounds(self, loop: int, request: VariationRequest | None) -> None:
        """A repetition has come in; None is the take itself."""
        if request is not None and request.melt:
            with self._lock:
                self.of(loop).sounds(request.melt)

    def shown(self, loop: int) -> tuple[bool, bool, str]:
        """Whether melt and guard are held, and the picture of the marks."""
        with self._lock:
            marks = self.of(loop)
            return marks.held["melt"], marks.held["guard"], marks.shown

    def step(self) -> None:
        """Look where every loop is, and tell what has changed. Conductor's thread, every few milliseconds."""
        with self._lock:
            for loop, marks in list(self._marks.items()):
                if marks.is_idle and loop not in self._shown:
                    continue
                self._look(loop)
                if (guard := self.of(loop).asked()[1]) != self._guarded.get(loop, ()):
                    self._guarded[loop] = guard
                    self.on_guard(loop, guard)
                if (shown := self.shown(loop)) != self._shown.get(loop, NOTHING):
                    before = self._shown.get(loop, (False, False, ""))
                    self._shown[loop] = shown
                    for kind, now, then in zip((*MARKS, "marks"), shown, before, strict=True):
                        if now != then:
                            self._tell(Notice(kind, loop, (now if isinstance(now, str) else int(now),)))
                elif marks.is_idle:
                    self._shown.pop(loop, None)

    def _look(self, loop: int) -> None:
        status = self._engine.status(loop)
        by_hand = status.state == State.SCRATCHING
        rate = 0.0
        if status.state in TURNING and not by_hand:
            rate = float(self._store.get(loop, "speed")) * (-1.0 if status.flags & Flag.REVERSED else 1.0)
        latency = status.frame - self._heard(status.frame)
        turning = status.length_frames if by_hand or rate else 0
        self.of(loop).heard(status.frame - latency, status.position_frames - rate * latency, rate, turning, by_hand=by_hand)

    def _heard(self, frame: int) -> int:
        """The engine frame that is heard while the engine is at this one."""
        return frame - self._output_latency()
