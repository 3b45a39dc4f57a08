"""How well hidden tokens are guessed: what knows nothing stands at nothing, and what knows stands under the entropy."""

import dataclasses

import numpy as np
import pytest

from unloop_py.evaluation.guessing_study import GuessingStudy, entropy_nat
from unloop_py.evaluation.study import run_study
from unloop_py.generator.checkpoint import load_models


@pytest.mark.parametrize(("codes", "draws"), [(4, 400), (1024, 2048)])
def test_the_entropy_of_few_draws_is_not_found_too_low(codes, draws):
    drawn = np.random.default_rng(0).integers(codes, size=draws)
    assert entropy_nat(drawn) == pytest.approx(np.log(codes), rel=0.05)
    assert entropy_nat(np.zeros(50, np.int64)) == 0.0


def test_models_that_know_nothing_are_not_under_the_entropy(context):
    outcome = run_study(GuessingStudy(), context.setting, context=context)
    found = outcome.figures["all"]
    assert found["under_entropy"]["coarse"] < 0.05 and found["under_entropy"]["fine"] < 0.05
    assert found["over_random_tokens"] > 0.9 and found["excerpts"] == 3
    assert "synthesised" not in outcome.figures, "these loops have no seed"


def test_the_bundled_models_know_something_of_loops_that_they_never_met(context, excerpts, setting):
    context.models = load_models("small")
    context.pool = [dataclasses.replace(excerpts[0], loop_seed=1_000_000)]
    outcome = run_study(GuessingStudy(), setting, context=context)
    found = outcome.figures["synthesised"]
    assert found["over_random_tokens"] < 0.9
    assert run_study(GuessingStudy(), setting, context=context).facts == outcome.facts
