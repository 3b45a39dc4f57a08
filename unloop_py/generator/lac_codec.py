"""The codec of VampNet's published files, LAC: the Improved RVQGAN (Kumar et al. 2023) with a HiFi-GAN decoder.

Strided convolutions down to one latent a hop, a residual vector quantizer with small normalised codebooks, and transposed
convolutions up again, each followed by three banks of dilated convolutions (Kong et al. 2020). DAC looks alike and is
not: its decoder has other layers. Modules bear the names that their weights have in a file, so that a file's own keys
load; weight normalisation is folded into the weights before that.

Straight, it computes what the reference computes. On a circle every convolution sees the loop's end before its start, so
that rotating a loop by whole hops rotates codes and sound exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import LongTensor, Tensor, nn

from unloop_py.errors import ParameterError
from unloop_py.generator.rvq_codec import pad_steps
from unloop_py.generator.sections import reach_in_steps, sections

KERNELS = (3, 7, 11)
DECODER_DILATIONS = (1, 3, 5)
ENCODER_DILATIONS = (1, 3, 9)
SECTION = 1024
"""Steps of a longer circle at once, 18 s: a minute would take gigabytes."""


@dataclass(frozen=True)
class LacConfig:
    """What a file's metadata says of its codec; names are the file's."""

    encoder_dim: int
    encoder_rates: tuple[int, ...]
    decoder_dim: int
    decoder_rates: tuple[int, ...]
    n_codebooks: int
    codebook_size: int
    codebook_dim: int
    sample_rate: int

    @property
    def latent_dim(self) -> int:
        """Channels between encoder and decoder."""
        return self.encoder_dim * 2 ** len(self.encoder_rates)


class Snake(nn.Module):
    """``x + sin(alpha x)^2 / alpha``, one alpha a channel (Ziyin et al. 2020)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(1, channels, 1))

    def forward(self, x: Tensor, circular: bool) -> Tensor:
        return x + (self.alpha + 1e-9).reciprocal() * torch.sin(self.alpha * x).pow(2)


class Convolution(nn.Conv1d):
    """A convolution, padded with silence or with the loop's other end."""

    def forward(self, x: Tensor, circular: bool) -> Tensor:
        (before,), (stride,), (kernel,), (dilation,) = self.padding, self.stride, self.kernel_size, self.dilation
        if not circular or not before:
            return super().forward(x)
        after = dilation * (kernel - 1) + 1 - stride - before  # so that every stride gives one step
        x = pad_steps(x, max(before, after), True)
        x = x[..., max(before, after) - before : x.shape[-1] - max(before, after) + after]
        return F.conv1d(x, self.weight, self.bias, self.stride, 0, self.dilation)


class TransposedConvolution(nn.ConvTranspose1d):
    """A transposed convolution whose kernel is twice its stride, so that each step reaches into its neighbours only."""

    def forward(self, x: Tensor, circular: bool) -> Tensor:
        if not circular:
            return super().forward(x)
        (stride,), (cut,) = self.stride, self.padding
        y = F.conv_transpose1d(pad_steps(x, 1, True), self.weight, self.bias, self.stride)
        return y[..., stride + cut : stride + cut + x.shape[-1] * stride]


class Chain(nn.ModuleList):
    """Layers one after another."""

    def forward(self, x: Tensor, circular: bool) -> Tensor:
        for layer in self:
            x = layer(x, circular)
        return x


class ResidualUnit(nn.Module):
    """Two convolutions beside the stream, in the encoder."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        wide = Convolution(channels, channels, 7, dilation=dilation, padding=3 * dilation)
        self.block = Chain((Snake(channels), wide, Snake(channels), Convolution(channels, channels, 1)))

    def forward(self, x: Tensor, circular: bool) -> Tensor:
        return x + self.block(x, circular)


class EncoderBlock(nn.Module):
    """Three residual units, then fewer steps and twice the channels."""

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        down = Convolution(channels, 2 * channels, 2 * stride, stride, padding=stride // 2)
        self.block = Chain((*(ResidualUnit(channels, dilation) for dilation in ENCODER_DILATIONS), Snake(channels), down))

    def forward(self, x: Tensor, circular: bool) -> Tensor:
        return self.block(x, circular)


class DilatedPair(nn.Module):
    """Two convolutions beside the stream, in the decoder."""

    def __init__(self, channels: int, kernel: int, dilation: int) -> None:
        super().__init__()
        wide = Convolution(channels, channels, kernel, dilation=dilation, padding=(kernel - 1) * dilation // 2)
        near = Convolution(channels, channels, kernel, padding=(kernel - 1) // 2)
        self.layer = Chain((Snake(channels), wide, Snake(channels), near))

    def forward(self, x: Tensor, circular: bool) -> Tensor:
        return x + self.layer(x, circular)


class DilatedPairs(nn.Module):
    """Dilated pairs of one kernel size, one after another."""

    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()
        self.block = Chain(DilatedPair(channels, kernel, dilation) for dilation in DECODER_DILATIONS)

    def forward(self, x: Tensor, circular: bool) -> Tensor:
        return self.block(x, circular)


class FieldFusion(nn.Module):
    """Multi-receptive-field fusion: the mean of three banks of different kernel sizes."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.mrf_blocks = nn.ModuleList(DilatedPairs(channels, kernel) for kernel in KERNELS)

    def forward(self, x: Tensor, circular: bool) -> Tensor:
        return sum(bank(x, circular) for bank in self.mrf_blocks) / len(self.mrf_blocks)


