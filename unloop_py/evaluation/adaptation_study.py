"""What learning the take gives: the codec's sound, variations, loss, seam and diversity, before it and as it goes on.

Time is the process's own seconds of processor, half of which is the time that two cores take: a machine that others use,
too, makes the clock on the wall useless. It is meant to be run with one thread. What is learned of a take is the same
every time; how far learning is at a mark depends on the machine, and stands beside the figures as gradient steps.

Each loop is learned twice, as the instrument does it. On the whole: the codec's reconstruction, variations at 0.5 against
the take's own recording, the masked loss on its tokens. On every other beat, the beats between left out as if they had
not been recorded, the trial's too: reconstruction and loss on those. Variations come from the same seeds throughout.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from unloop_py.evaluation.beats_study import slug
from unloop_py.evaluation.drift_study import turned_patches
from unloop_py.evaluation.fad import frechet
from unloop_py.evaluation.generation import masked_loss
from unloop_py.evaluation.knob_study import BATCH, between, spectra
from unloop_py.evaluation.measures import levelled
from unloop_py.evaluation.perceptual import zimtohrli
from unloop_py.evaluation.pictures import INK, MODEL, TAKE, level, new_figure, save
from unloop_py.evaluation.seam_study import decibels, relative_steps
from unloop_py.evaluation.study import Context, Study, Table, Task
from unloop_py.generator.adapt import SCHEDULES, Adaptation, Schedule
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.generator.take_pieces import every_other_stretch, held_out_steps, quiet_steps
from unloop_py.generator.vamp import PreparedTake

MARKS_S = (10.0, 30.0, 60.0)
"""Seconds on two cores."""
CORES = 2
VARIATIONS = 8
LONGEST_S = 8.0
"""Of the loops that the goal of the reconstruction is set for."""
SHORTEST_HELD_S = 0.2
"""Stretches of a held-out part that are long enough to be listened to."""
EMBEDDINGS = ("aisfx", "musicnn")
GOALS = {"zimtohrli": 4.0, "other_half_gain": 0.8, "fad_ratio": 0.5, "diversity": 0.8}


@dataclass(frozen=True, eq=False)
class Loop:
    """A loop under study: its audio (frames,) float32 at the codec's rate, its handle, and the steps that are left out (steps,)."""

    name: str
    audio: np.ndarray
    sample_rate: int
    prepared: PreparedTake
    left_out: np.ndarray


