"""What a client speaks through, whichever server is at the other end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from unloop_py.errors import ParameterError
from unloop_py.serve.wire import WireError, call_document, check_protocol

CALLS = ("describe", "sample", "prepare", "vary", "remake", "stop", "forget")
"""The names of all calls; `service.Service` says what each does."""
DESCRIBE_S = 30.0
"""For a server to say what it is: it may be loading its model just then."""


class LineCut(WireError):
    """The connection ended before the answer did: asked again, it may go well."""

    def __init__(self, text: str) -> None:
        super().__init__("failed", text)

    def __reduce__(self) -> tuple[type[LineCut], tuple[str]]:
        return LineCut, (str(self),)


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
        LineCut
            The connection ended too soon.
        """
        ...

    def close(self) -> None:
        """Let the connection go; safe to call twice."""
        ...


def open_line(url: str, token: str | None = None, ca: str | None = None) -> tuple[Line, dict[str, Any]]:
    """The way to the server at an address, whichever kind it is, and how that describes itself. Some round trips.

    Raises
    ------
    ParameterError
        An address that is none, a file of certificates that cannot be read, or a package that is missing.
    WireError
        It cannot be reached, it is something else, it wants another token, or it is of another protocol.
    """
    try:
        from unloop_py.serve.gradio_line import GradioLine  # here alone: who implements the protocol needs no HTTP
        from unloop_py.serve.http_line import HttpLine, NoDoor
        from unloop_py.serve.ray_line import RayLine
    except ModuleNotFoundError as error:
        raise ParameterError(f"an address needs the package {error.name}: `pip install unloop[remote]` installs it") from error

    kinds: tuple[type[HttpLine], ...] = (GradioLine, RayLine)
    for kind in kinds:
        line = kind(url, token, ca)
        try:
            return line, dict(check_protocol(line.call("describe", call_document(), timeout_s=DESCRIBE_S), line.host))
        except BaseException as error:
            line.close()
            if not isinstance(error, NoDoor) or kind is kinds[-1]:
                raise
    raise AssertionError("the last kind returns or raises")
