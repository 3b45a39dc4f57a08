"""Tokens made under a mask, by the models and by chance, and the sound of them: what the studies compare.

Everything works on the codec's own frames, without the instrument's finish (loudness, stereo, the player's own audio), so
that a figure says what the tokens are worth. A mask is 1 where a token is made and 0 where it is kept, as in
`generator.masks`. Any one thread; no gradients.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F
from torch import LongTensor

from unloop_py.evaluation.measures import levelled, mel_error
from unloop_py.generator import masks
from unloop_py.generator.checkpoint import Models
from unloop_py.generator.sampler import Sampling, sample
from unloop_py.generator.spec import DEFAULT_STEPS, Prompt
from unloop_py.generator.vamp import FINE_STEPS

if TYPE_CHECKING:
    from unloop_py.evaluation.held_out import Excerpt

BATCH = 4
"""Excerpts of one length that are made together: more only fill the cache of a processor."""


def instrument_sampling(steps: int = DEFAULT_STEPS) -> Sampling:
    """How the instrument draws tokens when nothing is set, with `steps` steps of the coarse model."""
    return Sampling.from_prompt(Prompt(), steps)


def vary_tokens(models: Models, codes: LongTensor, mask: np.ndarray, seed: int | Sequence[int],
                sampling: Sampling | None = None) -> LongTensor:
    """Make the masked tokens by the coarse, then the coarse-to-fine model, as the instrument does in one pass.

    Parameters
    ----------
    models : Models
    codes : LongTensor (n_codebooks, steps) or (batch, n_codebooks, steps)
    mask : ndarray of the same shape, uint8
        1 = make, 0 = keep.
    seed : int, or one for each item
    sampling : Sampling, optional
        `instrument_sampling()` if not given. The coarse-to-fine model takes the instrument's steps.

    Returns
    -------
    LongTensor
        Of the shape of `codes`; an item has the tokens that it would have alone.
    """
    sampling = sampling or instrument_sampling()
    if codes.dim() == 2:
        return vary_tokens(models, codes[None], mask[None], [int(seed)], sampling)[0]  # type: ignore[arg-type]
    coarse, fine = models.coarse, models.fine
    hidden = torch.from_numpy(np.ascontiguousarray(mask)).to(codes.device)
    made = codes.clone()
    rows = slice(0, coarse.n_codebooks)
    made[:, rows] = sample(coarse, made[:, rows], hidden[:, rows], list(seed), sampling)
    rows = slice(0, fine.n_codebooks)
    given = hidden[:, rows].clone()
    given[:, : fine.n_conditioning] = 0
    made[:, rows] = sample(fine, made[:, rows], given, [one + 1 for one in seed], dataclasses.replace(sampling, steps=FINE_STEPS))
    return made


def random_tokens(codes: LongTensor, mask: np.ndarray, codebook_size: int, rng: np.random.Generator) -> LongTensor:
    """`codes` with uniformly random tokens where `mask` is 1: what a model that has learnt nothing would make."""
    drawn = torch.from_numpy(rng.integers(0, codebook_size, tuple(codes.shape))).to(codes.device)
    return torch.where(torch.from_numpy(np.ascontiguousarray(mask)).bool().to(codes.device), drawn, codes)


def noisy_tokens(codes: LongTensor, ratio: float, codebook_size: int, rng: np.random.Generator) -> LongTensor:
    """`codes` with the share `ratio` of all tokens replaced at random: VampNet's noisy token baseline (section 4.4)."""
    return random_tokens(codes, (rng.random(tuple(codes.shape)) < ratio).astype(np.uint8), codebook_size, rng)


def shuffled_steps(codes: LongTensor, mask: np.ndarray, rng: np.random.Generator) -> LongTensor:
    """`codes` with the take's own steps in random order where `mask` is 1: its sounds without their places."""
    other = codes[:, torch.from_numpy(rng.permutation(codes.shape[1])).to(codes.device)]
    return torch.where(torch.from_numpy(np.ascontiguousarray(mask)).bool().to(codes.device), other, codes)


def encode(models: Models, audio: np.ndarray, *, circular: bool = True) -> LongTensor:
    """Tokens (n_codebooks, steps), on the models' device, of mono `audio` (frames,) brought to -24 dBFS."""
    heard = torch.from_numpy(np.ascontiguousarray(levelled(audio), np.float32)).to(next(models.coarse.parameters()).device)
    return models.codec.encode(heard[None, None], circular=circular)[0]


def decode(models: Models, codes: LongTensor, frames: int, *, circular: bool = True) -> np.ndarray:
    """The sound (frames,) float32 of tokens (n_codebooks, steps), at the level that they were encoded at."""
    return models.codec.decode(codes[None], circular=circular)[0, 0, :frames].float().cpu().numpy()


