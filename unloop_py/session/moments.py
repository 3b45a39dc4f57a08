"""Moments of the wall clock, frames of the engine, and beats: each from the other.

Any thread, under the lock that it is given.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from unloop_py.session.clock_source import ClockSource
from unloop_py.session.frame_clock import FrameClock
from unloop_py.sync.beat_line import BeatLine


class Moments:
    """Knows what is heard when.

    Parameters
    ----------
    sample_rate : int
        Hz.
    clock : ClockSource
    lock : RLock
    output_latency : callable
        Frames from the engine to the loudspeaker: a moment maps to the frame that is *heard* then.
    wall_clock : callable
        Seconds since 1970, the clock of OSC's timetags.
    """

    def __init__(
        self,
        sample_rate: int,
        clock: ClockSource,
        lock: threading.RLock,
        output_latency: Callable[[], int],
        wall_clock: Callable[[], float],
    ) -> None:
        self._sample_rate = sample_rate
        self._clock = clock
        self._lock = lock
        self._output_latency = output_latency
        self.wall_clock = wall_clock
        self._steady = FrameClock(sample_rate)
        self._fine = FrameClock(sample_rate, tolerance_s=0.0)

    def observe(self, frame: int) -> None:
        """The engine's clock stands at `frame` now. Conductor's thread, every few milliseconds."""
        now_s = self.wall_clock()
        with self._lock:
            self._steady.observe(frame, now_s)
            self._fine.observe(frame, now_s)

    def frame_at(self, unix_time_s: float) -> int:
        """The engine frame that is heard at this time; two times 3 s apart are exactly 3 s of frames apart."""
        with self._lock:
            return self._steady.frame_at(unix_time_s - self._output_latency() / self._sample_rate)

    def frame_now(self) -> int:
        """The engine frame that is heard now."""
        return self.frame_at(self.wall_clock())

    def heard_at(self, unix_time_s: float) -> int:
        """As `frame_at`, as near as is known now; for another machine's clock, which is made even afterwards."""
        with self._lock:
            return self._fine.frame_at(unix_time_s - self._output_latency() / self._sample_rate)

    def unix_at(self, frame: int) -> float:
        """The time at which an engine frame is heard."""
        with self._lock:
            return self._fine.unix_at(frame) + self._output_latency() / self._sample_rate

    def beats(self, frame: int) -> BeatLine | None:
        """The beats that the loops follow round about an engine frame; None where there are none."""
        with self._lock:
            return self._clock.line(None, frame)

    def own_beats(self, frame: int) -> BeatLine | None:
        """The beats of the instrument's own tempo."""
        with self._lock:
            return self._clock.internal.line(frame)
