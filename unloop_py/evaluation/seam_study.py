"""Whether the seam can be heard: the difference across it against the difference at every other place of the loop.

Every variation is made by the instrument's own generator, fold and player's own audio included, from the take turned by a
random number of frames: else the seam would be where the bar begins, and its drum would count as a click. A place is then
judged by the energy of the step from its last frame to its first, over the mean energy of such steps near by.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from unloop_py.evaluation.beats_study import slug
from unloop_py.evaluation.pictures import CHANCE, FAINT, INK, MODEL, new_figure, save
from unloop_py.evaluation.study import Context, Study, Table, Task
from unloop_py.generator.spec import Prompt, Take, VariationRequest

VARIATIONS = 100
NEAR_S = 0.010
"""How far to each side the steps lie that a place is compared with."""
OTHER_PLACES = 200
"""Of each variation, evenly spaced, that stand for every other."""
GOAL_DB = 1.0
RESAMPLES = 1000


class SeamStudy(Study):
    """See the module's text."""

    name = "seam"
    title = "The seam against every other place of the loop"
    kind = "loops"
    excerpts = 6

    def __init__(self, variations: int = VARIATIONS, prompt: Prompt = Prompt()) -> None:
        self.variations, self.prompt = variations, prompt

    def options(self) -> dict[str, Any]:
        return {"variations": self.variations, "near_s": NEAR_S, "prompt": self.prompt.to_dict()}

    def tasks(self, context: Context) -> list[Task]:
        loops = context.excerpts
        share = math.ceil(self.variations / len(loops))
        counts = [min(share, self.variations - i * share) for i in range(len(loops))]
        return [Task(loop.name, lambda loop=loop, count=count: self._loop(context, loop, count))
                for loop, count in zip(loops, counts, strict=True) if count > 0]

    def _loop(self, context: Context, loop: Any, count: int) -> dict[str, Any]:
        rng = context.rng(f"{loop.name}/turns")
        found: dict[str, list[float]] = {"seam": [], "elsewhere": [], "take": []}
        for i in range(count):
            turn = int(rng.integers(len(loop.audio)))
            take = np.roll(loop.audio, turn)[:, None]
            prepared = context.generator.prepare(Take(i + 1, take, loop.sample_rate))
            made = context.generator.vary(prepared, VariationRequest(i + 1, 1, context.seed(f"{loop.name}/{i}"), self.prompt))
            assert made is not None, "nobody cancels a study"
            sound = made.audio[:, 0]
            places = np.linspace(0, len(sound), OTHER_PLACES + 2)[1:-1].astype(np.int64)
            steps = relative_steps(sound, loop.sample_rate)
            found["seam"].append(float(steps[0]))
            found["elsewhere"].append(float(np.mean(steps[places])))
            found["take"].append(float(relative_steps(take[:, 0], loop.sample_rate)[0]))
            if i == 0:
                around = np.concatenate((sound[-2 * loop.sample_rate:], sound[: 2 * loop.sample_rate]))
                caption = f"two seconds up to the seam and two from it: {loop.name}"
                context.audio(f"{slug(loop.name)}-seam", around, loop.sample_rate, caption)
        return found

    def figures(self, results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        seam, elsewhere, take = (np.concatenate([r[key] for r in results.values()]) for key in ("seam", "elsewhere", "take"))
        low, high = interval_db(seam, elsewhere)
        return {"variations": len(seam), "seam_db": decibels(seam.mean() / elsewhere.mean()), "low_db": low, "high_db": high,
                "same_place_of_the_take_db": decibels(take.mean()), "seam_above_4_times": float(np.mean(seam > 4 * elsewhere.mean())),
                "goal_db": GOAL_DB, "by_loop": dict(results)}

    def table(self, results: Mapping[str, dict[str, Any]]) -> Table:
        f = self.figures(results)
        rows = [(name, str(len(r["seam"])), f"{decibels(np.mean(r['seam']) / np.mean(r['elsewhere'])):+.1f} dB",
                 f"{decibels(np.mean(r['take'])):+.1f} dB") for name, r in results.items()]
        rows.append(("all", str(f["variations"]), f"{f['seam_db']:+.2f} dB ({f['low_db']:+.2f} to {f['high_db']:+.2f})",
                     f"{f['same_place_of_the_take_db']:+.2f} dB"))
        return Table(("loop", "variations", "seam against every other place", "the same place in the take"), tuple(rows),
                     "Mean energy of the step across the seam over that of the steps near by; 95 % interval.")

    def picture(self, results: Mapping[str, dict[str, Any]], path: Path) -> None:
        figure, (panel,) = new_figure(1)
        edges = np.linspace(-40, 15, 45)
        for key, colour, name in (("seam", CHANCE, "at the seam of a variation"), ("take", FAINT, "at the same place of its take")):
            energies = np.concatenate([r[key] for r in results.values()])
            panel.hist(10 * np.log10(np.maximum(energies, 1e-4)), edges, color=colour, alpha=0.6, label=name)
        panel.axvline(0, color=MODEL, linewidth=1)
        panel.set_xlabel("energy of the step, dB against the steps near by", fontsize=9, color=INK)
        panel.set_ylabel("variations", fontsize=9, color=INK)
        panel.legend(fontsize=8, frameon=False)
        panel.set_title(self.title, fontsize=10, color=INK, loc="left")
        save(figure, path)


def relative_steps(loop: np.ndarray, sample_rate: int) -> np.ndarray:
    """Energy of the step to each frame of a loop (frames,), over the mean energy of the steps within NEAR_S; 0 in silence.

    The step to frame 0 is the one across the seam.
    """
    energy = np.square(np.asarray(loop, np.float64) - np.roll(loop, 1))
    reach = min(max(1, round(NEAR_S * sample_rate)), (len(loop) - 1) // 2)
    around = np.concatenate((energy[-reach:], energy, energy[:reach]))
    total = np.concatenate(([0.0], np.cumsum(around)))
    near = (total[2 * reach + 1:] - total[: len(energy)] - energy) / (2 * reach)  # the place itself left out
    return np.divide(energy, near, out=np.zeros_like(energy), where=near > 1e-14)


def decibels(power: float) -> float:
    """10 log10, -100 dB at least."""
    return float(10 * np.log10(max(power, 1e-10)))


def interval_db(seam: np.ndarray, elsewhere: np.ndarray) -> tuple[float, float]:
    """The 95 % bootstrap interval of the ratio of the two means, in dB."""
    drawn = np.random.default_rng(0).integers(0, len(seam), (RESAMPLES, len(seam)))
    ratios = seam[drawn].mean(axis=1) / elsewhere[drawn].mean(axis=1)
    low, high = np.quantile(10 * np.log10(np.maximum(ratios, 1e-10)), (0.025, 0.975))
    return float(low), float(high)
