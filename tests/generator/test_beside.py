"""A model that hears what sounds beside its take."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.mix_adapter import Hearing, MixAdapter, MixAdapterConfig
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.generator.vamp import LocalGenerator

HOP = 768


def noise(frames, channels=1, level=0.1, seed=0):
    return (np.random.default_rng(seed).standard_normal((frames, channels)) * level).astype(np.float32)


def request(beside=None, seed=1, **prompt):
    return VariationRequest(1, 1, seed, Prompt(**({"periodic_prompt": 5} | prompt)), 2, beside=beside)


@pytest.fixture(scope="module")
def generator():
    return LocalGenerator(random_models())


@pytest.fixture(scope="module")
def prepared(generator):
    return generator.prepare(Take(1, noise(40 * HOP + 100, 2), 44_100))


def test_what_is_heard_beside_changes_what_is_made_and_nothing_beside_changes_nothing(generator, prepared):
    alone = generator.vary(prepared, request())
    first, second = (generator.with_beside(prepared, noise(40 * HOP + 100, 1, seed=seed)) for seed in (5, 6))
    made = [generator.vary(one, request(1)).codes for one in (first, second)]
    assert not np.array_equal(made[0], alone.codes) and not np.array_equal(made[0], made[1])
    again = generator.vary(generator.with_beside(first, None), request())
    np.testing.assert_array_equal(again.audio, alone.audio)


def test_the_output_is_the_loop_alone(generator, prepared):
    beside = noise(40 * HOP + 100, 1, level=0.5, seed=5)
    kept = dict(periodic_prompt=1, compression_prompt=14)
    made = generator.vary(generator.with_beside(prepared, beside), request(1, **kept))
    np.testing.assert_array_equal(made.audio, prepared.take.audio)
    free = generator.vary(generator.with_beside(prepared, beside), request(1))
    assert np.abs(free.audio).max() <= np.abs(prepared.take.audio).max() + 1e-6, "no louder for what is beside"
    assert abs(np.corrcoef(free.audio.mean(axis=1), beside[:, 0])[0, 1]) < 0.1


def test_a_loop_and_what_is_beside_it_turned_by_whole_steps_give_the_same_logits_turned():
    models = random_models()
    codes, beside = (torch.randint(1024, (1, 4, 30), generator=torch.Generator().manual_seed(seed)) for seed in (1, 2))
    codes[:, :, 3:20] = 1024

    def logits(turn):
        heard = models.mix_adapter.hear(models.coarse, beside.roll(turn, -1))
        return Hearing(models.coarse, models.mix_adapter, heard).logits(codes.roll(turn, -1))

    torch.testing.assert_close(logits(7), logits(0).roll(7, 2), atol=1e-4, rtol=1e-4)


def test_an_adapter_begins_at_nothing():
    models = random_models()
    adapter = MixAdapter(MixAdapterConfig(dim=32, layers=(1, 2), hidden=16))
    codes = torch.randint(1024, (1, 4, 30))
    heard = adapter.hear(models.coarse, torch.randint(1024, (1, 4, 30)))
    torch.testing.assert_close(Hearing(models.coarse, adapter, heard).logits(codes), models.coarse.logits(codes))


def test_variations_of_a_batch_hear_the_same_and_are_those_made_alone(generator, prepared):
    hearing = generator.with_beside(prepared, noise(40 * HOP + 100, seed=5))
    asked = [request(1, seed) for seed in (1, 2, 3)]
    for together, one in zip(generator.vary_many(hearing, asked), asked, strict=True):
        assert np.mean(together.codes == generator.vary(hearing, one).codes) > 0.99


@pytest.mark.parametrize("prompt", [dict(stretch=2), dict(pitch_shift=3), dict(feedback_steps=2)])
def test_it_is_heard_however_the_take_is_asked_for(generator, prepared, prompt):
    hearing = generator.with_beside(prepared, noise(40 * HOP + 100, seed=5))
    heard, alone = (generator.vary(one, request(1, **prompt)).codes for one in (hearing, prepared))
    assert heard.shape == alone.shape and not np.array_equal(heard, alone)


def test_silence_beside_is_nothing_and_a_model_that_cannot_hear_says_so(generator, prepared):
    assert generator.with_beside(prepared, np.zeros((40 * HOP + 100, 1), np.float32)).heard is None
    assert generator.describe()["hears"] is True
    deaf = LocalGenerator(replace(random_models(), mix_adapter=None))
    handle = deaf.prepare(Take(1, noise(20_000), 44_100))
    assert deaf.describe()["hears"] is False and deaf.with_beside(handle, noise(20_000)).heard is None
