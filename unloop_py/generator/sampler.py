"""Masked tokens to tokens: the parallel iterative decoding of VampNet, section 3.3.

Each step estimates every masked token, ranks the estimates by log-probability plus annealed Gumbel noise, keeps the
best and masks the rest again, so many that a cosine schedule is met. All counts and all noise are each item's own: an
item in a batch gets the tokens that it would get alone. (The reference sums its schedule over the batch, throws the
typical filter's result away and gives every pass the same noise; all three change the sound.)

Source: H. Flores Garcia et al., "VampNet: Music Generation via Masked Acoustic Token Modeling", ISMIR 2023.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from torch import LongTensor, Tensor

from unloop_py.generator.one_thread import one_thread
from unloop_py.generator.spec import DEFAULT_STEPS, Cancelled, Progress, Prompt

PIECE = 65_536
"""Elements of logits worked on at a time on a CPU: what its nearest cache holds."""


class TokenModel(Protocol):
    """What the sampler asks of a masked transformer."""

    n_codebooks: int        # rows of the codes it is given
    n_conditioning: int     # of these the first so many are given whole and never predicted
    codebook_size: int      # tokens 0..codebook_size-1; codebook_size itself stands for "masked"

    def logits(self, codes: Tensor) -> Tensor:
        """(batch, n_codebooks, steps) -> (batch, n_codebooks - n_conditioning, steps, codebook_size)."""
        ...


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are drawn; ranges as in the table of parameters."""

    steps: int = DEFAULT_STEPS
    temperature: float = 1.0
    mask_temperature: float = 10.5
    top_p: float = 0.0                  # 0 or 1 = off
    typical_filtering: bool = False
    typical_mass: float = 0.15
    typical_min_tokens: int = 64
    greedy: bool = False                # take the likeliest token; with mask_temperature 0 nothing is random
    sample_cutoff: float = 1.0          # share of the steps after which the likeliest token is taken

    @classmethod
    def from_prompt(cls, prompt: Prompt, steps: int) -> Sampling:
        """The sampling that a prompt asks for, with `steps` steps."""
        return cls(steps, prompt.temperature, prompt.mask_temperature, prompt.top_p, bool(prompt.typical_filtering),
                   prompt.typical_mass, prompt.typical_min_tokens, sample_cutoff=prompt.sample_cutoff)


@torch.inference_mode()
def sample(model: TokenModel, codes: LongTensor, mask: Tensor, seeds: Sequence[int], sampling: Sampling, *,
           progress: Progress | None = None, cancelled: Cancelled | None = None) -> LongTensor | None:
    """Generate the masked tokens.

    Parameters
    ----------
    model : TokenModel
    codes : LongTensor (batch, n_codebooks, steps)
        Tokens; their values where `mask` is 1 do not matter.
    mask : Tensor (batch, n_codebooks, steps)
        1 = generate, 0 = keep. The model's conditioning codebooks must be kept.
    seeds : sequence of int
        One for each item; all its noise comes from it.
    sampling : Sampling
    progress, cancelled : callable, optional
        Called before each sampling step.

    Returns
    -------
    LongTensor (batch, n_codebooks, steps) or None
        None when `cancelled` said so.
    """
    given, masked_token = model.n_conditioning, model.codebook_size
    assert codes.shape == mask.shape and len(seeds) == codes.shape[0], (codes.shape, mask.shape, len(seeds))
    assert not mask[:, :given].any(), "conditioning codebooks are given, they cannot be generated"
    noises = [torch.Generator().manual_seed(seed) for seed in seeds]
    open_ = mask[:, given:].bool()                                          # (B, P, T), still to be made
    to_make = open_.flatten(1).sum(1).tolist()                              # at the start, each item's own
    codes = codes.clone()
    codes[:, given:].masked_fill_(open_, masked_token)
    for step in range(sampling.steps):
        if cancelled is not None and cancelled():
            return None
        if progress is not None:
            progress(step / sampling.steps)
        if not any(to_make):
            break
        ratio = (step + 1) / sampling.steps
        logits = model.logits(codes)                                        # (B, P, T, V)
        with one_thread():
            # All open tokens of all items stand in one row of M, item by item: nothing is spent on the others.
            uniforms = _uniforms(noises, open_)                             # (M, 2)
            how = sampling if step / sampling.steps <= sampling.sample_cutoff else replace(sampling, greedy=True)
            tokens, log_p = _draw_in_pieces(logits, open_, uniforms[:, 0], how)
            confidence = log_p + sampling.mask_temperature * (1 - ratio) * _gumbel(uniforms[:, 1])
            codes[:, given:][open_] = tokens
            open_ = _still_open(open_, confidence, to_make, ratio)
            codes[:, given:].masked_fill_(open_, masked_token)
    return codes


def _still_open(open_: Tensor, confidence: Tensor, to_make: list[int], ratio: float) -> Tensor:
    """The open tokens (batch, rows, steps) that are masked again: each item's least confident."""
    still = torch.zeros_like(open_)
    start = 0
    for item, mask in enumerate(open_):
        places = mask.flatten().nonzero()[:, 0]
        worst = confidence[start:start + len(places)].argsort(stable=True)
        still[item].view(-1)[places[worst[:masked_after(to_make[item], len(places), ratio)]]] = True
        start += len(places)
    return still


