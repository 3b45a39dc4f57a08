"""Whose turn it is at a generator that several share, and who is told at once that his could not come in time."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from unloop_py.generator.spec import Cancelled
from unloop_py.serve.shelf import Held
from unloop_py.serve.wire import WireError

LOOK_S = 0.05  # between two looks whether somebody who waits still does

Size = tuple[float, int, int]
"""What a call asks for: seconds of loop in all, sampling steps (0 = none), and passes."""


class Turns(Protocol):
    """Who may use the models when. Any thread."""

    def turn(self, within_s: float, held: Held, size: Size, cancelled: Cancelled) -> AbstractContextManager[None]:
        """A turn at a model, for as long as the context lasts.

        Parameters
        ----------
        within_s : float
            Seconds that the caller has; infinite where he says nothing.
        held : Held
        size : Size
        cancelled : callable
            Asked while it waits.

        Raises
        ------
        WireError
            "late" at once where it could not be done in time as things stand, "busy" where too many wait, "cancelled".
        """
        ...


class OneAtATime:
    """One call after the other, by a lock.

    Parameters
    ----------
    waiting : int
        Calls that may wait.
    clock : callable, optional
        Seconds on any steady clock.
    """

    def __init__(self, waiting: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._waiting, self._clock = waiting, clock
        self._lock = threading.Lock()                   # of what is expected, held for moments
        self._expected: dict[object, float] = {}        # of each call that is not done: seconds that it takes
        self._model_is_free = threading.Lock()

    @contextlib.contextmanager
    def turn(self, within_s: float, held: Held, size: Size, cancelled: Cancelled) -> Iterator[None]:
        """See `Turns`."""
        takes_s = held.meter.seconds(*size)
        came_s, token = self._clock(), object()
        with self._lock:
            before_s = sum(self._expected.values())
            if before_s + takes_s > within_s:
                raise WireError("late", f"it takes {takes_s:.2f} s after {before_s:.2f} s of waiting, and {within_s:.2f} s are left")
            if len(self._expected) > self._waiting:
                raise WireError("busy", f"{len(self._expected) - 1} calls wait already, which is the limit: try again")
            self._expected[token] = takes_s
        try:
            while not self._model_is_free.acquire(timeout=LOOK_S):
                if cancelled():
                    raise WireError("cancelled", "stopped while it waited")
            try:
                began_s = self._clock()
                if cancelled():
                    raise WireError("cancelled", "stopped while it waited")
                if began_s - came_s + takes_s > within_s:
                    raise WireError("late", f"it takes {takes_s:.2f} s and {within_s - (began_s - came_s):.2f} s are left")
                yield
                if size[1]:
                    held.meter.observe(*size, self._clock() - began_s)
            finally:
                self._model_is_free.release()
        finally:
            with self._lock:
                del self._expected[token]