def against_chance(models: Models, loops: Sequence[np.ndarray], period: int = 7, sampling: Sampling | None = None) -> dict[str, float]:
    """Mel error to the take of the model, of random tokens, and of the take's own steps shuffled, under one periodic mask.

    All three keep every `period`-th step whole; the codec alone and white noise stand beside. Means over `loops`, mono at
    the codec's rate. ``model / random_tokens`` near 1 is a model that has learnt nothing.
    """
    rows = []
    for i, loop in enumerate(loops):
        audio = levelled(loop)
        codes = encode(models, audio)
        rng = np.random.default_rng(i)
        time_mask = masks.periodic(codes.shape[1], period, phase=int(rng.integers(period)))
        mask = masks.for_codebooks(time_mask, codes.shape[0], codes.shape[0])
        noise = levelled(rng.standard_normal(len(audio)).astype(np.float32))
        made = {"codec": codes, "model": vary_tokens(models, codes, mask, i, sampling),
                "random_tokens": random_tokens(codes, mask, models.codec.codebook_size, rng),
                "shuffled_steps": shuffled_steps(codes, mask, rng)}
        sounds = {name: decode(models, tokens, len(audio)) for name, tokens in made.items()} | {"white_noise": noise}
        rows.append({name: mel_error(audio, sound, models.codec.sample_rate) for name, sound in sounds.items()})
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def masked_loss(models: Models, codes: Sequence[LongTensor], shares: Sequence[float] = (0.3, 0.6, 0.9), seed: int = 0,
                asked: Sequence[np.ndarray] | None = None) -> dict[str, float]:
    """Mean cross-entropy in nat of tokens masked at random, ``coarse`` and ``fine``: how well each model guesses what is hidden.

    `codes` are (n_codebooks, steps) each; every share of masked tokens counts alike. With `asked`, (steps,) bool each with
    some of them true, only what is hidden there counts.
    """
    found = {}
    for name, model in (("coarse", models.coarse), ("fine", models.fine)):
        losses = []
        for i, tokens in enumerate(codes):
            for share in shares:
                rows, given = tokens[: model.n_codebooks], model.n_conditioning
                drawn = np.random.default_rng([seed, i, int(1000 * share)]).random(tuple(rows.shape))
                hidden = torch.from_numpy(drawn < share).to(rows.device)
                hidden[:given] = False
                with torch.inference_mode():
                    logits = model.logits(rows.masked_fill(hidden, model.codebook_size)[None])[0].float()
                    if asked is not None:
                        hidden &= torch.from_numpy(asked[i]).to(rows.device)
                    losses.append(float(F.cross_entropy(logits[hidden[given:]], rows[given:][hidden[given:]])))
        found[name] = float(np.mean(losses))
    return found


def kept_bits_per_second(mask: np.ndarray, codebook_size: int, seconds: float) -> float:
    """Bits of all tokens that `mask` keeps, for each second of sound: what the prompt tells about the take."""
    return float((np.asarray(mask) == 0).sum() * math.log2(codebook_size) / seconds)


@dataclass(frozen=True, eq=False)
class TokenTake:
    """An excerpt and its tokens.

    Attributes
    ----------
    excerpt : Excerpt
    audio : ndarray (frames,) float32
        At -24 dBFS, the level of everything that is compared with it.
    codes : LongTensor (n_codebooks, steps)
    """

    excerpt: Excerpt
    audio: np.ndarray
    codes: LongTensor

    @property
    def name(self) -> str:
        """The excerpt's."""
        return self.excerpt.name

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.audio) / self.excerpt.sample_rate


def token_takes(models: Models, excerpts: Sequence[Excerpt]) -> list[TokenTake]:
    """Encode each excerpt once. A loop is encoded as a circle, a cut from a longer piece as a line."""
    takes = []
    for excerpt in excerpts:
        audio = levelled(excerpt.audio)
        takes.append(TokenTake(excerpt, audio, encode(models, audio, circular=excerpt.is_loop)))
    return takes


def make_all(models: Models, takes: Sequence[TokenTake], masks: Sequence[np.ndarray], seeds: Sequence[int],
             sampling: Sampling | None = None) -> list[LongTensor]:
    """`vary_tokens` for each take with its own mask and seed, takes of one length together."""
    made: list[LongTensor | None] = [None] * len(takes)
    for group in _of_one_length(takes):
        codes = torch.stack([takes[i].codes for i in group])
        batch = vary_tokens(models, codes, np.stack([masks[i] for i in group]), [seeds[i] for i in group], sampling)
        for i, tokens in zip(group, batch, strict=True):
            made[i] = tokens
    return [tokens for tokens in made if tokens is not None]


def sound_of(models: Models, takes: Sequence[TokenTake], codes: Sequence[LongTensor]) -> list[np.ndarray]:
    """The sound of each take's new tokens, as long as the take: mono float32."""
    return [decode(models, tokens, len(take.audio), circular=take.excerpt.is_loop) for take, tokens in zip(takes, codes, strict=True)]


def _of_one_length(takes: Sequence[TokenTake]) -> list[list[int]]:
    """Indices of the takes in groups of one number of steps, at most BATCH each."""
    by_length: dict[int, list[int]] = {}
    for i, take in enumerate(takes):
        by_length.setdefault(take.codes.shape[-1], []).append(i)
    return [same[start : start + BATCH] for same in by_length.values() for start in range(0, len(same), BATCH)]
