"""Whether a loop that feeds on itself wanders off: 64 generations, each made from the last by the instrument's generator.

Each variation becomes the next take, with the tokens that it was made of, as when the player keeps every one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from unloop_py.evaluation.beats_study import slug
from unloop_py.evaluation.embeddings import embed, embedding
from unloop_py.evaluation.fad import frechet
from unloop_py.evaluation.measures import levelled, mel_error
from unloop_py.evaluation.pictures import INK, MODEL, new_figure, save
from unloop_py.evaluation.study import Context, Study, Table, Task
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.units import gain_to_db

GENERATIONS = 64
WINDOW = 8
"""Generations at the start and at the end whose sounds together are set against the takes."""
HEARD = (1, 16, 64)
GOAL_DB, GOAL_CENTROID, GOAL_FAD = 1.0, 0.15, 2.0


class DriftStudy(Study):
    """See the module's text."""

    name = "drift"
    title = "64 generations of feedback, each made from the last"
    kind = "loops"
    excerpts = 2
    version = 2

    def __init__(self, generations: int = GENERATIONS, prompt: Prompt = Prompt()) -> None:
        self.generations, self.prompt = generations, prompt

    def options(self) -> dict[str, Any]:
        return {"generations": self.generations, "window": WINDOW, "prompt": self.prompt.to_dict()}

    def tasks(self, context: Context) -> list[Task]:
        return [Task(loop.name, lambda loop=loop: self._loop(context, loop)) for loop in context.excerpts]

    def _loop(self, context: Context, loop: Any) -> dict[str, Any]:
        original = levelled(loop.audio)
        heard, rate, generator = original, loop.sample_rate, context.generator
        codes = None
        found: dict[str, list[float]] = {"loudness_db": [], "centroid_hz": [], "mel_error": []}
        early: list[np.ndarray] = []
        late: list[np.ndarray] = []
        for generation in range(1, self.generations + 1):
            prepared = generator.prepare(Take(generation, heard[:, None], rate), codes)
            made = generator.vary(prepared, VariationRequest(generation, 1, context.seed(f"{loop.name}/{generation}"), self.prompt))
            assert made is not None, "nobody cancels a study"
            heard, codes = np.ascontiguousarray(made.audio[:, 0]), made.codes
            found["loudness_db"].append(gain_to_db(rms(heard) / rms(original)))
            found["centroid_hz"].append(centroid(heard, rate))
            found["mel_error"].append(mel_error(original, heard, rate))
            if generation <= WINDOW:
                early.append(heard)
            if generation > self.generations - WINDOW:
                late.append(heard)
            if generation in HEARD:
                context.audio(f"{slug(loop.name)}-{generation}", heard, rate, f"generation {generation}: {loop.name}")
        reference, first, last = (turned_patches(side, rate) for side in ([original] * WINDOW, early, late))
        return {**found, "take_centroid_hz": centroid(original, rate), "fad_early": frechet(reference, first),
                "fad_late": frechet(reference, last)}

    def figures(self, results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        loops = {name: {
            "loudness_db": r["loudness_db"][-1], "most_loudness_db": max(r["loudness_db"], key=abs),
            "centroid_change": r["centroid_hz"][-1] / r["take_centroid_hz"] - 1.0,
            "fad_late_over_early": r["fad_late"] / r["fad_early"] if r["fad_early"] > 0 else None,
            "mel_error_first": r["mel_error"][0], "mel_error_last": r["mel_error"][-1],
        } for name, r in results.items()}
        early, late = (sum(r[key] for r in results.values()) for key in ("fad_early", "fad_late"))
        return {
            "loops": loops, "generations": self.generations,
            "worst_loudness_db": max((loop["loudness_db"] for loop in loops.values()), key=abs),
            "worst_centroid_change": max((loop["centroid_change"] for loop in loops.values()), key=abs),
            "fad_late_over_early": late / early if early > 0 else None,
            "goals": {"loudness_db": GOAL_DB, "centroid_change": GOAL_CENTROID, "fad_late_over_early": GOAL_FAD},
        }

    def table(self, results: Mapping[str, dict[str, Any]]) -> Table:
        figures = self.figures(results)
        rows = [(name, f"{loop['loudness_db']:+.2f} dB", f"{100 * loop['centroid_change']:+.0f} %",
                 f"{loop['mel_error_first']:.2f} to {loop['mel_error_last']:.2f}", _times(loop["fad_late_over_early"]))
                for name, loop in figures["loops"].items()]
        loudness, colour = figures["worst_loudness_db"], figures["worst_centroid_change"]
        rows.append(("worst; FAD over all", f"{loudness:+.2f} dB", f"{100 * colour:+.0f} %", "", _times(figures["fad_late_over_early"])))
        return Table(("loop", "loudness", "spectral centroid", "mel error, first to last", "FAD to the take"), tuple(rows),
                     f"After {self.generations} generations, against the take; FAD of the last {WINDOW} over that of the first {WINDOW}.")

    def picture(self, results: Mapping[str, dict[str, Any]], path: Path) -> None:
        figure, panels = new_figure(3, height=1.9)
        for r in results.values():
            x = range(1, len(r["loudness_db"]) + 1)
            change = [100 * (hertz / r["take_centroid_hz"] - 1) for hertz in r["centroid_hz"]]
            for panel, values in zip(panels, (r["loudness_db"], change, r["mel_error"]), strict=True):
                panel.plot(x, values, color=MODEL, linewidth=1.2, alpha=0.8)
        axes = (("loudness, dB", GOAL_DB), ("spectral\ncentroid, %", 100 * GOAL_CENTROID), ("mel error", None))
        for panel, (name, goal) in zip(panels, axes, strict=True):
            panel.set_ylabel(name, fontsize=9, color=INK)
            if goal is not None:
                panel.axhspan(-goal, goal, color=MODEL, alpha=0.08, linewidth=0)
        panels[-1].set_xlabel("generation", fontsize=9, color=INK)
        panels[0].set_title(self.title, fontsize=10, color=INK, loc="left")
        save(figure, path)


def turned_patches(loops: Sequence[np.ndarray], sample_rate: int, name: str = "aisfx") -> np.ndarray:
    """Embeddings (n, d) of loops of one length, each turned a little further than the one before.

    A loop of a few seconds holds a few patches only; turned, it shows the embedding its other places.
    """
    turned = [np.roll(loop, i * len(loop) // len(loops)) for i, loop in enumerate(loops)]
    return np.concatenate(embed(embedding(name), turned, sample_rate))


def rms(audio: np.ndarray) -> float:
    """Root mean square, never 0."""
    return max(float(np.sqrt(np.mean(np.square(audio, dtype=np.float64)))), 1e-9)


def centroid(audio: np.ndarray, sample_rate: int) -> float:
    """Spectral centroid of a whole loop (frames,) in Hz: the mean frequency, weighted by magnitude."""
    magnitudes = np.abs(np.fft.rfft(audio))
    return float(np.sum(np.fft.rfftfreq(len(audio), 1 / sample_rate) * magnitudes) / max(float(magnitudes.sum()), 1e-12))


def _times(value: float | None) -> str:
    return "" if value is None else f"{value:.2f} times"
