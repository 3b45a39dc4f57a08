"""Loops stretched and shifted: each take is kept in the shape that its parameters ask for.

`stretch_ratio` and `loop_pitch` are knobs, not steps of the history: they stay where they are when undo walks, and what undo
leads to comes in their shape. A new recording, a file that is loaded and a capture put them back, so that one hears what
was played. With `tempo_stretch` a loop is as long as its beats are at the tempo of the clock that it follows.

Threads. `happened` and `step` are the conductor's. The work is done in a process of its own.
"""

from __future__ import annotations

import math
import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import TYPE_CHECKING

import numpy as np

from unloop_py.audio_io.stretch import stretched
from unloop_py.beats.grid import BeatGrid
from unloop_py.control.bus import Notice
from unloop_py.control.parameters import by_name
from unloop_py.engine.messages import Command, CommandKind, Event, EventKind, Flag, State
from unloop_py.errors import EngineBusy, UnloopError
from unloop_py.session.capturing import close_seam
from unloop_py.session.clock_source import FIRST_LOOP
from unloop_py.session.lending import send_audio
from unloop_py.session.shapes import PLAIN, Made, Shape, Shapes

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus
    from unloop_py.session.loop_files import LoopFiles

SETTLE_S = 0.12
"""A knob that has stood still so long is where it was meant to be."""
RETRY_S = 0.1
AROUND_S = 0.25
"""So much of the loop's end and head goes before and after it, for it is a circle."""
SEAM_S = 0.02
LEAST_CHANGE = 2e-4
"""A tempo that differs by less is the same; seams that follow the clock make up for it."""
AT_REST = (State.PLAYING, State.MUTED, State.PAUSED)


