"""What the paper found and what a looper owes, each beside what was measured.

The paper is H. Flores Garcia et al., "VampNet: Music Generation via Masked Acoustic Token Modeling", ISMIR 2023
(arXiv:2307.04686v2). It prints its figures 3 to 5 as pictures without tables: what stands here is what its text says of
them, in numbers where the text has numbers. Nothing is read off a picture.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unloop_py.paths import written_beside

if TYPE_CHECKING:
    from unloop_py.evaluation.study import Outcome

PAPER = "VampNet"
HOUSE = "unloop"
CAVEAT = (
    "The paper's models have 20 and 16 layers of width 1280, were trained on 797 000 tracks of popular music and judged on "
    "2000 excerpts of it, with another embedding for FAD. This model is many times smaller, was trained on audio that unloop "
    "synthesises, and is judged on a few excerpts of other music. Only the shapes of curves can be compared, never the "
    "values."
)
ON_PAR = 1.1
"""A ratio of two FADs up to which they are said to be on par."""
FAR_UNDER = 1.0 / 3.0
NEAR_CODEC = 1.5


@dataclass(frozen=True)
class Finding:
    """One sentence to be borne out.

    Attributes
    ----------
    study : str
        Whose figures tell.
    whose : str
        `PAPER` or `HOUSE`.
    says : str
    where : str
        The section, for the paper's.
    ours : callable
        From the study's figures to what was measured, and whether it bears the sentence out (None: cannot be told).
    """

    study: str
    whose: str
    says: str
    where: str
    ours: Callable[[Mapping[str, Any]], tuple[str, bool | None]]


def _lowest_steps(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    ratio = f["fad_12_over_36"]
    text = f"lowest at {f['lowest_fad_at_steps']}"
    return (f"{text}; 12 steps have {ratio:.2f} times the FAD of 36", ratio <= ON_PAR) if ratio is not None else (text, None)


def _falls(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    at = f["by_steps"]
    curve = ", ".join(f"{r['fad_aisfx']['value']:.0f} at {steps}" for steps, r in at.items())
    return f"FAD {curve}", f["fad_falls_from_the_first_step"]


def _time(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    at = f["by_steps"].get("12")
    return ("not measured" if at is None else f"{10 * at['seconds_per_second']:.1f} s for 10 s of audio at 12 steps, on this machine"), None


def _noise(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    rival = f["noise_of_like_mel_error"]
    text = (f"{rival['way'].replace('noise-', 'r = ')}: {rival['mel_error_over_prompts']:.2f} times the prompts' mel error, "
            f"{rival['fad_over_prompts']:.1f} times their FAD")
    return text, rival["fad_over_prompts"] >= 3.0


def _best_prompt(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    best = f["lowest_fad_of_the_generative_prompts"]
    fad = f["ways"][best]["fad_aisfx"]["value"]
    beat = f["ways"]["beat-driven"]["fad_aisfx"]["value"]
    return f"lowest: {best.split('-steps')[0].replace('-', ' ')}, {fad:.1f}; beat-driven {beat:.1f}", best == "beat-driven"


def _par(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    ratio = f["periodic_16_over_inpaint_1_s_fad"]
    return f"{ratio:.2f} times the FAD of inpaint 1 s", ratio <= ON_PAR


def _high_bitrate(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    over = f["above_600_bps_over_codec"]
    worst = max(over.values())
    return f"at most {over['mel_error']:.2f} times the codec's mel error and {over['fad_aisfx']:.2f} times its FAD", worst <= NEAR_CODEC


def _low_bitrate(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    fad, mel = f["at_most_200_bps_fad_over_random_tokens"], f["at_most_200_bps_mel_over_random_tokens"]
    return f"at most {fad:.2f} times the FAD of random tokens, {mel:.2f} times their mel error", fad <= FAR_UNDER


def _beats(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    tracks = f["takes_that_track"]
    score = tracks.get("beat-driven")
    return ("no loop tracks", None) if score is None else (f"{score:.2f} on {tracks['loops']} loops", score >= f["goal"])


def _steadier(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    scores = {key: value for key, value in f["all"].items() if key == "beat-driven" or key.startswith("periodic")}
    if not scores or any(value is None for value in scores.values()):
        return "no beat was heard", None
    text = ", ".join(f"{value:.2f} {key.split('-steps')[0].replace('-', ' ')}" for key, value in scores.items())
    return f"F-measure {text}", scores["beat-driven"] >= max(scores.values())


def _seam(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    text = f"{f['seam_db']:+.2f} dB ({f['low_db']:+.2f} to {f['high_db']:+.2f}), {f['variations']} variations"
    return text, abs(f["seam_db"]) <= f["goal_db"]


def _monotone(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    loops = f["loops"]
    return f"on {sum(loop['monotone'] for loop in loops.values())} of {len(loops)} loops", f["monotone_on_every_loop"]


def _diverse(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    least = f["least_diversity_of_a_loop"]
    text = f"at least {least:.2f} times the distance to the take on average, {f['least_diversity_of_a_pair']:.2f} for the nearest pair"
    return text, f["least_diversity_of_a_pair"] >= f["goal_diversity"]


def _drift(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    goals, fad = f["goals"], f["fad_late_over_early"]
    holds = (abs(f["worst_loudness_db"]) <= goals["loudness_db"] and abs(f["worst_centroid_change"]) <= goals["centroid_change"]
             and fad is not None and fad <= goals["fad_late_over_early"])
    times = "" if fad is None else f", FAD {fad:.2f} times"
    return f"loudness {f['worst_loudness_db']:+.1f} dB, centroid {100 * f['worst_centroid_change']:+.0f} %{times}", holds


def _learned_rebuild(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    least, before = f["least_zimtohrli_after_the_first_mark"], f["mean"]["0"]["zimtohrli"]
    if least is None:
        return "no loop is that short", None
    return f"at least {least:.2f} after {f['first_mark_s']:g} s; {before:.2f} before, on average", least >= f["goals"]["zimtohrli"]


def _learned_half(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    gain, after = f["other_half_gain"], f["mean"][f"{f['last_mark_s']:g}"]["other_half"]
    return ("no loop can be divided", None) if gain is None else (f"{gain:+.2f}, to {after:.2f}", gain >= f["goals"]["other_half_gain"])


def _learned_fad(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    ratios = {name: ratio for name, ratio in f["fad_ratio"].items() if ratio is not None}
    text = ", ".join(f"{ratio:.2f} times ({name})" for name, ratio in ratios.items())
    return f"{text} after {f['last_mark_s']:g} s", ratios.get("aisfx", 1.0) <= f["goals"]["fad_ratio"]


def _learned_diversity(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    return f"at least {f['least_diversity']:.2f} times", f["least_diversity"] >= f["goals"]["diversity"]


def _copying(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    text = f"{100 * f['overlap_of_variations']:.2f} % against {100 * f['overlap_of_real_held_out_audio']:.2f} % of real held-out audio"
    return text, f["above_real"] <= f["goal"]


def _codec(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    best = f["by_codebooks"][max(f["by_codebooks"], key=int)]
    if "synthesised" not in best:
        return "no synthesised loop", None
    text = ", ".join(f"{best[kind]['zimtohrli']['value']:.2f} {kind}" for kind in ("synthesised", "recorded") if kind in best)
    return text, best["synthesised"]["zimtohrli"]["value"] >= 4.0


def _guessed(kind: str, goal: float) -> Callable[[Mapping[str, Any]], tuple[str, bool | None]]:
    def ours(f: Mapping[str, Any]) -> tuple[str, bool | None]:
        if kind not in f:
            return f"no {kind} audio", None
        under = f[kind]["under_entropy"]
        return f"{under['coarse']:.2f} nat (coarse-to-fine {under['fine']:.2f})", under["coarse"] >= goal

    return ours


def _than_chance(f: Mapping[str, Any]) -> tuple[str, bool | None]:
    row = f.get("recorded") or f["all"]
    text = f"{row['over_random_tokens']:.2f}, and {row['over_shuffled_steps']:.2f} times that of shuffled steps"
    return text, row["over_random_tokens"] <= 0.75


FINDINGS: tuple[Finding, ...] = (
    Finding("codec", HOUSE, "The codec alone: zimtohrli 4.0 on synthesised loops.", "", _codec),
    Finding("guessing", HOUSE, "The coarse model's loss is 1.2 nat under the codes' entropy on synthesised loops.", "",
            _guessed("synthesised", 1.2)),
    Finding("guessing", HOUSE, "And 0.8 nat on recorded audio.", "", _guessed("recorded", 0.8)),
    Finding("guessing", HOUSE, "Periodic 7 on recorded audio: at most 0.75 times the mel error of random tokens.", "", _than_chance),
    Finding("steps", PAPER, "The lowest FAD is at 36 sampling steps; 12 are comparable.", "section 5, figure 3", _lowest_steps),
    Finding("steps", HOUSE, "FAD falls from 1 step on.", "", _falls),
    Finding("steps", PAPER, "24 steps take about 6 s for 10 s of audio on an RTX 3090.", "section 5", _time),
    Finding("prompts", PAPER, "Random tokens have a comparable mel error and a very poor FAD (here: at least 3 times the prompts').",
            "section 5, figure 4", _noise),
    Finding("prompts", PAPER, "Beat-driven prompts have the lowest FAD.", "section 5, figure 4", _best_prompt),
    Finding("prompts", PAPER, "Periodic P = 16 (35 steps kept) is on par with inpaint of 1 s (57 steps kept).",
            "section 5, figure 4", _par),
    Finding("bitrate", PAPER, "At 600 bits/s and above mel error and FAD are low (here: within 1.5 times the codec's own).",
            "section 5, figure 5", _high_bitrate),
    Finding("bitrate", PAPER, "At 200 bits/s and below FAD is much lower than that of random tokens (here: a third).",
            "section 5, figure 5", _low_bitrate),
    Finding("beats", PAPER, "Beat-driven prompts keep a steadier tempo than the others.", "section 5", _steadier),
    Finding("beats", HOUSE, "The beat prompt keeps the beat: F-measure 0.85 or more where the take itself tracks.", "", _beats),
    Finding("knob", HOUSE, "Each turn of the knob leads further from the take, on every loop.", "", _monotone),
    Finding("knob", HOUSE, "Any two of 16 variations are at least half as far apart as they are from the take.", "", _diverse),
    Finding("seam", HOUSE, "The seam is like any other place, within 1 dB.", "", _seam),
    Finding("drift", HOUSE, "After 64 generations: loudness within 1 dB, centroid within 15 %, FAD no more than doubled.", "", _drift),
    Finding("adaptation", HOUSE, "10 s on two cores after it was recorded, a loop of up to 8 s is rebuilt at zimtohrli 4.0 or more.", "",
            _learned_rebuild),
    Finding("adaptation", HOUSE, "Parts of the take that were not learned are rebuilt 0.8 better.", "", _learned_half),
    Finding("adaptation", HOUSE, "Learning the take halves its variations' FAD to its own recording.", "", _learned_fad),
    Finding("adaptation", HOUSE, "Variations stay at least 0.8 times as far from each other.", "", _learned_diversity),
    Finding("copying", HOUSE, "No more 16-grams of the training set than real held-out audio has, plus 1 point.", "", _copying),
)
"""In the order of the report."""


@dataclass(frozen=True)
class Found:
    """A finding as it is shown: what was asked, by whom, what was found, and whether it holds (None: cannot be told)."""

    asked: str
    by: str
    found: str
    holds: bool | None

    @property
    def word(self) -> str:
        """``yes``, ``no``, or nothing."""
        return "" if self.holds is None else "yes" if self.holds else "no"


def found_in(outcomes: Sequence[Outcome]) -> list[Found]:
    """What the studies that were run say to each of `FINDINGS`."""
    by_study = {outcome.study.name: outcome.figures for outcome in outcomes}
    rows = []
    for finding in FINDINGS:
        if finding.study in by_study:
            text, holds = finding.ours(by_study[finding.study])
            rows.append(Found(finding.says, f"{finding.whose}, {finding.where}" if finding.where else finding.whose, text, holds))
    return rows


def write_findings(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Keep what was found, for the model card: JSON, beside an old file, then renamed."""
    facts = {"model": outcomes[0].facts["model"], "seed": outcomes[0].facts["seed"],
             "data": sorted({name for outcome in outcomes for name in outcome.facts["data"]["excerpts"]}),
             "findings": [asdict(row) for row in found_in(outcomes)]}
    with written_beside(path) as beside:
        beside.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
