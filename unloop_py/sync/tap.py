"""Tap tempo: the tempo and the beat that a foot means. Pure; any one thread at a time."""

from __future__ import annotations

from collections import deque
from statistics import median

SLOWEST_BPM = 20.0
FASTEST_BPM = 300.0
TAPS_HELD = 8
FORGOTTEN = 2.5
"""A gap of so many times the last distance, or longer than the slowest beat, begins anew."""
OUTLIER = 0.25
"""A distance that differs by more than this share from the median is a slip of the foot."""


class TapTempo:
    """Hear taps and say their tempo.

    The median of the last distances is not moved by one tap too many or too late; the mean of those near it is finer
    than any one of them.

    Parameters
    ----------
    sample_rate : int
    """

    def __init__(self, sample_rate: int) -> None:
        self._sample_rate = sample_rate
        self._longest = 60.0 * sample_rate / SLOWEST_BPM
        self._taps: deque[int] = deque(maxlen=TAPS_HELD)

    def tap(self, frame: int) -> float | None:
        """Hear a tap at engine frame `frame`; the tempo in beats a minute, 20..300, or None until there is one.

        A tap before the last one, as after a clock that was set back, begins anew.
        """
        if self._taps and not self._goes_on(frame):
            self._taps.clear()
        self._taps.append(frame)
        distances = [later - sooner for sooner, later in zip(self._taps, list(self._taps)[1:], strict=False)]
        if not distances:
            return None
        middle = median(distances)
        near = [distance for distance in distances if abs(distance - middle) <= OUTLIER * middle]
        beat = sum(near) / len(near) if near else middle
        return min(max(60.0 * self._sample_rate / beat, SLOWEST_BPM), FASTEST_BPM)

    def _goes_on(self, frame: int) -> bool:
        distance = frame - self._taps[-1]
        if not 0 < distance <= self._longest:
            return False
        return len(self._taps) < 2 or distance <= FORGOTTEN * (self._taps[-1] - self._taps[-2])
