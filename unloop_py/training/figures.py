"""The figures that the model card prints, measured on loops that training never saw."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soxr
import torch

from unloop_py.audio_io.wav import read_audio
from unloop_py.evaluation.generation import against_chance
from unloop_py.evaluation.measures import levelled, mel_error
from unloop_py.generator.checkpoint import Models
from unloop_py.training.loops import SAMPLE_RATE
from unloop_py.training.masked_training import held_out_figures
from unloop_py.training.tokens import TokenStore

PERIOD = 7


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
    figures = {f"periodic_7_{name}": value for name, value in against_chance(models, loops, PERIOD).items()}
    figures["codec_mel_error"] = figures.pop("periodic_7_codec")
    if recorded:
        figures["codec_mel_error_real"] = float(np.mean([codec_error(models, loop) for loop in recorded]))
    for name, model in (("coarse", models.coarse), ("fine", models.fine)):
        found = held_out_figures(model, tokens, loops=len(tokens))
        model.eval()
        figures |= {f"{name}_{key}": value for key, value in found.items()}
    return figures
