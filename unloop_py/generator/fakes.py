"""Stand-ins for the models: no weights, milliseconds, and easy to reason about. For tests, here and elsewhere."""

from __future__ import annotations

import torch
from torch import LongTensor, Tensor, nn

from unloop_py.generator.checkpoint import Models


class MockModel(nn.Module):
    """A masked model that answers every question with the same logits, and remembers what it was asked.

    Attributes
    ----------
    table : Parameter (n_codebooks - n_conditioning, steps or 1, codebook_size)
    asked : list of LongTensor
        The codes of each call.
    """

    def __init__(self, table: Tensor, n_conditioning: int = 0) -> None:
        super().__init__()
        self.table = nn.Parameter(table, requires_grad=False)
        self.n_conditioning = n_conditioning
        self.n_codebooks = n_conditioning + table.shape[0]
        self.codebook_size = table.shape[-1]
        self.asked: list[LongTensor] = []

    def logits(self, codes: LongTensor) -> Tensor:
        """The table for every item: (batch, n_codebooks - n_conditioning, steps, codebook_size)."""
        self.asked.append(codes.clone())
        return self.table.expand(codes.shape[0], self.table.shape[0], codes.shape[-1], self.codebook_size)


class LevelCodec:
    """A codec that keeps the level of each step and nothing else, and that is as phase-blind as a codec can be.

    The first codebook holds a step's level in 1024 parts of 120 dB, the others copy it. Decoded sound is one burst of
    noise, the same for every step, at the level of the first codebook.
    """

    sample_rate, hop_length, codebook_size = 44_100, 768, 1024

    def __init__(self, n_codebooks: int = 9, gain: float = 1.0) -> None:
        self.n_codebooks, self.gain = n_codebooks, gain
        burst = torch.randn(self.hop_length, generator=torch.Generator().manual_seed(0))
        self.burst = burst / burst.square().mean().sqrt()

    def encode(self, audio: Tensor, *, circular: bool = True) -> LongTensor:
        """See `codec.Codec`; the length must be a multiple of the hop."""
        levels = audio.view(audio.shape[0], -1, self.hop_length).square().mean(-1).sqrt()
        decibels = 20 * levels.clamp_min(1e-6).log10()
        codes = ((decibels + 120) / 120 * (self.codebook_size - 1)).round().long().clamp(0, self.codebook_size - 1)
        return codes[:, None].repeat(1, self.n_codebooks, 1)

    def decode(self, codes: LongTensor, *, circular: bool = True) -> Tensor:
        """See `codec.Codec`."""
        levels = 10 ** ((codes[:, 0].float() / (self.codebook_size - 1) * 120 - 120) / 20) * self.gain
        return (levels[..., None] * self.burst).flatten(1)[:, None]


def level_models(level_dbfs: float = -24.0, gain: float = 1.0) -> Models:
    """A `LevelCodec` with models that nearly always choose `level_dbfs`, in the codec's own scale, for what they make."""
    logits = torch.zeros(4, 1, 1024)
    logits[:, :, round((level_dbfs + 120) / 120 * 1023)] = 20.0
    return Models(LevelCodec(gain=gain), MockModel(logits), MockModel(torch.zeros(5, 1, 1024), 4), {"name": "levels"})
