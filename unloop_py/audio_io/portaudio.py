"""A sound card, through PortAudio. The only import of sounddevice.

PortAudio's own thread calls the engine's compiled code by address: no Python runs there, so nothing that Python does
can hold the sound up.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from ..engine.engine import MAX_LATENCY_S, SAMPLE_RATES, Engine, Port
from ..errors import DeviceError
from .devices import Device, choose, choose_channels
from .recorder import Recorder

log = logging.getLogger(__name__)

WATCH_S = 0.5  # between two looks at whether the card still runs, and two tries to find it again
CLOSE_S = 3.0  # a driver that takes longer to close will never do it
STALLED_LOOKS = 4  # so many looks without a single frame mean that it is gone


@dataclass(frozen=True)
class Devices:
    """A pair of devices, their channels and their rate, found good by the driver.

    Attributes
    ----------
    input, output : Device
    inputs, outputs : tuple of int
        Device channels from 0, one or two.
    sample_rate : int
        Hz.
    """

    input: Device
    output: Device
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    sample_rate: int

    @property
    def names(self) -> str:
        """What they are called, once if they are one."""
        if self.input == self.output:
            return self.input.name
        return f"{self.input.name} and {self.output.name}"

    def key(self, block: int | None) -> str:
        """Under what their round trip is kept, which depends on the block that is asked for."""
        ends = [f"{end.name} ({end.api})" for end in (self.input, self.output)]
        return f"{' > '.join(ends)}, {self.sample_rate} Hz, block {block or 'of the driver'}"

    @property
    def channels(self) -> int:
        """Channels that the engine should have."""
        return len(self.inputs)


def list_devices() -> list[Device]:
    """Every device that PortAudio sees.

    Raises
    ------
    DeviceError
        PortAudio is not installed.
    """
    sd = _sounddevice()
    default_input, default_output = sd.default.device
    rows = []
    for index, info in enumerate(sd.query_devices()):
        rows.append(
            Device(
                index=index,
                name=info["name"],
                api=sd.query_hostapis(info["hostapi"])["name"],
                inputs=info["max_input_channels"],
                outputs=info["max_output_channels"],
                sample_rate=int(info["default_samplerate"]),
                default_input=index == default_input,
                default_output=index == default_output,
            )
        )
    return rows


def find_devices(
    input_device: str | int | None = None,
    output_device: str | int | None = None,
    inputs: Sequence[int] | None = None,
    outputs: Sequence[int] | None = None,
    sample_rate: int | None = None,
) -> Devices:
    """Find the devices that are meant, before an engine is made for them.

    Parameters
    ----------
    input_device, output_device : str, int or None
        Name, part of one, or index; None is the system's default.
    inputs, outputs : sequence of int, optional
        Channels from 1, one or two; default the first two.
    sample_rate : int, optional
        Hz; default the input's own where the engine knows it, else the first of the engine's that both can do.

    Raises
    ------
    DeviceError
        No PortAudio, no card, an unknown device or channel, or a rate that it does not do.
    """
    devices = list_devices()
    source = choose(devices, input_device, "input")
    sink = choose(devices, output_device, "output")
    heard = choose_channels(inputs, source, "input")
    sounded = choose_channels(outputs, sink, "output")
    if sample_rate is not None and sample_rate not in SAMPLE_RATES:
        known = " and ".join(map(str, SAMPLE_RATES))
        raise DeviceError(f"a rate of {sample_rate} Hz is not supported: choose {known}")
    own = [rate for rate in (source.sample_rate, sink.sample_rate) if rate in SAMPLE_RATES]
    for rate in [sample_rate] if sample_rate else [*own, *SAMPLE_RATES]:
        if _supports(source, sink, heard, sounded, rate):
            return Devices(source, sink, heard, sounded, rate)
    asked = f"{sample_rate} Hz" if sample_rate else " or ".join(f"{rate}" for rate in SAMPLE_RATES) + " Hz"
    raise DeviceError(
        f"{source.name} and {sink.name} do not run together at {asked}: "
        f"they prefer {source.sample_rate} and {sink.sample_rate}; choose another with --rate or --device"
    )


class PortAudioStream:
    """Run an engine on a sound card, and wait for the card when it is pulled out. Control thread.

    Parameters
    ----------
    engine : Engine
        Its rate and channels must be the devices'.
    devices : Devices, optional
        From `find_devices`; default: found from the arguments that follow, at the engine's rate.
    input_device, output_device, inputs, outputs
        As `find_devices` takes them.
    block : int, optional
        Frames a callback, 16..4096; default the driver's choice, which may vary.
    record : str or Path, optional
        The file that everything played goes to; complete once `stop` returns.
    clicks : sequence of int, optional
        Channels from 1, one or two, that clicks go to; default `outputs`.
    more_inputs, more_outputs : sequence of int
        Channels from 0 of the engine's other inputs and outputs, as many as it has.
    cues : sequence of int, optional
        Channels from 1, one or two, that offers go to that wait to be accepted.
    round_trip : int, optional
        Frames from the output to the input, as measured; default what the driver says.
    on_notice : callable, optional
        Called with a line for the player when the card goes or comes back; on the watching thread.

    Raises
    ------
    DeviceError
        As `find_devices`; or the device is in use, or refuses the block size.
    AudioFileError
        The recording cannot be written.
    """

    def __init__(
        self,
        engine: Engine,
        devices: Devices | None = None,
        *,
        input_device: str | int | None = None,
        output_device: str | int | None = None,
        inputs: Sequence[int] | None = None,
        outputs: Sequence[int] | None = None,
        block: int | None = None,
        record: str | Path | None = None,
        clicks: Sequence[int] | None = None,
        more_inputs: Sequence[int] = (),
        more_outputs: Sequence[int] = (),
        cues: Sequence[int] | None = None,
        round_trip: int | None = None,
        on_notice: Callable[[str], None] | None = None,
    ) -> None:
        if devices is None:
            devices = find_devices(input_device, output_device, inputs, outputs, engine.sample_rate)
        self.engine = engine
        self.devices = devices
        self.sample_rate = engine.sample_rate
        self.block = block or 0
        self.input_latency_frames = 0
        self.output_latency_frames = 0
        self.waiting = False  # for a card that has gone
        self._stuck = False
        self._round_trip = round_trip
        self._clicks = None if clicks is None else choose_channels(clicks, devices.output, "output")
        self._more_inputs, self._more_outputs = tuple(more_inputs), tuple(more_outputs)
        self._cues = () if cues is None else choose_channels(cues, devices.output, "output")
        self._on_notice = on_notice
        self._recorder = Recorder(engine, record) if record is not None else None
        self._stream = None
        self._port: Port | None = None
        self._xruns_before = engine.status().xruns
        self._ending = threading.Event()
        self._watcher: threading.Thread | None = None
        self._open(devices)

    @property
    def xruns(self) -> int:
        """Blocks that the driver reported as broken, since this stream was made. Any thread."""
        return self.engine.status().xruns - self._xruns_before

    @property
    def cpu_load(self) -> float:
        """PortAudio's estimate of the share of its time that the callback takes, 0..1."""
        return self._stream.cpu_load if self._stream is not None else 0.0

    def start(self) -> None:
        """Let it sound."""
        if self._recorder is not None:
            self._recorder.start()
        try:
            self._start_stream()
        except DeviceError:
            self.stop()
            raise
        self._ending.clear()
        self._watcher = threading.Thread(target=self._watch, name="sound card watch", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Fall silent, let the card go, and finish the recording."""
        self._ending.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        self._close()
        if self._recorder is not None:
            self._recorder.stop()

    def _open(self, devices: Devices) -> None:
        sd = _sounddevice()
        outputs = [*devices.outputs, *(self._clicks or ()), *self._more_outputs, *self._cues]
        channels = (max([*devices.inputs, *self._more_inputs]) + 1, max(outputs) + 1)
        if self._port is None or devices.inputs != self.devices.inputs or devices.outputs != self.devices.outputs:
            self._port = self.engine.port(
                *channels, devices.inputs, devices.outputs, self._clicks,
                more_inputs=self._more_inputs, more_outputs=self._more_outputs, cues=self._cues,
            )  # fmt: skip
        try:
            with _quiet():
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
        most = int(MAX_LATENCY_S * self.sample_rate) // 2
        self.input_latency_frames = min(most, round(latency_in * self.sample_rate))
        self.output_latency_frames = min(most, round(latency_out * self.sample_rate))
        if self._round_trip is not None:
            self.output_latency_frames = min(self.output_latency_frames, self._round_trip)
            self.input_latency_frames = self._round_trip - self.output_latency_frames
        self.engine.set_latency(self.input_latency_frames, self.output_latency_frames)

    def _start_stream(self) -> None:
        sd = _sounddevice()
        try:
            with _quiet():
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
            atexit.unregister(_sounddevice()._exit_handler)  # it would wait for the same driver, or abort

    def _watch(self) -> None:
        """Notice a card that has gone, and wait for it with the loop kept."""
        last_frame, stalled = self.engine.frame(), 0
        while not self._ending.wait(WATCH_S):
            if self.waiting:
                self._try_again()
                last_frame, stalled = self.engine.frame(), 0
                continue
            frame = self.engine.frame()
            stalled = stalled + 1 if frame == last_frame else 0
            last_frame = frame
            if stalled >= STALLED_LOOKS or not self._stream.active:
                self._close()
                self.waiting = True
                cure = "quit and start again" if self._stuck else "connect it again; the loop is kept"
                self._tell(f"{self.devices.input.name} ({self.devices.input.api}) has gone: {cure}")
                if self._stuck:
                    return

    def _try_again(self) -> None:
        sd = _sounddevice()
        with _quiet():  # PortAudio sees new devices only when it starts
            sd._terminate()
            sd._initialize()
        wanted = self.devices
        try:
            found = find_devices(
                wanted.input.name,
                wanted.output.name,
                [channel + 1 for channel in wanted.inputs],
                [channel + 1 for channel in wanted.outputs],
                self.sample_rate,
            )
            self._open(found)
            self._start_stream()
        except DeviceError as error:
            log.debug("still waiting for the sound card: %s", error)
            self._close()
            return
        self.waiting = False
        self._tell(f"{found.input.name} is back")

    def _tell(self, text: str) -> None:
        log.warning(text)
        if self._on_notice is not None:
            self._on_notice(text)


def _supports(source: Device, sink: Device, inputs: Sequence[int], outputs: Sequence[int], rate: int) -> bool:
    sd = _sounddevice()
    try:
        with _quiet():
            sd.check_input_settings(source.index, max(inputs) + 1, "float32", samplerate=rate)
            sd.check_output_settings(sink.index, max(outputs) + 1, "float32", samplerate=rate)
    except sd.PortAudioError:
        return False
    return True


def _sounddevice() -> ModuleType:
    """The module, loaded late: importing it fails where PortAudio is missing, and makes it scan all cards."""
    try:
        with _quiet():
            import sounddevice
    except OSError as error:
        raise DeviceError(
            "PortAudio is missing: `sudo apt install libportaudio2` cures it; `unloop demo` needs no sound card"
        ) from error
    return sounddevice


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
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
