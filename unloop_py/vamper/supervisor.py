"""Keeps one worker alive: starts it, notices when it ends or falls silent, starts it again with back-off, and says so.

Nothing that happens here is heard: an offer is complete or does not exist, and the engine repeats what it has.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import Enum
from typing import Any

from unloop_py.vamper.jobs import Failed, Gone, Ready
from unloop_py.vamper.links import Worker

log = logging.getLogger(__name__)

LOADING_PATIENCE_S = 120.0  # a cold disk, a large model, a first compilation
FIRST_DELAY_S = 0.25        # before the first restart; doubles with each that follows without a finished job between
LONGEST_DELAY_S = 30.0
MOST_DOUBLINGS = 7


class WorkerState(Enum):
    """Where the worker stands."""

    DOWN = "down"
    LOADING = "loading"
    READY = "ready"


class Supervisor:
    """One worker after another. Vamper's thread; answers come in through `answered`.

    Parameters
    ----------
    make_worker : callable
        Given `deliver`, starts a worker.
    post : callable
        Given the worker's number and an answer; called from the worker's threads, must be thread-safe.
    notice : callable
        Given a line for the player.
    """

    def __init__(self, make_worker: Callable[[Callable[[Any], None]], Worker], post: Callable[[int, Any], None],
                 notice: Callable[[str], None]) -> None:
        self._make_worker = make_worker
        self._post = post
        self._notice = notice
        self._worker: Worker | None = None
        self._number = self._last_number = 0
        self._failures = 0
        self._silent_until_s = float("inf")
        self._patience_s = float("inf")
        self._last_told = ""
        self._restart_s: float | None = None
        self.state = WorkerState.DOWN

    @property
    def number(self) -> int:
        """Which worker it is, from 1: answers of an earlier one mean nothing."""
        return self._number

    @property
    def is_starting(self) -> bool:
        """Whether the worker is being loaded and nothing has gone wrong so far."""
        return self.state is WorkerState.LOADING and not self._failures

    @property
    def next_look_s(self) -> float:
        """Time at which `look` has something to do."""
        return self._restart_s if self._restart_s is not None else self._silent_until_s

    def start(self, now_s: float) -> None:
        """Start a worker; `Ready` is owed within `LOADING_PATIENCE_S`."""
        number = self._number = self._new_number()
        self._restart_s = None
        self.state = WorkerState.LOADING
        self.expect(now_s, LOADING_PATIENCE_S)
        try:
            self._worker = self._make_worker(lambda answer: self._post(number, answer))
        except OSError as error:  # no memory or no process to be had
            self._worker = None
            self._down(now_s, f"it cannot be started: {error}")

    def beside(self, make_worker: Callable[[Callable[[Any], None]], Worker]) -> tuple[int, Worker]:
        """Start a worker that is not the one on stage; returns its number and itself. Raises OSError."""
        number = self._new_number()
        return number, make_worker(lambda answer: self._post(number, answer))

    def adopt(self, number: int, worker: Worker, make_worker: Callable[[Callable[[Any], None]], Worker]) -> None:
        """End the worker on stage and put another, which has answered `Ready`, in its place."""
        self._end()
        self._number, self._worker, self._make_worker = number, worker, make_worker
        self._failures, self._last_told, self._restart_s = 0, "", None
        self.state = WorkerState.READY

    def stop(self) -> None:
        """End the worker; nothing is restarted."""
        self._end()
        self._restart_s = None

    def send(self, order: Any) -> None:
        """Pass an order on; without a worker it is lost, and asked for again when one is ready."""
        if self._worker is not None:
            self._worker.send(order)

    def expect(self, now_s: float, patience_s: float) -> None:
        """An answer is owed: any answer within `patience_s`, else the worker hangs.

        After each restart it is given twice as long: a starved machine is not helped by starting again.
        """
        self._patience_s = patience_s * 2 ** min(self._failures, MOST_DOUBLINGS)
        self._silent_until_s = now_s + self._patience_s

    def rest(self) -> None:
        """Nothing is owed."""
        self._patience_s = self._silent_until_s = float("inf")

    def answered(self, number: int, answer: Any, now_s: float) -> bool:
        """Take note of an answer; False when it is not for the rest of the room."""
        if number != self._number or self._worker is None:
            return False
        self._silent_until_s = now_s + self._patience_s
        if isinstance(answer, Ready):
            self.state = WorkerState.READY
            self.rest()
            if self._failures:
                self._last_told = ""
                self._notice("the generator is back")
        elif isinstance(answer, Gone) or isinstance(answer, Failed) and answer.fatal:
            self._down(now_s, answer.text)
            return False
        return True

    def succeeded(self) -> None:
        """What a job came to is good: a later fault is a first one again."""
        self._failures = 0

    def failed(self, now_s: float, text: str) -> None:
        """A worker whose jobs fail is given a fresh start."""
        self._down(now_s, text)

    def look(self, now_s: float) -> bool:
        """Restart what is due and end what is silent; True when the worker was ended here."""
        if self._restart_s is not None and now_s >= self._restart_s:
            self.start(now_s)
        elif self._worker is not None and now_s >= self._silent_until_s:
            self._down(now_s, f"no answer for {self._patience_s:.0f} s")
            return True
        return False

    def _new_number(self) -> int:
        self._last_number += 1
        return self._last_number

    def _down(self, now_s: float, why: str) -> None:
        self._end()
        delay_s = min(FIRST_DELAY_S * 2 ** min(self._failures, MOST_DOUBLINGS), LONGEST_DELAY_S)
        self._failures += 1
        self._restart_s = now_s + delay_s
        log.warning("the generator stopped (%s); restart in %.2f s", why, delay_s)
        if why != self._last_told:  # a missing file fails each time: tell once
            self._last_told = why
            self._notice(f"the generator stopped ({why}); the loop plays on as it is, starting the generator again")

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None
        self.state = WorkerState.DOWN
        self.rest()
