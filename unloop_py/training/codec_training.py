"""Lays the bundled codec's tokens and trains its decoder: magnitudes through the quantiser and back, nothing in between.

The tokens are laid, not trained: the latent is the ear-weighted principal axes of log magnitudes, and each codebook
quantises a few axes of its own. An encoder network was trained first and lost to this, see ``lay_tokens``. Since tokens
carry magnitudes only, the decoder's loss is taken on magnitudes, which makes a step some twenty times cheaper than one
through the inverse STFT.
"""

from __future__ import annotations

import logging
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import LongTensor, Tensor

from unloop_py.evaluation.measures import LEVEL_DB, levelled, mel_error
from unloop_py.generator.magnitude_loss import MagnitudeLoss
from unloop_py.generator.rvq_codec import ResidualVectorQuantizer, RvqCodec, RvqCodecConfig, nearest_rows
from unloop_py.training.store import LoopStore
from unloop_py.training.trainer import Run

logger = logging.getLogger(__name__)

BATCH, STEPS = 12, 80  # crops of 1.4 s
LEARNING_RATE = 1e-3
COARSE_AXES = (4, 5, 5, 6)  # principal axes of the latent that the coarse codebooks get, strongest first


@torch.no_grad()
def lay_tokens(store: LoopStore, config: RvqCodecConfig = RvqCodecConfig(), vectors: int = 80_000, rounds: int = 20,
               seed: int = 0) -> RvqCodec:
    """A codec whose axes and codebooks are laid on ``vectors`` steps of ``store``, and whose decoder is linear as yet.

    A plain residual quantiser's later codes describe what the earlier ones missed, which is noise: a shift of 200
    samples left 2 % of the ninth codebook's codes as they were, and no masked model can learn noise. Here each codebook
    sees only some principal axes of the latent: coarse ones the strongest, roughly; fine ones whatever variance is left,
    shared out so that each has its ten bits to spend. How many axes that gives each codebook is found here.
    """
    codec = RvqCodec(config)
    crops = Crops(store, seed)
    features = torch.cat([codec.features(crops.batch(BATCH, STEPS * codec.hop_length)).flatten(0, 1)
                          for _ in range(-(-vectors // (BATCH * STEPS)))])
    residual = principal_axes(codec, features, MagnitudeLoss(codec).weights)
    generator = torch.Generator().manual_seed(seed)
    tables, every_axes = [], []

    def lay(axes: LongTensor) -> None:
        centres = k_means(residual[:, axes], config.codebook_size, rounds, generator)
        residual[:, axes] -= centres[nearest_rows(residual[:, axes], centres)]
        tables.append(centres)
        every_axes.append(axes)

    for axes in torch.arange(sum(COARSE_AXES)).split(COARSE_AXES)[: config.n_codebooks]:
        lay(axes)
    if n_fine := config.n_codebooks - len(tables):
        for axes in share_out(residual.var(0), n_fine, n_fine * math.log2(config.codebook_size)):
            lay(axes)
    widths = tuple(len(axes) for axes in every_axes)
    codec.config = replace(config, codebook_axes=widths)
    codec.quantizer = ResidualVectorQuantizer(widths, config.codebook_size, config.latent_dim)
    codec.quantizer.tables.copy_(torch.cat(tables, dim=1))
    codec.quantizer.axes.copy_(torch.cat(every_axes))
    return codec


def share_out(variance: Tensor, groups: int, bits: float) -> list[LongTensor]:
    """Axes (D,) in ``groups`` lists of about equal rate when ``bits`` a step are spent on Gaussian axes the best way.

    Reverse water-filling (Cover and Thomas 2006, theorem 10.3.3).
    """
    low, high = -60.0, 60.0
    for _ in range(80):
        level = (low + high) / 2                                                             # log2 of the distortion
        rate = (0.5 * (torch.log2(variance.clamp_min(1e-12)) - level)).clamp_min(0)
        low, high = (level, high) if rate.sum() > bits else (low, level)
    order = variance.argsort(descending=True)
    order = order[: max(int((rate > 0.02).sum()), groups)]
    spent = torch.cumsum(rate[order], 0) - rate[order] / 2
    group = (spent / spent[-1].clamp_min(1e-9) * groups).long().clamp_max(groups - 1)
    place = torch.arange(len(order))
    group = group.clamp(place - (len(order) - groups), place)                                # none is left empty
    return [order[group == k] for k in range(groups)]


@torch.no_grad()
def principal_axes(codec: RvqCodec, features: Tensor, weights: Tensor) -> Tensor:
    """Set the codec's linear path to the weighted principal axes of ``features`` (N, F), and its networks to add nothing.

    Band levels count three times as much as all bins together. Returns the latents (N, latent_dim), strongest axis first.
    """
    subframes, n_bands = codec.config.subframes, len(codec.bands)
    every = codec.with_levels(features[None])[0]
    x = every * 0.2 + 1.0
    band_weight = torch.full((n_bands,), 3.0 * len(weights) / max(n_bands, 1))
    root = torch.cat((weights.repeat(subframes), band_weight.repeat(subframes))).sqrt()
    x = x * root
    mean = x.mean(0)
    _, axes = torch.linalg.eigh(torch.cov((x - mean).T))
    axes = axes[:, -codec.config.latent_dim :].flip(1)                                       # (F, D), strongest first
    scale = 1.0 / ((x - mean) @ axes).std(0)[:16].mean()
    codec.linear_in.weight.copy_(axes.T * root * scale)
    codec.linear_in.bias.copy_(-(mean @ axes) * scale)
    codec.linear_out.weight.copy_(axes / scale / root[:, None])
    codec.linear_out.bias.copy_(mean / root)
    torch.nn.init.zeros_(codec.decoder_out[1].weight)
    torch.nn.init.zeros_(codec.decoder_out[1].bias)
    return codec.linear_in(every * 0.2 + 1.0)


def k_means(x: Tensor, k: int, rounds: int, generator: torch.Generator) -> Tensor:
    """Centres (k, D) of x (N, D); a centre that lost all its members starts again at a random one."""
    centres = x[torch.randperm(len(x), generator=generator)[:k]].clone()
    for _ in range(rounds):
        member = nearest_rows(x, centres)
        sums = torch.zeros_like(centres).index_add_(0, member, x)
        counts = torch.bincount(member, minlength=k).float()[:, None]
        again = x[torch.randint(len(x), (k,), generator=generator)]
        centres = torch.where(counts > 0, sums / counts.clamp_min(1), again)
    return centres


class Crops:
    """Random crops of a store's loops, levelled, tilted and sometimes mixed, as (B, samples)."""

    def __init__(self, store: LoopStore, seed: int) -> None:
        self.store, self.rng = store, np.random.default_rng(seed)
        self.levels: dict[int, float] = {}

    def crop(self, samples: int) -> np.ndarray:
        """One crop round its loop, at about -24 dBFS."""
        i = int(self.rng.integers(len(self.store)))
        if i not in self.levels:
            self.levels[i] = max(float(np.sqrt(np.mean(self.store[i] ** 2))), 1e-4)
        piece = self.store.piece(i, int(self.rng.integers(self.store.rows[i]["frames"])), samples)
        return piece * np.float32(10 ** ((LEVEL_DB + self.rng.normal(0, 3)) / 20) / self.levels[i])

    def batch(self, size: int, samples: int) -> Tensor:
        """(size, samples) float32."""
        rows = []
        for _ in range(size):
            piece = self.crop(samples)
            if self.rng.random() < 0.25:
                piece = piece + self.crop(samples) * np.float32(10 ** (self.rng.uniform(-12, 0) / 20))
            rows.append(piece)
        return torch.from_numpy(np.stack(rows))


def train_decoder(codec: RvqCodec, store: LoopStore, held_out: LoopStore, folder: Path, minutes: float, seed: int = 0) -> RvqCodec:
    """Train the decoder for ``minutes`` (resumes from ``folder``); the tokens keep their meaning. Returns the codec."""
    torch.manual_seed(seed)
    decoder = codec.decoder_modules().requires_grad_(True)
    optimizer = torch.optim.AdamW(decoder.parameters(), LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    run = Run(folder, minutes, LEARNING_RATE, {"decoder": decoder}, optimizer)
    crops, magnitude_loss = Crops(store, seed + 1 + run.steps), MagnitudeLoss(codec)

    def next_batch() -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            features = codec.features(crops.batch(BATCH, STEPS * codec.hop_length))
            return features, some_levels(codec, codec.quantizer.encode(codec.latents(features)))

    losses: list[float] = []
    with ThreadPoolExecutor(1) as ahead:
        waiting = ahead.submit(next_batch)
        while run.left() > 0:
            features, z = waiting.result()
            waiting = ahead.submit(next_batch)
            with torch.autocast("cpu", torch.bfloat16):
                predicted = codec.magnitudes(z)
            loss = magnitude_loss(predicted.float(), features)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
            optimizer.step()
            run.step()
            losses.append(loss.item())
            if run.steps % 100 == 0:
                figures = {"loss": np.mean(losses)}
                losses = []
                if run.steps % 500 == 0:
                    figures["mel_error"] = held_out_mel_error(codec, held_out, 6)
                run.log(**figures)
    run.save()
    return codec.requires_grad_(False)


def some_levels(codec: RvqCodec, codes: LongTensor) -> Tensor:
    """Latents (B, T, D) of codes (B, K, T): mostly of all codebooks, so that fewer still sound (quantiser dropout)."""
    batch, n_codebooks, _ = codes.shape
    levels = torch.where(torch.rand(batch) < 0.3, torch.randint(1, n_codebooks, (batch,)), n_codebooks)
    return codec.quantizer.decode(codes, levels)


def held_out_mel_error(codec: RvqCodec, held_out: LoopStore, loops: int) -> float:
    """Mean mel error of the codec alone over the first ``loops`` held-out loops."""
    errors = []
    for i in range(min(loops, len(held_out))):
        audio = levelled(held_out[i])
        x = torch.from_numpy(audio)[None, None]
        errors.append(mel_error(audio, codec.decode(codec.encode(x))[0, 0, : len(audio)].numpy(), codec.sample_rate))
    return float(np.mean(errors))
