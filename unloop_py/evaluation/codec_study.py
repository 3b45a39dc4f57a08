"""What each codebook of the codec adds: every measure of its sound for 1 to N codebooks, and how evenly each is used.

No masked model is asked. Audio is at -24 dBFS, as in VampNet and DAC; recorded and synthesised excerpts are told apart,
for a codec that learnt from synthesised sounds is judged by the recorded ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes

from unloop_py.evaluation.generation import TokenTake, decode, token_takes
from unloop_py.evaluation.judge import mean_interval
from unloop_py.evaluation.measures import mel_error
from unloop_py.evaluation.perceptual import mel_distance, si_sdr, stft_distance, zimtohrli
from unloop_py.evaluation.pictures import CODEC, FAINT, INK, MODEL, TAKE, band, new_figure, save
from unloop_py.evaluation.study import Context, Study, Table, Task

USE = "codebook use"
KINDS = {"all": INK, "recorded": MODEL, "synthesised": TAKE}
MEASURES = {
    "zimtohrli": "zimtohrli (1 to 5)",
    "mel_distance": "log-mel distance (DAC)",
    "stft_distance": "STFT distance (DAC)",
    "si_sdr_db": "SI-SDR, dB",
    "mel_error": "mel error (VampNet)",
}


class CodecStudy(Study):
    """See the module's text. ``counts``: numbers of codebooks to decode with; all from 1 to the codec's if not given."""

    name = "codec"
    title = "The codec alone: what each codebook adds"

    def __init__(self, counts: Sequence[int] | None = None) -> None:
        self.counts = None if counts is None else tuple(counts)

    def options(self) -> dict[str, Any]:
        return {"counts": self.counts and list(self.counts)}

    def tasks(self, context: Context) -> list[Task]:
        takes = token_takes(context.models, context.excerpts)
        counts = self.counts or tuple(range(1, context.models.codec.n_codebooks + 1))
        first_of_kind = {kind_of(take): i for i, take in reversed(list(enumerate(takes)))}
        tasks = [Task(take.name, self._one(context, take, counts, i in first_of_kind.values())) for i, take in enumerate(takes)]
        return [*tasks, Task(USE, lambda: use_of(takes, context.models.codec))]

    def _one(self, context: Context, take: TokenTake, counts: Sequence[int], heard: bool) -> Callable[[], dict[str, Any]]:
        """The measures of one excerpt for each number of codebooks; writes its sounds if it is one of the few to be heard."""
        def run() -> dict[str, Any]:
            rate, found = take.excerpt.sample_rate, {}
            worth_hearing = {1, context.models.coarse.n_codebooks, counts[-1]}
            if heard:
                context.audio(f"{kind_of(take)}-take", take.audio, rate, f"take: {take.name}")
            for count in counts:
                sound = decode(context.models, take.codes[:count], len(take.audio), circular=take.excerpt.is_loop)
                found[str(count)] = measures_of(take.audio, sound, rate)
                if heard and count in worth_hearing:
                    context.audio(f"{kind_of(take)}-{count:02d}-codebooks", sound, rate, f"{count} codebooks: {take.name}")
            return {"kind": kind_of(take), "by_codebooks": found}

        return run

    def figures(self, results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        use = results[USE]
        rows = {}
        for count in counts_of(results):
            kinds = {kind: self._summary(results, kind, count) for kind in KINDS}
            rows[str(count)] = {
                "bits_per_second": count * use["bits_per_level"] * use["steps_per_second"],
                "coded_bits_per_second": sum(use["entropy_bits"][:count]) * use["steps_per_second"],
                **{kind: found for kind, found in kinds.items() if found},
            }
        return {"by_codebooks": rows, "codebook_use": use}

    def _summary(self, results: Mapping[str, dict[str, Any]], kind: str, count: int) -> dict[str, Any]:
        """Each measure's mean over the excerpts of a kind and its 95 % interval; empty where there are none."""
        rows = [r["by_codebooks"][str(count)] for key, r in results.items() if key != USE and kind in ("all", r["kind"])]
        return {name: mean_interval([row[name] for row in rows]).to_dict() for name in MEASURES} if rows else {}

    def table(self, results: Mapping[str, dict[str, Any]]) -> Table:
        figures = self.figures(results)
        rows = []
        for count, row in figures["by_codebooks"].items():
            by_kind = [f"{row[kind]['zimtohrli']['value']:.2f}" if kind in row else "" for kind in ("recorded", "synthesised")]
            values = [row["all"][name]["value"] for name in MEASURES][1:]
            level = int(count) - 1
            rows.append((count, f"{row['bits_per_second'] / 1000:.2f}", *by_kind, *(f"{value:.2f}" for value in values),
                         f"{figures['codebook_use']['perplexity'][level]:.0f}"))
        columns = ("codebooks", "kbit/s", "zimtohrli, recorded", "synthesised", "log-mel", "STFT", "SI-SDR, dB", "mel error", "perplexity")
        use = figures["codebook_use"]
        note = (f"Perplexity: of the last level of each row, of {use['size']} codes, over {use['tokens']} tokens. A codec that rebuilds "
                "phases scores low in SI-SDR however good it sounds.")
        return Table(columns, tuple(rows), note)

    def picture(self, results: Mapping[str, dict[str, Any]], path: Path) -> None:
        figure, panels = new_figure(2, 2, width=5.4, height=2.9, share_x=False)
        rows, use = self.figures(results)["by_codebooks"], results[USE]
        for panel, measure in zip(panels, ("zimtohrli", "mel_distance", "stft_distance"), strict=False):
            draw_measure(panel, rows, measure)
        levels = np.arange(1, len(use["perplexity"]) + 1)
        panels[3].bar(levels, use["perplexity"], color=CODEC)
        panels[3].axhline(use["size"], color=FAINT, linewidth=1.0, linestyle=(0, (4, 3)))
        panels[3].set_ylabel(f"perplexity, of {use['size']} codes", fontsize=9, color=INK)
        for panel in panels:
            panel.set_xticks(levels)
            panel.set_xlabel("codebooks" if panel is not panels[3] else "level", fontsize=9, color=INK)
        panels[0].set_title(self.title, fontsize=10, color=INK, loc="left")
        panels[0].legend(fontsize=8, frameon=False, labelcolor=INK)
        save(figure, path)


