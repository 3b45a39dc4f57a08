"""When the conductor has something to do: soon after the engine has told something, else seldom."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unloop_py.session.bus import SessionBus

SOON_S = 0.004  # between two steps while something is to happen at a moment of its own
LOOK_S = 0.01  # between two looks at whether the engine tells anything, which cost microseconds
BEAT_S = 0.03  # between two steps while there are beats to tell, and somebody to hear of them
REST_S = 0.1  # and else


class Pace:
    """Spares the conductor the steps in which nothing would happen: on a small machine they cost more than the sound.

    Conductor's thread.

    Parameters
    ----------
    bus : SessionBus
    is_heard : callable
        Whether anybody is told of beats.
    clock, sleep : callable
        Monotonic seconds, and how to wait for them.
    """

    def __init__(
        self,
        bus: SessionBus,
        is_heard: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._bus = bus
        self._is_heard = is_heard
        self._clock = clock
        self._sleep = sleep
        self._stepped_s = clock()

    def wait(self) -> bool:
        """Wait a little; whether a step is due, which is then taken."""
        bus = self._bus
        awaiting = bus.is_awaiting()
        self._sleep(SOON_S if awaiting else LOOK_S)  # an Event's wait would cost several times as much
        now_s = self._clock()
        if not (awaiting or bus.engine.has_events() or bus.has_news()):
            rest_s = BEAT_S if self._is_heard() and bus.has_beats() else REST_S
            if 0.0 <= now_s - self._stepped_s < rest_s - LOOK_S / 2:
                return False
        self._stepped_s = now_s
        return True
