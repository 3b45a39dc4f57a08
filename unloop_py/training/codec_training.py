"""Trains the bundled codec: magnitudes through the quantiser and back, no audio-domain loss at all.

Since the tokens carry magnitudes only, the loss is taken on magnitudes and their mel bands, which makes a step some
twenty times cheaper than one through the inverse STFT. Codebooks follow their members by moving averages
(van den Oord et al. 2017, appendix A.1).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from unloop_py.evaluation.measures import LEVEL_DB, levelled, mel_error, mel_filters
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


AXES = (3, 4, 5, 5, 6, 6, 6, 6, 7)  # principal axes of the latent that each codebook gets in the end


class CodebookAverages:
    """Moving averages of the members of each code, which the codebooks follow."""

    def __init__(self, codec: RvqCodec) -> None:
        self.tables = codec.quantizer.codebooks
        self.counts = torch.ones(self.tables.shape[:2])
        self.sums = self.tables.clone()

    def start(self, z: Tensor) -> None:
        """A few rounds of k-means on latents (N, D), level after level, N well above the codebook's size."""
        residual = z
        for table in self.tables:
            table.copy_(residual[torch.randperm(len(residual))[: len(table)]])
            for _ in range(5):
                member = nearest_rows(residual, table)
                sums = torch.zeros_like(table).index_add_(0, member, residual)
                counts = torch.bincount(member, minlength=len(table)).float()[:, None]
                table.copy_(torch.where(counts > 0, sums / counts.clamp_min(1), table))
            residual = residual - table[nearest_rows(residual, table)]
        self.sums = self.tables.clone()

    def quantise(self, z: Tensor, levels: Tensor, restart: bool) -> tuple[Tensor, Tensor]:
        """Straight-through quantised z (B, T, D) with ``levels`` (B,) codebooks each, and the commitment loss."""
        residual, total, commitment = z, torch.zeros_like(z), z.new_zeros(())
        for k, table in enumerate(self.tables):
            flat = residual.detach().reshape(-1, z.shape[-1])
            member = nearest_rows(flat, table)
            chosen = table[member].view_as(z)
            self._follow(k, flat, member, restart)
            used = (k < levels)[:, None, None].to(z)
            commitment = commitment + ((residual - chosen).pow(2) * used).mean()
            total = total + chosen * used
            residual = residual - chosen
        return z + (total - z).detach(), commitment

    def _follow(self, k: int, flat: Tensor, member: Tensor, restart: bool) -> None:
        counts = torch.bincount(member, minlength=self.counts.shape[1]).float()
        sums = torch.zeros_like(self.sums[k]).index_add_(0, member, flat)
        self.counts[k].mul_(CODEBOOK_DECAY).add_(counts, alpha=1 - CODEBOOK_DECAY)
        self.sums[k].mul_(CODEBOOK_DECAY).add_(sums, alpha=1 - CODEBOOK_DECAY)
        if restart:
            dead = (self.counts[k] < DEAD_BELOW).nonzero()[:, 0]
            if len(dead):
                self.sums[k][dead] = flat[torch.randint(len(flat), (len(dead),))] * 0.2
                self.counts[k][dead] = 0.2
        self.tables[k] = self.sums[k] / self.counts[k].clamp_min(1e-4)[:, None]


