"""Everybody who has the page open: a `Visit` for each, which ends with it."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from unloop_py.serve.page_visit import Visit
from unloop_py.serve.service import Service

MOST_VISITORS = 64
"""Past that, the things of whoever did nothing for longest go."""
IDLE_S = 6 * 3600.0
"""After so long without a touch a visitor's things go, though his page may still be open."""


class Visitors:
    """Any thread.

    Parameters
    ----------
    service : Service
    folder : Path
        In which each gets one of his own.
    clock : callable, optional
        Seconds on any steady clock.
    """

    def __init__(self, service: Service, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._service, self._folder, self._clock = service, folder, clock
        self._lock = threading.Lock()
        self._visits: OrderedDict[str, tuple[Visit, float]] = OrderedDict()  # and when it was last touched, that first

    def of(self, name: str) -> Visit:
        """The visit of this name, a new one if there is none."""
        now_s, gone = self._clock(), []
        with self._lock:
            visit = self._visits.pop(name, (None, 0.0))[0] or Visit(self._service, self._folder / f"visitor-{secrets.token_hex(16)}")
            self._visits[name] = visit, now_s
            while len(self._visits) > MOST_VISITORS or now_s - next(iter(self._visits.values()))[1] > IDLE_S:
                gone.append(self._visits.popitem(last=False)[1][0])
        for one in gone:
            one.close()
        return visit

    def end(self, name: str) -> None:
        """He closed the page, or went on."""
        with self._lock:
            visit = self._visits.pop(name, (None, 0.0))[0]
        if visit is not None:
            visit.close()

    def close(self) -> None:
        """All of them, with their folders."""
        with self._lock:
            visits = [visit for visit, _ in self._visits.values()]
            self._visits.clear()
        for visit in visits:
            visit.close()
        shutil.rmtree(self._folder, ignore_errors=True)
