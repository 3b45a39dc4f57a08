"""Products of 8-bit numbers: weights with one scale for each channel out, rows in with scales of their own.

A processor multiplies bytes twice as fast as bfloat16 and four to five times as fast as float32 (VNNI: 0.87, 0.45 and
0.2 TFLOP/s on two cores of 2023). Weights are rounded once; oneDNN keeps them in the order in which its kernels read them.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

MIDDLE = 128
"""The byte that stands for 0."""
LEVELS = 127
"""Bytes to either side of it."""
LEAST = 1e-20
"""Stands for the largest magnitude of zeros, so that nothing is divided by 0."""
_ops = torch.ops.onednn
PLAIN = (None, 1.0, 0, torch.float32, "none", [], "")
"""The rest of oneDNN's arguments: no bias, float32 out, nothing after the product."""


def joined(parts: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Weights side by side. Of those without memory the shape is all: with them torch's own would load its compiler (1.5 s)."""
    if not parts[0].is_meta:
        return torch.cat(tuple(parts), dim)
    shape = list(parts[0].shape)
    shape[dim] = sum(part.shape[dim] for part in parts)
    return torch.empty(shape, device="meta")


def quantised_weight(weight: Tensor) -> tuple[Tensor, Tensor]:
    """A weight (out, ...) as int8 in -127..127, and the scale (out,) of each channel."""
    if weight.is_meta:  # see `joined`
        return torch.empty(weight.shape, dtype=torch.int8, device="meta"), torch.empty(len(weight), device="meta")
    scale = (weight.flatten(1).abs().amax(1) / LEVELS).clamp_min(LEAST)
    return (weight / scale.view(-1, *(1,) * (weight.ndim - 1))).round_().to(torch.int8), scale.float()


class Int8Linear(nn.Module):
    """Rows of bytes (T, in) to float32 (T, out), still without the rows' own scales.

    Made from a weight (out, in). oneDNN's order is made at the first call, for it takes longer than all the rest of a start.
    """

    weight: Tensor
    scale: Tensor

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        quantised, scale = quantised_weight(weight)
        self.register_buffer("weight", quantised)
        self.register_buffer("scale", scale)
        self._packed: Tensor | None = None

    def _pack(self) -> None:
        self._zeros = torch.zeros(len(self.scale), dtype=torch.int32)
        self._packed = _ops.qlinear_prepack(self.weight, None)
        self.weight = torch.empty(0, dtype=torch.int8)

    def forward(self, rows: Tensor) -> Tensor:
        """rows (T, in) uint8 round `MIDDLE`."""
        if self._packed is None:
            self._pack()
        return _ops.qlinear_pointwise(rows, 1.0, MIDDLE, self._packed, self.scale, self._zeros, *PLAIN)


class Int8Convolution(nn.Module):
    """Blocks of rows of bytes (N, rows, in) to float32 (N, rows', out), without padding and still without the blocks' scales.

    Made from a weight (out, in, kernel).
    """

    weight: Tensor
    scale: Tensor

    def __init__(self, weight: Tensor, *, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        quantised, scale = quantised_weight(weight)
        self.register_buffer("weight", quantised)
        self.register_buffer("scale", scale)
        self.kernel, self.stride, self.dilation = weight.shape[2], stride, dilation
        self._packed: Tensor | None = None

    @property
    def reach(self) -> int:
        """Rows in that one row out depends on, less one."""
        return (self.kernel - 1) * self.dilation

    def _pack(self) -> None:
        channels = self.weight.shape[1]
        self._how = ([1, self.stride], [0, 0], [1, self.dilation], 1)
        self._zeros = torch.zeros(len(self.scale), dtype=torch.int32)
        self._packed = _ops.qconv_prepack(self.weight[:, :, None], self.scale, 1.0, MIDDLE, *self._how, [8, channels, 1, 512])
        self.weight = torch.empty(0, dtype=torch.int8)

    def forward(self, blocks: Tensor) -> Tensor:
        """blocks (N, rows, in) uint8 round `MIDDLE`."""
        if self._packed is None:
            self._pack()
        made = _ops.qconv_pointwise(blocks[:, None].permute(0, 3, 1, 2), 1.0, MIDDLE, self._packed, self.scale, self._zeros, None,
                                    *self._how, *PLAIN[1:])
        return made.permute(0, 2, 3, 1)[:, 0]
