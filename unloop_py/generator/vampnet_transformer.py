"""VampNet's own masked transformer (Flores Garcia et al. 2023, section 3.2), as its published files hold it.

The codec's raw codebook vectors of a step's tokens, and a learned one for MASK, are joined and projected; pre-norm blocks
of attention with T5's relative position bias (Raffel et al. 2020; one table for all layers) and gated perceptrons follow;
a classifier gives the logits of all predicted codebooks. Modules bear the names that their weights have in a file.

Straight, it computes what the reference computes, at any length. On a circle, positions are signed distances round it,
and on one longer than the pieces that the model was trained on, each step sees as much round itself as such a piece held.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import LongTensor, Tensor, nn

from unloop_py.errors import ParameterError
from unloop_py.generator.sampler import Sampling, sample
from unloop_py.generator.sight import Sight

MASK_TEMPERATURE = 10.5


@dataclass(frozen=True)
class VampNetConfig:
    """What a file's metadata says of its model; names are the file's. ``n_buckets`` is read from the bias table."""

    n_heads: int
    n_layers: int
    n_codebooks: int
    n_conditioning_codebooks: int
    latent_dim: int
    embedding_dim: int
    vocab_size: int
    n_buckets: int = 32

    @property
    def n_predicted(self) -> int:
        """Codebooks that it predicts."""
        return self.n_codebooks - self.n_conditioning_codebooks


class Embedding(nn.Module):
    """Tokens to the stream: the codec's vectors, or the one for MASK, of all codebooks of a step, projected."""

    tables: Tensor

    def __init__(self, config: VampNetConfig) -> None:
        super().__init__()
        self.special = nn.ParameterDict({"MASK": torch.zeros(config.n_codebooks, config.latent_dim)})
        self.out_proj = nn.Conv1d(config.n_codebooks * config.latent_dim, config.embedding_dim, 1)
        # The codec's raw codebooks, given by ``set_codebooks``; no file of VampNet holds them.
        self.register_buffer("tables", torch.zeros(config.n_codebooks, config.vocab_size, config.latent_dim), persistent=False)

    def forward(self, codes: LongTensor) -> Tensor:
        """Codes (B, n_codebooks, T) to (B, T, embedding_dim)."""
        batch, n_codebooks, steps = codes.shape
        tables = torch.cat((self.tables, self.special["MASK"][:, None]), dim=1)
        vectors = tables[torch.arange(n_codebooks, device=codes.device)[:, None], codes]     # (B, K, T, D)
        return self.out_proj(vectors.transpose(2, 3).reshape(batch, -1, steps)).transpose(1, 2)


class Attention(nn.Module):
    """Multi-head attention with an additive bias of relative position; the first layer holds the table of all."""

    def __init__(self, config: VampNetConfig, has_bias: bool) -> None:
        super().__init__()
        dim, self.n_heads = config.embedding_dim, config.n_heads
        self.w_qs, self.w_ks, self.w_vs, self.fc = (nn.Linear(dim, dim, bias=False) for _ in range(4))
        if has_bias:
            self.relative_attention_bias = nn.Embedding(config.n_buckets, config.n_heads)

    def forward(self, x: Tensor, bias: Tensor, sight: Sight) -> Tensor:
        """x (B, T, C), bias (heads, queries, keys)."""
        batch, steps, dim = x.shape
        q, k, v = (project(x).view(batch, steps, self.n_heads, -1).transpose(1, 2) for project in (self.w_qs, self.w_ks, self.w_vs))
        if sight.keys is None:
            found = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        else:
            found = torch.empty_like(q)
            for queries, keys in zip(sight.queries.to(x.device), sight.keys.to(x.device), strict=True):
                found[:, :, queries] = F.scaled_dot_product_attention(q[:, :, queries], k[:, :, keys], v[:, :, keys], attn_mask=bias)
        return self.fc(found.transpose(1, 2).reshape(batch, steps, dim))