def reshaped(audio: np.ndarray, sample_rate: int, frames: int, ratio: float, semitones: float) -> np.ndarray:
    """A loop made so many times as long, `frames` frames exactly, and so many semitones higher; its seam stays one. In the worker.

    Raises ParameterError where the library is missing.
    """
    around = min(len(audio), round(AROUND_S * sample_rate))
    circle = np.concatenate([audio[len(audio) - around :], audio, audio[:around]])
    made = stretched(circle, sample_rate, ratio, semitones)
    start = round(around * ratio)
    fade = min(round(SEAM_S * sample_rate), frames // 4, start)
    loop = np.array(made[start : start + frames])
    close_seam(loop, made[start - fade : start])
    return loop


def make_worker() -> Executor:
    """A process that gives way to everybody who plays; it begins with the first work."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_give_way)


def _give_way() -> None:
    """In the worker: it comes after everybody, leaves Ctrl-C to the instrument, and ends with it, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(10)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


@dataclass(slots=True)
class _Work:
    """What is being made for a loop, and then waits for the engine."""

    version: int
    shape: Shape
    made: Made
    was: int
    length: int
    done: Future[np.ndarray] | None
    audio: np.ndarray | None = None
    sent: bool = False
    try_at: int = 0


class Stretching:
    """Keeps every loop in its shape.

    Parameters
    ----------
    bus : SessionBus
    files : LoopFiles
        For the audio of takes.
    make_worker : callable
        What the work is done by; made when there is some.

    Attributes
    ----------
    on_shape : callable
        Given a loop, a version and how it was made, whenever that is not as it was played.
    """

    def __init__(self, bus: SessionBus, files: LoopFiles, make_worker: Callable[[], Executor] = make_worker) -> None:
        self._bus, self._engine, self._files = bus, bus.engine, files
        self._rate = bus.sample_rate
        self._make_worker = make_worker
        self._worker: Executor | None = None
        self._shapes: dict[int, Shapes] = {}
        self._loading: dict[int, bool] = {}
        self._fresh: dict[int, int] = {}            # the last version of each loop that was not laid on another
        self._beat_frames: dict[int, float] = {}    # of a beat of the clock, when the loop was recorded; 0 where there was none
        self._tempo_ratios: dict[int, float] = {}   # that of now to that of then
        self._asked: dict[int, tuple[Shape, int]] = {}   # what the knobs say, and since which frame
        self._coming: dict[int, deque[Made]] = {}
        self._work: dict[int, _Work] = {}
        self.on_shape: Callable[[int, int, Made], None] = lambda loop, version, made: None
        self._refused: dict[int, Shape] = {}        # what could not be made: it is not tried again and again

    def coming(self, loop: int, made: list[Made]) -> None:
        """How the takes were made that will be loaded next, in this order: a session comes back. The conductor's thread."""
        self._coming[loop] = deque(made)

    # The conductor's thread.

    def happened(self, event: Event) -> None:
        """The engine tells something; a take's audio is in `files` by then."""
        loop, work = event.loop, self._work.get(event.loop)
        if event.kind == EventKind.OBEYED:
            self._loading[loop] = event.index == CommandKind.LOAD
        elif event.kind == EventKind.IGNORED and event.index == CommandKind.RESHAPE and work is not None:
            work.sent, work.try_at = False, event.frame + round(RETRY_S * self._rate)
        elif event.kind == EventKind.HISTORY:
            with self._bus.lock:
                self._walked(event)
        elif event.kind == EventKind.TAKE and event.index:
            with self._bus.lock:
                self._new_take(event)

    def step(self) -> None:
        """Begin, hand over and throw away work, as the knobs and the clock say."""
        with self._bus.lock:
            for loop, shapes in self._shapes.items():
                self._look_at(loop, shapes, self._engine.frame())

    def stop(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.shutdown(wait=False, cancel_futures=True)

    # Within.

    def _look_at(self, loop: int, shapes: Shapes, now: int) -> None:
        status = self._engine.status(loop)
        made = shapes.get(shapes.version)
        if made is None or not status.length_frames or status.take != shapes.version:
            return
        if loop not in self._work and made.shape == self._asked.get(loop, (made.shape, 0))[0]:
            self._follow_tempo(loop)
        wanted = self._wanted(loop, made, status.length_frames)
        if self._asked.get(loop, (None, 0))[0] != wanted:
            self._asked[loop] = (wanted, now)
        work = self._work.get(loop)
        if work is not None and (work.version != shapes.version or work.shape != wanted):
            if work.sent:
                return  # its end is told
            self._drop(loop)
            work = None
        if work is None and wanted != made.shape and self._refused.get(loop) != wanted:
            if now - self._asked[loop][1] >= SETTLE_S * self._rate and status.state in AT_REST:
                self._begin(loop, shapes.version, made, wanted, status.length_frames)
        elif work is not None and not work.sent and now >= work.try_at and status.state in AT_REST:
            self._hand_over(loop, work, now)

    def _walked(self, event: Event) -> None:
        loop = event.loop
        shapes = self._shapes.setdefault(loop, Shapes())
        shapes.walked(event)
        work = self._work.get(loop)
        if event.late and work is not None and work.sent:
            del self._work[loop]
            source = work.made.source or work.version
            self._put(loop, event.take, Made(work.shape, work.made.original, work.made.played, source))
            self._carry_over(event, work)
        elif self._loading.get(loop) and self._coming.get(loop):
            self._put(loop, event.take, self._coming[loop].popleft())
        elif event.state == State.RECORDING or self._loading.get(loop):
            self._fresh[loop] = event.take

    def _new_take(self, event: Event) -> None:
        """A take is there: known, or laid on the one before, or new."""
        loop = event.loop
        shapes = self._shapes.setdefault(loop, Shapes())
        made = shapes.get(event.take)
        if made is not None:
            shapes.shape = made.shape
            return
        if self._fresh.get(loop) == event.take:
            shapes.shape = PLAIN
            self._begin_anew(loop, event.frame)
        self._put(loop, event.take, Made(shapes.shape, None, shapes.shape))

    def _put(self, loop: int, version: int, made: Made) -> None:
        self._shapes[loop].put(version, made)
        if made.shape != PLAIN or made.original is not None:
            self.on_shape(loop, version, made)

    def _begin_anew(self, loop: int, frame: int) -> None:
        line = None if self._sets_the_beat(loop) else self._bus.timing.clock.line(loop, frame)
        self._beat_frames[loop] = 0.0 if line is None else line.frames_per_beat
        self._tempo_ratios.pop(loop, None)
        self._refused.pop(loop, None)
        for name, value in (("stretch_ratio", 1.0), ("loop_pitch", 0.0)):
            if self._bus.get(loop, name) != value:
                self._bus.set(loop, name, value)

    def _wanted(self, loop: int, made: Made, length: int) -> Shape:
        ratio = float(self._bus.get(loop, "stretch_ratio")) * self._tempo_ratio(loop, made, length)
        plain = length / made.shape.ratio
        longest, shortest = self._engine.max_loop_frames, 0.25 * self._rate + 1.0
        if not shortest <= plain * ratio <= longest:  # as far as memory goes
            ratio = min(max(plain * ratio, shortest), longest) / plain
        return Shape(ratio, float(self._bus.get(loop, "loop_pitch")))

    def _tempo_ratio(self, loop: int, made: Made, length: int) -> float:
        """How many times as long the clock's beat is as it was when the loop was recorded."""
        if not self._bus.get(loop, "tempo_stretch") or self._sets_the_beat(loop):
            return 1.0
        then, before = self._beat_frames.get(loop, 0.0), self._tempo_ratios.get(loop, 1.0)
        if not then and (slaved := self._bus.timing.following.slaved(loop, length)) is not None:  # of a session before this one
            then = self._beat_frames[loop] = length / made.shape.ratio / slaved.beats
        if not then:
            return 1.0
        line = self._bus.timing.clock.line(loop, self._engine.frame())
        if line is None:  # a clock that stands still
            return before
        ratio = line.frames_per_beat / then
        if abs(ratio / before - 1.0) >= LEAST_CHANGE:
            self._tempo_ratios[loop] = before = min(max(ratio, 0.25), 8.0)
        return before

    def _sets_the_beat(self, loop: int) -> bool:
        """Whether the loop's own beats are those that it follows."""
        clock = self._bus.timing.clock
        number = clock.number_for(loop)
        return number in (0, loop + 1) or (number == FIRST_LOOP and clock.first in (loop, -1))

    def _follow_tempo(self, loop: int) -> None:
        """The first loop, which sets the tempo, is stretched when the player sets another, or wants whole numbers."""
        clock = self._bus.timing.clock
        line = clock.line(loop, self._engine.frame()) if clock.number == FIRST_LOOP and clock.first == loop else None
        if line is None:
            return
        length = self._engine.status(loop).length_frames
        own, tempo = 60.0 * self._rate * clock.beats_of(loop, length) / length, float(self._bus.get(0, "tempo"))
        if abs(line.tempo_bpm(self._rate) / own - 1.0) > 1e-6:
            return  # its beats have not been looked at since they changed
        if self._bus.get(0, "round_integer_tempo"):
            tempo = float(round(tempo))
        elif not self._bus.get(loop, "tempo_stretch"):
            return
        if abs(own / tempo - 1.0) >= LEAST_CHANGE / 4.0:
            row = by_name("stretch_ratio")
            ratio = float(self._bus.get(loop, "stretch_ratio")) * own / tempo
            self._bus.set(loop, "stretch_ratio", min(max(ratio, row.minimum), row.maximum))

    def _begin(self, loop: int, version: int, made: Made, shape: Shape, length: int) -> None:
        if made.original is None:
            audio = self._files.take(loop)
            if audio is None or len(audio) != length:
                return  # its news is on its way
            made.original = audio
        original, ratio = made.original, shape.ratio / made.played.ratio
        frames, semitones = round(len(original) * ratio), shape.semitones - made.played.semitones
        work = self._work[loop] = _Work(version, shape, made, length, frames, None)
        if shape == made.played:
            work.audio = original
            return
        if self._worker is None:
            self._worker = self._make_worker()
        work.done = self._worker.submit(reshaped, original, self._rate, frames, ratio, semitones)

    def _hand_over(self, loop: int, work: _Work, now: int) -> None:
        try:
            if work.audio is None:
                if work.done is None or not work.done.done():
                    return
                work.audio = work.done.result()
            frame = self._origin(loop, work, now)
            command = Command(CommandKind.RESHAPE, loop, frame, length=work.length, take=work.version)
            send_audio(self._engine, self._bus.send, command, work.audio)
            work.sent = True
        except EngineBusy:  # it is tried again
            work.try_at = now + round(RETRY_S * self._rate)
        except UnloopError as error:
            self._fail(loop, work, str(error))
        except Exception as error:  # the worker died, or memory is short: the loop goes on as it is
            self._worker = None
            self._fail(loop, work, f"the loop could not be stretched ({error or type(error).__name__}): it goes on as it is")

    def _fail(self, loop: int, work: _Work, text: str) -> None:
        self._refused[loop] = work.shape
        del self._work[loop]
        self._bus.tell(Notice("error", None, (f"/unloop/loop/{loop + 1}/stretch_ratio", text)))

    def _drop(self, loop: int) -> None:
        work = self._work.pop(loop)
        if work.done is not None:
            work.done.cancel()

    def _origin(self, loop: int, work: _Work, now: int) -> int:
        """The frame at which its first frame was, for a loop that lies on the clock; -1 for where the playhead is."""
        following, line = self._bus.timing.following, self._bus.timing.clock.line(loop, now)
        status = self._engine.status(loop)
        slaved = following.slaved(loop, status.length_frames)
        if slaved is None or line is None or status.flags & Flag.REVERSED or not self._bus.get(loop, "tempo_stretch"):
            return -1
        if abs(slaved.beats * line.frames_per_beat - work.length) > 2.0 * LEAST_CHANGE * work.length:
            return -1  # stretched by hand as well: it runs by itself
        passes = math.floor((line.beat_at(now) - slaved.first_beat) / slaved.beats)
        return max(0, math.floor(line.frame_of(slaved.first_beat + passes * slaved.beats) + 0.5))

    def _carry_over(self, event: Event, work: _Work) -> None:
        """The beats of a take are those of what it was made from, and so is its place on the clock."""
        view = self._bus.loops[event.loop]
        grid = view.grids.get(work.version)
        if grid is not None:
            first = grid.first_beat_frame * work.length / grid.length_frames
            view.beats_found(event.take, BeatGrid(work.length, self._rate, grid.beats, first, grid.confidence))
        self._bus.timing.reshaped(event.loop, work.was, work.length, follows=bool(self._bus.get(event.loop, "tempo_stretch")))
