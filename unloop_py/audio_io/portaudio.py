"""A sound card, through PortAudio.

PortAudio's own thread calls the engine's compiled code by address: no Python runs there, so nothing that Python does
can hold the sound up.
"""

from __future__ import annotations

import threading
from typing import Any

from ..engine.engine import Engine
from ..errors import DeviceError
from . import portaudio_library as library
from .card_stream import CardStream
from .portaudio_devices import Devices, find_devices, list_devices

CLOSE_S = 3.0  # a driver that takes longer to close will never do it


class PortAudioStream(CardStream):
    """Run an engine on a sound card that PortAudio reaches; see `CardStream`.

    Parameters
    ----------
    engine, devices, **settings
        As `CardStream`; default devices are the system's.

    Raises
    ------
    DeviceError
        As `find_devices`; or the device is in use, or refuses the block size.
    """

    def __init__(self, engine: Engine, devices: Devices | None = None, **settings: Any) -> None:
        self._stream: Any = None
        super().__init__(engine, devices or find_devices(sample_rate=engine.sample_rate), **settings)

    @property
    def cpu_load(self) -> float:
        """PortAudio's estimate of the share of its time that the callback takes, 0..1."""
        return self._stream.cpu_load if self._stream is not None else 0.0

    def _open(self, devices: Devices) -> None:
        sd = library.sounddevice()
        channels = self._channels(devices)
        try:
            with library.quiet():
                self._stream = sd._StreamBase(
                    kind="duplex",
                    samplerate=self.sample_rate,
                    blocksize=self.block,
                    device=(devices.input.index, devices.output.index),
                    channels=channels,
                    dtype="float32",
                    latency="low",
                    callback=sd._ffi.cast("void *", self.engine.callback_address),
                    userdata=sd._ffi.cast("void *", self._port.userdata),
                    clip_off=True,  # the engine's limiter has done that, and dither would change every bit
                    dither_off=True,
                )
        except sd.PortAudioError as error:
            raise DeviceError(
                f"{devices.names} cannot be opened: {error}; "
                "close what else uses them, or choose another --block, --rate or --device"
            ) from error
        self.devices = devices
        latency_in, latency_out = self._stream.latency
        self._take_latency(round(latency_in * self.sample_rate), round(latency_out * self.sample_rate))

    def _start_stream(self) -> None:
        sd = library.sounddevice()
        try:
            with library.quiet():
                self._stream.start()
        except sd.PortAudioError as error:
            raise DeviceError(f"{self.devices.output.name} does not start: {error}") from error

    def _close(self) -> None:
        """Let the card go; a driver that never answers, as PortAudio's JACK after its server died, is left behind."""
        if self._stream is None:
            return
        closer = threading.Thread(target=self._stream.close, name="sound card close", daemon=True)
        self._stream = None
        closer.start()
        closer.join(CLOSE_S)
        if closer.is_alive():
            self._stuck = True
            library.leave(library.sounddevice())

    def _runs(self) -> bool:
        return self._stream.active

    def _find_again(self) -> Devices:
        wanted = self.devices
        ends = [channel + 1 for channel in wanted.inputs], [channel + 1 for channel in wanted.outputs]
        library.rescan(library.sounddevice())
        return find_devices(wanted.input.name, wanted.output.name, *ends, self.sample_rate)

    def _is_there(self) -> bool:
        return {self.devices.input.name, self.devices.output.name} <= {device.name for device in list_devices()}