class GatedPerceptron(nn.Module):
    """Four times the width, half of it the gate of the other half."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.w_1 = nn.Linear(dim, 4 * dim, bias=False)
        self.w_2 = nn.Linear(2 * dim, dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        value, gate = self.w_1(x).chunk(2, dim=-1)
        return self.w_2(value * F.gelu(gate, approximate="tanh"))


class Layer(nn.Module):
    """Attention and perceptron, each after an RMSNorm, each added to the stream."""

    def __init__(self, config: VampNetConfig, has_bias: bool) -> None:
        super().__init__()
        self.norm_1 = nn.RMSNorm(config.embedding_dim, eps=1e-6)
        self.self_attn = Attention(config, has_bias)
        self.norm_3 = nn.RMSNorm(config.embedding_dim, eps=1e-6)
        self.feed_forward = GatedPerceptron(config.embedding_dim)

    def forward(self, x: Tensor, bias: Tensor, sight: Sight) -> Tensor:
        x = x + self.self_attn(self.norm_1(x), bias, sight)
        return x + self.feed_forward(self.norm_3(x))


class Stack(nn.Module):
    """The layers and the norm after them."""

    def __init__(self, config: VampNetConfig) -> None:
        super().__init__()
        self.n_buckets = config.n_buckets
        self.layers = nn.ModuleList(Layer(config, number == 0) for number in range(config.n_layers))
        self.norm = nn.RMSNorm(config.embedding_dim, eps=1e-6)

    def forward(self, x: Tensor, sight: Sight) -> Tensor:
        bias = sight.bias(self.layers[0].self_attn.relative_attention_bias.weight, self.n_buckets)
        for layer in self.layers:
            x = layer(x, bias, sight)
        return self.norm(x)


class Classifier(nn.Module):
    """The stream to logits; its output channel is token * n_predicted + codebook."""

    def __init__(self, config: VampNetConfig) -> None:
        super().__init__()
        self.n_predicted = config.n_predicted
        self.layers = nn.ModuleList([nn.Conv1d(config.embedding_dim, config.vocab_size * config.n_predicted, 1)])

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, C) to (B, n_predicted, T, vocab_size)."""
        out = F.linear(x, self.layers[0].weight[..., 0], self.layers[0].bias)
        return out.view(*x.shape[:2], -1, self.n_predicted).permute(0, 3, 1, 2)


class _Seen:
    """A transformer as the sampler sees it, straight or on a circle."""

    def __init__(self, model: VampNetTransformer, circular: bool) -> None:
        self.n_codebooks, self.n_conditioning, self.codebook_size = model.n_codebooks, model.n_conditioning, model.codebook_size
        self.logits = functools.partial(model.logits, circular=circular)


