"""The figures that the model card prints, measured on loops that training never saw."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import soxr
import torch
from torch import LongTensor

from unloop_py.audio_io.wav import read_audio
from unloop_py.evaluation.measures import levelled, mel_error
from unloop_py.generator import masks
from unloop_py.generator.checkpoint import Models
from unloop_py.generator.sampler import Sampling, sample
from unloop_py.generator.spec import DEFAULT_STEPS, Prompt
from unloop_py.training.loops import SAMPLE_RATE
from unloop_py.training.masked_training import held_out_figures
from unloop_py.training.tokens import TokenStore

PERIOD = 7


def generated(models: Models, codes: LongTensor, mask: np.ndarray, seed: int, sampling: Sampling) -> LongTensor:
    """Codes (n_codebooks, steps) with the masked ones (1) made new by the coarse, then the fine model."""
    coarse_k = models.coarse.n_codebooks
    hidden = torch.from_numpy(mask)[None]
    made = codes[None].clone()
    made[:, :coarse_k] = sample(models.coarse, made[:, :coarse_k], hidden[:, :coarse_k], [seed], sampling)
    given = torch.cat((torch.zeros_like(hidden[:, :coarse_k]), hidden[:, coarse_k:]), dim=1)
    return sample(models.fine, made, given, [seed + 1], dataclasses.replace(sampling, steps=2))[0]


def against_chance(models: Models, loops: list[np.ndarray], sampling: Sampling | None = None) -> dict[str, float]:
    """Mel error to the take at periodic 7 of the model, of random tokens, and of the take's own frames shuffled.

    All three keep every seventh step whole; what lies between comes from the model, from uniform random tokens, or from
    other steps of the same take. ``sampling`` is by default the instrument's own. Mean over ``loops`` (mono, 44.1 kHz);
    the codec alone and white noise stand beside.
    """
    sampling = sampling or Sampling.from_prompt(Prompt(), DEFAULT_STEPS)
    rows = []
    for i, loop in enumerate(loops):
        audio = levelled(loop)
        codes = models.codec.encode(torch.from_numpy(audio)[None, None])[0]
        steps = codes.shape[1]
        rng = np.random.default_rng(i)
        time_mask = masks.periodic(steps, PERIOD, phase=int(rng.integers(PERIOD)))
        mask = masks.for_codebooks(time_mask, codes.shape[0], codes.shape[0])
        hidden = torch.from_numpy(mask).bool()
        random = torch.where(hidden, torch.from_numpy(rng.integers(0, models.codec.codebook_size, codes.shape)), codes)
        shuffled = torch.where(hidden, codes[:, torch.from_numpy(rng.permutation(steps))], codes)

        def distance(tokens: LongTensor, audio: np.ndarray = audio) -> float:
            return mel_error(audio, models.codec.decode(tokens[None])[0, 0, : len(audio)].numpy(), models.codec.sample_rate)

        rows.append({
            "codec": distance(codes),
            "model": distance(generated(models, codes, mask, i, sampling)),
            "random_tokens": distance(random),
            "shuffled_frames": distance(shuffled),
            "white_noise": mel_error(audio, levelled(rng.standard_normal(len(audio)).astype(np.float32)), models.codec.sample_rate),
        })
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def recorded_loop(path: Path) -> np.ndarray:
    """A recorded loop as mono float32 (samples,) at 44.1 kHz."""
    audio, rate = read_audio(path)
    return soxr.resample(audio.mean(axis=1), rate, SAMPLE_RATE).astype(np.float32)


def codec_error(models: Models, audio: np.ndarray) -> float:
    """Mel error of ``audio`` (samples,) through the codec alone."""
    audio = levelled(audio)
    codes = models.codec.encode(torch.from_numpy(audio)[None, None])
    return mel_error(audio, models.codec.decode(codes)[0, 0, : len(audio)].numpy(), models.codec.sample_rate)


def card_figures(models: Models, loops: list[np.ndarray], tokens: TokenStore, recorded: list[np.ndarray]) -> dict[str, float]:
    """Everything the card prints: codec, masked losses against unigram entropies, and the distances of periodic 7."""
    figures = {f"periodic_7_{name}": value for name, value in against_chance(models, loops).items()}
    figures["codec_mel_error"] = figures.pop("periodic_7_codec")
    if recorded:
        figures["codec_mel_error_real"] = float(np.mean([codec_error(models, loop) for loop in recorded]))
    for name, model in (("coarse", models.coarse), ("fine", models.fine)):
        found = held_out_figures(model, tokens, loops=len(tokens))
        model.eval()
        figures |= {f"{name}_{key}": value for key, value in found.items()}
    return figures
