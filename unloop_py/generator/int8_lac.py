"""VampNet's codec in 8 bits for a processor: the same networks on a circle, their convolutions as products of bytes.

Sound lies as rows (time, channels). Before each convolution a pass over the rows activates them and quantises them in short
blocks, each with its own scale and with what the convolution sees of its neighbours: a loud attack does not coarsen what
is quiet before it. Long signals go through several layers in pieces, each with all that these see around it, so that what
is under way stays in the processor's cache. The layers that touch a single channel stay in float32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from unloop_py.errors import ParameterError
from unloop_py.generator import fused
from unloop_py.generator.int8_layers import Int8Convolution, joined
from unloop_py.generator.lac_codec import Decoder, DecoderBlock, DilatedPair, Encoder, EncoderBlock, ResidualUnit, Snake

BLOCK_SIZE, SHORTEST_BLOCK, LONGEST_BLOCK = 49_152, 64, 1024
"""Numbers in a block that has one scale (64 rows of 768 channels, 1024 of 48), and how many rows it has at least and at most."""
PIECE = 2**22
"""Numbers of a piece that goes through several layers at once, about: 16 MB. Half as many take a tenth longer, and a whole minute
at once would take gigabytes."""

NONE, NONE_EACH = np.empty((0, 0), np.float32), np.empty(0, np.float32)
RowsBetween = Callable[[int, int], np.ndarray]
"""The rows (stop - start, channels) from one place of a circle to another, which may lie before its head or past its end."""


class Flow(NamedTuple):
    """Rows on their way: a stream, a product that is still to be added to it, or one of the two.

    Added is product * scale of its block + bias. Whoever reads the rows next does it while reading.
    """

    length: int
    stream: np.ndarray = NONE           # (any, channels), a circle of which row `first` is the flow's first
    product: np.ndarray = NONE          # (>= length, channels)
    scale: np.ndarray = NONE_EACH       # (blocks,)
    block: int = 1                      # rows in each
    bias: np.ndarray = NONE_EACH        # (channels,)
    first: int = 0


class Convolved(nn.Module):
    """An activation, or none, and the convolution after it; weight (out, in, kernel)."""

    def __init__(self, snake: Snake | None, weight: Tensor, bias: Tensor, *, before: int, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        alpha = torch.empty(0) if snake is None else snake.alpha.detach().flatten().float()
        self.alpha = nn.Parameter(alpha.clone(), requires_grad=False)
        self.bias = nn.Parameter(bias.detach().float().clone(), requires_grad=False)
        self.convolution = Int8Convolution(weight.detach(), stride=stride, dilation=dilation)
        self.channels, self.before = weight.shape[1], before
        self.block = min(max(BLOCK_SIZE // self.channels // stride, SHORTEST_BLOCK // stride), LONGEST_BLOCK)

    @classmethod
    def of(cls, snake: Snake | None, layer: nn.Conv1d) -> Convolved:
        """A layer of the plain network, with the activation before it."""
        (stride,), (before,), (dilation,) = layer.stride, layer.padding, layer.dilation
        return cls(snake, layer.weight, layer.bias, before=before, stride=stride, dilation=dilation)

    def forward(self, flow: Flow, stream: np.ndarray = NONE) -> Flow:
        """The convolution's product. ``stream`` (length, channels) is given what was convolved, before its activation."""
        stride = self.convolution.stride
        length = -(-flow.length // stride)
        blocks = -(-length // self.block)
        rows = (self.block - 1) * stride + 1 + self.convolution.reach
        quantised, scale = np.empty((blocks, rows, self.channels), np.uint8), np.empty(blocks, np.float32)
        fused.snake_quantise(*flow, self.alpha.numpy(), self.before, self.block * stride, stream, quantised, scale)
        product = self.convolution(torch.from_numpy(quantised)).flatten(0, 1).numpy()
        return Flow(length, NONE, product, scale, self.block, self.bias.numpy())


class Pairs(nn.Module):
    """Pairs of convolutions beside the stream, one after another: an encoder's residual units, or one bank of a decoder's block."""

    def __init__(self, pairs: list[ResidualUnit] | list[DilatedPair]) -> None:
        super().__init__()
        layers = [pair.block if isinstance(pair, ResidualUnit) else pair.layer for pair in pairs]
        self.first = nn.ModuleList(Convolved.of(snake, wide) for snake, wide, _, _ in layers)
        self.second = nn.ModuleList(Convolved.of(snake, near) for _, _, snake, near in layers)
        self.reach = sum(layer.before for layer in (*self.first, *self.second))

    def forward(self, flow: Flow) -> Flow:
        for first, second in zip(self.first, self.second, strict=True):
            stream = np.empty((flow.length, first.channels), np.float32)
            flow = second(first(flow, stream))._replace(stream=stream)
        return flow


class Int8DecoderBlock(nn.Module):
    """More rows and half the channels, then the mean of three banks."""

    def __init__(self, block: DecoderBlock) -> None:
        super().__init__()
        snake, up, fusion = block.block
        (self.ratio,), (self.shift,) = up.stride, up.padding
        self.channels = up.weight.shape[1]
        # A kernel of twice the stride: each step in makes `ratio` rows out together with the step before it.
        now, then = up.weight.detach().split(self.ratio, dim=2)
        taps = joined((then, now), dim=2).unflatten(2, (2, self.ratio)).permute(3, 1, 0, 2).flatten(0, 1)  # (ratio * out, in, 2)
        self.up = Convolved(snake, taps, up.bias, before=1)
        self.banks = nn.ModuleList(Pairs(list(bank.block)) for bank in fusion.mrf_blocks)

    def forward(self, stream: np.ndarray) -> np.ndarray:
        made = self.up(Flow(len(stream), stream))
        grown = np.empty((len(stream) * self.ratio, self.channels), np.float32)
        fused.spread_steps(made.product, made.scale, made.block, made.bias, self.shift, grown)
        mean = np.empty_like(grown)
        for number, bank in enumerate(self.banks):
            for start, stop, around in pieces(len(grown), self.channels, bank.reach):
                flow = bank(Flow(stop - start + 2 * around, grown, first=start - around))
                fused.add_flow(*flow, around, np.float32(1 / len(self.banks)), number > 0, mean[start:stop])
        return mean


class Int8Decoder(nn.Module):
    """Stands where `lac_codec.Decoder` does, for circles."""

    def __init__(self, decoder: Decoder) -> None:
        super().__init__()
        first, *blocks, snake, last = decoder.model
        self.first = Convolved.of(None, first)
        self.blocks = nn.ModuleList(Int8DecoderBlock(block) for block in blocks)
        self.alpha = nn.Parameter(snake.alpha.detach().flatten().float().clone(), requires_grad=False)
        self.last = nn.Parameter(last.weight.detach()[0].float().clone(), requires_grad=False)         # (channels, kernel)
        self.last_bias = nn.Parameter(last.bias.detach().float().clone(), requires_grad=False)

    def forward(self, z: Tensor, circular: bool) -> Tensor:
        _check_circle(circular)
        return torch.stack([self._sound(item) for item in z])

    def _sound(self, z: Tensor) -> Tensor:
        """Latents (latent_dim, steps) to sound (1, samples)."""
        stream = summed(self.first(Flow(z.shape[1], z.T.contiguous().numpy())))
        for block in self.blocks:
            stream = block(stream)
        heard = []
        around = self.last.shape[1] // 2
        for start, stop, _ in pieces(len(stream), stream.shape[1], around):
            rows = between(stream, start - around, stop + around)
            fused.snake_rows(rows, self.alpha.numpy(), rows)
            heard.append(F.conv1d(torch.from_numpy(rows).T[None], self.last[None], self.last_bias)[0])
        return torch.tanh(torch.cat(heard, dim=1))


class Int8EncoderBlock(nn.Module):
    """Residual units, then fewer rows and twice the channels."""

    def __init__(self, block: EncoderBlock) -> None:
        super().__init__()
        *units, snake, down = block.block
        self.units, self.down = Pairs(units), Convolved.of(snake, down)
        self.reach = self.units.reach + self.down.convolution.reach

    def forward(self, rows: RowsBetween, length: int) -> np.ndarray:
        """``length`` rows of a circle to length / stride rows."""
        stride = self.down.convolution.stride
        around = -(-self.reach // stride)
        made = []
        for start, stop, _ in pieces(length // stride, self.down.channels * stride, around):
            piece = rows((start - around) * stride, (stop + around) * stride)
            made.append(summed(self.down(self.units(Flow(len(piece), piece))))[around : around + stop - start])
        return np.concatenate(made)


class Int8Encoder(nn.Module):
    """Stands where `lac_codec.Encoder` does, for circles."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        first, *blocks, snake, last = encoder.block
        self.first = nn.Parameter(first.weight.detach()[:, 0].float().clone(), requires_grad=False)    # (channels, kernel)
        self.first_bias = nn.Parameter(first.bias.detach().float().clone(), requires_grad=False)
        self.blocks = nn.ModuleList(Int8EncoderBlock(block) for block in blocks)
        self.last = Convolved.of(snake, last)

    def forward(self, x: Tensor, circular: bool) -> Tensor:
        _check_circle(circular)
        return torch.stack([self._latents(item[0].numpy()) for item in x])

    def _latents(self, sound: np.ndarray) -> Tensor:
        """Sound (samples,) to latents (latent_dim, steps)."""
        length, rows = len(sound), self._heard(sound)
        for block in self.blocks:
            stream = block(rows, length)
            length, rows = len(stream), lambda start, stop, stream=stream: between(stream, start, stop)
        return torch.from_numpy(summed(self.last(Flow(length, stream)))).T

    def _heard(self, sound: np.ndarray) -> RowsBetween:
        """The first convolution, made where it is asked for: whole, its rows would be the largest thing in memory."""
        kernel = self.first.shape[1]

        def rows(start: int, stop: int) -> np.ndarray:
            seen = torch.from_numpy(between(sound, start - kernel // 2, stop + kernel // 2)).unfold(0, kernel, 1)
            return torch.addmm(self.first_bias, seen, self.first.T).numpy()
        return rows


def _check_circle(circular: bool) -> None:
    if not circular:
        raise ParameterError("8 bits play circles: a straight piece is for a codec loaded with int8=False")


def summed(flow: Flow) -> np.ndarray:
    """A product's rows with their scale and bias (length, channels)."""
    rows = np.empty((flow.length, flow.product.shape[1]), np.float32)
    fused.add_flow(*flow, 0, np.float32(1.0), False, rows)
    return rows


def between(stream: np.ndarray, start: int, stop: int) -> np.ndarray:
    """The rows of a circle from one place to another; a copy."""
    return np.take(stream, np.arange(start, stop), axis=0, mode="wrap")


def pieces(length: int, channels: int, reach: int) -> list[tuple[int, int, int]]:
    """Where the pieces of a circle start and stop, and the rows that each needs around it: one that is all, and none, if it is short."""
    size = PIECE // channels
    if length <= size + 2 * reach:
        return [(0, length, 0)]
    return [(start, min(start + size, length), reach) for start in range(0, length, size)]
