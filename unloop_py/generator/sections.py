"""Long sound through a network of convolutions in sections: less memory at once, and the same result.

A convolution sees only so far. A section goes through with that much of its surroundings to both sides, which is then cut
off: round a circle the loop's own end and head, else what lies there.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import LongTensor, nn


def reach_in_steps(layers: nn.Module, rate: float, hop: int) -> int:
    """Steps of surroundings beyond which nothing changes what these convolutions make of a section.

    ``rate`` is the samples from one input of the first layer to the next, ``hop`` those of a step. Layers that stand beside one
    another count as if one came after the other.
    """
    samples = 0.0
    for layer in layers.modules():
        if isinstance(layer, nn.ConvTranspose1d):
            rate /= layer.stride[0]
            samples += (layer.kernel_size[0] - 1) * rate
        elif isinstance(layer, nn.Conv1d):
            span, before = layer.dilation[0] * (layer.kernel_size[0] - 1), int(layer.padding[0])
            samples += max(before, span - before) * rate
            rate *= layer.stride[0]
    return int(samples // hop) + 2


def sections(steps: int, reach: int, longest: int, circular: bool, device: torch.device) -> Iterator[tuple[LongTensor, int, int]]:
    """The steps to look at for each section of at most ``longest``, where in them it begins, and how long it is."""
    for start in range(0, steps, longest):
        stop = min(start + longest, steps)
        first, last = (start - reach, stop + reach) if circular else (max(0, start - reach), min(steps, stop + reach))
        yield torch.arange(first, last, device=device) % steps, start - first, stop - start
