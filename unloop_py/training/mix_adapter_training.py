"""Teaches a coarse model to hear what sounds beside its take: parts of loops that unloop makes, each given the others.

The model itself is not moved; what is learned is a `MixAdapter` (half a million weights), which is packed beside it.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import BoolTensor, LongTensor, Tensor

from unloop_py.evaluation.measures import levelled
from unloop_py.generator.checkpoint import BUNDLED, load_models, save_network, write_manifest
from unloop_py.generator.codec import Codec
from unloop_py.generator.levels import rms
from unloop_py.generator.mix_adapter import MixAdapter, MixAdapterConfig
from unloop_py.generator.model_files import MIX_ADAPTER, sha256
from unloop_py.generator.transformer import MaskedTransformer
from unloop_py.training.loops import HELD_OUT_FROM, LoopMaker
from unloop_py.training.masked_training import training_mask

logger = logging.getLogger(__name__)

FIRST_SEED = 100_000      # loops that the bundled models have learned from as well
BATCH, STEPS = 8, 256
LEARNING_RATE = 6e-4
SINGLE = 0.3            # share of the pieces that hear one of the others instead of all of them
TRUSTED = 0.5           # of what was learned: on recordings all of it is too much (their loss rises by 0.03 nat, by half of it 0.01)
SILENT_RMS = 1e-4
HELD_OUT_LOOPS = 100
PROMPTS = {"periodic 7": 7, "periodic 16": 16, "three steps": 0}
PARTS_PER_FILE = 200


class PartStore:
    """Tokens of loops part by part: ``store[i]`` -> (2, parts, n_codebooks, steps) int16, of each part and of all but it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.loops: list[np.ndarray] = []
        for path in sorted(folder.glob("parts-*.npz")):
            with np.load(path) as file:
                self.loops += [file[name] for name in file.files]

    def __len__(self) -> int:
        return len(self.loops)

    def __getitem__(self, i: int) -> np.ndarray:
        return self.loops[i]

    def encode(self, seeds: range, codec: Codec, n_codebooks: int, maker: LoopMaker) -> None:
        """Make the tokens of the loops of these seeds that are not there yet; loops of one player are left out."""
        for first in range(seeds.start, seeds.stop, PARTS_PER_FILE):
            path = self.folder / f"parts-{first}.npz"
            if path.exists():
                continue
            made = {}
            for seed in range(first, min(first + PARTS_PER_FILE, seeds.stop)):
                parts = np.array([part for part in maker.parts(seed) if rms(part[:, None]) > SILENT_RMS])
                if len(parts) < 2:
                    continue
                sounds = [*parts, *(parts.sum(axis=0) - parts)]
                codes = [codec.encode(torch.from_numpy(levelled(_whole(sound, codec.hop_length)))[None, None])[0, :n_codebooks]
                         for sound in sounds]
                made[str(seed)] = torch.stack(codes).to(torch.int16).numpy().reshape(2, len(parts), n_codebooks, -1)
            np.savez(path, **made)
            self.loops += made.values()
            logger.info("%s: %d loops", path.name, len(made))


