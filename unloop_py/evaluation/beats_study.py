"""How far the beat survives: the beats that are heard in a variation against those that are heard in its take.

Variations are the instrument's own, with the player's own audio wherever a prompt keeps enough of it, since that is what a
player hears. F-measure of mir_eval (C. Raffel et al., ISMIR 2014) with its usual 70 ms, on beats as aubio hears them: no grid
is fitted to either. A take counts as one that tracks where its own beats agree with the even grid that its length allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mir_eval
import numpy as np

from unloop_py.beats.aubio_tracker import AubioTracker
from unloop_py.evaluation.generation import TokenTake, decode, random_tokens, token_takes
from unloop_py.evaluation.pictures import CHANCE, CODEC, INK, MODEL, level, new_figure, save
from unloop_py.evaluation.prompts_study import BEAT, beat_way, heard_beats, label
from unloop_py.evaluation.results import mean
from unloop_py.evaluation.study import Context, Study, Table, Task
from unloop_py.evaluation.token_study import SAMPLING_STEPS
from unloop_py.generator.spec import Prompt, Take, VariationRequest

WINDOW_S = 0.07
SEEDS = 3
_NOTHING = {"periodic_prompt": 0, "onset_mask_width": 0, "prefix_s": 0.0}
PROMPTS = {
    BEAT: Prompt(**_NOTHING | {"beat_mask_ms": 75.0}),
    **{f"periodic-{period}": Prompt(**_NOTHING | {"periodic_prompt": period, "compression_prompt": 99}) for period in (8, 16, 32)},
}
"""Each keeps whole steps and nothing else: 75 ms to each side of a beat, or every n-th step."""
TRACKS = 0.95
"""F-measure of a take's beats against an even grid from which it is said to track."""
GOAL = 0.85


