"""Which engine frame sounds at which moment of the wall clock.

OSC timetags are moments; the engine counts frames, a block at a time. Each look at the
engine's counter is late by up to a block and by whatever kept the looking thread waiting,
never early, so the best estimate is the *earliest* line through the looks of the last
seconds. The estimate in use moves only when it is off by more than `TOLERANCE_S`: two
timetags that are 3 s apart are then exactly 3 s of frames apart.
"""

from __future__ import annotations

from collections import deque

WINDOW_S = 2.0
BUCKET_S = 0.25
TOLERANCE_S = 0.002


class FrameClock:
    """Map unix time to engine frames. Conductor thread, or under its lock.

    Parameters
    ----------
    sample_rate : int
        Frames per second.
    tolerance_s : float
        The estimate in use stays while it is off by no more; 0 follows the best there is, a little unsteady.
    """

    def __init__(self, sample_rate: int, tolerance_s: float = TOLERANCE_S) -> None:
        self._sample_rate = sample_rate
        self._tolerance_s = tolerance_s
        self._buckets: deque[tuple[int, float]] = deque()
        self._origin_s = 0  # whole seconds are subtracted first: a float of 1.7e9 s is too coarse
        self._offset: float | None = None

    def observe(self, frame: int, unix_s: float) -> None:
        """Note that the engine's counter stood at `frame` at `unix_s`."""
        if self._offset is None:
            self._origin_s = int(unix_s)
        offset = frame - (unix_s - self._origin_s) * self._sample_rate
        bucket = int(unix_s / BUCKET_S)
        if self._buckets and self._buckets[-1][0] == bucket:
            self._buckets[-1] = (bucket, max(self._buckets[-1][1], offset))
        else:
            self._buckets.append((bucket, offset))
        # A wall clock set back leaves buckets "in the future": those go as well.
        while self._buckets and not 0 <= bucket - self._buckets[0][0] < WINDOW_S / BUCKET_S:
            self._buckets.popleft()
        best = max(offset for _, offset in self._buckets)
        if self._offset is None or abs(best - self._offset) > self._tolerance_s * self._sample_rate:
            self._offset = best

    def frame_at(self, unix_s: float) -> int:
        """Return the frame that the engine reaches at `unix_s` (-1 before the first look)."""
        if self._offset is None:
            return -1
        return round((unix_s - self._origin_s) * self._sample_rate + self._offset)

    def unix_at(self, frame: int) -> float:
        """Return the moment at which the engine reaches `frame` (0.0 before the first look)."""
        if self._offset is None:
            return 0.0
        return self._origin_s + (frame - self._offset) / self._sample_rate
