"""Makes the bundled model from nothing: loops, codec, tokens, two masked transformers, figures, package.

Every stage resumes where it stopped, and one that has spent its minutes is skipped; ``--pack`` can be given at any time.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import sys
from pathlib import Path

import torch

from unloop_py.errors import UnloopError
from unloop_py.generator.checkpoint import BUNDLED, FILES, load_models, load_network, save_network, write_manifest
from unloop_py.generator.rvq_codec import RvqCodec, RvqCodecConfig
from unloop_py.generator.transformer import TransformerConfig
from unloop_py.training.card import model_card
from unloop_py.training.codec_training import SMALL, lay_tokens, train_decoder
from unloop_py.training.figures import card_figures, recorded_loop
from unloop_py.training.loops import HELD_OUT_FROM, LoopMaker
from unloop_py.training.masked_training import train_masked
from unloop_py.training.sounds import SOURCES
from unloop_py.training.store import LoopStore
from unloop_py.training.tokens import TokenStore

logger = logging.getLogger(__name__)

HELD_OUT_LOOPS = 60
FIRST_SEED = 100_000
FIGURE_LOOPS = 16
COARSE = TransformerConfig(latent_dim=6)
FINE = TransformerConfig(n_codebooks=14, n_conditioning=4, n_layers=6, latent_dim=32)
SHARES = {"decoder": 0.27, "coarse": 0.38, "fine": 0.35}  # of the minutes


class Build:
    """One folder in which the bundled model is made."""

    def __init__(self, folder: Path, minutes: float, loops: int, readings: int, seed: int, recorded: list[Path]) -> None:
        self.recorded = recorded
        self.folder, self.minutes, self.n_loops, self.readings, self.seed = folder, minutes, loops, readings, seed
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
        self.train.render(range(FIRST_SEED, FIRST_SEED + self.n_loops), make)

    def codec(self) -> None:
        """Lay the tokens; saved in 16 bits at once: tokens are read with the weights that will be played."""
        if not (self.folder / FILES[0]).exists():
            codec = RvqCodec(SMALL)
            lay_tokens(codec, self.train, seed=self.seed)
            save_network(self.folder / FILES[0], codec, codec.config)

    def encode(self) -> None:
        """Tokens of all loops."""
        codec = load_network(self.folder / FILES[0], lambda sizes: RvqCodec(RvqCodecConfig(**sizes)))
        self.held_out_tokens.encode(self.held_out, codec, readings=1)
        self.tokens.encode(self.train, codec, self.readings, self.seed)

    def masked(self, name: str) -> None:
        """Train ``coarse`` or ``fine`` on the tokens that are there."""
        codec = load_network(self.folder / FILES[0], lambda sizes: RvqCodec(RvqCodecConfig(**sizes)))
        self.tokens.refresh()
        self.held_out_tokens.refresh()
        model = train_masked(self.tokens, self.held_out_tokens, codec.quantizer.codebooks, COARSE if name == "coarse" else FINE,
                             self.folder / name, self.minutes * SHARES[name], self.seed, compiled=shutil.which("g++") is not None)
        save_network(self.folder / f"{name}.safetensors", model, model.config)

    def decoder(self) -> None:
        """Train the decoder; tokens keep their meaning."""
        codec = load_network(self.folder / FILES[0], lambda sizes: RvqCodec(RvqCodecConfig(**sizes)))
        train_decoder(codec, self.train, self.held_out, self.folder / "decoder", self.minutes * SHARES["decoder"], self.seed)
        save_network(self.folder / FILES[0], codec, codec.config)

    def pack(self) -> None:
        """Copy the weights into the package, measure them there, and write manifest and logs beside them."""
        target = BUNDLED / "small"
        target.mkdir(parents=True, exist_ok=True)
        for file in FILES:
            shutil.copyfile(self.folder / file, target / file)
        logs = {name: (self.folder / name / "log.jsonl").read_text() for name in SHARES}
        (target / "training_log.jsonl").write_text("".join(
            json.dumps({"model": name} | json.loads(line)) + "\n" for name, log in logs.items() for line in log.splitlines()))
        facts = {
            "name": "small",
            "licence": "MIT, like the code; free to use and to sell",
            "command": f"scripts/build_bundled_model --minutes {self.minutes:g} --loops {self.n_loops} --readings {self.readings}"
                       f" --seed {self.seed}",
            "training_data": {"seeds": [FIRST_SEED, FIRST_SEED + self.n_loops - 1], "sha256": [], "packages": []},
            "data": {"loops": len(self.train), "seconds": round(sum(row["frames"] for row in self.train.rows) / 44_100),
                     "seeds": [FIRST_SEED, FIRST_SEED + self.n_loops - 1], "held_out_loops": HELD_OUT_LOOPS, "figure_loops": FIGURE_LOOPS,
                     "held_out_seeds": [HELD_OUT_FROM, HELD_OUT_FROM + HELD_OUT_LOOPS - 1],
                     "sources": [{"name": s.name, "licence": s.licence, "package": s.package} for s in SOURCES]},
        }
        write_manifest(target, **facts)
        figures = card_figures(load_models("small"), [self.held_out[i] for i in range(FIGURE_LOOPS)], self.held_out_tokens,
                               [recorded_loop(path) for path in self.recorded])
        facts["figures"] = {name: round(value, 4) for name, value in figures.items()}
        manifest = write_manifest(target, **facts)
        (target / "MODEL_CARD.md").write_text(model_card(manifest))
        logger.info("%s", facts["figures"])


def main(arguments: list[str]) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="scripts/build_bundled_model", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("runs/small"), help="where everything is kept (default runs/small)")
    parser.add_argument("--minutes", type=float, default=110, help="of training in all (default 110)")
    parser.add_argument("--loops", type=int, default=4000, help="loops to synthesise (default 4000)")
    parser.add_argument("--readings", type=int, default=1, help="of each loop: itself, then differently treated ones (default 1)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--recorded", type=Path, nargs="*", default=[], help="recorded loops to measure the codec on; never trained on")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--stage", choices=("loops", "codec", "encode", "coarse", "fine", "decoder", "pack"), help="only this one")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    torch.set_num_threads(chosen.threads)
    build = Build(chosen.folder, chosen.minutes, chosen.loops, chosen.readings, chosen.seed, chosen.recorded)
    stages = {"loops": build.loops, "codec": build.codec, "encode": build.encode, "coarse": lambda: build.masked("coarse"),
              "fine": lambda: build.masked("fine"), "decoder": build.decoder, "pack": build.pack}
    try:
        for name, stage in stages.items():
            if chosen.stage in (None, name):
                logger.info("stage %s", name)
                stage()
    except UnloopError as error:
        print(f"build_bundled_model: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
