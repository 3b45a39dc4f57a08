"""Variations of a take that is stretched, transposed or left at the loudness that came out."""

import numpy as np
import pytest
import torch

from unloop_py.generator import circle, masks
from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.fakes import level_models
from unloop_py.generator.pitch import transposed
from unloop_py.generator.sampler import Sampling
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.generator.stretch import steps_of_part
from unloop_py.generator.vamp import LocalGenerator

HOP = 768
ALL = dict(periodic_prompt=1, compression_prompt=14)
NOTHING = dict(periodic_prompt=0, onset_mask_width=0, prefix_s=0.0)


def noise(frames, channels=1, level=0.1, seed=0):
    return (np.random.default_rng(seed).standard_normal((frames, channels)) * level).astype(np.float32)


def request(index=1, *, seed=1, mask=None, **prompt):
    return VariationRequest(1, index, seed, Prompt(**prompt), 2, mask)


def prepared(audio, models=None, rate=44_100):
    generator = LocalGenerator(models or random_models())
    return generator, generator.prepare(Take(1, audio, rate))


def db(value):
    return 20 * np.log10(max(float(np.sqrt(np.mean(np.square(value, dtype=np.float64)))), 1e-12))


# -- stretch -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [2, 3])
def test_each_repetition_keeps_the_next_part_s_tokens_with_room_between_them(factor):
    generator, take = prepared(noise(24 * HOP))
    rows = take.codes.numpy()
    for index in range(1, factor + 2):
        made = generator.vary(take, request(index, stretch=factor, **ALL))
        source, first = steps_of_part(24.0, factor, (index - 1) % factor)
        np.testing.assert_array_equal(made.mask, np.broadcast_to(~first, made.mask.shape))
        np.testing.assert_array_equal(made.codes[:, first], rows[:, source[first]])
        assert made.mask.mean() == pytest.approx(1 - 1 / factor)


@pytest.mark.parametrize(("frames", "channels", "rate"), [(30 * HOP + 1, 1, 44_100), (47_999, 2, 48_000), (700, 2, 44_100)])
@pytest.mark.parametrize("reshaped", [dict(stretch=2), dict(stretch=3, pitch_shift=5), dict(pitch_shift=-7)])
def test_the_loop_s_length_stays_to_the_frame(frames, channels, rate, reshaped):
    generator, take = prepared(noise(frames, channels), rate=rate)
    for index in (1, 2, 3):
        made = generator.vary(take, request(index, **reshaped))
        assert made.audio.shape == (frames, channels) and np.isfinite(made.audio).all()


def test_hints_lie_on_the_take_and_are_stretched_with_it():
    generator, take = prepared(noise(10 * HOP))
    drawn = [masks.draw(generator.vary(take, request(index, stretch=2, mask=("##..#...##",))).mask)[0] for index in (1, 2)]
    assert drawn == ["#.#.....#.", "......#.#."]


def test_a_part_is_as_loud_as_that_part_of_the_take_and_its_silence_is_silent():
    audio = noise(60 * HOP, 2)
    audio[15 * HOP:30 * HOP] *= 0.25
    audio[30 * HOP:] = 0.0
    generator, take = prepared(audio, level_models())
    loud, silent = (generator.vary(take, request(index, stretch=2, **ALL)) for index in (1, 2))
    assert db(loud.audio) == pytest.approx(db(audio[:30 * HOP]), abs=1.0)
    assert db(loud.audio[:25 * HOP]) > db(loud.audio[35 * HOP:])
    assert db(silent.audio) < -60


def test_an_inpaint_over_silence_is_made_where_its_seconds_are_heard_in_the_stretched_take():
    audio = noise(60 * HOP)
    audio[20 * HOP:40 * HOP] = 0.0
    generator, take = prepared(audio, level_models())
    made = generator.vary(take, request(stretch=2, inpaint_start_s=22 * HOP / 44_100, inpaint_end_s=28 * HOP / 44_100, **NOTHING))
    assert db(made.audio[46 * HOP:54 * HOP]) > -45
    assert db(made.audio[57 * HOP:59 * HOP]) < -60


def test_tokens_and_request_make_the_same_audio_again_under_another_index():
    generator, take = prepared(noise(20_000, 2), rate=48_000)
    made = generator.vary(take, request(2, stretch=3, pitch_shift=4))
    later = VariationRequest(1, 9, 1, made.request.prompt, 2, turn=2)
    again = generator.vary_from_codes(take, made.codes, later)
    np.testing.assert_array_equal(again.audio, made.audio)
    np.testing.assert_array_equal(again.mask, made.mask)


