"""Retro-capture: the input of the last minutes is remembered, so that what was just played can become a loop.

Under the bus's lock: `capture` on whichever thread a front end has, `step` on the conductor's, which copies what has come
in since its last look out of the engine's own ring.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from unloop_py.control.bus import Notice
from unloop_py.control.store import Store
from unloop_py.engine.messages import Command, CommandKind
from unloop_py.errors import CommandError, UnloopError
from unloop_py.session.ears import SILENCE
from unloop_py.session.lending import send_audio
from unloop_py.session.planner import Planner
from unloop_py.sync.beat_line import BeatLine
from unloop_py.sync.boundaries import Quantize, nearest_frame

if TYPE_CHECKING:
    from unloop_py.engine.engine import Engine

GAP_S = 2.0
"""A silence so long lies between what was just played and what was played before."""
ATTACK_S = 0.01
SHORTEST_S = 0.25
LISTEN_S = 0.25
"""The newest input is remembered a piece at a time."""


class Memory:
    """The newest of all inputs, (frames, n_inputs) float32.

    Parameters
    ----------
    engine : Engine
    seconds : float
        How far back it reaches. It is all allocated, and touched, at once: 69 MB for 3 minutes of stereo at 48 kHz.
    """

    def __init__(self, engine: Engine, seconds: float) -> None:
        self._engine = engine
        self._ring = np.empty((round(seconds * engine.sample_rate), engine.n_inputs), np.float32)
        self._ring.fill(0.0)
        self.end = self.start = engine.frame()

    def listen(self, now: int) -> None:
        """Remember what has come in up to engine frame `now`."""
        if now - self.end > self._engine.heard_frames:  # the conductor was held up for seconds: what is lost is forgotten
            self.start = self.end = now - self._engine.heard_frames
        at = self.end
        while at < now:
            place = at % len(self._ring)
            run = min(now - at, len(self._ring) - place)
            self._ring[place : place + run] = self._engine.heard_everywhere(at, run)
            at += run
        self.end = now
        self.start = max(self.start, now - len(self._ring))

    def read(self, start: int, end: int) -> np.ndarray:
        """A copy of input frames [start, end), which must be remembered."""
        return self._ring[np.arange(start, end) % len(self._ring)]

    def phrase(self, end: int) -> int | None:
        """Where what was played up to `end` began: after a silence of `GAP_S`; None where nothing was."""
        rate = self._engine.sample_rate
        cell = rate // 100
        count = (end - self.start) // cell
        peaks = np.abs(self.read(end - count * cell, end)).max(axis=1).reshape(count, cell).max(axis=1) if count else np.zeros(0)
        loud = np.flatnonzero(peaks >= SILENCE)
        if not len(loud):
            return None
        breaks = np.flatnonzero(np.diff(loud) > GAP_S * 100)
        first = loud[breaks[-1] + 1] if len(breaks) else loud[0]
        return max(self.start, end - (count - int(first)) * cell - round(ATTACK_S * rate))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A loop that is captured as soon as its last frame has come in: engine frames, and its clock's beats where it has some."""

    start: int
    end: int
    first_beat: float | None
    beats: float


