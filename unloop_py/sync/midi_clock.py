"""Another machine's MIDI clock as beats: 24 ticks a beat, each a little early or late, made an even line. Pure.

The line is what a delay-locked loop of second order follows (F. Adriaensen, "Using a DLL to filter time", 2005): phase
and period, each moved by a share of how far the newest tick lies from where it was expected. The shares begin wide, so
that two ticks are enough to go by, and narrow as ticks come in; then they are those of a least-squares line through all
of them, down to the narrowest, at which the loop remembers `MEMORY_TICKS`. A clock that changes its tempo widens them.
"""

from __future__ import annotations

from unloop_py.sync.beat_line import FASTEST_BPM, SLOWEST_BPM, BeatLine

TICKS_PER_BEAT = 24
TICKS_PER_SIXTEENTH = 6
MEMORY_TICKS = 1920
WIDE_TICKS = 12
"""What the loop remembers after the tempo has changed."""
STRAY_S = 0.005
"""Ticks that lie so far to one side, on the average of the last dozen, mean that the tempo has changed."""
JUMP = 0.6
"""A tick that lies by more of the period from where it was expected is no jitter: some were lost, or the other stood still."""
LOST_TICKS = 24
"""A gap of so many ticks is a clock that has stopped."""


class MidiClock:
    """Hear ticks, start, stop, continue and song position; give beats. A `Clock`; any one thread at a time.

    Parameters
    ----------
    sample_rate : int
    """

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._longest_tick = 60.0 * sample_rate / (SLOWEST_BPM * TICKS_PER_BEAT)
        self._shortest_tick = 60.0 * sample_rate / (FASTEST_BPM * TICKS_PER_BEAT)
        self._heard = 0  # ticks that the loop goes by, at most MEMORY_TICKS
        self._tick_frame = 0.0  # where the last tick lies on the line
        self._raw_frame = 0
        self._period = 0.0
        self._stray = 0.0
        self._ticks = -1  # of the song, of the last tick
        self._next_ticks: int | None = None  # what the tick to come is, after start, continue or song position
        self.running = True  # a machine that sends ticks and never a start is in time all the same

    def line(self, frame: int) -> BeatLine | None:
        """Beats along the line; None after stop, before the second tick, and once ticks have failed to come."""
        if not self.running or self._heard < 2 or self._next_ticks is not None:
            return None
        if frame - self._tick_frame > LOST_TICKS * self._period:
            return None
        return BeatLine(self._tick_frame, self._ticks / TICKS_PER_BEAT, TICKS_PER_BEAT * self._period)

    def tick(self, frame: int) -> None:
        """A tick came at engine frame `frame`."""
        if self._next_ticks is not None:
            self._ticks, self._next_ticks = self._next_ticks, None
        elif self.running:
            self._ticks += 1
        gap, self._raw_frame = frame - self._raw_frame, frame
        longest = self._longest_tick if self._heard < 2 else LOST_TICKS * self._period
        if self._heard == 0 or not 0 < gap <= longest:
            self._heard, self._tick_frame, self._stray = 1, float(frame), 0.0  # the first, or after a gap or a jump back
        elif self._heard == 1:
            self._heard, self._tick_frame, self._period = 2, float(frame), self._within(gap)
        else:
            self._follow(frame)

    def start(self) -> None:
        """The next tick is beat 0."""
        self._next_ticks, self.running = 0, True

    def resume(self) -> None:
        """Continue: the next tick goes on where the song stands."""
        if not self.running and self._next_ticks is None:
            self._next_ticks = self._ticks + 1
        self.running = True

    def stop(self) -> None:
        """No beats until start or continue; ticks are heard on, so that the tempo is known by then."""
        self.running = False

    def song_position(self, sixteenths: int) -> None:
        """The next tick is that sixteenth note of the song, from 0."""
        self._next_ticks = TICKS_PER_SIXTEENTH * sixteenths

    def _within(self, period: float) -> float:
        return min(max(period, self._shortest_tick), self._longest_tick)

    def _follow(self, frame: int) -> None:
        expected = self._tick_frame + self._period
        error = frame - expected
        if abs(error) > JUMP * self._period:
            lost = round(error / self._period)
            if lost > 0 and abs(error - lost * self._period) < 0.25 * self._period:
                self._ticks += lost if self.running else 0  # messages got lost on the way: the beat stays where it is
                expected += lost * self._period
                error = frame - expected
            else:
                self._heard, self._stray, expected, error = min(self._heard, WIDE_TICKS), 0.0, float(frame), 0.0
        self._stray += (error - self._stray) / WIDE_TICKS
        if abs(self._stray) > STRAY_S * self._sample_rate and self._heard > WIDE_TICKS:
            self._heard, self._stray = WIDE_TICKS, 0.0
        self._heard = n = min(self._heard + 1, MEMORY_TICKS)
        self._tick_frame = expected + error * 2.0 * (2 * n - 1) / (n * (n + 1))
        self._period = self._within(self._period + error * 6.0 / (n * (n + 1)))
