"""The masked token transformer: VampNet's (Flores Garcia et al. 2023, section 3.2), scaled down and put on a circle.

Every step of time is one position: the codec's own vectors of its tokens (a learned one for MASK) are joined and
projected; a bidirectional transformer with relative positions looks round the loop; a classifier gives the logits of all
predicted codebooks of a step at once. Positions are signed distances round the circle of T steps, so that rotating the
loop rotates the output exactly. Loops longer than ``2 * window`` steps look ``window`` steps to each side.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import LongTensor, Tensor, nn

from unloop_py.generator.rvq_codec import pad_steps


@dataclass(frozen=True)
class TransformerConfig:
    """Sizes of one model. ``n_codebooks`` includes the ``n_conditioning`` ones that are given, never predicted."""

    n_codebooks: int = 4
    n_conditioning: int = 0
    codebook_size: int = 1024
    latent_dim: int = 48  # of the codec's vectors
    dim: int = 256
    n_layers: int = 8
    n_heads: int = 4
    kernel_size: int = 5  # steps that a block mixes before it attends
    n_buckets: int = 64  # of relative distance, both sides together
    exact_distance: int = 16  # steps with a bucket of their own; then logarithmic
    max_distance: int = 512
    window: int = 256  # steps seen to each side in a long loop: as far as it saw in training
    query_block: int = 128


def distance_buckets(distance: LongTensor, config: TransformerConfig) -> LongTensor:
    """Bucket of each signed distance in steps (T5's scheme, Raffel et al. 2020): exact near by, logarithmic far away."""
    side = config.n_buckets // 2
    exact, far = config.exact_distance, config.max_distance
    size = distance.abs()
    steps = torch.log(size.clamp_min(1).double() / exact) / torch.log(torch.tensor(far / exact, dtype=torch.double))
    logarithmic = exact + (steps * (side - exact)).long().clamp(0, side - exact - 1)
    return torch.where(size < exact, size, logarithmic) + (distance > 0).long() * side


def circular_distance(steps: int, device: torch.device | None = None) -> LongTensor:
    """Signed distance (T, T) from query i to key j round a circle of T steps, in -T/2 .. T/2 - 1."""
    i = torch.arange(steps, device=device)
    return (i[None] - i[:, None] + steps // 2) % steps - steps // 2


class Attention(nn.Module):
    """Multi-head attention with an additive bias of relative position."""

    def __init__(self, dim: int, n_heads: int) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.qkv = nn.Linear(dim, 3 * dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)

    def forward(self, x: Tensor, bias: Tensor, blocks: LongTensor | None) -> Tensor:
        """x (B, T, C); bias (heads, queries, keys). ``blocks`` (n, queries + keys) for long loops, see ``Look``."""
        batch, steps, dim = x.shape
        q, k, v = self.qkv(x).view(batch, steps, 3, self.n_heads, -1).permute(2, 0, 3, 1, 4)     # (B, heads, T, C / heads)
        if blocks is None:
            return self.out(F.scaled_dot_product_attention(q, k, v, attn_mask=bias).transpose(1, 2).reshape(batch, steps, dim))
        queries, keys = blocks[:, : bias.shape[1]], blocks[:, bias.shape[1] :]
        y = torch.empty_like(q)
        for at, seen in zip(queries, keys, strict=True):  # one call for all blocks took 1.7 times as long
            y[:, :, at] = F.scaled_dot_product_attention(q[:, :, at], k[:, :, seen], v[:, :, seen], attn_mask=bias)
        return self.out(y.transpose(1, 2).reshape(batch, steps, dim))


class Block(nn.Module):
    """Depthwise convolution, attention, gated perceptron; each after an RMSNorm, each added to the stream."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        dim = config.dim
        self.norm_0, self.norm_1, self.norm_2 = (nn.RMSNorm(dim, eps=1e-6) for _ in range(3))
        self.mix = nn.Conv1d(dim, dim, config.kernel_size, groups=dim)
        self.attention = Attention(dim, config.n_heads)
        self.w_1 = nn.Linear(dim, 4 * dim, bias=False)
        self.w_2 = nn.Linear(2 * dim, dim, bias=False)
        self.reach = config.kernel_size // 2

    def forward(self, x: Tensor, bias: Tensor, blocks: LongTensor | None, circular: bool) -> Tensor:
        x = x + self.mix(pad_steps(self.norm_0(x).transpose(1, 2), self.reach, circular)).transpose(1, 2)
        x = x + self.attention(self.norm_1(x), bias, blocks)
        value, gate = self.w_1(self.norm_2(x)).chunk(2, dim=-1)
        return x + self.w_2(value * F.gelu(gate, approximate="tanh"))


class MaskedTransformer(nn.Module):
    """Codes with masks in, logits out. Any one thread at a time."""

    codebooks: Tensor

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = c = config
        self.n_codebooks, self.n_conditioning, self.codebook_size = c.n_codebooks, c.n_conditioning, c.codebook_size
        n_predicted = c.n_codebooks - c.n_conditioning
        # The codec's tables, given by ``set_codebooks``; kept with the codec, not here.
        self.register_buffer("codebooks", torch.zeros(c.n_codebooks, c.codebook_size, c.latent_dim), persistent=False)
        self.mask_vectors = nn.Parameter(torch.zeros(c.n_codebooks, c.latent_dim))
        self.embed = nn.Linear(c.n_codebooks * (c.latent_dim + 1), c.dim)
        self.relative_bias = nn.Parameter(torch.zeros(c.n_buckets, c.n_heads))
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.n_layers))
        self.norm = nn.RMSNorm(c.dim, eps=1e-6)
        # Codes whose vectors lie close sound alike: part of each logit is a product with the code's own vector.
        self.aim = nn.Linear(c.dim, n_predicted * c.latent_dim)
        self.classify = nn.Linear(c.dim, n_predicted * c.codebook_size)
        for name, p in self.named_parameters():
            if p.dim() > 1 and "bias" not in name:
                nn.init.normal_(p, std=0.02)
        for block in self.blocks:
            nn.init.normal_(block.w_2.weight, std=0.02 / (2 * c.n_layers) ** 0.5)
            nn.init.normal_(block.attention.out.weight, std=0.02 / (2 * c.n_layers) ** 0.5)
            nn.init.zeros_(block.mix.weight)

    def set_codebooks(self, vectors: Tensor) -> None:
        """Give the codec's vectors (>= n_codebooks, codebook_size, n_axes), those with fewer axes filled up with zeros.

        They are scaled to unit variance a codebook. What has more axes than ``latent_dim`` must have zeros there.
        """
        tables = vectors[: self.n_codebooks].detach().float()
        assert not tables[..., self.config.latent_dim :].any(), "a codebook has more axes than latent_dim"
        filled = (tables != 0).flatten(1).float().mean(dim=1).clamp_min(1e-6)
        scale = (tables.flatten(1).std(dim=1) / filled.sqrt()).clamp_min(1e-6)
        tables = tables[..., : self.config.latent_dim] / scale[:, None, None]
        self.codebooks.zero_()[..., : tables.shape[2]] = tables

    def logits(self, codes: LongTensor, *, circular: bool = True) -> Tensor:
        """Logits (B, n_codebooks - n_conditioning, T, codebook_size) of codes (B, n_codebooks, T), codebook_size = MASK.

        ``circular`` False treats the steps as a piece cut from a longer recording (training).
        """
        return self.read(self.streams(codes, circular=circular)[-1])

    def streams(self, codes: LongTensor, *, circular: bool = True) -> list[Tensor]:
        """What each block is given, and what the last one gives: n_layers + 1 of (B, T, dim)."""
        c = self.config
        masked = codes == c.codebook_size                                                    # (B, K, T)
        level = torch.arange(c.n_codebooks, device=codes.device)[:, None]
        vectors = self.codebooks[level, codes.clamp_max(c.codebook_size - 1)]                # (B, K, T, D)
        vectors = torch.where(masked[..., None], self.mask_vectors[:, None], vectors)
        vectors = torch.cat((vectors, masked[..., None].to(vectors)), dim=-1)                # and a flag: masked
        x = self.embed(vectors.permute(0, 2, 1, 3).flatten(2))                               # (B, T, C)
        x = x.to(self.norm.weight)  # under autocast the stream stays in full precision, only the products are short
        bias, blocks = self._look(codes.shape[-1], circular, x)
        given = [x]
        for block in self.blocks:
            given.append(block(given[-1], bias, blocks, circular))
        return given

    def read(self, x: Tensor) -> Tensor:
        """The logits of what the last block gives, (B, T, dim)."""
        c = self.config
        batch, steps, _ = x.shape
        x = self.norm(x)
        n_predicted = c.n_codebooks - c.n_conditioning
        free = self.classify(x).view(batch, steps, n_predicted, c.codebook_size)
        aim = self.aim(x).view(batch, steps, n_predicted, c.latent_dim)
        near = torch.einsum("btkd,kvd->btkv", aim, self.codebooks[c.n_conditioning :].to(aim))
        return (free + near).permute(0, 2, 1, 3)

    def _look(self, steps: int, circular: bool, x: Tensor) -> tuple[Tensor, LongTensor | None]:
        """The position bias and, for long loops, which queries see which keys."""
        c = self.config
        if not circular or steps <= 2 * c.window:
            i = torch.arange(steps, device=x.device)
            distance = circular_distance(steps, x.device) if circular else i[None] - i[:, None]
            bias = self.relative_bias[distance_buckets(distance, c)].permute(2, 0, 1)
            return bias.to(x.dtype).contiguous(), None
        size = min(c.query_block, steps)
        starts = list(range(0, steps - size, size)) + [steps - size]  # the last block overlaps: equal values, written twice
        start = torch.tensor(starts, device=x.device)[:, None]
        offsets = torch.arange(-c.window, size + c.window, device=x.device)
        queries = start + torch.arange(size, device=x.device)
        keys = (start + offsets) % steps
        distance = offsets[None] - torch.arange(size, device=x.device)[:, None]              # (size, size + 2 window)
        bias = self.relative_bias[distance_buckets(distance, c)].permute(2, 0, 1)
        # A circle shorter than a block's reach holds a key twice: only the distance within the window counts, and of
        # the two antipodes only one, so that each query sees every key at most once.
        allowed = (distance >= -c.window) & (distance < c.window)
        bias = bias.masked_fill(~allowed, float("-inf"))
        return bias.to(x.dtype).contiguous(), torch.cat((queries, keys), dim=1)
