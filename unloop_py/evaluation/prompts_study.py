"""Figure 4 of VampNet: what each kind of prompt is worth, against chance, the codec, and the codec with coarse-to-fine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from unloop_py.beats.aubio_tracker import AubioTracker
from unloop_py.evaluation import paper_prompts
from unloop_py.evaluation.generation import TokenTake
from unloop_py.evaluation.pictures import CHANCE, CODEC, FAINT, INK, MODEL, level, new_figure, save
from unloop_py.evaluation.steps_study import periodic_way
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
    nearest,
    noise,
    ratio,
    value,
)

NOISE_RATIOS = (0.1, 0.25, 0.5, 0.75, 0.9)
NO_BEAT_EVERY_S = 0.5
"""Where the tracker hears no beat, one is taken to be there so often; the figures say for how many excerpts."""
BEAT, COMPRESSION = "beat-driven", "compression-1"


class PromptsStudy(TokenStudy):
    """See the module's text."""

    name = "prompts"
    title = "Prompts (VampNet, figure 4)"
    embeddings = ("aisfx", "musicnn")

    def options(self) -> dict[str, Any]:
        return {"sampling_steps": SAMPLING_STEPS, "noise_ratios": list(NOISE_RATIOS)}

    def tasks(self, context: Context) -> list[Task]:
        return [self.bounds_task(context), *(self.way_task(context, way) for way in all_ways(context)), Task("beats-found", lambda: {
            "without_a_beat": sum(not heard_beats(context, take) for take in self.takes(context)), "excerpts": len(self.takes(context)),
        })]

    def figures(self, results: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        fad = {key: value(r, "fad_aisfx") for key, r in results.items() if "mel_error" in r}
        generative = [key for key in fad if key.startswith(("periodic", "inpaint")) or key == BEAT]
        noises = [key for key in fad if key.startswith("noise")]
        p16 = f"periodic-16-steps-{SAMPLING_STEPS}"
        mel_of_prompts = float(np.mean([value(results[key], "mel_error") for key in generative]))
        rival = nearest(dict(results), noises, "mel_error", mel_of_prompts)
        fad_of_prompts = float(np.mean([fad[key] for key in generative]))
        return {
            "bounds": results["bounds"], "ways": {key: r for key, r in results.items() if "mel_error" in r},
            "beats": results["beats-found"],
            "lowest_fad_of_the_generative_prompts": min(generative, key=lambda key: fad[key]),
            "periodic_16_over_inpaint_1_s_fad": ratio(fad[p16], fad["inpaint-1s"]),
            "noise_of_like_mel_error": {
                "way": rival, "mel_error_over_prompts": ratio(value(results[rival], "mel_error"), mel_of_prompts),
                "fad_over_prompts": ratio(fad[rival], fad_of_prompts),
            },
        }

    def table(self, results: Mapping[str, dict[str, Any]]) -> Table:
        rows = [(label(key), mel_cell(r), fad_cell(r), fad_cell(r, "musicnn"), f"{r['bits_per_second']:.0f}")
                for key, r in results.items() if "mel_error" in r]
        beats = results["beats-found"]
        note = f"{floor_text(results)} {floor_text(results, 'musicnn')} {SAMPLING_STEPS} sampling steps; 95 % intervals."
        if beats["without_a_beat"]:
            note += (f" No beat was heard in {beats['without_a_beat']} of {beats['excerpts']} excerpts: "
                     f"one every {NO_BEAT_EVERY_S} s was taken.")
        return Table(("what is kept", "mel error", "FAD (aisfx)", "FAD (musicnn)", "bits/s kept"), tuple(rows), note)

    def picture(self, results: Mapping[str, dict[str, Any]], path: Path) -> None:
        figure, (mel, fad) = new_figure(2, height=2.7)
        keys = [key for key, r in results.items() if "mel_error" in r and key != CODEC_ALONE.key]
        x = np.arange(len(keys))
        for panel, measure, name in ((mel, "mel_error", "mel error"), (fad, "fad_aisfx", "FAD (aisfx)")):
            shown = [results[key][measure] for key in keys]
            heights = np.array([r["value"] for r in shown])
            error = np.abs(np.array([[r["value"] - r["low"], r["high"] - r["value"]] for r in shown]).T)
            panel.bar(x, heights, 0.7, color=[colour(key) for key in keys], yerr=error, error_kw={"ecolor": INK, "elinewidth": 0.8})
            level(panel, value(results[CODEC_ALONE.key], measure), "codec alone", CODEC)
            panel.set_ylabel(name, fontsize=9, color=INK)
        level(fad, results["bounds"]["fad_aisfx"]["floor"], "real to real", FAINT)
        fad.set_xticks(x, [label(key) for key in keys], rotation=35, ha="right")
        mel.set_title(self.title, fontsize=10, color=INK, loc="left")
        save(figure, path)


def all_ways(context: Context) -> list[Way]:
    """Every prompt of the paper's figure 4 and its baselines."""
    step_rate = context.models.codec.sample_rate / context.models.codec.hop_length
    inpaints = [Way(f"inpaint-{seconds:g}s", f"inpaint, {seconds:g} s of context at each end",
                    lambda take, seconds=seconds: paper_prompts.inpaint(*take.codes.shape, seconds, step_rate), generative=True)
                for seconds in paper_prompts.INPAINT_CONTEXTS_S]
    return [
        CODEC_ALONE, coarse_kept(context),
        Way(COMPRESSION, "compression, 1 codebook kept", lambda take: paper_prompts.compression(*take.codes.shape, 1)),
        *(periodic_way(context, period, SAMPLING_STEPS) for period in paper_prompts.PERIODS),
        *inpaints, beat_way(context),
        *(noise(r) for r in NOISE_RATIOS),
    ]


def beat_way(context: Context) -> Way:
    """75 ms kept to the right of each beat that is heard in the take."""
    step_rate = context.models.codec.sample_rate / context.models.codec.hop_length

    def mask(take: TokenTake) -> np.ndarray:
        beats = heard_beats(context, take) or list(np.arange(0.0, take.seconds, NO_BEAT_EVERY_S))
        return paper_prompts.beat_driven(*take.codes.shape, beats, step_rate, circular=take.excerpt.is_loop)

    return Way(BEAT, "beat-driven, 75 ms", mask, generative=True)


def heard_beats(context: Context, take: TokenTake) -> list[float]:
    """The beats of a take in seconds, as aubio hears them on its last time round; empty where it hears none."""
    key = ("beats", take.name)
    if key not in context.memory:
        rate = take.excerpt.sample_rate
        context.memory[key] = [frame / rate for frame in AubioTracker().beats(take.audio[:, None], rate)]
    return context.memory[key]


def label(key: str) -> str:
    """A way's key as an axis and a table show it."""
    words = {"codec": "codec alone", "coarse-to-fine": "codec + coarse-to-fine", COMPRESSION: "compression, 1 codebook", BEAT: BEAT}
    if key.startswith("periodic"):
        return f"periodic P = {key.split('-')[1]}"
    if key.startswith("inpaint"):
        return f"inpaint {key.removeprefix('inpaint-').removesuffix('s')} s"
    if key.startswith("noise"):
        return f"random, r = {key.removeprefix('noise-')}"
    return words[key]


def colour(key: str) -> str:
    """Of a way's bar: chance, the codec, or the model."""
    return CHANCE if key.startswith("noise") else CODEC if key == "coarse-to-fine" else MODEL
