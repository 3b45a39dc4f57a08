"""Figure 5 of VampNet: compression and periodic prompts combined, from all tokens down to a few bits a second.

The bitrate is what it says: the bits of the tokens that are kept, for each second of sound. The paper's own formula
(section 3.4, B / (P (N - Nk))) gives other numbers for the same prompts, which stand beside: about the same where one
codebook is kept, a third where four are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from unloop_py.evaluation import paper_prompts
from unloop_py.evaluation.generation import TokenTake
from unloop_py.evaluation.pictures import CHANCE, CODEC, FAINT, INK, MODEL, band, level, new_figure, save
from unloop_py.evaluation.study import Context, Table, Task
from unloop_py.evaluation.token_study import (
    CODEC_ALONE,
    SAMPLING_STEPS,
    TokenStudy,
    Way,
    coarse_kept,
    fad_cell,
    floor_text,
    mel_cell,
    noise,
    phase,
    value,
)

KEPT_AND_PERIOD = ((2, 1), (1, 1), (1, 2), (4, 8), (4, 16), (1, 8), (1, 16), (1, 24))
"""Codebooks kept and period: about 1150 down to 25 bits a second at 57.4 steps of 10-bit tokens."""
NOISE_RATIOS = (0.25, 0.5, 0.75, 0.9, 0.97, 0.995)
HIGH_BPS, LOW_BPS = 570.0, 200.0
"""The paper's "600 bps and above", which is one codebook kept whole (574), and its "200 bps and below"."""


class BitrateStudy(TokenStudy):
    """See the module's text."""

    name = "bitrate"
    title = "Bitrate (VampNet, figure 5): compression and periodic prompts combined"

    def options(self) -> dict[str, Any]:
        return {"sampling_steps": SAMPLING_STEPS, "kept_and_period": [list(pair) for pair in KEPT_AND_PERIOD],
                "noise_ratios": list(NOISE_RATIOS)}

    def tasks(self, context: Context) -> list[Task]:
        models = (coarse_kept(context), *(combined(context, *pair) for pair in KEPT_AND_PERIOD))
        ways = [CODEC_ALONE, *models, *(noise(r) for r in NOISE_RATIOS)]
        codec, coarse = context.models.codec, context.models.coarse
        full = codec.n_codebooks * codec.sample_rate / codec.hop_length * (codec.codebook_size - 1).bit_length()
        facts = {"bits_per_second": full, "n_codebooks": codec.n_codebooks, "n_coarse": coarse.n_codebooks}
        return [Task("facts", lambda: facts), self.bounds_task(context), *(self.way_task(context, way) for way in ways)]

    def figures(self, results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        codec, model, chance = results[CODEC_ALONE.key], _model(results), _chance(results)
        high = [r for r in model if r["bits_per_second"] >= HIGH_BPS]
        low = [r for r in model if r["bits_per_second"] <= LOW_BPS]
        return {
            "bounds": results["bounds"], "codec": codec, "facts": results["facts"], "model": model, "random_tokens": chance,
            "above_600_bps_over_codec": {m: max(value(r, m) for r in high) / value(codec, m) for m in ("mel_error", "fad_aisfx")},
            "at_most_200_bps_fad_over_random_tokens": max(
                value(r, "fad_aisfx") / _interpolated(chance, r["bits_per_second"], "fad_aisfx") for r in low),
            "at_most_200_bps_mel_over_random_tokens": max(
                value(r, "mel_error") / _interpolated(chance, r["bits_per_second"], "mel_error") for r in low),
        }

    def table(self, results: Mapping[str, dict[str, Any]]) -> Table:
        facts = results["facts"]
        rows = [("codec alone", f"{facts['bits_per_second']:.0f}", "", mel_cell(results["codec"]), fad_cell(results["codec"])),
                ("coarse kept", f"{results['coarse-to-fine']['bits_per_second']:.0f}", _paper_bps(facts, facts["n_coarse"], 1),
                 mel_cell(results["coarse-to-fine"]), fad_cell(results["coarse-to-fine"]))]
        for kept, period in KEPT_AND_PERIOD:
            r = results[_key(kept, period)]
            bps = _paper_bps(facts, kept, period)
            rows.append((f"{kept} kept, P = {period}", f"{r['bits_per_second']:.0f}", bps, mel_cell(r), fad_cell(r)))
        for share in NOISE_RATIOS:
            r = results[noise(share).key]
            rows.append((f"random, r = {share:g}", f"{r['bits_per_second']:.0f}", "", mel_cell(r), fad_cell(r)))
        return Table(("what is kept", "bits/s", "by the paper's formula", "mel error", "FAD"), tuple(rows),
                     f"{floor_text(results)} {SAMPLING_STEPS} sampling steps; 95 % intervals.")

    def picture(self, results: Mapping[str, dict[str, Any]], path: Path) -> None:
        figure, (mel, fad) = new_figure(2)
        for panel, measure, name in ((mel, "mel_error", "mel error"), (fad, "fad_aisfx", "FAD (aisfx)")):
            _line(panel, _model(results), measure, MODEL, "compression + periodic")
            _line(panel, _chance(results), measure, CHANCE, "random tokens")
            level(panel, value(results["codec"], measure), "codec alone", CODEC)
            panel.set_ylabel(name, fontsize=9, color=INK)
        level(fad, results["bounds"]["fad_aisfx"]["floor"], "real to real", FAINT)
        fad.set_xscale("log")
        fad.set_xlabel("bits kept, each second", fontsize=9, color=INK)
        mel.legend(fontsize=8, frameon=False)
        mel.set_title(self.title, fontsize=10, color=INK, loc="left")
        save(figure, path)


def combined(context: Context, kept: int, period: int) -> Way:
    """The `kept` coarsest codebooks of every `period`-th step."""
    def mask(take: TokenTake) -> Any:
        return paper_prompts.compression(*take.codes.shape, kept, period, phase(context, take, period))

    return Way(_key(kept, period), f"{kept} codebooks kept, P = {period}", mask)


def _key(kept: int, period: int) -> str:
    return f"kept-{kept}-period-{period}"


def _paper_bps(facts: Mapping[str, Any], kept: int, period: int) -> str:
    return f"{facts['bits_per_second'] / (period * (facts['n_codebooks'] - kept)):.0f}"


def _model(results: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What the models made, from many bits to few."""
    made = [results["coarse-to-fine"], *(results[_key(*pair)] for pair in KEPT_AND_PERIOD)]
    return sorted(made, key=lambda r: -r["bits_per_second"])


def _chance(results: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What random tokens made, from many bits to few."""
    return sorted((results[noise(r).key] for r in NOISE_RATIOS), key=lambda r: -r["bits_per_second"])


def _interpolated(points: Sequence[Mapping[str, Any]], bits_per_second: float, measure: str) -> float:
    """A measure at a bitrate between measured ones, straight over the logarithm of the bitrate."""
    known = sorted((float(np.log(point["bits_per_second"])), value(dict(point), measure)) for point in points)
    return float(np.interp(np.log(bits_per_second), *zip(*known, strict=True)))


def _line(panel: Axes, points: Sequence[Mapping[str, Any]], measure: str, colour: str, name: str) -> None:
    x = [point["bits_per_second"] for point in points]
    panel.plot(x, [point[measure]["value"] for point in points], "o-", color=colour, markersize=4, label=name)
    band(panel, x, [point[measure]["low"] for point in points], [point[measure]["high"] for point in points], colour)
