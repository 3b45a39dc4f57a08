"""Learning the take under the ruler: judged before and at each mark, on what was learned and on what was left out."""

import dataclasses

import numpy as np
import pytest
import torch

from unloop_py.evaluation import adaptation_study
from unloop_py.evaluation.adaptation_study import AdaptationStudy
from unloop_py.evaluation.generation import masked_loss
from unloop_py.evaluation.study import run_study
from unloop_py.generator.adapt import Schedule
from unloop_py.generator.spec import Prompt
from unloop_py.generator.take_pieces import every_other_stretch

SHORT = dict.fromkeys(("decoder", "coarse", "fine"), Schedule(4, 2, judge_every=2, swap_every=2, trial_rate=2e-3, rate=2e-3))


@pytest.fixture
def one_loop(context):
    context.setting = dataclasses.replace(context.setting, count=1)
    return context


@pytest.fixture
def plain_embedding(monkeypatch):
    """Log energies of short pieces in place of a network, to be quick."""
    def energies(loops, sample_rate, name):
        return np.log(1e-6 + np.concatenate([np.square(loop[: len(loop) // 32 * 32].astype(float)).reshape(4, 8, -1).mean(2)
                                              for loop in loops]))

    monkeypatch.setattr(adaptation_study, "turned_patches", energies)


@pytest.fixture
def clock(monkeypatch):
    """Every look at the processor's time finds 0.05 s more: each step of learning takes as long."""
    now = iter(np.arange(10**6) * 0.05)
    monkeypatch.setattr(adaptation_study.time, "process_time", lambda: next(now))


def studied(context, marks_s=(0.2, 60.0)):
    return run_study(AdaptationStudy(Prompt(periodic_prompt=2), marks_s, 2, SHORT), context.setting, context=context)


def test_a_loop_is_judged_before_and_at_each_mark_and_can_be_judged_again(one_loop, clock, plain_embedding, monkeypatch):
    outcome = studied(one_loop)
    (loop,) = outcome.figures["loops"].values()
    assert list(loop["moments"]) == ["0", "0.2", "60"]
    before, early, late = loop["moments"].values()
    assert before["steps"] == before["cpu_s"] == 0 and before["diversity"] == 1.0 and before["other_half_gain"] == 0.0
    assert early["cpu_s"] == pytest.approx(0.4, abs=0.06) and 0 <= early["steps"] < late["steps"]
    assert late["coarse_loss"] != before["coarse_loss"] and late["zimtohrli"] != before["zimtohrli"]
    assert late["other_half"] != before["other_half"]
    assert len(outcome.table.rows) == 6 and outcome.audio
    monkeypatch.setattr(AdaptationStudy, "_whole", None)
    assert studied(one_loop).figures == outcome.figures, "finished tasks are not done again"


def test_the_half_that_is_judged_is_not_learned(one_loop, clock, monkeypatch):
    seen = []
    make = adaptation_study.Adaptation

    def watched(models, audio, codes, held, quiet, **more):
        seen.append((held, quiet))
        return make(models, audio, codes, held, quiet, **more)

    monkeypatch.setattr(adaptation_study, "Adaptation", watched)
    loop = adaptation_study._prepared(one_loop, one_loop.excerpts[0])
    study = AdaptationStudy(Prompt(), (0.1,), 2, SHORT)
    study._half(one_loop, loop)
    ((held, quiet),) = seen
    left_out = loop.left_out
    assert 0.4 < left_out.mean() < 0.6 and quiet[left_out].all()
    assert held.any() and not (held & left_out).any()


def test_figures_say_whether_the_goals_are_met():
    loss = {"coarse": 4.0, "fine": 5.0}

    def results(name, seconds, rebuilt, fads, pairwise, halves):
        whole = [{"after_s": after_s, "cpu_s": 2 * after_s, "steps": 1, "gain": 0.1, "zimtohrli": z, "fad": {"aisfx": fad, "musicnn": fad},
                  "masked_loss": loss, "seam_db": 0.0, "pairwise": pair, "from_take": 0.5}
                 for after_s, z, fad, pair in zip((0.0, 10.0, 30.0), rebuilt, fads, pairwise, strict=True)]
        half = [{"zimtohrli": z, "masked_loss": loss} for z in halves]
        return {f"{name}/whole": {"seconds": seconds, "moments": whole}, f"{name}/half": {"moments": half}}

    found = (results("a", 6.0, (3.0, 4.2, 4.4), (40.0, 20.0, 10.0), (0.5, 0.6, 0.45), (3.0, 3.5, 4.0))
             | results("b", 9.0, (3.0, 3.5, 3.6), (40.0, 30.0, 20.0), (1.0, 0.7, 0.9), (3.0, 3.1, 3.2)))
    study = AdaptationStudy(Prompt(), (10.0, 30.0))
    figures = study.figures(found)
    assert figures["least_zimtohrli_after_the_first_mark"] == 4.2, "the longer loop does not count"
    assert figures["least_diversity"] == pytest.approx(0.7)
    assert figures["fad_ratio"]["aisfx"] == pytest.approx(30 / 80)
    assert figures["other_half_gain"] == pytest.approx(0.6) and figures["least_other_half_gain"] == pytest.approx(0.2)
    assert study.table(found).rows[4][1:4] == ("10 s", "3.50", "3.10")


def test_every_other_stretch_is_half_of_them():
    marked = np.array([1, 1, 0, 1, 0, 0, 1, 1, 0, 1], bool)
    assert np.flatnonzero(every_other_stretch(marked)).tolist() == [3, 9]
    assert not every_other_stretch(np.zeros(4, bool)).any()


def test_the_masked_loss_of_some_steps_and_of_the_others_make_up_that_of_all(models):
    codes = models.codec.encode(torch.randn(1, 1, 768 * 20))[0]
    some = np.arange(20) < 8
    whole, first, second = (masked_loss(models, [codes], (1.0,), asked=asked)["coarse"] for asked in (None, [some], [~some]))
    assert whole == pytest.approx((8 * first + 12 * second) / 20, rel=1e-5)
