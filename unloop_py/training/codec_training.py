"""Trains the bundled codec: magnitudes through the quantiser and back, no audio-domain loss at all.

Since the tokens carry magnitudes only, the loss is taken on magnitudes and their mel bands, which makes a step some
twenty times cheaper than one through the inverse STFT. Codebooks follow their members by moving averages
(van den Oord et al. 2017, appendix A.1).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import LongTensor, Tensor

from unloop_py.evaluation.measures import LEVEL_DB, levelled, mel_error
from unloop_py.generator.magnitude_loss import MagnitudeLoss
from unloop_py.generator.rvq_codec import RvqCodec, RvqCodecConfig, nearest_rows
from unloop_py.training.store import LoopStore
from unloop_py.training.trainer import Run

logger = logging.getLogger(__name__)

BATCH, STEPS = 12, 80  # crops of 1.4 s
LEARNING_RATE = 1e-3
DECODER_LEARNING_RATE = 5e-4
CODEBOOK_DECAY = 0.99
DEAD_BELOW = 0.05  # members a batch; a code with fewer is moved onto a residual of the batch
RESTARTS_UNTIL = 0.6  # of the budget left: later restarts would only spread the codes that a masked model must predict


COARSE_AXES = (4, 5, 5, 6)  # principal axes of the latent that the coarse codebooks get, strongest first
SMALL = RvqCodecConfig(n_codebooks=14, latent_dim=96, bands_per_erb=2.0)


class OwnAxesQuantizer:
    """Residual codebooks on axes of their own, which follow their members by moving averages.

    A plain residual quantiser's later codes describe what the earlier ones missed, which is noise: a shift of 200
    samples left 2 % of the ninth codebook's codes as they were, and no masked model can learn noise. Here each codebook
    sees only some principal axes of the latent: coarse ones the strongest, roughly; fine ones whatever variance is left,
    shared out so that each has its ten bits to spend (reverse water-filling, Cover and Thomas, theorem 10.3.3).
    """

    def __init__(self, codec: RvqCodec) -> None:
        self.tables = codec.quantizer.codebooks                                              # (K, V, D)
        self.own = self.tables.abs().amax(dim=1) > 0                                         # (K, D)
        self.counts = torch.ones(self.tables.shape[:2])
        self.sums = self.tables.clone()

    def start(self, z: Tensor, rounds: int = 8) -> None:
        """Share out the axes of latents (N, D), strongest axis first, and lay the tables by k-means; N well above V."""
        generator = torch.Generator().manual_seed(0)
        n_codebooks, size, _ = self.tables.shape
        residual = z.clone()
        self.own.zero_()
        first = 0
        for k, n_axes in enumerate(COARSE_AXES[:n_codebooks]):
            self._lay(k, torch.arange(first, first + n_axes), residual, rounds, generator)
            first += n_axes
        n_fine = n_codebooks - len(COARSE_AXES)
        if n_fine > 0:
            for k, axes in enumerate(share_out(residual.var(0), n_fine, n_fine * math.log2(size)), start=len(COARSE_AXES)):
                self._lay(k, axes, residual, rounds, generator)
        self.sums = self.tables.clone()

    def _lay(self, k: int, axes: LongTensor, residual: Tensor, rounds: int, generator: torch.Generator) -> None:
        centres = k_means(residual[:, axes], self.tables.shape[1], rounds, generator)
        self.tables[k] = 0.0
        self.tables[k][:, axes] = centres
        self.own[k, axes] = True
        residual[:, axes] -= centres[nearest_rows(residual[:, axes], centres)]

    def quantise(self, z: Tensor, levels: Tensor, restart: bool) -> tuple[Tensor, Tensor]:
        """Straight-through quantised z (B, T, D) with ``levels`` (B,) codebooks each, and the commitment loss."""
        residual, total, commitment = z, torch.zeros_like(z), z.new_zeros(())
        for k, table in enumerate(self.tables):
            own = self.own[k]
            flat = residual.detach()[..., own].reshape(-1, int(own.sum()))
            member = nearest_rows(flat, table[:, own])
            chosen = table[member].view_as(z)
            self._follow(k, flat, member, restart)
            used = (k < levels)[:, None, None].to(z)
            commitment = commitment + ((residual - chosen)[..., own].pow(2) * used).mean()
            total = total + chosen * used
            residual = residual - chosen
        return z + (total - z).detach(), commitment / len(self.tables)

    def _follow(self, k: int, flat: Tensor, member: Tensor, restart: bool) -> None:
        own = self.own[k]
        counts = torch.bincount(member, minlength=self.counts.shape[1]).float()
        sums = torch.zeros(len(counts), flat.shape[1]).index_add_(0, member, flat)
        self.counts[k].mul_(CODEBOOK_DECAY).add_(counts, alpha=1 - CODEBOOK_DECAY)
        mine = self.sums[k][:, own] * CODEBOOK_DECAY + sums * (1 - CODEBOOK_DECAY)
        if restart:
            dead = (self.counts[k] < DEAD_BELOW).nonzero()[:, 0]
            if len(dead):
                mine[dead] = flat[torch.randint(len(flat), (len(dead),))] * 0.2
                self.counts[k][dead] = 0.2
        self.sums[k][:, own] = mine
        self.tables[k][:, own] = mine / self.counts[k].clamp_min(1e-4)[:, None]


def share_out(variance: Tensor, groups: int, bits: float) -> list[LongTensor]:
    """Axes (D,) in ``groups`` lists of about equal rate when ``bits`` a step are spent on Gaussian axes the best way."""
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
def start_from_principal_axes(codec: RvqCodec, features: Tensor, weights: Tensor) -> Tensor:
    """Set the codec's linear path to the weighted principal axes of ``features`` (N, F), and its networks to add nothing.

    A latent that starts with many axes in use keeps them; one that starts at random was seen to shrink to a handful,
    which nine codebooks then quantised to 32 dB while the sound stayed blurred. Band levels count three times as much as
    all bins together. Returns the latents (N, latent_dim), strongest axis first.
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
    # magnitudes() reads its output as 5 y - 5, the inverse of what latents() does
    for last in (codec.encoder_out[1], codec.decoder_out[1]):
        torch.nn.init.zeros_(last.weight)
        torch.nn.init.zeros_(last.bias)
    return codec.linear_in(every * 0.2 + 1.0)


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


