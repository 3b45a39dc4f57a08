"""Beats, seam, knob and drift: each measure says what it should of sounds whose answer is known."""

import dataclasses

import numpy as np
import pytest

from unloop_py.evaluation.beats_study import BeatsStudy, f_measure
from unloop_py.evaluation.drift_study import DriftStudy, centroid
from unloop_py.evaluation.knob_study import KnobStudy
from unloop_py.evaluation.seam_study import OTHER_PLACES, SeamStudy, decibels, relative_steps
from unloop_py.evaluation.study import run_study
from unloop_py.generator.spec import Prompt

RATE = 44_100
BEATS = [0.02, 0.5, 1.0, 1.5]


@pytest.mark.parametrize(("heard", "expected"), [
    (BEATS, 1.0),
    ([beat + 0.06 for beat in BEATS], 1.0),              # within 70 ms
    ([beat + 0.1 for beat in BEATS], 0.0),               # past it
    ([1.99, 0.5, 1.0, 1.5], 1.0),                        # round the seam of a circle of 2 s, 30 ms before the first
    (BEATS[::2], 2 * 1.0 * 0.5 / 1.5),                   # every other beat: all right, half of them
    ([], 0.0),
])
def test_the_f_measure_of_beats_on_a_circle(heard, expected):
    assert f_measure(BEATS, heard, 2.0) == pytest.approx(expected)


@pytest.fixture
def one_loop(context):
    """The context with one excerpt, to be quick."""
    context.setting = dataclasses.replace(context.setting, count=1)
    return context


def test_the_beats_of_a_loop_agree_with_an_even_grid(one_loop):
    context = one_loop
    outcome = run_study(BeatsStudy(seeds=1), context.setting, context=context)
    loops = outcome.figures["loops"]
    assert all(loop["heard"] in (5, 10) and loop["tracks"] > 0.9 for loop in loops.values())
    assert outcome.figures["takes_that_track"]["loops"] >= 1
    assert outcome.table.rows and outcome.audio


def test_a_click_at_the_seam_stands_out_and_a_smooth_loop_does_not():
    t = np.arange(RATE) / RATE
    smooth = np.sin(2 * np.pi * 440 * t) + 0.3 * np.random.default_rng(0).standard_normal(RATE)
    assert np.mean(relative_steps(smooth, RATE)[:: RATE // OTHER_PLACES]) == pytest.approx(1.0, abs=0.3)
    tone = np.sin(2 * np.pi * 440.5 * t)                                     # half a period short: a jump in slope, none in value
    jump = np.sin(2 * np.pi * 440.25 * t)
    assert decibels(relative_steps(jump, RATE)[0]) > 15
    assert decibels(relative_steps(tone, RATE)[0]) < 15
    assert relative_steps(np.zeros(1000), RATE)[0] == 0.0


def test_the_seam_of_the_instruments_own_variations_is_measured_on_turned_takes(context):
    outcome = run_study(SeamStudy(variations=4), context.setting, context=context)
    figures = outcome.figures
    assert figures["variations"] == 4 and figures["low_db"] <= figures["seam_db"] <= figures["high_db"]
    assert len(outcome.audio) == len(outcome.results) == 2


def test_the_knob_is_monotone_where_each_mean_is_further_and_nowhere_else():
    study = KnobStudy({0.0: Prompt(), 0.5: Prompt(), 1.0: Prompt()})
    results = {
        "up": {"distances": {"0.0": [0.0], "0.5": [0.4, 0.6], "1.0": [0.9, 0.3]}, "from_take": 0.5, "pairwise": 0.4, "least_pairwise": 0.1},
        "down": {"distances": {"0.0": [0.0], "0.5": [0.7], "1.0": [0.6]}, "from_take": 0.5, "pairwise": 0.3, "least_pairwise": 0.2},
    }
    figures = study.figures(results)
    assert {name: loop["monotone"] for name, loop in figures["loops"].items()} == {"up": True, "down": False}
    assert figures["monotone_on_every_loop"] is False
    assert (figures["least_diversity_of_a_loop"], figures["least_diversity_of_a_pair"]) == (0.6, 0.2)


def test_the_knob_is_measured_through_the_instrument(one_loop):
    context = one_loop
    study = KnobStudy({0.0: Prompt(), 0.5: Prompt(periodic_prompt=2), 1.0: Prompt(periodic_prompt=0)}, seeds=1, diverse=2)
    outcome = run_study(study, context.setting, context=context)
    for r in outcome.results.values():
        assert r["distances"]["0.0"] == [0.0] and r["distances"]["1.0"][0] > 0 and r["pairwise"] > 0
    assert len(outcome.audio) == 2


def test_each_generation_is_made_from_the_last(one_loop, monkeypatch):
    context, takes = one_loop, []
    prepare = type(context.generator).prepare

    def watched(self, take, codes=None):
        takes.append((take, codes))
        return prepare(self, take, codes)

    monkeypatch.setattr(type(context.generator), "prepare", watched)
    outcome = run_study(DriftStudy(generations=3), context.setting, context=context)
    of_one = takes[:3]
    assert of_one[0][1] is None and of_one[1][1] is not None, "the first has a recording, the others the tokens they were made of"
    assert len({take.audio.tobytes() for take, _ in of_one}) == 3
    figures = outcome.figures
    assert figures["generations"] == 3 and set(figures["goals"]) == {"loudness_db", "centroid_change", "fad_late_over_early"}
    assert all(len(r["loudness_db"]) == 3 for r in outcome.results.values())


def test_the_centroid_of_two_equal_tones_lies_between_them():
    t = np.arange(RATE) / RATE
    assert centroid(np.sin(2 * np.pi * 1000 * t) + np.sin(2 * np.pi * 3000 * t), RATE) == pytest.approx(2000, rel=0.01)
