"""A sound card behind a JACK server, as a client of its own: it stays one when the server changes its block, and comes back with it.

JACK's own thread calls compiled code by address: no Python runs there.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import threading
from types import ModuleType
from typing import Any

import numpy as np

from ..engine.engine import Engine
from ..errors import DeviceError
from . import portaudio_library as library
from .card_stream import CardStream
from .jack_callback import ADAPTER, CHUNK, build_jack_callbacks
from .portaudio_devices import Devices

API = "JACK Audio Connection Kit"  # as PortAudio calls it
NAME = "unloop"
CLOSE_S = 3.0
CAPTURE, PLAYBACK = 0, 1  # JACK's latency modes


def jack_for(devices: Devices) -> ModuleType | None:
    """The JACK package, if these devices are JACK's and it is installed."""
    if devices.input.api != API or devices.output.api != API:
        return None
    try:
        import jack
    except (ModuleNotFoundError, OSError):  # the package, or the library that it loads
        return None
    return jack


class JackStream(CardStream):
    """Run an engine as a JACK client; see `CardStream`. The block is always the server's.

    Parameters
    ----------
    jack : module
        From `jack_for`.
    engine, devices, **settings
        As `CardStream`.
    """

    gone = "start its server again; the loops are kept"

    def __init__(self, jack: ModuleType, engine: Engine, devices: Devices, **settings: Any) -> None:
        self._jack = jack
        self._client: Any = None
        self._met = False  # a server, at the last try
        self._library = ctypes.CDLL(ctypes.util.find_library("jack"))
        self._callbacks = build_jack_callbacks()
        library.let_go()  # or PortAudio's own client would stay, and hang when the server goes
        super().__init__(engine, devices, **settings)

    def _open(self, devices: Devices) -> None:
        jack, channels = self._jack, self._channels(devices)
        self._met = False
        try:
            with library.quiet():
                self._client = client = jack.Client(NAME, no_start_server=True)
        except jack.JackError as error:
            raise DeviceError("JACK's server does not run: start it") from error
        self._met = True
        if client.samplerate != self.sample_rate:
            rate = client.samplerate
            self._close()
            raise DeviceError(f"the server runs at {rate} Hz: start it at {self.sample_rate}")
        self.devices = devices
        self.block = client.blocksize
        self._inputs = [client.inports.register(f"in_{n + 1}") for n in range(channels[0])]
        self._outputs = [client.outports.register(f"out_{n + 1}") for n in range(channels[1])]
        self._blocks = [np.zeros((CHUNK, max(1, count)), np.float32) for count in channels]
        self._adapter = adapter = np.zeros(1, ADAPTER)
        adapter["engine"], adapter["userdata"] = self.engine.callback_address, self._port.userdata
        adapter["get_buffer"] = self._address(jack._lib.jack_port_get_buffer)
        adapter["inputs"], adapter["outputs"] = channels
        for name, ports in (("input_ports", self._inputs), ("output_ports", self._outputs)):
            adapter[name][0, : len(ports)] = [self._address(port._ptr) for port in ports]
        adapter["block_in"], adapter["block_out"] = (block.ctypes.data for block in self._blocks)
        given = jack._ffi.cast("void *", adapter.ctypes.data)
        process, xrun, shutdown = self._callbacks
        # The package takes Python functions only, so the library is asked as the package asks it.
        jack._lib.jack_set_process_callback(client._ptr, jack._ffi.cast("JackProcessCallback", process.address), given)
        jack._lib.jack_set_xrun_callback(client._ptr, jack._ffi.cast("JackXRunCallback", xrun.address), given)
        jack._lib.jack_on_info_shutdown(client._ptr, jack._ffi.cast("JackInfoShutdownCallback", shutdown.address), given)

    def _start_stream(self) -> None:
        jack, client = self._jack, self._client
        try:
            with library.quiet():
                client.activate()
                sources = client.get_ports(f"{self.devices.input.name}:.*", is_audio=True, is_output=True)
                sinks = client.get_ports(f"{self.devices.output.name}:.*", is_audio=True, is_input=True)
                for pair in (*zip(sources, self._inputs, strict=False), *zip(self._outputs, sinks, strict=False)):
                    client.connect(*pair)
        except jack.JackError as error:
            raise DeviceError(f"{self.devices.output.name} does not start: {error}") from error
        self._read_latency()

    def _close(self) -> None:
        if self._client is None:
            return
        closer = threading.Thread(target=self._client.close, name="JACK close", daemon=True)
        self._client = None
        closer.start()
        closer.join(CLOSE_S)
        self._stuck = closer.is_alive()

    def _runs(self) -> bool:
        if self._client.blocksize != self.block:
            self.block = self._client.blocksize
            self._read_latency()
        return not self._adapter["gone"][0]

    def _find_again(self) -> Devices:
        return self.devices

    def _is_there(self) -> bool:
        return self._met

    def _read_latency(self) -> None:
        ends = ((self._inputs, CAPTURE), (self._outputs, PLAYBACK))
        self._take_latency(*(max((self._latency(port, mode) for port in ports), default=0) for ports, mode in ends))

    def _latency(self, port: Any, mode: int) -> int:
        """Frames by which a port's sound is late, at most; the package has no name for it."""
        found = (ctypes.c_uint32 * 2)()
        self._library.jack_port_get_latency_range(ctypes.c_void_p(self._address(port._ptr)), ctypes.c_int(mode), found)
        return found[1]

    def _address(self, thing: Any) -> int:
        return int(self._jack._ffi.cast("intptr_t", thing))
