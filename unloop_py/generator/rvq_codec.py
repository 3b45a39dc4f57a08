"""The bundled codec: magnitudes in, residual codes, magnitudes out, phases rebuilt on the circle.

Tokens carry magnitudes only. Two sub-frames of a circular STFT make one step (hop 768 at 44.1 kHz = VampNet's 57.4 Hz).
Their log bins, and beside them the levels of the ear's bands, are turned onto principal axes; a residual quantiser
(SoundStream, Zeghidour et al. 2021, section III-C), each codebook on a few axes of its own, makes the codes; a ConvNeXt
decoder predicts bins and levels again; an inverse-STFT head finds phases by fast Griffin-Lim. Why no phase in the tokens:
a sound that moves by part of a hop keeps its codes, so that a masked model can learn them, and a token that was generated
sounds as clean as one that was encoded. Why levels: what is lost first between quiet bins is the power of a peak.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import LongTensor, Tensor, nn

from unloop_py.generator.mel import ear_bands
from unloop_py.generator.stft import CircularStft

LOUDEST = 3.0  # ln of the largest magnitude (full-scale sine = 0) that a decoder may ask for


@dataclass(frozen=True)
class RvqCodecConfig:
    """Sizes of the codec. The defaults are those of ``small``."""

    sample_rate: int = 44_100
    hop_length: int = 768
    fft_size: int = 1536  # 35 ms: long enough for a bass string, short enough for a drum
    subframes: int = 2  # STFT frames a step
    n_codebooks: int = 14
    codebook_size: int = 1024
    codebook_axes: tuple[int, ...] = ()  # axes that each codebook quantises; until tokens are laid: all of them
    latent_dim: int = 96
    decoder_dim: int = 448
    decoder_layers: int = 5
    kernel_size: int = 7
    bands_per_erb: float = 2.0  # level bands to the ear's bandwidth
    floor: float = 1e-5  # magnitude (full-scale sine = 1) below which there is silence
    phase_iterations: int = 12
    phase_spread: float = 4.0  # radians of first-guess phase a unit of latent


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution round the circle, then a two-layer perceptron (Liu et al. 2022). (B, T, C) -> (B, T, C)."""

    def __init__(self, dim: int, kernel_size: int, n_layers: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(dim, dim, kernel_size, groups=dim)
        self.norm = nn.LayerNorm(dim)
        self.widen = nn.Linear(dim, 3 * dim)
        self.narrow = nn.Linear(3 * dim, dim)
        self.scale = nn.Parameter(torch.full((dim,), 1.0 / n_layers))
        self.reach = kernel_size // 2

    def forward(self, x: Tensor, circular: bool) -> Tensor:
        h = pad_steps(x.transpose(1, 2), self.reach, circular)          # (B, C, T + 2 reach)
        h = self.norm(self.depthwise(h).transpose(1, 2))                # (B, T, C)
        return x + self.scale * self.narrow(F.gelu(self.widen(h)))


def pad_steps(x: Tensor, reach: int, circular: bool) -> Tensor:
    """``reach`` more steps at each end of (B, C, T): the loop's other end, or zeros."""
    if not circular:
        return F.pad(x, (reach, reach))
    steps = x.shape[-1]
    index = torch.arange(-reach, steps + reach, device=x.device) % steps
    return x[..., index]


class ResidualVectorQuantizer(nn.Module):
    """Codebooks on axes of their own; each quantises what the ones before it left over of its axes.

    (B, T, D) <-> codes (B, K, T). The tables of all codebooks stand side by side in one array (V, sum of axes).
    """

    tables: Tensor
    axes: Tensor

    def __init__(self, codebook_axes: tuple[int, ...], codebook_size: int, dim: int) -> None:
        super().__init__()
        self.dim, self.widths = dim, tuple(codebook_axes)
        self.register_buffer("tables", torch.randn(codebook_size, sum(self.widths)) * 0.1)
        self.register_buffer("axes", torch.arange(sum(self.widths)) % dim)

    def books(self) -> list[tuple[Tensor, LongTensor]]:
        """Table (V, n_axes) and axes (n_axes,) of each codebook; views, so that a table can be laid anew."""
        return list(zip(self.tables.split(self.widths, dim=1), self.axes.split(self.widths), strict=True))

    def encode(self, z: Tensor) -> LongTensor:
        residual, codes = z.clone(), []
        for table, axes in self.books():
            nearest = nearest_rows(residual[..., axes], table)
            residual[..., axes] -= table[nearest]
            codes.append(nearest)
        return torch.stack(codes, dim=1)

    def decode(self, codes: LongTensor, levels: LongTensor | None = None) -> Tensor:
        """Latents (B, T, D) of the first codebooks' codes (B, 1..K, T); of ``levels`` (B,) codebooks of each item only."""
        batch, n_codebooks, steps = codes.shape
        z = self.tables.new_zeros(batch, steps, self.dim)
        for k, (table, axes) in enumerate(self.books()[:n_codebooks]):
            rows = table[codes[:, k]]
            z.index_add_(2, axes, rows if levels is None else rows * (k < levels)[:, None, None])
        return z

    def vectors(self) -> Tensor:
        """Every code's vector on its codebook's own axes, (K, V, most axes), filled up with zeros."""
        widest = max(self.widths)
        return torch.stack([F.pad(table, (0, widest - table.shape[1])) for table, _ in self.books()])


def nearest_rows(x: Tensor, table: Tensor) -> LongTensor:
    """Index (...) of the row of ``table`` (V, D) nearest to each x (..., D)."""
    flat = x.reshape(-1, x.shape[-1])
    return (table.pow(2).sum(1) - 2 * flat @ table.T).argmin(1).view(x.shape[:-1])


class RvqCodec(nn.Module):
    """See the module's text. Implements ``codec.Codec``."""

    phase_directions: Tensor
    bands: Tensor

    def __init__(self, config: RvqCodecConfig = RvqCodecConfig()) -> None:
        super().__init__()
        self.config = c = config
        self.sample_rate, self.hop_length = c.sample_rate, c.hop_length
        self.n_codebooks, self.codebook_size = c.n_codebooks, c.codebook_size
        self.stft = CircularStft(c.fft_size, c.hop_length // c.subframes)
        bands = ear_bands(c.sample_rate, c.fft_size, c.bands_per_erb)
        self.register_buffer("bands", bands, persistent=False)                              # (n_bands, bins), a partition
        features = c.subframes * (self.stft.n_bins + len(bands))
        self.linear_in = nn.Linear(features, c.latent_dim)
        self.quantizer = ResidualVectorQuantizer(c.codebook_axes or (c.latent_dim,) * c.n_codebooks, c.codebook_size, c.latent_dim)
        self.linear_out = nn.Linear(c.latent_dim, features)  # starts as linear_in's inverse; the network adds what is curved
        self.decoder_in = nn.Linear(c.latent_dim, c.decoder_dim)
        self.decoder = nn.ModuleList(ConvNeXtBlock(c.decoder_dim, c.kernel_size, c.decoder_layers) for _ in range(c.decoder_layers))
        self.decoder_out = nn.Sequential(nn.LayerNorm(c.decoder_dim), nn.Linear(c.decoder_dim, features))
        # First-guess phases must look random, or a steady hiss would come back as a buzz at the hop's rate, and must
        # turn with the loop, so they are read off the latent itself. RandomState: its stream is frozen for good.
        directions = np.random.RandomState(768).standard_normal((c.latent_dim, c.subframes * self.stft.n_bins)).astype(np.float32)
        self.register_buffer("phase_directions", torch.from_numpy(directions), persistent=False)

    # -- audio <-> features <-> latents <-> codes; features are ln(magnitude + floor), (B, T, subframes * bins) ----------

    def features(self, audio: Tensor) -> Tensor:
        """(B, steps * hop) -> log magnitudes (B, steps, subframes * bins)."""
        magnitudes = self.stft.forward(audio).abs() / self.stft.full_scale
        return torch.log(magnitudes + self.config.floor).reshape(audio.shape[0], -1, self.config.subframes * self.stft.n_bins)

    def latents(self, features: Tensor) -> Tensor:
        """(B, T, features) -> (B, T, latent_dim), before quantising."""
        return self.linear_in(self.with_levels(features) * 0.2 + 1.0)  # brings -11.5..0 to about -1.3..1

    def magnitudes(self, z: Tensor, circular: bool = True) -> Tensor:
        """(B, T, latent_dim), quantised -> log magnitudes (B, T, features)."""
        h = self.decoder_in(z)
        for block in self.decoder:
            h = block(h, circular)
        predicted = ((self.linear_out(z) + self.decoder_out(h)) * 5.0 - 5.0).float()
        batch, steps, _ = z.shape
        bins, levels = predicted.split((self.config.subframes * self.stft.n_bins, self.config.subframes * len(self.bands)), dim=-1)
        bins = bins.view(batch, steps, self.config.subframes, -1)
        wanted = levels.view(batch, steps, self.config.subframes, -1)
        return (bins + (wanted - self.levels(bins)) @ self.bands).view(batch, steps, -1).clamp_max(LOUDEST)

    def levels(self, bins: Tensor) -> Tensor:
        """ln of the root mean square in each band, (..., n_bands), of log magnitudes (..., bins)."""
        power = bins.clamp_max(LOUDEST).mul(2).exp() @ (self.bands / self.bands.sum(1, keepdim=True)).T
        return 0.5 * torch.log(power + self.config.floor**2)

    def with_levels(self, features: Tensor) -> Tensor:
        """Features (B, T, subframes * bins) and beside them their band levels (B, T, subframes * (bins + n_bands))."""
        batch, steps, _ = features.shape
        levels = self.levels(features.view(batch, steps, self.config.subframes, -1))
        return torch.cat((features, levels.view(batch, steps, -1)), dim=-1)

    def decoder_modules(self) -> nn.ModuleList:
        """What turns latents into magnitudes: training these leaves every token's meaning as it is."""
        return nn.ModuleList((self.linear_out, self.decoder_in, self.decoder, self.decoder_out))

    @torch.inference_mode()
    def encode(self, audio: Tensor, *, circular: bool = True) -> LongTensor:
        """See ``Codec.encode``."""
        samples = audio.shape[-1]
        surplus = -samples % self.hop_length
        if circular:
            whole = torch.cat((audio, audio.repeat(1, 1, -(-surplus // samples))[..., :surplus]), dim=-1)[:, 0]
        else:
            edge = self.config.fft_size // 2 // self.hop_length + 1  # steps of silence, so that the ends do not meet
            whole = F.pad(audio[:, 0], (edge * self.hop_length, surplus + edge * self.hop_length))
        features = self.features(whole)
        if not circular:
            features = features[:, edge:-edge]
        return self.quantizer.encode(self.latents(features))

    @torch.inference_mode()
    def decode(self, codes: LongTensor, *, circular: bool = True) -> Tensor:
        """See ``Codec.decode``."""
        c = self.config
        z = self.quantizer.decode(codes)
        logs = self.magnitudes(z, circular)
        batch, steps, _ = logs.shape
        shape = (batch, steps * c.subframes, self.stft.n_bins)
        magnitudes = (logs.exp() - c.floor).clamp_min(0).view(shape) * self.stft.full_scale
        phases = (c.phase_spread * (z @ self.phase_directions.to(z))).view(shape)
        edge = 0
        if not circular:
            edge = c.fft_size // 2 // (c.hop_length // c.subframes) + 1
            magnitudes, phases = (F.pad(x, (0, 0, edge, edge)) for x in (magnitudes, phases))
        audio = self.stft.from_magnitudes(magnitudes, phases, c.phase_iterations)
        trim = edge * (c.hop_length // c.subframes)
        return audio[:, None, trim : audio.shape[1] - trim]
