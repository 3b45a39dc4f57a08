"""Figure 3 of VampNet: what more sampling steps buy. Periodic prompt P = 16, both measures at each number of steps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unloop_py.evaluation import paper_prompts
from unloop_py.evaluation.generation import BATCH
from unloop_py.evaluation.pictures import CODEC, FAINT, INK, MODEL, band, level, new_figure, save
from unloop_py.evaluation.study import Context, Table, Task
from unloop_py.evaluation.token_study import CODEC_ALONE, TokenStudy, Way, fad_cell, floor_text, mel_cell, phase, ratio, value

STEP_COUNTS = (1, 4, 8, 12, 36, 64, 72)
PERIOD = 16


class StepsStudy(TokenStudy):
    """See the module's text."""

    name = "steps"
    title = "Sampling steps (VampNet, figure 3): periodic prompt P = 16"

    def __init__(self, step_counts: tuple[int, ...] = STEP_COUNTS) -> None:
        self.step_counts = step_counts

    def options(self) -> dict[str, Any]:
        return {"step_counts": list(self.step_counts), "period": PERIOD}

    def tasks(self, context: Context) -> list[Task]:
        ways = [CODEC_ALONE, *(periodic_way(context, PERIOD, steps) for steps in self.step_counts)]
        return [self.bounds_task(context), *(self.way_task(context, way) for way in ways)]

    def figures(self, results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        at = {steps: results[f"periodic-{PERIOD}-steps-{steps}"] for steps in self.step_counts}
        fad = {steps: value(result, "fad_aisfx") for steps, result in at.items()}
        best = min(fad, key=lambda steps: fad[steps])
        return {
            "bounds": results["bounds"], "codec": results["codec"], "by_steps": {str(steps): result for steps, result in at.items()},
            "lowest_fad_at_steps": best,
            "fad_falls_from_the_first_step": all(fad[steps] < fad[1] for steps in fad if steps > 1) if 1 in fad else None,
            "fad_12_over_36": ratio(fad[12], fad[36]) if {12, 36} <= fad.keys() else None,
        }

    def table(self, results: Mapping[str, dict[str, Any]]) -> Table:
        rows = [(str(steps), mel_cell(r), fad_cell(r), f"{r['seconds_per_second']:.2f}")
                for steps in self.step_counts for r in [results[f"periodic-{PERIOD}-steps-{steps}"]]]
        rows.append(("codec alone", mel_cell(results["codec"]), fad_cell(results["codec"]), ""))
        return Table(("steps", "mel error", "FAD", "s per s of sound"), tuple(rows),
                     f"{floor_text(results)} 95 % intervals. Time to make the tokens, in batches of up to {BATCH}.")

    def picture(self, results: Mapping[str, dict[str, Any]], path: Path) -> None:
        figure, (mel, fad, wall) = new_figure(3, height=2.3)
        at = [results[f"periodic-{PERIOD}-steps-{steps}"] for steps in self.step_counts]
        x = list(range(len(self.step_counts)))
        for panel, measure, label in ((mel, "mel_error", "mel error"), (fad, "fad_aisfx", "FAD (aisfx)")):
            panel.plot(x, [value(r, measure) for r in at], "o-", color=MODEL, markersize=4)
            band(panel, x, [r[measure]["low"] for r in at], [r[measure]["high"] for r in at], MODEL)
            level(panel, value(results["codec"], measure), "codec alone", CODEC)
            panel.set_ylabel(label, fontsize=9, color=INK)
        level(fad, results["bounds"]["fad_aisfx"]["floor"], "real to real", FAINT)
        wall.plot(x, [r["seconds_per_second"] for r in at], "o-", color=MODEL, markersize=4)
        wall.set_ylabel("seconds a\nsecond of sound", fontsize=9, color=INK)
        wall.set_xlabel("sampling steps", fontsize=9, color=INK)
        wall.set_xticks(x, [str(steps) for steps in self.step_counts])
        mel.set_title(self.title, fontsize=10, color=INK, loc="left")
        save(figure, path)


def periodic_way(context: Context, period: int, steps: int) -> Way:
    """All codebooks kept on every `period`-th step."""
    return Way(
        f"periodic-{period}-steps-{steps}", f"periodic P = {period}, {steps} steps",
        lambda take: paper_prompts.periodic(*take.codes.shape, period, phase(context, take, period)), steps=steps, generative=True,
    )
