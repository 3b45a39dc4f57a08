"""One instrument, wired: engine, stream, vamper, OSC and the conductor between them. Nothing else wires rooms.

The order of waking is the player's: sound first, then the ears (OSC), then the model, which
loads in its own process while the first loop can already be recorded.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from unloop_py.audio_io.stream import Stream
from unloop_py.config import JamConfig
from unloop_py.control.store import Store
from unloop_py.osc.server import OscServer
from unloop_py.session.beat_listener import BeatListener
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.vamper.vamper import Vamper

log = logging.getLogger(__name__)

STEP_S = 0.004
LOCAL_GENERATOR = "unloop_py.generator.vamp:load_generator"


class Session:
    """A session at the instrument. Make it, enter it, leave it: on the main thread.

    Parameters
    ----------
    config : JamConfig
    generator_factory : str
        ``"package.module:function"``, called in the worker with `model` and `device`.
    generator_arguments : dict, optional
        In place of those two.
    on_quit : callable
        Called when somebody says quit; any thread.

    Attributes
    ----------
    bus : SessionBus
        What front ends talk to.
    engine, stream, osc, vamper
        The rooms; `vamper` is None with the generator off.
    sound : str
        What plays, in words: device, rate, block.

    Raises
    ------
    UnloopError
        What a person can cure: no sound card, a bad file, a bad parameter. Nothing was started.
    """
