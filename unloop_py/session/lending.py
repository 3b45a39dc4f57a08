"""Sound on its way to the engine: lent in a buffer with the command that names it, or given back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from unloop_py.engine.messages import Command
from unloop_py.errors import UnloopError

if TYPE_CHECKING:
    from unloop_py.engine.engine import Engine


def send_audio(engine: Engine, send: Callable[[Command], None], command: Command, audio: np.ndarray) -> None:
    """Send a command with `audio` (frames, channels) float32 as its slot. Any thread but the audio thread.

    Raises
    ------
    UnloopError
        What `send` raises, or that all buffers are in use; nothing is lent then.
    """
    slot = engine.acquire_slot(len(audio))
    try:
        engine.buffer(slot)[: len(audio)] = audio
        send(replace(command, slot=slot))
    except UnloopError:
        engine.release_slot(slot)
        raise
