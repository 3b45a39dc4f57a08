"""Finds the beats of each new take on a thread of its own, so that neither audio nor commands wait for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from unloop_py.beats.grid import BeatGrid
from unloop_py.beats.tracker import BeatTracker
from unloop_py.generator.spec import Take

log = logging.getLogger(__name__)


def _aubio_tracker() -> BeatTracker:
    from unloop_py.beats.aubio_tracker import AubioTracker

    return AubioTracker()


class BeatListener:
    """Track the newest take; takes that were replaced before their turn are left out.

    Parameters
    ----------
    on_grid : callable
        Called as ``on_grid(take_version, BeatGrid | None)`` on the listener's thread; None means
        that no beat was found.
    tracker : callable
        Makes the tracker on the listener's thread; default aubio's, loaded with the first take.
    """

    def __init__(
        self,
        on_grid: Callable[[int, BeatGrid | None], None],
        tracker: Callable[[], BeatTracker] = _aubio_tracker,
    ) -> None:
        self._on_grid = on_grid
        self._make_tracker = tracker
        self._tracker: BeatTracker | None = None
        self._newest: Take | None = None
        self._stopped = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="beats", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the take that is being tracked; returns at once. Any thread."""
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def hear(self, take: Take) -> None:
        """Track this take next, in place of one that still waits. Any thread; returns at once."""
        with self._changed:
            self._newest = take
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped or self._newest is not None)
                if self._stopped:
                    return
                take, self._newest = self._newest, None
            self._on_grid(take.version, self._track(take))

    def _track(self, take: Take) -> BeatGrid | None:
        try:
            if self._tracker is None:
                self._tracker = self._make_tracker()
            return self._tracker.track(take.audio, take.sample_rate)
        except Exception:  # a loop without beats plays on; the log says why
            log.exception("the beat tracker failed on take %d", take.version)
            return None
