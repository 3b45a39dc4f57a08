"""The stream that fits a sound card: a JACK client's where it is reached through JACK, PortAudio's elsewhere."""

from __future__ import annotations

from typing import Any

from ..engine.engine import Engine
from .card_stream import CardStream
from .jack_stream import JackStream, jack_for
from .portaudio import PortAudioStream
from .portaudio_devices import Devices


def open_card(engine: Engine, devices: Devices, **settings: Any) -> CardStream:
    """Open the devices for an engine; nothing sounds yet. Control thread.

    Parameters
    ----------
    engine, devices, **settings
        As `CardStream`.

    Raises
    ------
    DeviceError, AudioFileError
        As `CardStream`.
    """
    jack = jack_for(devices)
    return PortAudioStream(engine, devices, **settings) if jack is None else JackStream(jack, engine, devices, **settings)
