"""Which sound cards PortAudio sees, and a pair of them that runs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..engine.engine import SAMPLE_RATES
from ..errors import DeviceError
from . import portaudio_library as library
from .devices import Device, choose, choose_channels


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
    sd = library.sounddevice()
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


def _supports(source: Device, sink: Device, inputs: Sequence[int], outputs: Sequence[int], rate: int) -> bool:
    sd = library.sounddevice()
    try:
        with library.quiet():
            sd.check_input_settings(source.index, max(inputs) + 1, "float32", samplerate=rate)
            sd.check_output_settings(sink.index, max(outputs) + 1, "float32", samplerate=rate)
    except sd.PortAudioError:
        return False
    return True
