"""Calls to one model of one server, each with the time that is left for it."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Mapping
from typing import Any

from unloop_py.errors import TooLate
from unloop_py.generator.spec import Cancelled, Progress
from unloop_py.serve.lines import Line, LineCut
from unloop_py.serve.wire import WireError, call_document

GRACE_S = 2.0       # an answer that is so late for its seam is still good for the next one
SLOW_CALLS = 2      # whose time may pass before that is a fault
PATIENCE_S = 60.0   # for a call that no seam waits for
FADING = 0.8        # of what is known of the way's length, with each call


class Asking:
    """One thread at a time.

    Parameters
    ----------
    line : Line
    model : str or None
        The name by which the server knows it; None is the server's own choice.

    Attributes
    ----------
    own_s : float
        What this end does with an answer until it can be heard, in seconds.
    """

    def __init__(self, line: Line, model: str | None) -> None:
        self.line, self.model = line, model
        self.own_s = 0.0
        self._due_s = math.inf
        self._unanswered = 0    # calls, one after another, whose time passed
        self._way_s = 0.0       # what a call takes beside the server's own work

    def due_in(self, seconds: float | None) -> None:
        """What is asked from now on is wanted in so many seconds; None = no seam waits for it."""
        self._due_s = math.inf if seconds is None else time.monotonic() + seconds

    def ask(self, name: str, entries: Mapping[str, Any], *, progress: Progress | None = None,
            cancelled: Cancelled | None = None) -> dict[str, Any] | None:
        """Ask for something, once more where the connection was cut; None when cancelled.

        It returns by the time at which it is due and `GRACE_S`, whatever becomes of the network.

        Raises
        ------
        TooLate
            The server could not have it ready in time, or its time has passed. Not again and again: a way may have become longer,
            but a server that never answers hangs.
        WireError
        """
        for again in (True, False):
            left_s = self._due_s - time.monotonic()
            if left_s <= 0.0:
                raise TooLate("its seam was passed before it was asked for")
            within_s = None if math.isinf(left_s) else max(0.0, left_s - self._way_s - self.own_s)
            document = call_document(model=self.model, job=secrets.token_hex(8), within_s=within_s, **entries)
            began_s = time.monotonic()
            try:
                done = self.line.call(name, document, progress=progress, cancelled=cancelled,
                                      timeout_s=min(left_s, PATIENCE_S) + GRACE_S)
            except LineCut:
                if not again:
                    raise
                continue
            except WireError as error:
                if error.kind == "cancelled":
                    return None
                if error.kind == "late":
                    raise TooLate(f"the server says that {error}") from error
                if error.kind == "failed" and time.monotonic() > self._due_s and self._unanswered < SLOW_CALLS:
                    self._unanswered += 1
                    raise TooLate(f"the way is longer than was thought: {error}") from error
                raise
            self._unanswered = 0
            self._went(time.monotonic() - began_s, done)
            return done
        raise AssertionError("the second try returns or raises")

    def _went(self, took_s: float, done: Mapping[str, Any]) -> None:
        """A call took so long; what the server says that its work took of that was not the way's."""
        made = done.get("variation")
        worked_s = (made if isinstance(made, dict) else done).get("seconds")
        if isinstance(worked_s, int | float) and 0.0 <= worked_s <= took_s:
            self._way_s = max(took_s - worked_s, FADING * self._way_s)