class AdaptationStudy(Study):
    """See the module's text.

    Parameters
    ----------
    prompt : Prompt
        Of the variations: what the knob means at 0.5.
    marks_s : tuple of float
        Seconds on two cores at which what was learned is judged; before them it is judged once, unlearned.
    variations : int
    schedules : mapping of str to Schedule
    """

    name = "adaptation"
    title = "Learning the take: before, and after some seconds on two cores"
    kind = "loops"
    excerpts = 4

    def __init__(self, prompt: Prompt, marks_s: tuple[float, ...] = MARKS_S, variations: int = VARIATIONS,
                 schedules: Mapping[str, Schedule] = SCHEDULES) -> None:
        self.prompt, self.marks_s, self.variations, self.schedules = prompt, marks_s, variations, dict(schedules)

    def options(self) -> dict[str, Any]:
        return {"prompt": self.prompt.to_dict(), "marks_s": list(self.marks_s), "variations": self.variations,
                "schedules": {part: vars(schedule) for part, schedule in self.schedules.items()}}

    def tasks(self, context: Context) -> list[Task]:
        return [Task(f"{loop.name}/{part}", lambda loop=loop, work=work: work(context, _prepared(context, loop)))
                for loop in context.excerpts for part, work in (("whole", self._whole), ("half", self._half))]

    def _whole(self, context: Context, loop: Loop) -> dict[str, Any]:
        """The whole take is learned; one row of figures a moment."""
        own, take_patches = spectra(loop.audio, loop.sample_rate), {
            name: turned_patches([loop.audio] * self.variations, loop.sample_rate, name) for name in EMBEDDINGS}
        requests = [VariationRequest(1, i + 1, context.seed(f"{loop.name}/{i}"), self.prompt) for i in range(self.variations)]

        def judge(moment: str, prepared: PreparedTake) -> dict[str, Any]:
            made = [one.audio[:, 0] for start in range(0, len(requests), BATCH)
                    for one in context.generator.vary_many(prepared, requests[start : start + BATCH]) or []]
            heard = [spectra(audio, loop.sample_rate) for audio in made]
            steps = np.stack([relative_steps(audio, loop.sample_rate) for audio in made])
            rebuilt = _rebuilt(context, prepared, len(loop.audio))
            context.audio(slug(f"{loop.name}-{moment}-rebuilt"), rebuilt, loop.sample_rate, f"{loop.name}, {moment}: rebuilt by the codec")
            context.audio(slug(f"{loop.name}-{moment}-varied"), made[0], loop.sample_rate, f"{loop.name}, {moment}: variation 0.5")
            return {
                "zimtohrli": zimtohrli(loop.audio, rebuilt, loop.sample_rate),
                "fad": {name: frechet(patches, turned_patches(made, loop.sample_rate, name)) for name, patches in take_patches.items()},
                "masked_loss": _masked_loss(context, prepared, None),
                "seam_db": decibels(float(steps[:, 0].mean() / max(steps[:, 1:].mean(), 1e-12))),
                "pairwise": float(np.mean([between(*pair) for pair in itertools.combinations(heard, 2)])),
                "from_take": float(np.mean([between(own, other) for other in heard])),
            }

        learning = context.generator.learn(loop.prepared, context.setting.seed, self.schedules)
        return {"seconds": len(loop.audio) / loop.sample_rate, "moments": self._course(context, loop, learning, judge)}

    def _half(self, context: Context, loop: Loop) -> dict[str, Any]:
        """Every other beat is learned; the others are judged."""
        steps, prepared = loop.prepared.codes.shape[1], loop.prepared
        edges = np.flatnonzero(np.diff(np.concatenate(([0], loop.left_out.astype(np.int8), [0]))))
        hop = context.models.codec.hop_length
        parts = [slice(a * hop, min(b * hop, len(loop.audio))) for a, b in zip(edges[::2], edges[1::2], strict=True)
                 if (b - a) * hop >= SHORTEST_HELD_S * loop.sample_rate]

        def judge(moment: str, prepared: PreparedTake) -> dict[str, Any]:
            if not parts:                                                    # too short to be divided
                return {"zimtohrli": None, "masked_loss": {"coarse": None, "fine": None}}
            rebuilt = _rebuilt(context, prepared, len(loop.audio))
            pair = (np.concatenate([audio[part] for part in parts]) for audio in (loop.audio, rebuilt))
            return {"zimtohrli": zimtohrli(*pair, loop.sample_rate), "masked_loss": _masked_loss(context, prepared, loop.left_out)}

        heard = np.resize(loop.audio, steps * hop) * np.float32(prepared.codec_gain)
        unheard = quiet_steps(prepared.quiet, prepared.length_steps, steps) | loop.left_out
        learning = None
        if parts:
            learning = Adaptation(context.models, heard, prepared.codes, every_other_stretch(~loop.left_out), unheard,
                                  seed=context.setting.seed, schedules=self.schedules,
                                  short=next(context.models.coarse.parameters()).dtype == torch.bfloat16)
        return {"moments": self._course(context, loop, learning, judge)}

    def _course(self, context: Context, loop: Loop, learning: Adaptation | None,
                judge: Callable[[str, PreparedTake], dict[str, Any]]) -> list[dict[str, Any]]:
        """Figures of each moment, the unlearned take's first."""
        found = [{"after_s": 0.0, "cpu_s": 0.0, "steps": 0, "gain": 0.0} | judge("before", loop.prepared)]
        for mark, spent in _marks(learning, self.marks_s):
            adapted = None if learning is None else learning.adapted
            facts = {"after_s": mark, "cpu_s": spent, "steps": 0 if adapted is None else adapted.steps,
                     "gain": 0.0 if learning is None else learning.gain}
            again = len(found) > 1 and facts["steps"] == found[-1]["steps"]
            found.append(found[-1] | facts if again else
                         judge(f"{mark:g} s", context.generator.with_learned(loop.prepared, adapted)) | facts)
        return found

    def figures(self, results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        loops = {key.rpartition("/")[0]: _of_loop(results[key], results[f"{key.rpartition('/')[0]}/half"])
                 for key in results if key.endswith("/whole")}
        after = [f"{mark:g}" for mark in self.marks_s]
        mean = {moment: _mean([loop["moments"][moment] for loop in loops.values()]) for moment in ("0", *after)}
        first, last = after[0], after[-1]
        short = [loop["moments"][first]["zimtohrli"] for loop in loops.values() if loop["seconds"] <= LONGEST_S]
        fad = {name: mean[last][f"fad_{name}"] / mean["0"][f"fad_{name}"] if mean["0"][f"fad_{name}"] else None for name in EMBEDDINGS}
        return {
            "loops": loops, "mean": mean, "goals": GOALS, "first_mark_s": self.marks_s[0], "last_mark_s": self.marks_s[-1],
            "least_zimtohrli_after_the_first_mark": min(short, default=None),
            "least_other_half_gain": min((loop["moments"][last]["other_half_gain"] for loop in loops.values()
                                          if loop["moments"][last]["other_half_gain"] is not None), default=None),
            "other_half_gain": mean[last]["other_half_gain"], "fad_ratio": fad,
            "least_diversity": min(moment["diversity"] for loop in loops.values() for moment in loop["moments"].values()),
        }

    def table(self, results: Mapping[str, dict[str, Any]]) -> Table:
        figures = self.figures(results)
        every = [*((name, loop["moments"]) for name, loop in figures["loops"].items()), ("mean of all", figures["mean"])]
        rows = [(name if moment == "0" else "", "before" if moment == "0" else f"{moment} s", _text(f["zimtohrli"]), _text(f["other_half"]),
                 _text(f["fad_aisfx"], 1), _text(f["fad_musicnn"], 1), _text(f["coarse_loss"]), _text(f["other_half_coarse_loss"]),
                 _text(f["seam_db"], 1, sign=True), _text(f["diversity"]))
                for name, moments in every for moment, f in moments.items()]
        return Table(
            ("loop", "learned for", "zimtohrli, rebuilt", "the other half", "FAD of variations", "musicnn", "masked loss",
             "the other half's", "seam, dB", "diversity"), tuple(rows),
            "Time on two cores. Zimtohrli (1 to 5) of the codec's reconstruction, the whole learned; and of every other beat when only "
            f"the beats between were learned. FAD (aisfx) of {self.variations} variations at 0.5 against the take's own recording. Masked "
            "loss of the coarse tokens in nat. Seam: against other places; all are at one place of the take, so it is to be compared with "
            "what it was before. Diversity: how far the variations are from each other, over how far they were before.")

    def picture(self, results: Mapping[str, dict[str, Any]], path: Path) -> None:
        figures = self.figures(results)
        at = [0.0, *self.marks_s]
        figure, panels = new_figure(1, 3, width=3.6, share_x=False)
        drawn = (("zimtohrli, rebuilt", ("zimtohrli", "other_half"), GOALS["zimtohrli"]),
                 ("FAD to the take", ("fad_aisfx", "fad_musicnn"), None), ("diversity", ("diversity",), GOALS["diversity"]))
        for panel, (title, keys, goal) in zip(panels, drawn, strict=True):
            for key, colour in zip(keys, (MODEL, TAKE), strict=False):
                for loop in figures["loops"].values():
                    panel.plot(at, [moment[key] for moment in loop["moments"].values()], color=colour, alpha=0.3, linewidth=1)
                panel.plot(at, [moment[key] for moment in figures["mean"].values()], "o-", color=colour, markersize=3,
                           label=key.replace("_", " "))
            level(panel, goal, "goal")
            panel.set_ylabel(title, fontsize=9, color=INK)
            panel.set_xlabel("seconds on two cores", fontsize=9, color=INK)
            panel.legend(fontsize=7, frameon=False)
        panels[0].set_title(self.title, fontsize=10, color=INK, loc="left")
        save(figure, path)


def _prepared(context: Context, excerpt: Any) -> Loop:
    audio = levelled(excerpt.audio)
    prepared = context.generator.prepare(Take(1, audio[:, None], excerpt.sample_rate))
    rate = context.models.codec.sample_rate / context.models.codec.hop_length
    left_out = held_out_steps(prepared.length_steps, prepared.codes.shape[1], prepared.grid, rate)
    return Loop(excerpt.name, audio, excerpt.sample_rate, prepared, left_out)


def _marks(learning: Adaptation | None, marks_s: tuple[float, ...]) -> Iterator[tuple[float, float]]:
    """Learn; yields each mark as it is reached, or at once when nothing is left to learn, and the processor's seconds until then."""
    spent = 0.0
    for mark in marks_s:
        while learning is not None and not learning.finished and spent < CORES * mark:
            began = time.process_time()
            learning.step()
            spent += time.process_time() - began
        yield mark, spent


def _rebuilt(context: Context, prepared: PreparedTake, frames: int) -> np.ndarray:
    """The take's own tokens as audio (frames,) float32, at the take's level."""
    codec = context.models.codec if prepared.adapted is None else prepared.adapted.models.codec
    return codec.decode(prepared.codes[None])[0, 0, :frames].cpu().numpy() / np.float32(prepared.codec_gain)


def _masked_loss(context: Context, prepared: PreparedTake, steps: np.ndarray | None) -> dict[str, float]:
    """Of the take's tokens in nat, ``coarse`` and ``fine``; of those at ``steps`` (steps,) bool only, where given."""
    models = context.models if prepared.adapted is None else prepared.adapted.models
    return masked_loss(models, [prepared.codes], seed=context.setting.seed, asked=None if steps is None else [steps])


def _of_loop(whole: Mapping[str, Any], half: Mapping[str, Any]) -> dict[str, Any]:
    before, other_before = whole["moments"][0], half["moments"][0]["zimtohrli"]
    moments = {}
    for moment, other in zip(whole["moments"], half["moments"], strict=True):
        heard = other["zimtohrli"]
        moments[f"{moment['after_s']:g}"] = {
            "zimtohrli": moment["zimtohrli"], "other_half": heard, "other_half_gain": None if heard is None else heard - other_before,
            **{f"fad_{name}": value for name, value in moment["fad"].items()},
            **{f"{part}_loss": value for part, value in moment["masked_loss"].items()},
            **{f"other_half_{part}_loss": value for part, value in other["masked_loss"].items()},
            "seam_db": moment["seam_db"], "diversity": moment["pairwise"] / before["pairwise"] if before["pairwise"] else 1.0,
            "from_take": moment["from_take"], "cpu_s": moment["cpu_s"], "steps": moment["steps"], "held_out_gain": moment["gain"],
        }
    return {"seconds": whole["seconds"], "moments": moments}


def _mean(of: list[dict[str, Any]]) -> dict[str, float | None]:
    """Of each figure, over the loops that have it."""
    found = {key: [figures[key] for figures in of if figures[key] is not None] for key in of[0]}
    return {key: float(np.mean(values)) if values else None for key, values in found.items()}


def _text(value: float | None, places: int = 2, *, sign: bool = False) -> str:
    return "" if value is None else f"{value:{'+' if sign else ''}.{places}f}"