class DecoderBlock(nn.Module):
    """More steps and half the channels, then the fused banks."""

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        up = TransposedConvolution(channels, channels // 2, 2 * stride, stride, padding=stride // 2)
        self.block = Chain((Snake(channels), up, FieldFusion(channels // 2)))

    def forward(self, x: Tensor, circular: bool) -> Tensor:
        return self.block(x, circular)


class Encoder(nn.Module):
    """Sound (B, 1, samples) to latents (B, latent_dim, steps)."""

    def __init__(self, config: LacConfig) -> None:
        super().__init__()
        widths = [config.encoder_dim * 2**number for number in range(len(config.encoder_rates))]
        self.block = Chain((
            Convolution(1, config.encoder_dim, 7, padding=3),
            *(EncoderBlock(width, stride) for width, stride in zip(widths, config.encoder_rates, strict=True)),
            Snake(config.latent_dim), Convolution(config.latent_dim, config.latent_dim, 3, padding=1)))

    def forward(self, x: Tensor, circular: bool) -> Tensor:
        return self.block(x, circular)


class Decoder(nn.Module):
    """Latents (B, latent_dim, steps) to sound (B, 1, samples) in -1..1."""

    def __init__(self, config: LacConfig) -> None:
        super().__init__()
        widths = [config.decoder_dim // 2**number for number in range(len(config.decoder_rates) + 1)]
        self.model = Chain((
            Convolution(config.latent_dim, config.decoder_dim, 7, padding=3),
            *(DecoderBlock(width, stride) for width, stride in zip(widths[:-1], config.decoder_rates, strict=True)),
            Snake(widths[-1]), Convolution(widths[-1], 1, 7, padding=3)))

    def forward(self, z: Tensor, circular: bool) -> Tensor:
        return torch.tanh(self.model(z, circular))


class VectorQuantizer(nn.Module):
    """One codebook: the nearest row by direction, of the latent projected to a few dimensions."""

    def __init__(self, latent_dim: int, codebook_size: int, codebook_dim: int) -> None:
        super().__init__()
        self.in_proj = nn.Conv1d(latent_dim, codebook_dim, 1)
        self.out_proj = nn.Conv1d(codebook_dim, latent_dim, 1)
        self.codebook = nn.Embedding(codebook_size, codebook_dim)

    def forward(self, residual: Tensor) -> tuple[LongTensor, Tensor]:
        """Codes (B, steps) of a residual (B, latent_dim, steps), and what they stand for, of the residual's shape."""
        projected = self.in_proj(residual)
        directions = F.normalize(projected.transpose(1, 2).reshape(-1, projected.shape[1]))
        rows = F.normalize(self.codebook.weight)
        distance = directions.pow(2).sum(1, keepdim=True) - 2 * directions @ rows.t() + rows.pow(2).sum(1, keepdim=True).t()
        codes = (-distance).max(1)[1].view(projected.shape[0], -1)
        return codes, self.vectors(codes)

    def vectors(self, codes: LongTensor) -> Tensor:
        """What codes (B, steps) stand for: (B, latent_dim, steps)."""
        return self.out_proj(self.codebook(codes).transpose(1, 2))


class ResidualVectorQuantizer(nn.Module):
    """Codebooks, each of which quantises what those before it left over."""

    def __init__(self, config: LacConfig) -> None:
        super().__init__()
        self.quantizers = nn.ModuleList(
            VectorQuantizer(config.latent_dim, config.codebook_size, config.codebook_dim) for _ in range(config.n_codebooks))

    def encode(self, z: Tensor) -> tuple[LongTensor, Tensor]:
        """Codes (B, n_codebooks, steps) of latents (B, latent_dim, steps), and what they stand for."""
        residual, total, codes = z, torch.zeros_like(z), []
        for quantizer in self.quantizers:
            chosen, quantized = quantizer(residual)
            residual, total = residual - quantized, total + quantized
            codes.append(chosen)
        return torch.stack(codes, dim=1), total

    def decode(self, codes: LongTensor) -> Tensor:
        """What codes (B, 1..n_codebooks, steps) stand for: (B, latent_dim, steps)."""
        return sum(quantizer.vectors(row) for quantizer, row in zip(self.quantizers, codes.unbind(1), strict=False))

    def vectors(self) -> Tensor:
        """The raw codebooks: (n_codebooks, codebook_size, codebook_dim)."""
        return torch.stack([quantizer.codebook.weight for quantizer in self.quantizers])


class LacCodec(nn.Module):
    """Implements `codec.Codec`. Any one thread at a time; float32.

    Parameters
    ----------
    config : LacConfig
    circular : bool
        What `encode` and `decode` do where nobody says.
    """

    def __init__(self, config: LacConfig, *, circular: bool = False) -> None:
        super().__init__()
        self.config, self.circular = config, circular
        self.sample_rate, self.hop_length = config.sample_rate, math.prod(config.decoder_rates)
        self.n_codebooks, self.codebook_size = config.n_codebooks, config.codebook_size
        self.encoder, self.quantizer, self.decoder = Encoder(config), ResidualVectorQuantizer(config), Decoder(config)
        self.encoder_reach = reach_in_steps(self.encoder, 1, self.hop_length)
        self.decoder_reach = reach_in_steps(self.decoder, self.hop_length, self.hop_length)

    def latents(self, audio: Tensor, *, circular: bool | None = None) -> Tensor:
        """Latents (batch, latent_dim, steps) of audio (batch, 1, samples), before they are quantised."""
        circular = self.circular if circular is None else circular
        missing = -audio.shape[-1] % self.hop_length
        if missing:
            filling = torch.arange(missing, device=audio.device) % audio.shape[-1]
            audio = torch.cat((audio, audio[..., filling]), dim=-1) if circular else F.pad(audio, (0, missing))
        audio, hop = audio.float(), self.hop_length
        steps = audio.shape[-1] // hop
        if not circular or steps <= SECTION:
            return self.encoder(audio, circular)
        frames = audio.unflatten(2, (steps, hop))
        return torch.cat([self.encoder(frames[:, :, seen].flatten(2), True)[..., lead : lead + count]
                          for seen, lead, count in sections(steps, self.encoder_reach, SECTION, True, audio.device)], dim=-1)

    @torch.inference_mode()
    def encode(self, audio: Tensor, *, circular: bool | None = None) -> LongTensor:
        """See `codec.Codec`. Raises ParameterError for audio of another shape."""
        if audio.ndim != 3 or audio.shape[1] != 1 or not audio.shape[2]:
            raise ParameterError(f"the codec takes audio of shape (batch, 1, samples), got {tuple(audio.shape)}")
        return self.quantizer.encode(self.latents(audio, circular=circular))[0]

    @torch.inference_mode()
    def decode(self, codes: LongTensor, *, circular: bool | None = None) -> Tensor:
        """See `codec.Codec`. Raises ParameterError for codes of another shape or range."""
        if codes.ndim != 3 or not 1 <= codes.shape[1] <= self.n_codebooks or not codes.shape[2]:
            raise ParameterError(f"the codec takes codes of shape (batch, 1..{self.n_codebooks}, steps), got {tuple(codes.shape)}")
        low, high = int(codes.min()), int(codes.max())
        if low < 0 or high >= self.codebook_size:
            raise ParameterError(f"codes lie in 0..{self.codebook_size - 1}, got {low if low < 0 else high}: masked tokens are to be"
                                 " generated before they are decoded")
        circular, hop = self.circular if circular is None else circular, self.hop_length
        z = self.quantizer.decode(codes.long())
        if not circular or z.shape[-1] <= SECTION:
            return self.decoder(z, circular)
        return torch.cat([self.decoder(z[..., seen], True)[..., lead * hop : (lead + count) * hop]
                          for seen, lead, count in sections(z.shape[-1], self.decoder_reach, SECTION, True, z.device)], dim=-1)