def masked_after(to_make: int, n_open: int, ratio: float) -> int:
    """How many of an item's tokens stay masked when `ratio` of the steps are done: cos(pi/2 ratio) of all to be made.

    Every step but the last leaves at least one and, while more than one is open, fixes at least one.
    """
    if ratio >= 1.0:
        return 0
    # In float32 like the reference: two thirds of the way its cosine is a hair below one half, and the count one less.
    scheduled = (torch.tensor(ratio, dtype=torch.float32) * math.pi / 2).cos() * to_make
    return max(min(math.floor(scheduled), n_open - 1), min(1, n_open))


def _draw_in_pieces(logits: Tensor, open_: Tensor, uniforms: Tensor, sampling: Sampling) -> tuple[LongTensor, Tensor]:
    """`draw` for the open tokens of `logits` (batch, rows, steps, codebook_size), a cacheful at a time."""
    places = open_.nonzero()                                                # (M, 3)
    rows = max(1, PIECE // logits.shape[-1]) if logits.device.type == "cpu" else len(places)
    drawn = []
    for place, uniform in zip(places.split(rows), uniforms.split(rows), strict=True):
        piece = logits[place.unbind(1)]                                     # (rows, V)
        drawn.append(draw(piece if piece.dtype == torch.float64 else piece.float(), uniform, sampling))
    tokens, log_p = zip(*drawn, strict=True)
    return torch.cat(tokens), torch.cat(log_p)


def draw(logits: Tensor, uniforms: Tensor, sampling: Sampling) -> tuple[LongTensor, Tensor]:
    """Draw one token for each row.

    Parameters
    ----------
    logits : Tensor (rows, codebook_size)
    uniforms : Tensor (rows,)
        0..1, one for each row.
    sampling : Sampling

    Returns
    -------
    tokens : LongTensor (rows,)
    log_p : Tensor (rows,)
        Log-probability of each token in the distribution that it was drawn from.
    """
    if sampling.typical_filtering:
        logits = keep_typical(logits, sampling.typical_mass, sampling.typical_min_tokens)
    if 0.0 < sampling.top_p < 1.0:
        logits = keep_nucleus(logits, sampling.top_p)
    probabilities = (logits if sampling.temperature == 1.0 else logits / sampling.temperature).softmax(-1)
    tokens = logits.argmax(-1) if sampling.greedy else _invert(probabilities, uniforms)
    return tokens, probabilities.gather(-1, tokens[:, None])[:, 0].log()


def _invert(probabilities: Tensor, uniforms: Tensor) -> LongTensor:
    """The token at which the cumulative distribution of each row passes its uniform number. Never one of probability 0."""
    cumulative = probabilities.cumsum(-1)
    target = uniforms[:, None].to(cumulative) * cumulative[:, -1:]
    tokens = torch.searchsorted(cumulative, target, right=True)
    last = torch.searchsorted(cumulative, cumulative[:, -1:].contiguous())  # the last token that has any probability
    return torch.minimum(tokens, last)[:, 0]


def keep_nucleus(logits: Tensor, top_p: float) -> Tensor:
    """Rule out all but the fewest likeliest tokens whose probabilities reach `top_p` (rows, codebook_size)."""
    log_p = logits.log_softmax(-1)
    return _keep_first(logits, log_p.exp(), _ascending(-log_p), top_p, 1)


def keep_typical(logits: Tensor, mass: float, min_tokens: int) -> Tensor:
    """Rule out tokens of untypical information: Meister et al., "Locally Typical Sampling", TACL 2023.

    Kept are the fewest tokens whose surprise is nearest to the row's entropy and whose probabilities reach `mass`,
    and never fewer than `min_tokens`.
    """
    log_p = logits.log_softmax(-1)
    p = log_p.exp()
    entropy = -(p * log_p).nan_to_num(0.0).sum(-1, keepdim=True)
    return _keep_first(logits, p, _ascending((-log_p - entropy).abs()), mass, min_tokens)


def _keep_first(logits: Tensor, p: Tensor, order: Tensor, mass: float, min_tokens: int) -> Tensor:
    """Keep the first tokens in `order` whose probabilities reach `mass`, at least `min_tokens`; the others get -inf."""
    ranked = p.gather(-1, order)
    ruled_out = ranked.cumsum(-1) - ranked >= mass
    ruled_out[:, :min_tokens] = False
    return logits.masked_fill(torch.empty_like(ruled_out).scatter_(-1, order, ruled_out), -math.inf)


def _ascending(keys: Tensor) -> LongTensor:
    """Order that sorts each row of `keys`, none below 0, ties by index.

    On a CPU the bits of a float and its index are sorted as one integer by NumPy, a third of the time of torch's sort.
    """
    if keys.dtype != torch.float32 or keys.device.type != "cpu":
        return keys.argsort(dim=-1, stable=True)
    packed = keys.clamp_min(0.0).view(torch.int32).long() << 32 | torch.arange(keys.shape[-1])
    return torch.from_numpy(np.sort(packed.numpy(), axis=-1)) & 0xFFFFFFFF


def _uniforms(noises: list[torch.Generator], open_: Tensor) -> Tensor:
    """Two uniform numbers for each open token, each item's from its own generator: (M, 2) float32 in 0..1."""
    drawn = [torch.rand(*item.shape, 2, generator=noise) for noise, item in zip(noises, open_, strict=True)]
    return torch.stack(drawn).to(open_.device)[open_]


def _gumbel(uniforms: Tensor) -> Tensor:
    """Standard Gumbel noise from uniform numbers."""
    return -torch.log(-torch.log(uniforms.clamp(1e-30, 1.0 - 2.0**-24)))
