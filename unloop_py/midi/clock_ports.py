"""MIDI's door: the clock of another machine in, ours out. The only import of mido.

Opened when it is first asked for, for the package is an extra and not every machine has a port.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from unloop_py.errors import DeviceError

if TYPE_CHECKING:
    import mido

OWN_NAME = "unloop"
CLOCK_KINDS = ("clock", "start", "stop", "continue", "songpos")


def open_clock_input(name: str | None, heard: Callable[[str, int], None]) -> Any:
    """Listen to a clock.

    Parameters
    ----------
    name : str or None
        A port's name or part of one; None is the first there is, or where there is none, one of our own that others
        connect to.
    heard : callable
        ``heard(kind, position)`` on the driver's thread; kind is one of `CLOCK_KINDS`, position the song's, in
        sixteenths, with "songpos" and 0 otherwise.

    Returns
    -------
    port
        Has a `name` and is to be closed.

    Raises
    ------
    DeviceError
        No package, no MIDI on this machine, or no such port.
    """

    def pick(message: mido.Message) -> None:
        if message.type in CLOCK_KINDS:
            heard(message.type, message.pos if message.type == "songpos" else 0)

    mido = _mido()
    with _curable("input"):
        return _open(mido.open_input, _choose(name, mido.get_input_names(), "input"), callback=pick)


def open_clock_output(name: str | None) -> tuple[Any, Callable[[str], None]]:
    """A port to send our clock to, and the function that sends one of "clock", "start" and "stop" there.

    Name and errors as `open_clock_input`.
    """
    mido = _mido()
    messages = {kind: mido.Message(kind) for kind in ("clock", "start", "stop")}
    with _curable("output"):
        port = _open(mido.open_output, _choose(name, mido.get_output_names(), "output"))
    return port, lambda kind: port.send(messages[kind])


def _open(opener: Callable[..., Any], name: str | None, **settings: Any) -> Any:
    return opener(OWN_NAME, virtual=True, **settings) if name is None else opener(name, **settings)


def _choose(wanted: str | None, names: list[str], direction: str) -> str | None:
    names = list(dict.fromkeys(names))
    if wanted is None:
        return names[0] if names else None
    matches = [name for name in names if wanted.lower() in name.lower()]
    if wanted in names or len(matches) == 1:
        return wanted if wanted in names else matches[0]
    listed = "; ".join(matches or names) or "none"
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.4)
    hint = f" (did you mean {near[0]!r}?)" if near and not matches else ""
    problem = "several MIDI ports match" if matches else "there is no MIDI port"
    raise DeviceError(f"{problem} {wanted!r} for {direction}{hint}: there are {listed}")


@contextlib.contextmanager
def _curable(direction: str) -> Any:
    try:
        yield
    except (OSError, ImportError, NotImplementedError) as error:  # rtmidi's own errors are OSErrors
        text = str(error).rstrip(".")
        raise DeviceError(f"no MIDI {direction} can be opened: {text}; connect an interface, or install python-rtmidi") from error


def _mido() -> Any:
    try:
        import mido
    except ModuleNotFoundError as error:
        raise DeviceError("MIDI needs the packages mido and python-rtmidi: `pip install unloop[midi]` installs them") from error
    return mido
