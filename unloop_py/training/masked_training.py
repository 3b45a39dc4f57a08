"""Trains the masked transformers: guess the hidden tokens of a piece of a loop (VampNet, section 3.1).

Half of the masks are the paper's (every token hidden with the same chance, the chance drawn from ``SCHEDULES``); the other
half look like the prompts that players use: periodic, compression, both, beats, a stretch to inpaint. What plays in the
end are moving averages of the weights.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import BoolTensor, LongTensor, Tensor
from torch.optim.swa_utils import AveragedModel

from unloop_py.generator.transformer import MaskedTransformer, TransformerConfig
from unloop_py.training.tokens import TokenStore
from unloop_py.training.trainer import Run

logger = logging.getLogger(__name__)

BATCH, STEPS = 10, 256  # pieces of 4.5 s
LEARNING_RATE = 1e-3
AVERAGING = 0.998  # decay of the weights' moving average a step
TOKEN_DROPOUT = 0.03  # share of the kept tokens that are hidden as well but not asked for: prompts have holes
SCHEDULES = {
    "cosine": lambda u: math.cos(math.pi / 2 * u),
    "uniform": lambda u: u,  # MaskGIT's linear schedule has the same distribution
    "arccosine": lambda u: math.acos(u) * 2 / math.pi,
}
"""Chance of a token to be hidden, from a uniform number 0..1 (VampNet, section 3.1; Chang et al. 2022, section 3.3)."""


def random_pieces(store: TokenStore, n_codebooks: int, batch: int, steps: int, rng: np.random.Generator) -> LongTensor:
    """(batch, n_codebooks, steps) cut round and round the loops from random steps."""
    pieces = []
    for _ in range(batch):
        codes = store[int(rng.integers(len(store)))]
        start = int(rng.integers(codes.shape[1]))
        pieces.append(np.take(codes[:n_codebooks], np.arange(start, start + steps), axis=1, mode="wrap"))
    return torch.from_numpy(np.stack(pieces)).long()


def training_mask(shape: tuple[int, int, int], n_conditioning: int, rng: np.random.Generator, schedule: str = "cosine") -> BoolTensor:
    """True = hidden, (batch, n_codebooks, steps); conditioning codebooks are never hidden."""
    batch, n_codebooks, steps = shape
    predicted = n_codebooks - n_conditioning
    mask = np.zeros(shape, bool)
    for item in range(batch):
        hidden = rng.random((predicted, steps)) < SCHEDULES[schedule](rng.random())
        kind = rng.random()
        keep = np.zeros((predicted, steps), bool)
        if 0.5 <= kind < 0.75:
            keep[: int(rng.integers(1, predicted + 1)), _pulses(steps, rng)] = True
        elif 0.75 <= kind < 0.9:
            keep[: int(rng.integers(1, predicted + 1))] = True
        elif kind >= 0.9:
            length = int(rng.integers(steps // 8, steps))
            keep[:, np.arange(int(rng.integers(steps)), int(rng.integers(steps)) + steps - length) % steps] = True
        hidden &= ~keep
        if not hidden.any():
            hidden[-1, int(rng.integers(steps))] = True
        mask[item, n_conditioning:] = hidden
    return torch.from_numpy(mask)


def _pulses(steps: int, rng: np.random.Generator) -> np.ndarray:
    """Steps that a periodic prompt (every P-th) or a beat prompt (a few after each beat) keeps: (n,) indices."""
    if rng.random() < 0.6:
        period, width = int(rng.integers(2, 33)), 1
    else:
        period, width = int(rng.integers(17, 58)), int(rng.integers(2, 8))  # 60 to 200 beats a minute
    first = np.arange(int(rng.integers(period)), steps, period)
    return ((first[:, None] + np.arange(width)) % steps).ravel()


def masked_loss(model: MaskedTransformer, codes: LongTensor, mask: BoolTensor, *, circular: bool = False,
                also_hidden: BoolTensor | None = None, logits_of: Callable[..., Tensor] | None = None) -> Tensor:
    """Mean cross-entropy in nat over the tokens that ``mask`` hides; ``also_hidden`` ones are hidden but not asked for.

    ``logits_of`` stands for the model's own ``logits`` (a compiled one).
    """
    unseen = mask if also_hidden is None else mask | also_hidden
    logits = (logits_of or model.logits)(codes.masked_fill(unseen, model.codebook_size), circular=circular)
    hidden = mask[:, model.n_conditioning :]
    return F.cross_entropy(logits[hidden].float(), codes[:, model.n_conditioning :][hidden])


def train_masked(tokens: TokenStore, held_out: TokenStore, codebooks: Tensor, config: TransformerConfig, folder: Path,
                 minutes: float, seed: int = 0, schedule: str = "cosine", compiled: bool = False) -> MaskedTransformer:
    """Train for ``minutes`` (resumes from ``folder``); returns the averaged model.

    ``compiled`` needs a C++ compiler and minutes to begin with, then takes a quarter off each step.
    """
    torch.manual_seed(seed)
    model = MaskedTransformer(config)
    model.set_codebooks(codebooks)
    average = AveragedModel(model, avg_fn=_follow)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    rest = [p for p in model.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.03}, {"params": rest, "weight_decay": 0.0}],
                                  LEARNING_RATE, betas=(0.9, 0.98))
    run = Run(folder, minutes, LEARNING_RATE, {"model": model, "average": average}, optimizer)
    rng = np.random.default_rng([seed, run.steps])
    logits_of = torch.compile(model.logits, dynamic=False) if compiled else model.logits
    losses: list[float] = []
    while run.left() > 0:
        codes = random_pieces(tokens, config.n_codebooks, BATCH, STEPS, rng)
        mask = training_mask(tuple(codes.shape), config.n_conditioning, rng, schedule)
        holes = torch.from_numpy(rng.random(codes.shape, np.float32) < TOKEN_DROPOUT)
        holes[:, : config.n_conditioning] = False
        with torch.autocast("cpu", torch.bfloat16):
            loss = masked_loss(model, codes, mask, also_hidden=holes, logits_of=logits_of)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update_parameters(model)
        run.step()
        losses.append(loss.item())
        if run.steps % 100 == 0:
            figures = {"loss": np.mean(losses)}
            losses = []
            if run.steps % 500 == 0:
                figures |= held_out_figures(average.module, held_out, loops=24)
                tokens.refresh()
            run.log(**figures)
    run.save()
    return average.module.eval()


def _follow(average: Tensor, weights: Tensor, steps: int | Tensor) -> Tensor:
    """The next moving average: quick at first, so that a short run does not play its own beginnings."""
    return torch.lerp(average, weights, float(max(1 - AVERAGING, 9 / (10 + int(steps)))))


@torch.no_grad()
def held_out_figures(model: MaskedTransformer, held_out: TokenStore, loops: int, seed: int = 7) -> dict[str, float]:
    """Masked loss under the paper's own masks, and the unigram entropy of the same loops' tokens, both in nat.

    The entropy is the mean over the predicted codebooks, estimated from all held-out tokens.
    """
    rng = np.random.default_rng(seed)
    model.eval()
    total, count = 0.0, 0
    for i in range(min(loops, len(held_out))):
        codes = torch.from_numpy(np.array(held_out[i][: model.n_codebooks])).long()[None]
        mask = torch.zeros_like(codes, dtype=torch.bool)
        chance = math.cos(math.pi / 2 * (i + 0.5) / min(loops, len(held_out)))
        mask[:, model.n_conditioning :] = torch.from_numpy(rng.random(codes[:, model.n_conditioning :].shape) < chance)
        hidden = int(mask.sum())
        total += masked_loss(model, codes, mask, circular=True).item() * hidden
        count += hidden
    model.train()
    entropies = []
    for k in range(model.n_conditioning, model.n_codebooks):
        counts = np.bincount(np.concatenate([held_out[i][k] for i in range(len(held_out))]), minlength=model.codebook_size)
        p = counts[counts > 0] / counts.sum()
        entropies.append(float(-(p * np.log(p)).sum()))
    return {"held_out_loss": total / count, "unigram_entropy": float(np.mean(entropies))}
