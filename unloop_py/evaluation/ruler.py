"""The short run of the ruler: half a minute on one core, the same everywhere, kept beside the weights as ``ruler.json``.

It judges on three loops that come with unloop (``ruler_loops/``: rendered by unloop's own data maker from held-out seeds
and MIT soundfonts). The long studies say how good a model is; this one only says whether a change has made it worse, so
that such weights cannot land unseen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from unloop_py import __version__
from unloop_py.audio_io.wav import read_audio
from unloop_py.errors import ModelError
from unloop_py.evaluation.embeddings import embed, embedding
from unloop_py.evaluation.fad import frechet
from unloop_py.evaluation.generation import against_chance, decode, encode, masked_loss, random_tokens, vary_tokens
from unloop_py.evaluation.measures import levelled
from unloop_py.evaluation.perceptual import zimtohrli
from unloop_py.evaluation.results import digest, plain
from unloop_py.evaluation.study import Table
from unloop_py.generator import masks
from unloop_py.generator.checkpoint import Models, load_models
from unloop_py.generator.model_files import checked_model
from unloop_py.paths import written_beside

FILE = "ruler.json"
LOOPS = Path(__file__).parent / "ruler_loops"
PERIOD = 7
TOLERANCES = {
    "codec_mel_error": 0.03,
    "codec_zimtohrli": 0.03,
    "coarse_masked_loss": 0.02,
    "fine_masked_loss": 0.02,
    "periodic_7_model": 0.06,
    "periodic_7_random_tokens": 0.06,
    "periodic_7_shuffled_steps": 0.06,
    "periodic_7_fad_model": 0.25,
    "periodic_7_fad_random_tokens": 0.25,
}
"""Share of the kept figure by which a new one may differ: other processors draw other tokens."""


@dataclass(frozen=True)
class Comparison:
    """One figure against the one that was kept."""

    name: str
    measured: float
    kept: float
    tolerance: float

    @property
    def holds(self) -> bool:
        """Whether the two agree within the tolerance, to either side: better figures are to be kept too."""
        return abs(self.measured - self.kept) <= self.tolerance * abs(self.kept)


def quick_figures(models: Models) -> dict[str, float]:
    """The figures of the short run. Models on the processor in float32; single-threaded within the caller's setting."""
    loops = [_loop(path, models.codec.sample_rate) for path in sorted(LOOPS.glob("*.flac"))]
    takes = [levelled(loop) for loop in loops]
    codes = [encode(models, take) for take in takes]
    rate = models.codec.sample_rate
    found = {"codec_zimtohrli": float(np.mean([zimtohrli(take, decode(models, one, len(take)), rate)
                                               for take, one in zip(takes, codes, strict=True)]))}
    chance = against_chance(models, loops, PERIOD)
    found["codec_mel_error"] = chance["codec"]
    found |= {f"periodic_7_{name}": chance[name] for name in ("model", "random_tokens", "shuffled_steps")}
    found |= {f"{name}_masked_loss": loss for name, loss in masked_loss(models, codes).items()}
    network = embedding("aisfx")
    reference = np.concatenate(embed(network, takes, rate))
    rng = np.random.default_rng(0)
    hidden = [masks.for_codebooks(masks.periodic(one.shape[1], PERIOD), *(2 * [one.shape[0]])) for one in codes]
    made = {
        "model": [vary_tokens(models, one, mask, i) for i, (one, mask) in enumerate(zip(codes, hidden, strict=True))],
        "random_tokens": [random_tokens(one, mask, models.codec.codebook_size, rng) for one, mask in zip(codes, hidden, strict=True)],
    }
    for name, tokens in made.items():
        sounds = [decode(models, one, len(take)) for one, take in zip(tokens, takes, strict=True)]
        found[f"periodic_7_fad_{name}"] = frechet(reference, np.concatenate(embed(network, sounds, rate)))
    return {name: plain(found[name]) for name in TOLERANCES}


def load_for_ruler(model: str) -> Models:
    """The model in the arithmetic that the ruler is read in: float32 on the processor. Raises ModelError."""
    return load_models(model, device="cpu", dtype=torch.float32)


def ruler_path(model: str) -> Path:
    """Where the kept figures of a model are: in its folder. Raises ModelError."""
    folder, _ = checked_model(model)
    return folder / FILE


def kept_figures(path: Path) -> dict[str, Any] | None:
    """What was kept: ``figures`` and what they depend on; None where there is no file. Raises ModelError for a damaged one."""
    if not path.exists():
        return None
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if not TOLERANCES.keys() <= kept["figures"].keys():
            raise ValueError("figures are missing")
    except (ValueError, KeyError, TypeError) as error:
        cure = "write it again with `unloop evaluate quick --write`"
        raise ModelError(f"{path} cannot be read as figures of this version ({error}): {cure}") from None
    return kept


def write_figures(path: Path, models: Models, figures: Mapping[str, float]) -> None:
    """Keep the figures beside the weights."""
    manifest = models.manifest
    facts = {"unloop": __version__, "model": manifest.get("name", "unnamed"), "digest": digest(manifest.get("files", manifest)),
             "loops": sorted(loop.name for loop in LOOPS.glob("*.flac")), "tolerances": TOLERANCES, "figures": dict(figures)}
    with written_beside(path) as beside:
        beside.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def compare(figures: Mapping[str, float], kept: Mapping[str, Any]) -> list[Comparison]:
    """Each figure against the kept one."""
    return [Comparison(name, figures[name], kept["figures"][name], tolerance) for name, tolerance in TOLERANCES.items()]


def better_than_chance(figures: Mapping[str, float]) -> dict[str, bool]:
    """Whether the model's distance is below that of random tokens and that of the take's own steps shuffled."""
    return {
        "random_tokens": figures["periodic_7_model"] < figures["periodic_7_random_tokens"],
        "shuffled_steps": figures["periodic_7_model"] < figures["periodic_7_shuffled_steps"],
        "random_tokens_by_fad": figures["periodic_7_fad_model"] < figures["periodic_7_fad_random_tokens"],
    }


def ruler_table(figures: Mapping[str, float], kept: Mapping[str, Any] | None) -> Table:
    """The figures as a person reads them, beside the kept ones where there are any."""
    if kept is None:
        return Table(("figure", "measured"), tuple((name.replace("_", " "), f"{value:.4f}") for name, value in figures.items()))
    rows = [(c.name.replace("_", " "), f"{c.measured:.4f}", f"{c.kept:.4f}", f"{100 * c.tolerance:.0f} %", "yes" if c.holds else "NO")
            for c in compare(figures, kept)]
    return Table(("figure", "measured", "kept", "may differ by", "holds"), tuple(rows))


def _loop(path: Path, sample_rate: int) -> np.ndarray:
    """A loop of the ruler, mono (frames,); they are stored at the bundled models' rate."""
    audio, rate = read_audio(path)
    if rate != sample_rate:
        raise ModelError(f"the ruler's loops are at {rate} Hz and this model's codec at {sample_rate}: judge it with `unloop evaluate all`")
    return audio.mean(axis=1)
