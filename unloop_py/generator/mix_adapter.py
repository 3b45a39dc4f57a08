"""How a masked model hears what sounds beside its take.

The others' mix goes through the same network, once for each mix. What it makes of each step is put beside what it makes of the
same step of the take, and a small network says by how much the latter moves before the tokens are read from it. It begins at
nothing, so that a model without one, or with nothing beside, is the model as it was.

(Laying the mix's tokens before the take's on a circle twice as long, or offering them as more keys to attend to, costs more and made
a network that was never taught to guess worse than hearing nothing: it takes the others for its own sound.)
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import LongTensor, Tensor, nn

from unloop_py.generator.transformer import MaskedTransformer

DROPOUT = 0.2  # while it learns


@dataclass(frozen=True)
class MixAdapterConfig:
    """Sizes of an adapter: those of its model, and its own."""

    dim: int = 256
    layers: tuple[int, ...] = (2, 5, 8)  # of the model's streams that are heard of the mix
    hidden: int = 512


class MixAdapter(nn.Module):
    """Moves what a model makes of its take by what it makes of the mix beside."""

    def __init__(self, config: MixAdapterConfig) -> None:
        super().__init__()
        self.config = config
        self.join = nn.Linear(config.dim * (1 + len(config.layers)), config.hidden)
        self.move = nn.Linear(config.hidden, config.dim, bias=False)
        nn.init.zeros_(self.move.weight)

    def hear(self, model: MaskedTransformer, codes: LongTensor, *, circular: bool = True) -> Tensor:
        """What is heard of a mix's codes (B, n_codebooks, T): (B, T, len(layers) * dim), reckoned once."""
        streams = model.streams(codes, circular=circular)
        return torch.cat([_even(streams[layer]) for layer in self.config.layers], dim=-1)

    def forward(self, x: Tensor, heard: Tensor) -> Tensor:
        """What the model's last block gives of the take (B, T, dim), moved by what is heard (B or 1, T, ...)."""
        joined = torch.cat((_even(x), heard.to(x).expand(x.shape[0], -1, -1)), dim=-1)
        return x + self.move(F.gelu(self.join(F.dropout(joined, DROPOUT, self.training))))


class Hearing:
    """A model that hears a mix beside: what `sampler.TokenModel` asks for.

    Parameters
    ----------
    model : MaskedTransformer
    adapter : MixAdapter
    heard : Tensor (1, T, ...)
        Of `MixAdapter.hear`.
    """

    def __init__(self, model: MaskedTransformer, adapter: MixAdapter, heard: Tensor) -> None:
        self.n_codebooks, self.n_conditioning, self.codebook_size = model.n_codebooks, model.n_conditioning, model.codebook_size
        self._model, self._adapter, self._heard = model, adapter, heard

    def logits(self, codes: LongTensor) -> Tensor:
        """See `sampler.TokenModel`."""
        return self._model.read(self._adapter(self._model.streams(codes)[-1], self._heard))


def _even(x: Tensor) -> Tensor:
    """Every step as loud as any other."""
    return F.rms_norm(x, x.shape[-1:])