def draw_measure(panel: Axes, rows: Mapping[str, Any], measure: str) -> None:
    """A measure over the number of codebooks, for recorded and synthesised excerpts, with its intervals."""
    x = [int(count) for count in rows]
    kinds = [kind for kind in ("recorded", "synthesised") if all(kind in row for row in rows.values())]
    for kind in kinds:
        at = [row[kind][measure] for row in rows.values()]
        panel.plot(x, [one["value"] for one in at], "o-", color=KINDS[kind], markersize=4, label=kind)
        band(panel, x, [one["low"] for one in at], [one["high"] for one in at], KINDS[kind])
    panel.set_ylabel(MEASURES[measure], fontsize=9, color=INK)


def measures_of(reference: np.ndarray, other: np.ndarray, sample_rate: int) -> dict[str, float]:
    """All `MEASURES` of one mono sound (samples,) against another."""
    return {
        "zimtohrli": zimtohrli(reference, other, sample_rate),
        "mel_distance": mel_distance(reference, other, sample_rate),
        "stft_distance": stft_distance(reference, other),
        "si_sdr_db": si_sdr(reference, other),
        "mel_error": mel_error(reference, other, sample_rate),
    }


def use_of(takes: Sequence[TokenTake], codec: Any) -> dict[str, Any]:
    """How evenly each level's codes are used over all takes: the entropy of its codes in bits, and 2 to that power."""
    codes = torch.cat([take.codes for take in takes], dim=1).cpu().numpy()                          # (n_codebooks, tokens)
    entropies = [entropy_bits(level, codec.codebook_size) for level in codes]
    return {
        "size": codec.codebook_size, "tokens": codes.shape[1], "bits_per_level": math.log2(codec.codebook_size),
        "steps_per_second": codec.sample_rate / codec.hop_length, "entropy_bits": entropies,
        "perplexity": [2.0**bits for bits in entropies], "used": [len(np.unique(level)) for level in codes],
    }


def entropy_bits(codes: np.ndarray, size: int) -> float:
    """Entropy in bits of the codes (n,) of one level, 0 to log2(size)."""
    share = np.bincount(codes, minlength=size) / len(codes)
    share = share[share > 0]
    return float(-(share * np.log2(share)).sum())


def kind_of(take: TokenTake) -> str:
    """``recorded`` or ``synthesised``."""
    return "recorded" if take.excerpt.loop_seed is None else "synthesised"


def counts_of(results: Mapping[str, dict[str, Any]]) -> list[int]:
    """The numbers of codebooks that were tried."""
    return sorted({int(count) for key, r in results.items() if key != USE for count in r["by_codebooks"]})