def _whole(sound: np.ndarray, hop: int) -> np.ndarray:
    """A loop (frames,) read on to a whole number of steps."""
    return np.take(sound, np.arange(-(-len(sound) // hop) * hop), mode="wrap")


def random_pairs(store: PartStore, rng: np.random.Generator) -> tuple[LongTensor, LongTensor]:
    """(BATCH, n_codebooks, STEPS) of parts, and of what sounds with each; cut round and round their loops."""
    own, beside = [], []
    for _ in range(BATCH):
        loop = store[int(rng.integers(len(store)))]
        part, start = int(rng.integers(loop.shape[1])), int(rng.integers(loop.shape[3]))
        around = np.arange(start, start + STEPS)
        others = loop[1, part] if rng.random() > SINGLE else loop[0, (part + int(rng.integers(1, loop.shape[1]))) % loop.shape[1]]
        own.append(np.take(loop[0, part], around, axis=1, mode="wrap"))
        beside.append(np.take(others, around, axis=1, mode="wrap"))
    return torch.from_numpy(np.stack(own)).long(), torch.from_numpy(np.stack(beside)).long()


@dataclass(frozen=True)
class Piece:
    """What the model makes of some pieces and of what sounds beside them: all that the adapter learns from.

    ``last`` and ``heard`` are (BATCH, STEPS, ...) in bfloat16, ``codes`` and ``mask`` (BATCH, n_codebooks, STEPS).
    """

    last: Tensor
    heard: Tensor
    codes: LongTensor
    mask: BoolTensor


@torch.no_grad()
def look_at(model: MaskedTransformer, adapter: MixAdapter, store: PartStore, rng: np.random.Generator) -> Piece:
    """Some pieces, under the masks that the model learned with."""
    codes, beside = random_pairs(store, rng)
    mask = training_mask(tuple(codes.shape), 0, rng)
    with torch.autocast("cpu", torch.bfloat16):
        last = model.streams(codes.masked_fill(mask, model.codebook_size), circular=False)[-1]
        heard = adapter.hear(model, beside, circular=False)
    return Piece(last.bfloat16(), heard.bfloat16(), codes, mask)


def loss_of(model: MaskedTransformer, adapter: MixAdapter, piece: Piece) -> Tensor:
    """Mean cross-entropy in nat of what is hidden in the pieces."""
    with torch.autocast("cpu", torch.bfloat16):
        logits = model.read(adapter(piece.last.float(), piece.heard.float()))
    return F.cross_entropy(logits[piece.mask].float(), piece.codes[piece.mask])


def train(model: MaskedTransformer, store: PartStore, pieces: int, passes: int, seed: int = 0) -> MixAdapter:
    """Learn from ``pieces`` batches of pieces, gone through ``passes`` times; the model is asked once for each."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    adapter = MixAdapter(MixAdapterConfig(dim=model.config.dim))
    seen = [look_at(model, adapter, store, rng) for _ in range(pieces)]
    logger.info("looked at %d batches; the loss without an adapter is %.4f", len(seen),
                np.mean([float(loss_of(model, adapter, piece).detach()) for piece in seen[:20]]))
    optimizer = torch.optim.AdamW(adapter.parameters(), LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.03)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=pieces * passes, pct_start=0.1)
    for number in range(passes):
        losses = []
        for i in rng.permutation(pieces):
            loss = loss_of(model, adapter, seen[i])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(adapter.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        logger.info("pass %d of %d: loss %.4f", number + 1, passes, np.mean(losses))
    adapter.eval().requires_grad_(False).move.weight.mul_(TRUSTED)
    return adapter


@torch.no_grad()
def held_out_figures(model: MaskedTransformer, adapter: MixAdapter, store: PartStore, count: int,
                     seed: int = 0) -> dict[str, dict[str, float]]:
    """Masked loss in nat of ``count`` parts that nothing was learned from, by prompt: alone; and what is added to it by hearing
    what sounds with the part, the same at a third of the loop's distance, and what sounds with another part.
    """
    rng = np.random.default_rng(seed)
    found: dict[str, dict[str, list[float]]] = {}
    for _ in range(count):
        loop, other = store[int(rng.integers(len(store)))], store[int(rng.integers(len(store)))]
        part = int(rng.integers(loop.shape[1]))
        own, steps = torch.from_numpy(loop[0, part]).long()[None], loop.shape[3]
        mixes = {"its mix": loop[1, part], "its mix, turned": np.roll(loop[1, part], steps // 3, axis=1),
                 "another": np.take(other[1, 0], np.arange(steps), axis=1, mode="wrap")}
        heard = {name: adapter.hear(model, torch.from_numpy(mix).long()[None]) for name, mix in mixes.items()}
        for prompt, period in PROMPTS.items():
            hidden = np.ones(steps, bool)
            hidden[: 3 if period == 0 else 0] = False
            if period:
                hidden[int(rng.integers(period)) :: period] = False
            mask = torch.from_numpy(hidden).expand(own.shape)
            last = model.streams(own.masked_fill(mask, model.codebook_size))[-1]
            losses = {"alone": model.read(last)} | {name: model.read(adapter(last, one)) for name, one in heard.items()}
            row = found.setdefault(prompt, {name: [] for name in losses})
            for name, logits in losses.items():
                row[name].append(float(F.cross_entropy(logits[mask], own[mask])))
    return {prompt: {name: float(np.mean(values) - (0.0 if name == "alone" else np.mean(row["alone"]))) for name, values in row.items()}
            for prompt, row in found.items()}


def pack(file: Path, model: Path) -> None:
    """Lay an adapter beside the weights that it was learned with, and enter it in their manifest."""
    shutil.copyfile(file, model / MIX_ADAPTER)
    facts = json.loads((model / "manifest.json").read_text()) | {"beside": {"sha256": sha256(file), "bytes": file.stat().st_size}}
    write_manifest(model, **{name: fact for name, fact in facts.items() if name not in ("format", "files")})


def main(arguments: list[str]) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m unloop_py.training.mix_adapter_training", description=__doc__)
    parser.add_argument("name", nargs="?", default="small", help="which model (default small)")
    parser.add_argument("--folder", type=Path, default=Path("runs/beside"), help="where everything is kept (default runs/beside)")
    parser.add_argument("--loops", type=int, default=1200, help="loops to synthesise, part by part (default 1200)")
    parser.add_argument("--pieces", type=int, default=250, help="batches of pieces to learn from (default 250)")
    parser.add_argument("--passes", type=int, default=2, help="through all of them (default 2)")
    parser.add_argument("--measure", type=int, default=0, metavar="N", help="only: what hearing gives to N parts of held-out loops")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    torch.set_num_threads(chosen.threads)
    models = load_models(chosen.name)
    store = PartStore(chosen.folder / "parts")
    store.encode(range(FIRST_SEED, FIRST_SEED + chosen.loops), models.codec, models.coarse.n_codebooks, LoopMaker(None))
    if chosen.measure:
        held_out = PartStore(chosen.folder / "held_out")
        held_out.encode(range(HELD_OUT_FROM, HELD_OUT_FROM + HELD_OUT_LOOPS), models.codec, models.coarse.n_codebooks, LoopMaker(None))
        for prompt, row in held_out_figures(models.coarse, models.mix_adapter, held_out, chosen.measure).items():
            logger.info("%s: %s", prompt, ", ".join(f"{name} {value:+.3f}" for name, value in row.items()))
        return 0
    adapter = train(models.coarse, store, chosen.pieces, chosen.passes)
    save_network(chosen.folder / MIX_ADAPTER, adapter, adapter.config)
    pack(chosen.folder / MIX_ADAPTER, BUNDLED / chosen.name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
