"""What a client speaks through, whichever server is at the other end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

CALLS = ("describe", "sample", "prepare", "vary", "remake", "stop", "forget")
"""The names of all calls; `service.Service` says what each does."""


class Line(Protocol):
    """A way to one server, kept warm. One thread at a time."""

    def call(
        self, name: str, document: Mapping[str, Any], *, progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None, timeout_s: float,
    ) -> dict[str, Any]:  # fmt: skip
        """Ask for something, and wait for it.

        Parameters
        ----------
        name : str
            One of `CALLS`.
        document : mapping
            From `wire.call_document`.
        progress : callable, optional
            Given the share of the work done, 0..1, as it is told.
        cancelled : callable, optional
            Asked again and again; True has the server told to stop, and the call raise "cancelled" soon.
        timeout_s : float
            The longest to wait for all of it, in seconds.

        Returns
        -------
        dict
            What is in the answer's ``done``.

        Raises
        ------
        WireError
            What the server said; or "failed": it cannot be reached, it is something else, or it does not answer in time.
        """
        ...

    def close(self) -> None:
        """Let the connection go; safe to call twice."""
        ...