class Capturing:
    """Makes loops of what is remembered.

    Parameters
    ----------
    engine, store, planner
    seconds : float
        How far back; 0 remembers nothing.
    send, tell : callable
        Take a `Command`, a `Notice`.
    captured : callable
        ``captured(loop, length_frames, first_beat, beats)`` for a loop that lies on the clock's boundaries.
    """

    def __init__(
        self,
        engine: Engine,
        store: Store,
        planner: Planner,
        *,
        seconds: float,
        send: Callable[[Command], None],
        tell: Callable[[Notice], None],
        captured: Callable[[int, int, float, float], None],
    ) -> None:
        self._engine = engine
        self._store = store
        self._planner = planner
        self._send = send
        self._tell = tell
        self._captured = captured
        self._memory = Memory(engine, seconds) if seconds else None
        self._wanted: dict[int, Wanted] = {}

    def capture(self, loop: int, count: int, heard: int, line: BeatLine | None) -> None:
        """Ask for the last `count` bars up to the boundary nearest to what was heard, or without a clock for the last phrase.

        Raises
        ------
        CommandError
            It was not remembered, nothing was played, or it is longer than a loop may be; says what to do.
        """
        if self._memory is None:
            raise CommandError("capture: nothing is remembered; start with --capture-seconds 180")
        self._memory.listen(self._engine.frame())
        wanted = self._phrase(heard) if line is None else self._bars(loop, count, heard, line)
        length, rate = wanted.end - wanted.start, self._engine.sample_rate
        if length > self._engine.max_loop_frames:
            most, cure = self._engine.max_loop_frames / rate, math.ceil(length / rate)
            raise CommandError(f"capture: {length / rate:.1f} s are more than the longest loop, {most:g} s: start with --max-loop {cure}")
        if length < SHORTEST_S * rate:
            raise CommandError(f"capture: {length / rate:.2f} s are shorter than the shortest loop, {SHORTEST_S} s; play more")
        held = (self._memory.end - self._memory.start) / rate
        if wanted.start + self._latency() < self._memory.start:
            raise CommandError(f"capture: {(heard - wanted.start) / rate:.1f} s back is more than the {held:.1f} s that are remembered")
        self._wanted[loop] = wanted

    def step(self, now: int) -> None:
        """Remember the input, and make the loops whose last frame has come in."""
        if self._memory is None:
            return
        if self._wanted or now - self._memory.end >= LISTEN_S * self._engine.sample_rate:
            self._memory.listen(now)
        for loop, wanted in list(self._wanted.items()):
            if self._memory.end >= wanted.end + self._latency():
                del self._wanted[loop]
                try:
                    self._load(loop, wanted)
                except UnloopError as error:
                    self._tell(Notice("error", None, (f"/unloop/loop/{loop + 1}/capture", str(error))))

    def _latency(self) -> int:
        return self._engine.latency_at(float(self._store.get(0, "dry")))

    def _bars(self, loop: int, count: int, heard: int, line: BeatLine) -> Wanted:
        bar = self._planner.metre().beats_per_bar
        beats = float(self._store.get(loop, "record_bars")) * bar or float(self._store.get(loop, "record_beats")) or float(bar)
        unit = Quantize(int(self._store.get(loop, "quantize")))
        period = float(bar) if unit in (Quantize.OFF, Quantize.LOOP) else self._planner.metre().beats_of(unit)
        forgiven = float(self._store.get(loop, "forgiveness_ms")) * self._engine.sample_rate / 1000.0 / line.frames_per_beat
        last = math.floor((line.beat_at(heard) + min(forgiven, period / 2.0)) / period) * period
        first = last - count * beats
        return Wanted(nearest_frame(line, first), nearest_frame(line, last), first, count * beats)

    def _phrase(self, heard: int) -> Wanted:
        assert self._memory is not None
        end = min(heard + self._latency(), self._memory.end)
        start = self._memory.phrase(end)
        if start is None:
            raise CommandError("capture: nothing was played")
        return Wanted(start - self._latency(), end - self._latency(), None, 0.0)

    def _load(self, loop: int, wanted: Wanted) -> None:
        """Give the engine the loop, as if it had begun again at its end."""
        assert self._memory is not None
        latency, length = self._latency(), wanted.end - wanted.start
        fade = min(round(float(self._store.get(loop, "seam_ms")) * self._engine.sample_rate / 1000.0), length // 4)
        lead = min(fade, wanted.start + latency - self._memory.start)
        audio = self._engine.as_heard_by(loop, self._memory.read(wanted.start + latency - lead, wanted.end + latency))
        before, loop_audio = audio[:lead], audio[lead:]
        if lead:
            close_seam(loop_audio, before)
        send_audio(self._engine, self._send, Command(CommandKind.LOAD, loop, wanted.end, length=length), loop_audio)
        if wanted.first_beat is not None:
            self._captured(loop, length, wanted.first_beat, wanted.beats)


def close_seam(audio: np.ndarray, before: np.ndarray) -> None:
    """Fade a loop's end, in place, into what was heard before its beginning, at constant power for their correlation."""
    end = audio[-len(before) :]
    power = math.sqrt(float((end.astype(np.float64) ** 2).sum() * (before.astype(np.float64) ** 2).sum()))
    correlation = max(-0.9, min(1.0, float((end * before).sum(dtype=np.float64)) / power)) if power > 0.0 else 0.0
    t = ((np.arange(len(before)) + 1) / (len(before) + 1))[:, None]
    norm = np.sqrt((1 - t) ** 2 + t**2 + 2 * correlation * t * (1 - t))
    end[:] = (end * (1 - t) + before * t) / norm