class BeatsStudy(Study):
    """See the module's text."""

    name = "beats"
    title = "How far the beat survives"
    kind = "loops"
    excerpts = 6

    version = 2

    def __init__(self, seeds: int = SEEDS) -> None:
        self.seeds = seeds

    def options(self) -> dict[str, Any]:
        return {"sampling_steps": SAMPLING_STEPS, "seeds": self.seeds, "window_s": WINDOW_S,
                "prompts": {key: prompt.to_dict() for key, prompt in PROMPTS.items()}}

    def tasks(self, context: Context) -> list[Task]:
        takes = token_takes(context.models, context.excerpts)
        return [Task(take.name, lambda take=take: self._loop(context, take)) for take in takes]

    def _loop(self, context: Context, take: TokenTake) -> dict[str, Any]:
        """The F-measures of one loop: of itself against a grid, of the codec, of each way, of random tokens under the beat prompt."""
        models, rate = context.models, take.excerpt.sample_rate
        beats = heard_beats(context, take)
        if not beats:
            return {"heard": 0, "tracks": None, "codec": None, "ways": {}, "random": None}
        grid = AubioTracker().track(take.audio[:, None], rate)
        even = [] if grid is None else [frame / rate for frame in grid.beat_frames]

        def survived(sound: np.ndarray) -> float:
            return f_measure(beats, [frame / rate for frame in AubioTracker().beats(sound[:, None], rate)], take.seconds)

        def decoded(codes: Any) -> np.ndarray:
            return decode(models, codes, len(take.audio), circular=take.excerpt.is_loop)

        prepared = context.generator.prepare(Take(1, take.audio[:, None], rate))
        found = {}
        for key, prompt in PROMPTS.items():
            seeds = [context.seed(f"{take.name}/{key}/{i}") for i in range(self.seeds)]
            requests = [VariationRequest(1, i, seed, prompt, SAMPLING_STEPS) for i, seed in enumerate(seeds, start=1)]
            made = context.generator.vary_many(prepared, requests)
            assert made is not None, "nobody cancels a study"
            found[key] = [survived(one.audio[:, 0]) for one in made]
            if key == BEAT:
                twice = np.tile(made[0].audio, (2, 1))
                context.audio(f"{slug(take.name)}-beat-driven", twice, rate, f"beat-driven, twice round: {take.name}")
        rng = context.rng(f"{take.name}/random")
        mask = beat_way(context).mask(take)
        by_chance = [random_tokens(take.codes, mask, models.codec.codebook_size, rng) for _ in range(self.seeds)]
        return {"heard": len(beats), "tracks": f_measure(even, beats, take.seconds), "codec": survived(decoded(take.codes)), "ways": found,
                "random": [survived(decoded(codes)) for codes in by_chance]}

    def figures(self, results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        heard = {name: r for name, r in results.items() if r["heard"]}
        tracking = {name: r for name, r in heard.items() if r["tracks"] >= TRACKS}

        def over(loops: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
            keys = next(iter(loops.values()))["ways"] if loops else []
            return {"loops": len(loops), "codec": mean(r["codec"] for r in loops.values()),
                    "random_tokens_under_the_beat_prompt": mean(f for r in loops.values() for f in r["random"]),
                    **{key: mean(f for r in loops.values() for f in r["ways"][key]) for key in keys}}

        return {"loops": dict(results), "all": over(heard), "takes_that_track": over(tracking), "goal": GOAL,
                "without_a_beat": len(results) - len(heard)}

    def table(self, results: Mapping[str, dict[str, Any]]) -> Table:
        figures = self.figures(results)
        keys = [key for key in figures["all"] if key != "loops"]
        rows = [("codec alone" if key == "codec" else "random tokens, beat-driven" if key.startswith("random") else label(key),
                 _cell(figures["takes_that_track"].get(key)), _cell(figures["all"].get(key))) for key in keys]
        track, every = figures["takes_that_track"]["loops"], figures["all"]["loops"]
        note = f"F-measure, {WINDOW_S * 1000:.0f} ms, {self.seeds} variations of each loop."
        if figures["without_a_beat"]:
            note += f" {figures['without_a_beat']} more loops have no beat that is heard."
        return Table(("what is kept", f"{track} loops that track", f"all {every} with a beat"), tuple(rows), note)

    def picture(self, results: Mapping[str, dict[str, Any]], path: Path) -> None:
        figure, (panel,) = new_figure(1)
        overall = self.figures(results)["all"]
        keys = [key for key in overall if key not in ("loops", "codec")]
        for x, key in enumerate(keys):
            points = [f for r in results.values() if r["heard"] for f in (r["random"] if key.startswith("random") else r["ways"][key])]
            colour = CHANCE if key.startswith("random") else MODEL
            panel.bar([x], [overall[key]], 0.6, color=colour, alpha=0.45)
            spread = x + np.linspace(-0.22, 0.22, len(points)) if points else []
            panel.plot(spread, points, ".", color=colour, markersize=4)
        level(panel, overall["codec"], "codec alone", CODEC)
        panel.set_xticks(range(len(keys)), ["random tokens,\nbeat-driven" if key.startswith("random") else label(key) for key in keys])
        panel.set_ylim(0, 1.05)
        panel.set_ylabel("F-measure of beats", fontsize=9, color=INK)
        panel.set_title(self.title, fontsize=10, color=INK, loc="left")
        save(figure, path)


def f_measure(reference_s: Sequence[float], heard_s: Sequence[float], length_s: float) -> float:
    """mir_eval's F-measure, 0..1, of beats on a circle of `length_s` seconds: a beat just before the seam is near one after it."""
    if not len(reference_s) or not len(heard_s):
        return 0.0
    reference = np.sort(np.asarray(reference_s, np.float64) % length_s)
    gaps = np.diff(np.append(reference, reference[0] + length_s))
    cut = reference[gaps.argmax()] + gaps.max() / 2                          # the place that is furthest from any beat
    turned = [np.sort((np.asarray(beats, np.float64) - cut) % length_s) for beats in (reference, heard_s)]
    return float(mir_eval.beat.f_measure(*turned, f_measure_threshold=WINDOW_S))


def slug(name: str) -> str:
    """A name that a file may have."""
    return "".join(character if character.isalnum() else "-" for character in name).strip("-").lower()


def _cell(value: float | None) -> str:
    return "" if value is None or value != value else f"{value:.2f}"
