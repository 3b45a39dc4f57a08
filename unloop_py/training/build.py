"""Makes a bundled model from nothing: loops, codec, tokens, two masked transformers, figures, package.

Every stage resumes where it stopped, and one that has spent its minutes is skipped; ``--stage pack`` can be given at any
time. Both sizes learn from the same loops and the same tokens: only what comes after them is of their own.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from unloop_py.errors import UnloopError
from unloop_py.evaluation.training_index import FILE as INDEX
from unloop_py.evaluation.training_index import MOST_LOOPS, build_index
from unloop_py.generator.checkpoint import BUNDLED, FILES, load_models, load_network, save_network, write_manifest
from unloop_py.generator.rvq_codec import RvqCodec, RvqCodecConfig
from unloop_py.generator.transformer import TransformerConfig
from unloop_py.training.card import FOUND, write_card
from unloop_py.training.codec_training import lay_tokens, train_decoder
from unloop_py.training.figures import card_figures, recorded_loop
from unloop_py.training.judged import write_general_tokens
from unloop_py.training.loops import BUSY_FROM, HELD_OUT_FROM, SAMPLE_RATE, LoopMaker
from unloop_py.training.masked_training import train_masked
from unloop_py.training.sounds import SOURCES
from unloop_py.training.store import LoopStore
from unloop_py.training.tokens import TokenStore

logger = logging.getLogger(__name__)

HELD_OUT_LOOPS = 60
FIRST_SEED = 100_000
FIGURE_LOOPS = 16
LAID = "laid.safetensors"
SHARES = {"decoder": 0.15, "coarse": 0.52, "fine": 0.33}  # of the minutes


@dataclass(frozen=True)
class Size:
    """What one bundled model is made of, beside the axes and codebooks that all of them share."""

    decoder: dict[str, int]
    coarse: TransformerConfig
    fine: TransformerConfig


SIZES = {
    "small": Size({}, TransformerConfig(latent_dim=6), TransformerConfig(n_codebooks=14, n_conditioning=4, n_layers=6, latent_dim=32)),
    # For a Raspberry Pi and for tests: at most 8 MB.
    "tiny": Size({"decoder_dim": 160, "decoder_layers": 3, "phase_iterations": 8}, TransformerConfig(dim=128, n_layers=4, latent_dim=6),
                 TransformerConfig(n_codebooks=14, n_conditioning=4, dim=96, n_layers=3, latent_dim=32)),
}


class Build:
    """One folder in which bundled models are made: ``train``, ``tokens``, ``laid.safetensors`` for all, one folder a size."""

    def __init__(self, folder: Path, name: str, minutes: float, loops: int, busy: int, readings: int, seed: int,
                 recorded: list[Path]) -> None:
        self.folder, self.name, self.size, self.own = folder, name, SIZES[name], folder / name
        self.minutes, self.readings, self.seed, self.recorded = minutes, readings, seed, recorded
        self.seeds = [range(first, first + count) for first, count in ((FIRST_SEED, loops), (BUSY_FROM, busy)) if count]
        self.train, self.held_out = LoopStore(folder / "train"), LoopStore(folder / "held_out")
        self.tokens, self.held_out_tokens = TokenStore(folder / "tokens"), TokenStore(folder / "held_out_tokens")

    def loops(self) -> None:
        """Render the held-out loops, then the training loops."""
        maker: list[LoopMaker] = []

        def make() -> LoopMaker:
            if not maker:
                maker.append(LoopMaker(self.folder / "sounds"))
            return maker[0]

        self.held_out.render(range(HELD_OUT_FROM, HELD_OUT_FROM + HELD_OUT_LOOPS), make)
        for seeds in self.seeds:
            self.train.render(seeds, make)

    def codec(self) -> None:
        """Lay the tokens; saved in 16 bits at once: tokens are read with the weights that will be played."""
        if not (self.folder / LAID).exists():
            codec = lay_tokens(self.train, seed=self.seed)
            save_network(self.folder / LAID, codec, codec.config)

    def encode(self) -> None:
        """Tokens of all loops."""
        codec = self._laid()
        self.held_out_tokens.encode(self.held_out, codec, readings=1)
        self.tokens.encode(self.train, codec, self.readings, self.seed)

    def masked(self, part: str) -> None:
        """Train ``coarse`` or ``fine`` on the tokens that are there."""
        self.tokens.refresh()
        self.held_out_tokens.refresh()
        model = train_masked(self.tokens, self.held_out_tokens, self._laid().quantizer.vectors(), getattr(self.size, part),
                             self.own / part, self.minutes * SHARES[part], self.seed, compiled=shutil.which("g++") is not None)
        save_network(self.own / f"{part}.safetensors", model, model.config)

    def decoder(self) -> None:
        """Train the decoder; tokens keep their meaning."""
        laid = self._laid()
        codec = RvqCodec(replace(laid.config, **self.size.decoder))
        codec.linear_in, codec.linear_out, codec.quantizer = laid.linear_in, laid.linear_out, laid.quantizer
        torch.nn.init.zeros_(codec.decoder_out[1].weight)
        torch.nn.init.zeros_(codec.decoder_out[1].bias)
        codec.requires_grad_(False)
        train_decoder(codec, self.train, self.held_out, self.own / "decoder", self.minutes * SHARES["decoder"], self.seed)
        save_network(self.own / FILES[0], codec, codec.config)

    def _laid(self) -> RvqCodec:
        return load_network(self.folder / LAID, lambda sizes: RvqCodec(RvqCodecConfig(**sizes)))

    def pack(self) -> None:
        """Copy the weights into the package, measure them there, and write manifest, card and logs beside them."""
        target = BUNDLED / self.name
        target.mkdir(parents=True, exist_ok=True)
        for file in FILES:
            shutil.copyfile(self.own / file, target / file)
        logs = {part: (self.own / part / "log.jsonl").read_text() for part in SHARES}
        (target / "training_log.jsonl").write_text("".join(
            json.dumps({"model": part} | json.loads(line)) + "\n" for part, log in logs.items() for line in log.splitlines()))
        write_general_tokens(target, [self.held_out_tokens[i] for i in range(FIGURE_LOOPS)])
        build_index((self.tokens[i] for i in range(len(self.tokens))), self.size.coarse.n_codebooks,
                    [(self.train[i], SAMPLE_RATE) for i in range(0, len(self.train), max(1, len(self.train) // MOST_LOOPS))],
                    ).save(target / INDEX)
        seeds = [[run[0], run[-1]] for run in self.seeds]
        counts = " ".join(f"--{kind} {len(run)}" for kind, run in zip(("loops", "busy"), self.seeds, strict=False))
        facts = {
            "name": self.name,
            "licence": "MIT, like the code; free to use and to sell",
            "command": f"scripts/build_bundled_model {self.name} --minutes {self.minutes:g} {counts}"
                       f" --readings {self.readings} --seed {self.seed}",
            "training_data": {"seeds": seeds, "sha256": [], "packages": []},
            "data": {"loops": len(self.train), "seconds": round(sum(row["frames"] for row in self.train.rows) / SAMPLE_RATE),
                     "seeds": seeds, "held_out_loops": HELD_OUT_LOOPS, "figure_loops": FIGURE_LOOPS,
                     "held_out_seeds": [HELD_OUT_FROM, HELD_OUT_FROM + HELD_OUT_LOOPS - 1],
                     "sources": [{"name": s.name, "licence": s.licence, "package": s.package} for s in SOURCES]},
        }
        write_manifest(target, **facts)
        figures = card_figures(load_models(self.name), [self.held_out[i] for i in range(FIGURE_LOOPS)], self.held_out_tokens,
                               [recorded_loop(path) for path in self.recorded])
        facts["figures"] = {name: round(value, 4) for name, value in figures.items()}
        write_manifest(target, **facts)
        (target / FOUND).unlink(missing_ok=True)  # it speaks of other weights
        write_card(target)
        logger.info("%s", facts["figures"])


def main(arguments: list[str]) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/build_bundled_model", description=__doc__)
    parser.add_argument("name", choices=SIZES, nargs="?", default="small", help="which size (default small)")
    parser.add_argument("--folder", type=Path, default=Path("runs"), help="where everything is kept (default runs)")
    parser.add_argument("--minutes", type=float, default=345, help="of training in all (default 345)")
    parser.add_argument("--loops", type=int, default=5000, help="loops to synthesise (default 5000)")
    parser.add_argument("--busy", type=int, default=1000, help="loops of busy players besides (default 1000)")
    parser.add_argument("--readings", type=int, default=2, help="of each loop: itself, then differently treated ones (default 2)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--recorded", type=Path, nargs="*", default=[], help="recorded loops to measure the codec on; never trained on")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--stage", choices=("loops", "codec", "encode", "coarse", "fine", "decoder", "pack"), help="only this one")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    torch.set_num_threads(chosen.threads)
    build = Build(chosen.folder, chosen.name, chosen.minutes, chosen.loops, chosen.busy, chosen.readings, chosen.seed, chosen.recorded)
    stages = {"loops": build.loops, "codec": build.codec, "encode": build.encode, "coarse": lambda: build.masked("coarse"),
              "fine": lambda: build.masked("fine"), "decoder": build.decoder, "pack": build.pack}
    try:
        for stage, do in stages.items():
            if chosen.stage in (None, stage):
                logger.info("%s: stage %s", chosen.name, stage)
                do()
    except UnloopError as error:
        print(f"build_bundled_model: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