@torch.no_grad()
def start_from_principal_axes(codec: RvqCodec, features: Tensor, weights: Tensor) -> None:
    """Set the codec's linear path to the weighted principal axes of ``features`` (N, F), and its networks to add nothing.

    A latent that starts with many axes in use keeps them; one that starts at random was seen to shrink to a handful,
    which nine codebooks then quantised to 32 dB while the sound stayed blurred.
    """
    x = (features * 0.2 + 1.0) * weights.sqrt().repeat(codec.config.subframes)
    mean = x.mean(0)
    _, axes = torch.linalg.eigh(torch.cov((x - mean).T))
    axes = axes[:, -codec.config.latent_dim :].flip(1)                                       # (F, D), strongest first
    root = weights.sqrt().repeat(codec.config.subframes)
    scale = 1.0 / ((x - mean) @ axes).std(0)[: codec.config.latent_dim // 3].mean()
    codec.linear_in.weight.copy_(axes.T * root * scale)
    codec.linear_in.bias.copy_(-(mean @ axes) * scale)
    codec.linear_out.weight.copy_(axes / scale / root[:, None])
    codec.linear_out.bias.copy_(mean / root)
    for last in (codec.encoder_out[1], codec.decoder_out[1]):
        torch.nn.init.zeros_(last.weight)
        torch.nn.init.zeros_(last.bias)


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


class MagnitudeLoss:
    """L1 of log magnitudes (low bins count more, as ears do) and of log mel bands, of features (B, T, F)."""

    def __init__(self, codec: RvqCodec) -> None:
        config = codec.config
        banks = [mel_filters(config.sample_rate, config.fft_size, bands) for bands in (150, 60)]
        self.banks = [bank / bank.sum(1, keepdim=True).clamp_min(1e-6) for bank in banks]
        hertz = torch.arange(codec.stft.n_bins) * config.sample_rate / config.fft_size
        self.weights = 1 / (hertz + 700)
        self.weights = self.weights / self.weights.mean()
        self.floor, self.n_bins = config.floor, codec.stft.n_bins

    def __call__(self, predicted: Tensor, target: Tensor) -> Tensor:
        shape = (predicted.shape[0], -1, self.n_bins)
        predicted, target = predicted.view(shape), target.view(shape)
        loss = ((predicted - target).abs() * self.weights).mean()
        made, wanted = ((x.exp() - self.floor).clamp_min(0) for x in (predicted, target))
        for bank in self.banks:
            loss = loss + (torch.log(made @ bank.T + 1e-5) - torch.log(wanted @ bank.T + 1e-5)).abs().mean()
        return loss


def train_codec(store: LoopStore, held_out: LoopStore, folder: Path, minutes: float, seed: int = 0,
                config: RvqCodecConfig = RvqCodecConfig()) -> RvqCodec:
    """Train for ``minutes`` (resumes from ``folder``); returns the codec."""
    torch.manual_seed(seed)
    codec = RvqCodec(config)
    optimizer = torch.optim.AdamW(codec.parameters(), LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    run = Run(folder, minutes, LEARNING_RATE, {"codec": codec}, optimizer)
    crops, loss = Crops(store, seed + run.steps), MagnitudeLoss(codec)
    if not run.steps:
        with torch.no_grad():
            first = torch.cat([codec.features(crops.batch(BATCH, STEPS * config.hop_length)).flatten(0, 1) for _ in range(16)])
            start_from_principal_axes(codec, first, loss.weights)
            CodebookAverages(codec).start(codec.linear_in(first * 0.2 + 1.0))
    averages = CodebookAverages(codec)

    def quantise(features: Tensor, left: float) -> tuple[Tensor, Tensor]:
        with torch.autocast("cpu", torch.bfloat16):
            z = codec.latents(features)
        return averages.quantise(z.float(), random_levels(config), restart=left > RESTARTS_UNTIL and run.steps % 20 == 0)

    _optimise(codec, run, optimizer, crops, loss, quantise, held_out)
    return codec


def train_decoder(codec: RvqCodec, store: LoopStore, held_out: LoopStore, folder: Path, minutes: float, seed: int = 0) -> RvqCodec:
    """Train the decoder alone for ``minutes``: encoder and codebooks stay, so every token keeps its meaning."""
    torch.manual_seed(seed)
    decoder = torch.nn.ModuleList((codec.linear_out, codec.decoder_in, codec.decoder, codec.decoder_out)).requires_grad_(True)
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


@torch.no_grad()
def settle_codebooks(codec: RvqCodec, store: LoopStore, loops: int = 500, rounds: int = 20, seed: int = 0) -> None:
    """Lay the codebooks anew, each on axes of its own, so that a masked model can predict them.

    A residual quantiser's later codes describe what the earlier ones missed, which is noise: measured on held-out loops,
    a shift of 200 samples left 2 % of the ninth codebook's codes as they were. Here the latent is turned onto its
    principal axes, and codebook after codebook gets the next ``AXES`` of them: the same residual rule, with tables that
    are zero outside their own axes. That costs 0.9 dB of the latent's 16 dB and leaves 36 to 58 % of all codes as they
    were, in every codebook.
    """
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randperm(len(store), generator=generator)[:loops].tolist()
    latents = []
    for audio in (levelled(store[i]) for i in chosen):
        whole = audio[: len(audio) // codec.hop_length * codec.hop_length]
        latents.append(codec.latents(codec.features(torch.from_numpy(whole)[None]))[0])
    z = torch.cat(latents)
    mean = z.mean(0)
    _, axes = torch.linalg.eigh(torch.cov((z - mean).T))
    axes = axes.flip(1)                                                                      # (D, D), strongest first
    along = (z - mean) @ axes
    tables = torch.zeros_like(codec.quantizer.codebooks)
    first = 0
    assert len(AXES) == len(tables) and sum(AXES) == z.shape[1], "one group of axes for each codebook, all axes used"
    for k, n_axes in enumerate(AXES):
        own = slice(first, first + n_axes)
        tables[k] = k_means(along[:, own], tables.shape[1], rounds, generator) @ axes[:, own].T
        first += n_axes
    codec.quantizer.codebooks.copy_(tables)
    # The mean moves out of the latent and into the networks on both sides of it.
    codec.encoder_out[1].bias -= mean
    codec.decoder_in.bias += codec.decoder_in.weight @ mean
    codec.linear_out.bias += codec.linear_out.weight @ mean


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
