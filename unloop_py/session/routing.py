"""What the parameters of a loop mean in gains: which inputs it hears, and where it sounds. Pure.

The engine's inputs and outputs are the common ones first, as many as it has channels, and then those that loops have for
themselves. `numbers` are the device's, from 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from unloop_py.config import JamConfig
from unloop_py.errors import ParameterError

PLACES = frozenset({
    "pan_1", "pan_2", "channels", "use_common_ins", "use_common_outs", "input_1", "input_2", "output_1", "output_2",
})  # fmt: skip
"""The parameters that say where a loop is."""

Values = Mapping[str, float | int]
Gains = list[list[float]]


def places_of(config: JamConfig, loop: int) -> dict[str, int]:
    """The parameters of a loop, from 0, that the options mean which give it inputs and outputs of its own."""
    found: dict[str, int] = {}
    for kind, switch, ends in (("input", "use_common_ins", config.loop_inputs), ("output", "use_common_outs", config.loop_outputs)):
        for whose, channels in ends:
            if whose == loop + 1:
                found |= {switch: 0, f"{kind}_2": 0} | {f"{kind}_{place}": channel for place, channel in enumerate(channels, 1)}
    return found


def hears(values: Values, channels: int, numbers: Sequence[int]) -> Gains:
    """The gain of every input in each channel of the loop, as ``gains[channel][input]``.

    A loop of one channel has the mean of what it hears in all of the engine's channels, so that it lies in the middle. An input
    that is both a common one and its own is heard once.
    """
    own = _own(values, "input", numbers)
    gains = [[0.0] * len(numbers) for _ in range(channels)]
    if int(values["channels"]) == 1 or channels == 1:
        common = list(range(channels)) if values["use_common_ins"] else []
        for heard in (common, own):
            for c in range(channels):
                for end in heard:
                    gains[c][end] = min(1.0, gains[c][end] + 1.0 / len(heard))
        return gains
    for c in range(channels):
        if values["use_common_ins"]:
            gains[c][c] = 1.0
        if own:
            gains[c][own[min(c, len(own) - 1)]] = 1.0
    return gains


def sends(values: Values, channels: int, numbers: Sequence[int]) -> Gains:
    """The gain of each channel of the loop in every output, as ``gains[output][channel]``.

    Where there are other outputs than the common ones, the record of all that sounds comes after them: in it is what the
    common outputs do not have.
    """
    own = _own(values, "output", numbers)
    common = _panned(values, channels)
    silent = [[0.0] * channels for _ in range(channels)]
    gains = common if values["use_common_outs"] else silent
    gains = gains + [[0.0] * channels for _ in numbers[channels:]]
    mean = [1.0 / channels] * channels
    for place, end in enumerate(own):
        alone = len(own) == 1 or channels == 1 or int(values["channels"]) == 1
        gains[end] = mean if alone else [float(c == place) for c in range(channels)]
    if len(numbers) > channels:
        gains = gains + (common if own and not values["use_common_outs"] else silent)
    return gains


def _panned(values: Values, channels: int) -> Gains:
    """Gains at the common outputs. At 0 and 1 a channel is in one of them alone; between, its power stays."""
    if channels == 1:
        return [[1.0]]
    if int(values["channels"]) == 1:
        left, right = _law((values["pan_1"] + values["pan_2"]) / 2.0)
        return [[0.5 * min(1.0, gain * math.sqrt(2.0))] * channels for gain in (left, right)]
    laws = [_law(values[name]) for name in ("pan_1", "pan_2")]
    return [[law[end] for law in laws] for end in range(channels)]


def _law(pan: float) -> tuple[float, float]:
    if pan in (0.0, 1.0):
        return 1.0 - pan, float(pan)
    return math.cos(pan * math.pi / 2.0), math.sin(pan * math.pi / 2.0)


def _own(values: Values, kind: str, numbers: Sequence[int]) -> list[int]:
    """The engine's inputs or outputs that a loop has for itself. Raises ParameterError for one that is not open."""
    found = []
    for name in (f"{kind}_1", f"{kind}_2"):
        number = int(values[name])
        if number and number not in numbers:
            known = ", ".join(map(str, numbers))
            raise ParameterError(f"{name}: {kind} {number} is not open; start with --loop-{kind}s {number}, or choose one of {known}")
        if number:
            found.append(list(numbers).index(number))
    return found
