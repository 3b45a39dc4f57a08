"""The one knob: whether each turn of `variation` leads further from the take on every loop, and whether variations differ.

Through the instrument's own generator. Distances are the paper's mel error; the diversity is that of 16 variations at 0.5:
how far they are from each other against how far they are from the take.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from unloop_py.evaluation.beats_study import slug
from unloop_py.evaluation.measures import MEL_SCALES, levelled, log_mel
from unloop_py.evaluation.pictures import INK, MODEL, TAKE, new_figure, save
from unloop_py.evaluation.study import Context, Study, Table, Task
from unloop_py.generator.spec import Prompt, Take, VariationRequest

SEEDS = 8
DIVERSE = 16
MIDDLE = 0.5
GOAL_DIVERSITY = 0.5
BATCH = 4


class KnobStudy(Study):
    """See the module's text.

    Parameters
    ----------
    prompts : mapping of float to Prompt
        What the knob means at each setting that is looked at; 0.5 must be one of them, and 0 is the take itself.
    seeds, diverse : int
    """

    name = "knob"
    title = "The knob: distance to the take, and diversity"
    kind = "loops"
    excerpts = 4

    def __init__(self, prompts: Mapping[float, Prompt], seeds: int = SEEDS, diverse: int = DIVERSE) -> None:
        assert MIDDLE in prompts, "diversity is measured in the middle"
        self.prompts, self.seeds, self.diverse = dict(sorted(prompts.items())), seeds, diverse

    def options(self) -> dict[str, Any]:
        return {"prompts": {str(v): prompt.to_dict() for v, prompt in self.prompts.items()}, "seeds": self.seeds, "diverse": self.diverse}

    def tasks(self, context: Context) -> list[Task]:
        return [Task(loop.name, lambda loop=loop: self._loop(context, loop)) for loop in context.excerpts]

    def _loop(self, context: Context, loop: Any) -> dict[str, Any]:
        take = levelled(loop.audio)
        prepared = context.generator.prepare(Take(1, take[:, None], loop.sample_rate))
        own = spectra(take, loop.sample_rate)
        distances: dict[str, list[float]] = {}
        pairs: list[float] = []
        for setting, prompt in self.prompts.items():
            count = max(self.seeds, self.diverse) if setting == MIDDLE else self.seeds
            if setting == 0.0:
                distances["0.0"] = [0.0] * self.seeds                        # the player's own samples: nothing is generated
                continue
            requests = [VariationRequest(1, i + 1, context.seed(f"{loop.name}/{i}"), prompt) for i in range(count)]
            made = [one for start in range(0, count, BATCH)
                    for one in context.generator.vary_many(prepared, requests[start : start + BATCH]) or []]
            heard = [spectra(one.audio[:, 0], loop.sample_rate) for one in made]
            away = [between(own, other) for other in heard]
            distances[str(setting)] = away[: self.seeds]
            context.audio(f"{slug(loop.name)}-{setting:g}", made[0].audio, loop.sample_rate, f"variation {setting:g}: {loop.name}")
            if setting == MIDDLE:
                pairs = [between(*pair) for pair in itertools.combinations(heard[: self.diverse], 2)]
                from_take = float(np.mean(away[: self.diverse]))
        return {"distances": distances, "from_take": from_take, "pairwise": float(np.mean(pairs)), "least_pairwise": min(pairs)}

    def figures(self, results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        loops = {}
        for name, r in results.items():
            means = {setting: float(np.mean(values)) for setting, values in r["distances"].items()}
            loops[name] = {
                "mean_distance": means, "monotone": all(near < far for near, far in itertools.pairwise(means.values())),
                "pairwise_over_distance_to_take": r["pairwise"] / r["from_take"],
                "least_pairwise_over_distance_to_take": r["least_pairwise"] / r["from_take"],
            }
        return {
            "loops": loops, "monotone_on_every_loop": all(loop["monotone"] for loop in loops.values()), "goal_diversity": GOAL_DIVERSITY,
            "least_diversity_of_a_loop": min(loop["pairwise_over_distance_to_take"] for loop in loops.values()),
            "least_diversity_of_a_pair": min(loop["least_pairwise_over_distance_to_take"] for loop in loops.values()),
        }

    def table(self, results: Mapping[str, dict[str, Any]]) -> Table:
        settings = [f"{setting:g}" for setting in self.prompts]
        rows = [(name, *(f"{d:.2f}" for d in loop["mean_distance"].values()), "yes" if loop["monotone"] else "no",
                 f"{loop['pairwise_over_distance_to_take']:.2f}", f"{loop['least_pairwise_over_distance_to_take']:.2f}")
                for name, loop in self.figures(results)["loops"].items()]
        return Table(("loop", *settings, "monotone", "pairwise", "nearest pair"), tuple(rows),
                     f"Mel error to the take at each setting of the knob, mean of {self.seeds} seeds; then how far {self.diverse} "
                     f"variations at {MIDDLE:g} are from each other, on average and the nearest two, over their distance to the take.")

    def picture(self, results: Mapping[str, dict[str, Any]], path: Path) -> None:
        figure, (curves, spread) = new_figure(1, 2, width=4.4, share_x=False)
        for loop in self.figures(results)["loops"].values():
            curves.plot(list(self.prompts), list(loop["mean_distance"].values()), "o-", color=MODEL, alpha=0.6, markersize=3)
        curves.set_xlabel("variation", fontsize=9, color=INK)
        curves.set_ylabel("mel error to the take", fontsize=9, color=INK)
        curves.set_title(self.title, fontsize=10, color=INK, loc="left")
        far = [r["from_take"] for r in results.values()]
        spread.plot(far, [r["pairwise"] for r in results.values()], "o", color=MODEL, markersize=5, label="mean of all pairs")
        spread.plot(far, [r["least_pairwise"] for r in results.values()], "o", color=TAKE, markersize=4, label="nearest pair")
        top = 1.1 * max(far)
        spread.plot([0, top], [0, GOAL_DIVERSITY * top], color=INK, linewidth=1, linestyle=(0, (4, 3)))
        spread.set_xlim(0, top)
        spread.set_ylim(0)
        spread.set_xlabel(f"distance to the take at {MIDDLE:g}", fontsize=9, color=INK)
        spread.set_ylabel("distance of two variations", fontsize=9, color=INK)
        spread.legend(fontsize=8, frameon=False)
        save(figure, path)


def spectra(audio: np.ndarray, sample_rate: int) -> list[Tensor]:
    """The log-mel spectrograms that the mel error compares, of audio that stands at its take's level."""
    return [log_mel(audio, sample_rate, fft_size, bands) for fft_size, bands in MEL_SCALES]


def between(one: list[Tensor], other: list[Tensor]) -> float:
    """Mel error between two sounds of one length, from their `spectra`."""
    return sum(float((a - b).abs().mean()) for a, b in zip(one, other, strict=True))
