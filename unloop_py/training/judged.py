"""How well a masked model guesses tokens that it never saw: the figure that a player's own sound is judged by.

`general_tokens` is what a model must not forget meanwhile: loops that its training never saw, as tokens of its own codec.
A bundled model brings them along (`HELD_OUT_TOKENS`), so that a player needs none of the packages that the studies use.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from unloop_py.errors import UnloopError
from unloop_py.evaluation.measures import levelled
from unloop_py.generator.checkpoint import Models
from unloop_py.generator.transformer import MaskedTransformer
from unloop_py.paths import written_beside
from unloop_py.training.masked_training import masked_loss

logger = logging.getLogger(__name__)

HELD_OUT_TOKENS = "held_out_tokens.npz"
GENERAL_EXCERPTS = 12
MASKS = 3  # for each piece, from few tokens hidden to nearly all
MOST_PIECES = 32  # evenly chosen from more: a look must not cost what learning needs


@torch.no_grad()
def judged_loss(model: MaskedTransformer, pieces: Sequence[np.ndarray], seed: int = 7) -> float:
    """Mean cross-entropy in nat over hidden tokens of codes (n_codebooks, steps), under the paper's masks.

    The masks depend on ``seed`` and the pieces' shapes alone, so that two models are asked the same. Leaves the model in
    the mode it was in.
    """
    training = model.training
    model.eval()
    device = next(model.parameters()).device
    total, count = torch.zeros((), dtype=torch.double), 0
    chosen = [pieces[i] for i in np.linspace(0, len(pieces) - 1, min(len(pieces), MOST_PIECES)).astype(int)]
    for number, piece in enumerate(chosen):
        codes = torch.from_numpy(np.array(piece[: model.n_codebooks], np.int64))[None]
        mask = torch.cat([_mask(codes, model.n_conditioning, seed, number, k) for k in range(MASKS)])
        loss: Tensor = masked_loss(model, codes.expand(MASKS, -1, -1).to(device), mask.to(device))
        hidden = int(mask.sum())
        total += loss.double().cpu() * hidden
        count += hidden
    model.train(training)
    return float(total) / max(count, 1)


def _mask(codes: Tensor, n_conditioning: int, seed: int, number: int, k: int) -> Tensor:
    """(1, n_codebooks, steps) bool, True = hidden; the chances of the MASKS masks are spread over the cosine schedule."""
    rng = np.random.default_rng([seed, number, k])
    chance = math.cos(math.pi / 2 * (k + 0.5) / MASKS)
    mask = torch.from_numpy(rng.random(tuple(codes.shape)) < chance)
    mask[:, :n_conditioning] = False
    mask[:, -1, 0] = True  # never nothing at all
    return mask


def general_tokens(models: Models) -> list[np.ndarray]:
    """Tokens (n_codebooks, steps) of general held-out audio; empty when there is none on this machine, which is logged."""
    path = Path(models.manifest.get("base_folder", models.manifest.get("folder", ""))) / HELD_OUT_TOKENS
    if path.is_file():
        with np.load(path) as file:
            return [file[name] for name in sorted(file.files)]
    try:
        from unloop_py.evaluation.held_out import load_excerpts  # its packages are those of an extra

        excerpts = load_excerpts(count=GENERAL_EXCERPTS, sample_rate=models.codec.sample_rate, manifest=models.manifest)
    except (UnloopError, ImportError) as error:
        logger.warning("what the model must not forget cannot be measured: %s", error)
        return []
    heard = (torch.from_numpy(levelled(excerpt.audio))[None, None] for excerpt in excerpts)
    return [models.codec.encode(audio, circular=False)[0].to(torch.int16).numpy() for audio in heard]


def write_general_tokens(folder: Path, pieces: Sequence[np.ndarray]) -> None:
    """Put held-out tokens beside a model's weights, for `general_tokens`."""
    path = folder / HELD_OUT_TOKENS
    with written_beside(path) as beside:
        np.savez_compressed(beside, **{f"{number:03}": np.asarray(piece, np.int16) for number, piece in enumerate(pieces)})