def train_codec(store: LoopStore, held_out: LoopStore, folder: Path, minutes: float, seed: int = 0,
                config: RvqCodecConfig = SMALL) -> RvqCodec:
    """Train for ``minutes`` (resumes from ``folder``); returns the codec."""
    torch.manual_seed(seed)
    codec = RvqCodec(config)
    optimizer = torch.optim.AdamW(codec.parameters(), LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    run = Run(folder, minutes, LEARNING_RATE, {"codec": codec}, optimizer)
    crops, loss = Crops(store, seed + run.steps), MagnitudeLoss(codec)
    if not run.steps:
        with torch.no_grad():
            first = torch.cat([codec.features(crops.batch(BATCH, STEPS * config.hop_length)).flatten(0, 1) for _ in range(32)])
            OwnAxesQuantizer(codec).start(start_from_principal_axes(codec, first, loss.weights))
    quantizer = OwnAxesQuantizer(codec)

    def quantise(features: Tensor, left: float) -> tuple[Tensor, Tensor]:
        with torch.autocast("cpu", torch.bfloat16):
            z = codec.latents(features)
        return quantizer.quantise(z.float(), random_levels(config), restart=left > RESTARTS_UNTIL and run.steps % 20 == 0)

    _optimise(codec, run, optimizer, crops, loss, quantise, held_out)
    return codec


def train_decoder(codec: RvqCodec, store: LoopStore, held_out: LoopStore, folder: Path, minutes: float, seed: int = 0) -> RvqCodec:
    """Train the decoder alone for ``minutes``: encoder and codebooks stay, so every token keeps its meaning."""
    torch.manual_seed(seed)
    decoder = codec.decoder_modules().requires_grad_(True)
    optimizer = torch.optim.AdamW(decoder.parameters(), DECODER_LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    run = Run(folder, minutes, DECODER_LEARNING_RATE, {"decoder": decoder}, optimizer)

    def quantise(features: Tensor, left: float) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            codes = codec.quantizer.encode(codec.latents(features))
            levels = random_levels(codec.config)
            z = sum(table[codes[:, k]] * (k < levels)[:, None, None] for k, table in enumerate(codec.quantizer.codebooks))
        return z, z.new_zeros(())

    _optimise(codec, run, optimizer, Crops(store, seed + 1 + run.steps), MagnitudeLoss(codec), quantise, held_out)
    return codec.requires_grad_(False)


def random_levels(config: RvqCodecConfig) -> Tensor:
    """Codebooks that each item of a batch keeps: mostly all, so that fewer still sound (quantiser dropout)."""
    return torch.where(torch.rand(BATCH) < 0.3, torch.randint(1, config.n_codebooks, (BATCH,)), config.n_codebooks)


def _optimise(codec: RvqCodec, run: Run, optimizer: torch.optim.Optimizer, crops: Crops, magnitude_loss: MagnitudeLoss,
              quantise: Callable[[Tensor, float], tuple[Tensor, Tensor]], held_out: LoopStore) -> None:
    """Steps until the run's minutes are spent; the next batch is made ready meanwhile."""
    def features_of_next() -> Tensor:
        with torch.no_grad():
            return codec.features(crops.batch(BATCH, STEPS * codec.hop_length))

    losses: list[float] = []
    with ThreadPoolExecutor(1) as ahead:
        waiting = ahead.submit(features_of_next)
        while (left := run.left()) > 0:
            features = waiting.result()
            waiting = ahead.submit(features_of_next)
            z, commitment = quantise(features, left)
            with torch.autocast("cpu", torch.bfloat16):
                predicted = codec.magnitudes(z)
            loss = magnitude_loss(predicted.float(), features)
            optimizer.zero_grad(set_to_none=True)
            (loss + 0.25 * commitment).backward()
            torch.nn.utils.clip_grad_norm_([p for group in optimizer.param_groups for p in group["params"]], 1.0)
            optimizer.step()
            run.step()
            losses.append(loss.item())
            if run.steps % 100 == 0:
                figures = {"loss": np.mean(losses), "commitment": commitment.item()}
                losses = []
                if run.steps % 500 == 0:
                    figures["mel_error"] = held_out_mel_error(codec, held_out, 6)
                run.log(**figures)
    run.save()


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


def held_out_mel_error(codec: RvqCodec, held_out: LoopStore, loops: int) -> float:
    """Mean mel error of the codec alone over the first ``loops`` held-out loops."""
    errors = []
    for i in range(min(loops, len(held_out))):
        audio = levelled(held_out[i])
        x = torch.from_numpy(audio)[None, None]
        errors.append(mel_error(audio, codec.decode(codec.encode(x))[0, 0, : len(audio)].numpy(), codec.sample_rate))
    return float(np.mean(errors))
