"""PortAudio's library, loaded late and kept quiet. The only import of sounddevice."""

from __future__ import annotations

import atexit
import contextlib
import os
from collections.abc import Iterator
from types import ModuleType

from ..errors import DeviceError


def sounddevice() -> ModuleType:
    """The module, loaded late: importing it fails where PortAudio is missing, and makes it scan all cards."""
    try:
        with quiet():
            import sounddevice
    except OSError as error:
        raise DeviceError(
            "PortAudio is missing: `sudo apt install libportaudio2` cures it; `unloop demo` needs no sound card"
        ) from error
    if not getattr(sounddevice, "_initialized", 1):  # it was let go
        with quiet():
            sounddevice._initialize()
    return sounddevice


def let_go() -> None:
    """Leave all drivers, until one is asked for again. No stream may be open."""
    sd = sounddevice()
    with quiet():
        while sd._initialized:
            sd._terminate()


def rescan(sd: ModuleType) -> None:
    """See cards that have come since; PortAudio sees new ones only when it starts. No stream may be open."""
    with quiet():
        sd._terminate()
        sd._initialize()


def leave(sd: ModuleType) -> None:
    """Let the process end without a word to the library: it would wait for a driver that hangs, or abort."""
    atexit.unregister(sd._exit_handler)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep ALSA and JACK, which write every card they do not find to standard error, from doing so."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no standard error
        yield
        return
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(sink)
