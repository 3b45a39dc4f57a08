"""A chain: each variation begins from the tokens of the one before."""

import numpy as np
import pytest

from unloop_py.errors import ModelError
from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.generator.vamp import LocalGenerator

HOP = 768
STEPS = 40
NOTHING = "." * STEPS
HALF = "#" * 20 + "." * 20
OTHER_HALF = "." * 20 + "#" * 20


def noise(frames, channels=1, level=0.1, seed=0):
    return (np.random.default_rng(seed).standard_normal((frames, channels)) * level).astype(np.float32)


def asked(mask, *, index=1, seed=1, parent=None, **prompt):
    return VariationRequest(1, index, seed, Prompt(**prompt), 2, None if mask is None else (mask,), parent=parent)


@pytest.fixture(scope="module")
def generator():
    return LocalGenerator(random_models())


@pytest.fixture(scope="module")
def prepared(generator):
    return generator.prepare(Take(1, noise(STEPS * HOP, 2), 44_100))


def test_what_a_link_keeps_are_the_tokens_of_the_link_before(generator, prepared):
    first = generator.vary(prepared, asked(NOTHING, seed=5))
    second = generator.vary(prepared, asked(HALF, index=2, parent=1), start=first.codes)
    np.testing.assert_array_equal(second.codes[:, :20], first.codes[:, :20])
    assert (second.codes[:, 20:] != first.codes[:, 20:]).mean() > 0.9
    assert second.request.parent == 1


def test_the_players_own_audio_is_heard_only_where_every_token_is_the_takes(generator, prepared):
    take = prepared.take.audio
    first = generator.vary(prepared, asked(HALF))                                    # its first half is the take's
    kept = generator.vary(prepared, asked("#" * STEPS, index=2), start=first.codes)   # which a link hands on whole
    np.testing.assert_array_equal(kept.codes, first.codes)
    np.testing.assert_array_equal(kept.audio[: 20 * HOP], take[: 20 * HOP])
    assert abs(np.corrcoef(kept.audio[21 * HOP : 39 * HOP, 0], take[21 * HOP : 39 * HOP, 0])[0, 1]) < 0.3
    assert not kept.mask[:, :20].any() and kept.mask[:, 20:].mean() > 0.9, "the mask says what is not the take's"


def test_a_chain_that_has_left_the_take_everywhere_has_none_of_its_audio(generator, prepared):
    first = generator.vary(prepared, asked(HALF))
    second = generator.vary(prepared, asked(OTHER_HALF, index=2), start=first.codes)
    assert second.mask.all(axis=0).any() and (second.mask.any(axis=0)).all()
    differ = np.abs(second.audio - prepared.take.audio).reshape(STEPS, -1).max(axis=1)
    assert (differ > 0).all()


def test_the_distance_from_the_take_is_the_share_of_coarse_tokens_that_are_not_its_own(generator, prepared):
    take = prepared.codes.numpy()
    first = generator.vary(prepared, asked(HALF))
    second = generator.vary(prepared, asked(OTHER_HALF, index=2), start=first.codes)
    for made in (first, second):
        assert made.distance == np.mean(made.codes[:4] != take[:4])
    assert 0.4 < first.distance <= 0.5 < 0.9 < second.distance
    assert generator.vary(prepared, asked("#" * STEPS)).distance == 0.0


def test_a_link_is_made_again_from_its_own_tokens_without_the_one_before(generator, prepared):
    first = generator.vary(prepared, asked(HALF))
    second = generator.vary(prepared, asked(None, index=2, parent=1), start=first.codes)
    again = generator.vary_from_codes(prepared, second.codes, second.request)
    np.testing.assert_array_equal(again.audio, second.audio)
    np.testing.assert_array_equal(again.mask, second.mask)
    assert again.distance == second.distance


def test_links_made_in_a_batch_begin_from_the_same_tokens(generator, prepared):
    first = generator.vary(prepared, asked(NOTHING))
    both = generator.vary_many(prepared, [asked(HALF, seed=2), asked(HALF, seed=3)], start=first.codes)
    for one in both:
        np.testing.assert_array_equal(one.codes[:, :20], first.codes[:, :20])
    assert not np.array_equal(both[0].codes, both[1].codes)


def test_a_stretched_chain_stretches_what_it_begins_from(generator, prepared):
    first = generator.vary(prepared, asked(NOTHING))
    second = generator.vary(prepared, asked("#" * STEPS, index=1, stretch=2), start=first.codes)
    np.testing.assert_array_equal(second.codes[:, ::2], first.codes[:, :20])


def test_tokens_of_another_length_are_refused_with_both_lengths(generator, prepared):
    with pytest.raises(ModelError, match=r"\(9, 40\).*\(9, 39\)"):
        generator.vary(prepared, asked(HALF), start=np.zeros((9, 39), np.int16))
