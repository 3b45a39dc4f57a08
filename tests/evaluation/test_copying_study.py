"""Copying is found where there is any, and held against what real audio shows by accident."""

import dataclasses

import numpy as np
import pytest

from unloop_py.errors import UnloopError
from unloop_py.evaluation.copying_study import CopyingStudy
from unloop_py.evaluation.study import run_study
from unloop_py.evaluation.training_index import EVERY, FILE, LENGTH, IndexMissing, build_index, load_index, sampled_grams
from unloop_py.generator.spec import Prompt

COARSE = 4


def codes_of(seed, steps=3000):
    return np.random.default_rng(seed).integers(0, 1024, (9, steps)).astype(np.int16)


@pytest.fixture(scope="module")
def index():
    noise = np.random.default_rng(0).standard_normal(120_000).astype(np.float32)
    return build_index([codes_of(seed) for seed in range(3)], COARSE, [(noise, 44_100)])


def test_what_was_trained_on_is_all_found_again_and_what_was_not_is_not(index):
    found, of = index.overlap(codes_of(1), COARSE)
    assert found == of and abs(of - COARSE * 3000 / EVERY) < 5 * np.sqrt(COARSE * 3000 / EVERY)
    assert index.overlap(codes_of(9), COARSE) == (0, len(sampled_grams(codes_of(9), COARSE)))


def test_half_a_copy_is_half_found(index):
    half = np.concatenate((codes_of(1)[:, :1500], codes_of(9)[:, :1500]), axis=1)
    found, of = index.overlap(half, COARSE, circular=False)
    assert found / of == pytest.approx(0.5, abs=0.12)


def test_a_loop_goes_round_and_one_token_held_is_no_gram():
    codes = codes_of(5, 40)
    assert len(sampled_grams(np.tile(codes, 50), COARSE, circular=False)) <= len(sampled_grams(np.tile(codes, 50), COARSE))
    turned = set(sampled_grams(np.roll(codes, 17, axis=1), COARSE).tolist())
    assert turned == set(sampled_grams(codes, COARSE).tolist()), "the same circle from another place has the same grams"
    assert len(sampled_grams(np.full((9, 500), 7), COARSE)) == 0
    assert len(sampled_grams(codes[:, : LENGTH - 1], COARSE, circular=False)) == 0


def test_the_same_tokens_in_another_codebook_are_another_gram():
    row = codes_of(6)[:1]
    rest = np.zeros_like(row)
    first, second = (set(sampled_grams(np.concatenate(rows), 2).tolist()) for rows in ((row, rest), (rest, row)))
    assert first and second and not first & second


def test_an_index_survives_its_file_and_a_damaged_file_says_what_to_do(index, tmp_path):
    index.save(tmp_path / FILE)
    again = load_index(tmp_path / FILE)
    assert np.array_equal(again.grams, index.grams) and again.loops == 3
    assert np.allclose(again.embeddings, index.embeddings, atol=1e-2)
    (tmp_path / FILE).write_bytes(b"PK not an archive")
    with pytest.raises(IndexMissing, match="make it again"):
        load_index(tmp_path / FILE)


def test_a_variation_is_set_beside_its_take(context, index, tmp_path):
    index.save(tmp_path / FILE)
    study = CopyingStudy({0.5: Prompt()}, index=tmp_path / FILE, seeds=1)
    context.setting = dataclasses.replace(context.setting, count=1)          # one excerpt, to be quick
    outcome = run_study(study, context.setting, context=context)
    figures = outcome.figures
    assert figures["overlap_of_real_held_out_audio"] == 0.0 and figures["overlap_of_variations"] == 0.0
    assert figures["above_real"] <= figures["goal"]
    assert figures["nearest_training_loop"]["variations"] > 0 and len(outcome.table.rows) == 2


def test_without_the_training_set_the_study_says_how_to_give_it(context):
    study = CopyingStudy({0.5: Prompt()})
    assert not study.available(context)
    with pytest.raises(UnloopError, match="--training-tokens"):
        run_study(study, context.setting, context=context)


def test_a_folder_without_tokens_is_named(context, tmp_path):
    (tmp_path / "tokens").mkdir()
    study = CopyingStudy({0.5: Prompt()}, training_tokens=tmp_path / "tokens", training_audio=tmp_path)
    with pytest.raises(UnloopError, match="holds no training tokens"):
        run_study(study, context.setting, context=context)
