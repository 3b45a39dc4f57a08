"""Which sound card a person means, by name or number. Pure; knows nothing of any driver."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import DeviceError


@dataclass(frozen=True)
class Device:
    """One device as the driver lists it.

    Attributes
    ----------
    index : int
        The number that `--device` takes.
    name, api : str
        Its name, and the system it is reached through (ALSA, JACK, Core Audio, ...).
    inputs, outputs : int
        Channels that it has.
    sample_rate : int
        Hz, the one it prefers.
    default_input, default_output : bool
        Whether the system would choose it.
    """

    index: int
    name: str
    api: str
    inputs: int
    outputs: int
    sample_rate: int
    default_input: bool = False
    default_output: bool = False

    def __str__(self) -> str:
        marks = "".join([" · default input" * self.default_input, " · default output" * self.default_output])
        return f"{self.index:3d}  {self.name} ({self.api}), {self.inputs} in, {self.outputs} out, {self.sample_rate} Hz{marks}"


def choose(devices: Sequence[Device], wanted: str | int | None, direction: str) -> Device:
    """The device that `wanted` names.

    Parameters
    ----------
    devices : sequence of Device
    wanted : str, int or None
        An index, a name, or a part of one in any case; None is the system's default.
    direction : {"input", "output"}

    Raises
    ------
    DeviceError
        No such device, one without channels in that direction, or several that match; lists what there is.
    """
    usable = [device for device in devices if _channels(device, direction)]
    if not usable:
        raise DeviceError(f"no sound card with an {direction} was found: connect one, or try `unloop demo`")
    if wanted is None:
        defaults = [device for device in usable if getattr(device, f"default_{direction}")]
        return (defaults or usable)[0]
    text = str(wanted).strip()
    if text.isdigit():
        for device in usable:
            if device.index == int(text):
                return device
    matches = [d for d in usable if text.lower() in f"{d.name}, {d.api}".lower()]
    exact = [d for d in matches if text.lower() in (d.name.lower(), f"{d.name}, {d.api}".lower())]
    if len(exact) == 1 or len(matches) == 1:
        return (exact or matches)[0]
    listed = "; ".join(f"{d.index} {d.name} ({d.api})" for d in (matches or usable))
    if matches:
        raise DeviceError(f"several {direction} devices match {wanted!r}: name one by its number: {listed}")
    near = difflib.get_close_matches(text.lower(), [d.name.lower() for d in usable], n=2, cutoff=0.4)
    hint = f"; did you mean {' or '.join(repr(d.name) for d in usable if d.name.lower() in near)}?" if near else ""
    raise DeviceError(f"there is no {direction} device {wanted!r}{hint} There are: {listed}")


def choose_channels(wanted: Sequence[int] | None, device: Device, direction: str) -> tuple[int, ...]:
    """Channels of a device, counted from 1 as players do, as indices from 0.

    Parameters
    ----------
    wanted : sequence of int or None
        One or two of them; None is the first two that it has.

    Raises
    ------
    DeviceError
        More than two, or one that the device does not have.
    """
    count = _channels(device, direction)
    if wanted is None:
        return tuple(range(min(2, count)))
    if not 1 <= len(wanted) <= 2:
        raise DeviceError(f"choose 1 or 2 {direction}s, got {len(wanted)}")
    for channel in wanted:
        if not 1 <= channel <= count:
            raise DeviceError(f"{device.name} has no {direction} {channel}: it has 1..{count}")
    return tuple(channel - 1 for channel in wanted)


def more_channels(wanted: Sequence[int], common: Sequence[int], device: Device, direction: str) -> tuple[int, ...]:
    """The channels among `wanted`, from 1, that are not `common`, from 0: once each, as indices from 0.

    Raises
    ------
    DeviceError
        One that the device does not have.
    """
    found = [index for channel in wanted for index in choose_channels([channel], device, direction)]
    return tuple(index for index in dict.fromkeys(found) if index not in common)


def _channels(device: Device, direction: str) -> int:
    return device.inputs if direction == "input" else device.outputs
