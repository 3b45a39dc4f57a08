"""How a device's channels map to the engine's inputs and outputs. Python's side alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import DeviceError
from .layout import MAX_DEVICE_CHANNELS, PORT


class Port:
    """How one caller's channels map to the engine's. Keep it as long as its stream runs.

    Attributes
    ----------
    userdata : int
        Address that the callback is to be given.
    """

    def __init__(self, record: np.ndarray) -> None:
        self._record = record

    @property
    def userdata(self) -> int:
        return self._record.ctypes.data


def make_port(
    header: np.ndarray,
    input_channels: int,
    output_channels: int,
    inputs: Sequence[int] | None = None,
    outputs: Sequence[int] | None = None,
    clicks: Sequence[int] | None = None,
    more_inputs: Sequence[int] = (),
    more_outputs: Sequence[int] = (),
    cues: Sequence[int] = (),
) -> Port:
    """See `Engine.port`; `header` is the engine's."""
    n = int(header["channels"][0])
    if inputs is None:
        inputs = [min(c, max(0, input_channels - 1)) for c in range(n)]
    if outputs is None:
        outputs = list(range(min(max(n, 1), output_channels)))
    clicks = outputs if clicks is None else clicks
    for name, chosen, count in (
        ("input", [*inputs, *more_inputs], input_channels), ("output", [*outputs, *clicks, *more_outputs, *cues], output_channels),
    ):  # fmt: skip
        for channel in chosen:
            if not 0 <= channel < max(count, 1) or count > MAX_DEVICE_CHANNELS:
                raise DeviceError(f"there is no {name} channel {channel + 1}: the device has 1..{count}")
    record = np.zeros(1, PORT)
    record["header"] = header.ctypes.data
    record["input_channels"] = input_channels
    record["output_channels"] = output_channels
    record["outputs"] = -1
    for c in range(n):
        record["inputs"][0, c] = inputs[min(c, len(inputs) - 1)] if inputs else 0
    record["inputs"][0, n : n + len(more_inputs)] = more_inputs
    record["outputs"][0, n : n + len(more_outputs)] = more_outputs
    _spread(record["gains"][0], outputs, n)
    _spread(record["cue_gains"][0], cues, n)
    for device_channel in clicks:
        record["click_gains"][0, device_channel] = 1.0
    return Port(record)


def _spread(gains: np.ndarray, outputs: Sequence[int], n: int) -> None:
    """Send n channels to device channels: one of those gets the mean, and one channel goes to all of them."""
    for i, device_channel in enumerate(outputs):
        if len(outputs) == 1:
            gains[device_channel, :n] = 1.0 / n
        else:
            gains[device_channel, min(i, n - 1)] = 1.0