def test_parts_made_in_a_batch_are_those_made_alone():
    generator, take = prepared(noise(20_000))
    asked = [request(index, seed=index, stretch=2) for index in (1, 2)]
    for together, one in zip(generator.vary_many(take, asked), asked, strict=True):
        alone = generator.vary(take, one)
        np.testing.assert_array_equal(together.mask, alone.mask)
        assert np.mean(together.codes == alone.codes) > 0.99


# -- pitch -------------------------------------------------------------------------------------------------------------


def tune(frames=40_000):
    at = np.arange(frames) / frames
    return (0.1 * np.sin(2 * np.pi * 200 * at + np.array([[1], [5]]) * np.cos(2 * np.pi * 3 * at)).sum(0))[:, None].astype(np.float32)


def test_a_prompt_that_keeps_it_all_is_the_take_transposed():
    audio = tune()
    generator, take = prepared(audio)
    made = generator.vary(take, request(pitch_shift=7, **ALL))
    moved = transposed(audio, 7, 44_100)
    assert circle.correlation(made.audio, moved) > 0.999
    assert not made.mask.any()
    assert made.correlation == pytest.approx(circle.correlation(audio, made.audio))
    assert np.abs(made.audio).max() <= np.abs(audio).max()
    assert db(made.audio) == pytest.approx(db(audio), abs=0.5)


def test_hints_are_the_transposed_take_s_tokens_and_it_is_encoded_once():
    audio = noise(40_000)
    generator, take = prepared(audio)
    encode, calls = generator.models.codec.encode, []
    generator.models.codec.encode = lambda sound: calls.append(1) or encode(sound)
    made = [generator.vary(take, request(index, pitch_shift=-5, **ALL | {"compression_prompt": 5})) for index in (1, 2, 3)]
    assert len(calls) == 1
    other = generator.prepare(Take(2, transposed(audio, -5, 44_100), 44_100)).codes.numpy()
    kept = made[0].mask == masks.KEEP
    as_the_other, as_the_take = (np.mean(made[0].codes[kept] == codes[kept]) for codes in (other, take.codes.numpy()))
    assert as_the_other > 0.8 and as_the_take < as_the_other - 0.1


def test_beats_and_onsets_are_those_found_in_the_take():
    generator, take = prepared(tune())
    asked = request(pitch_shift=3)
    assert generator.vary(take, asked).grid is take.grid


def test_without_either_a_variation_is_what_it_was():
    generator, take = prepared(noise(20_000, 2))
    plain = generator.vary(take, request())
    same = generator.vary(take, request(stretch=1, pitch_shift=0, sample_cutoff=1.0, loudness_match=True, batch=4, seed_lock=True))
    np.testing.assert_array_equal(plain.audio, same.audio)


# -- loudness and drawing ----------------------------------------------------------------------------------------------


def test_without_loudness_match_a_variation_stays_as_loud_as_the_model_made_it_and_below_the_take_s_peak():
    quiet, loud = (level_models(gain=gain) for gain in (0.5, 8.0))
    for models, matched in ((quiet, True), (quiet, False), (loud, False)):
        generator, take = prepared(noise(40 * HOP), models)
        made = generator.vary(take, request(loudness_match=matched, **NOTHING))
        assert np.abs(made.audio).max() <= np.abs(take.take.audio).max()
        if models is quiet:
            assert db(made.audio) - db(take.take.audio) == pytest.approx(-3.0 if matched else -6.0, abs=0.3)
            assert made.gain_db == (3.0 if matched else 0.0)


def test_the_cutoff_reaches_the_sampler_and_past_it_two_seeds_agree():
    assert Sampling.from_prompt(Prompt(sample_cutoff=0.25), 8).sample_cutoff == 0.25
    table = torch.zeros(4, 1, 1024)
    models = level_models()
    models.coarse.table.data = table + torch.linspace(0.0, 0.1, 1024)
    generator, take = prepared(noise(30 * HOP), models)

    def share_of_likeliest(cutoff):
        made = generator.vary(take, VariationRequest(1, 1, 3, Prompt(sample_cutoff=cutoff, **NOTHING), 4))
        return np.mean(made.codes[:4] == 1023)

    assert share_of_likeliest(1.0) < 0.05
    assert share_of_likeliest(0.0) > 0.5