class VampNetTransformer(nn.Module):
    """Implements `sampler.TokenModel`: codes with masks in, logits or tokens out. Any one thread at a time.

    Parameters
    ----------
    config : VampNetConfig
    circular : bool
        What `logits` and `generate` do where nobody says.
    window : int, optional
        Steps that it was trained on: on a longer circle each step sees so many round itself. None sees all.
    """

    def __init__(self, config: VampNetConfig, *, circular: bool = False, window: int | None = None) -> None:
        super().__init__()
        self.config, self.circular, self.window = config, circular, window
        self.n_codebooks, self.n_conditioning, self.codebook_size = config.n_codebooks, config.n_conditioning_codebooks, config.vocab_size
        self.embedding, self.transformer, self.classifier = Embedding(config), Stack(config), Classifier(config)

    def set_codebooks(self, vectors: Tensor) -> None:
        """Give the codec's raw vectors (>= n_codebooks, vocab_size, latent_dim)."""
        self.embedding.tables = vectors[: self.n_codebooks].detach().to(self.embedding.tables.dtype).clone()

    def logits(self, codes: LongTensor, *, circular: bool | None = None) -> Tensor:
        """Logits of all predicted codebooks.

        Parameters
        ----------
        codes : LongTensor (batch, n_codebooks, steps)
            ``vocab_size`` stands for masked.
        circular : bool, optional

        Returns
        -------
        Tensor (batch, n_codebooks - n_conditioning, steps, vocab_size)
        """
        self._check(codes)
        sight = Sight(codes.shape[-1], self.circular if circular is None else circular, self.window)
        # Under autocast the stream stays in full precision, only the products are short.
        stream = self.embedding(codes.long()).to(self.embedding.out_proj.weight)
        return self.classifier(self.transformer(stream, sight))

    @torch.inference_mode()
    def generate(self, codes: LongTensor, mask: Tensor, *, steps: int, greedy: bool = False, mask_temperature: float = MASK_TEMPERATURE,
                 temperature: float = 1.0, top_p: float | None = None, typical_filtering: bool = False, typical_mass: float = 0.15,
                 typical_min_tokens: int = 64, sample_cutoff: float = 1.0, seed: int = 0, circular: bool | None = None) -> LongTensor:
        """Make the masked tokens in ``steps`` parallel steps.

        Parameters
        ----------
        codes : LongTensor (batch, n_codebooks, steps)
            Tokens; one that is masked in a predicted codebook, here or by its value ``vocab_size``, is made.
        mask : Tensor (batch, n_codebooks, steps)
            1 = generate, 0 = keep. Conditioning codebooks are given: they are kept whatever it says.
        steps : int
            1 or more.
        greedy : bool
            Take the likeliest token and ignore the filters. With ``mask_temperature`` 0 nothing is random.
        mask_temperature, temperature : float
            Of the choice which tokens are fixed first, 0 or more, and of the tokens, above 0.
        top_p : float, optional
            Nucleus kept when drawing a token; None, 0 and 1 are off.
        typical_filtering, typical_mass, typical_min_tokens
            Draw only from tokens of typical information.
        sample_cutoff : float
            Share of the steps, 0..1, after which the likeliest token is taken.
        seed : int
            Of the first item; item n of the batch has ``seed + n``, and gets what it would get alone with that.
        circular : bool, optional

        Returns
        -------
        LongTensor (batch, n_codebooks, steps)

        Raises
        ------
        ParameterError
            Names the value and the limit.
        """
        self._check(codes)
        if mask.shape != codes.shape:
            raise ParameterError(f"codes and mask have one shape, got {tuple(codes.shape)} and {tuple(mask.shape)}")
        for name, value, least, most in (("steps", steps, 1, math.inf), ("temperature", temperature, 1e-6, math.inf),
                                         ("top_p", top_p or 0, 0, 1),
                                         ("mask_temperature", mask_temperature, 0, math.inf), ("sample_cutoff", sample_cutoff, 0, 1),
                                         ("typical_mass", typical_mass, 0, 1), ("seed", seed, 0, 2**63 - 1 - len(codes))):
            if not least <= value <= most:
                raise ParameterError(f"{name} lies in {least:g}..{most:g}, got {value}")
        open_ = (mask != 0) | (codes == self.codebook_size)
        open_[:, :self.n_conditioning] = False
        how = Sampling(steps, temperature, mask_temperature, 0.0 if greedy else top_p or 0.0, typical_filtering and not greedy,
                       typical_mass, typical_min_tokens, greedy, sample_cutoff)
        model = _Seen(self, self.circular if circular is None else circular)
        return sample(model, codes.long(), open_, [seed + item for item in range(len(codes))], how)

    def _check(self, codes: Tensor) -> None:
        if codes.ndim != 3 or codes.shape[1] != self.n_codebooks or not codes.shape[2]:
            raise ParameterError(f"the model takes codes of shape (batch, {self.n_codebooks}, steps), got {tuple(codes.shape)}")
        low, high = int(codes.min()), int(codes.max())
        if low < 0 or high > self.codebook_size:
            raise ParameterError(f"codes lie in 0..{self.codebook_size - 1}, and {self.codebook_size} stands for masked;"
                                 f" got {low if low < 0 else high}")
