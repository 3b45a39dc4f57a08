"""When a loop is varied: never, at every so many seams, when asked, or as a chain; and the favourites of what was heard."""

import numpy as np
import pytest

from unloop_py.errors import CommandError
from unloop_py.generator.spec import Prompt
from unloop_py.vamper.knobs import Knobs, VaryMode

EVERYTHING = Prompt(periodic_prompt=1, compression_prompt=14, mask_dropout=0.0)


def begin(stage, **knobs):
    stage.get_ready()
    stage.turn(**knobs)
    stage.record(4.0)


@pytest.mark.parametrize(
    ("every", "heard"), [(1, [1, 2, 3, 4, 5, 6, 7, 8]), (2, [-1, 1, 1, 2, 2, 3, 3, 4]), (3, [-1, -1, 1, 1, 1, 2, 2, 2])]
)
def test_a_variation_comes_at_every_so_many_seams_and_is_held_until_the_next(stage, every, heard):
    begin(stage, every=every)
    stage.play_repetitions(8)
    assert stage.heard == heard


def test_what_is_held_is_made_with_the_knobs_as_they_stood_last(stage):
    begin(stage, every=4)
    stage.play_repetitions(2)
    stage.turn(Prompt(temperature=1.7), every=4)
    stage.play_repetitions(2)
    assert stage.offered(stage.heard[-1]).variation.request.prompt.temperature == 1.7


def test_one_press_is_one_variation_at_the_next_seam(stage):
    begin(stage, mode=VaryMode.ASKED)
    stage.play_repetitions(3)
    assert stage.heard == [-1, -1, -1]
    for _ in range(2):
        stage.vamper.vary(0)
        stage.play_repetitions(3)
    assert stage.heard[3:] == [1, 1, 1, 2, 2, 2]


def test_a_press_shortly_before_the_seam_is_answered_at_it_because_one_lies_ready(stage):
    begin(stage, mode=VaryMode.ASKED)
    stage.play(3.99)
    stage.vamper.vary(0)
    stage.play(0.1)
    assert stage.heard == [1]


def test_a_press_brings_the_next_variation_before_its_seam(stage):
    begin(stage, every=8)
    stage.vamper.vary(0)
    stage.play_repetitions(3)
    assert stage.heard == [1, 1, 1]


def test_a_press_that_the_lock_refused_is_answered_when_it_is_undone(stage):
    begin(stage, mode=VaryMode.ASKED)
    stage.locked = True
    stage.vamper.vary(0)
    stage.play_repetitions(2)
    stage.locked = False
    stage.vamper.generate(0, True)
    stage.play_repetitions(2)
    assert stage.heard == [-1, -1, 1, 1]


def starts(stage):
    """The index that each variation began from, None for the take."""
    return [offer.variation.request.parent for offer in stage.offers]


def test_in_a_chain_each_variation_begins_from_the_one_before(stage, monkeypatch):
    orders, send = [], stage.worker.send
    monkeypatch.setattr(stage.worker, "send", lambda order: (orders.append(order), send(order)))
    begin(stage, mode=VaryMode.CHAIN)
    stage.play_repetitions(5)
    assert starts(stage)[:5] == [None, 1, 2, 3, 4]
    varied = [order for order in orders if hasattr(order, "start")]
    assert varied[0].start is None
    for order in varied[1:5]:
        assert np.array_equal(order.start, stage.offered(order.requests[0].parent).variation.codes)


def test_a_chain_that_is_too_far_from_the_take_begins_again_from_it(stage, monkeypatch):
    vary = stage.generator.vary

    def further(prepared, request, *, start=None, **rest):
        made = vary(prepared, request, start=start, **rest)
        object.__setattr__(made, "distance", 0.3 if start is None else further.last + 0.3)
        further.last = made.distance
        return made

    monkeypatch.setattr(stage.generator, "vary", further)
    begin(stage, mode=VaryMode.CHAIN, drift_limit=0.7)
    stage.play_repetitions(8)
    assert starts(stage)[:8] == [None, 1, 2, None, 4, 5, None, 7]


def test_a_new_take_begins_a_chain_of_its_own(stage):
    begin(stage, mode=VaryMode.CHAIN)
    stage.play_repetitions(3)
    stage.record(4.0, version=2)
    stage.play_repetitions(2)
    made = [offer.variation.request for offer in stage.offers if offer.take == 2]
    assert [request.parent for request in made[:2]] == [None, made[0].index]


def test_what_is_never_owed_is_never_expected():
    assert [Knobs(mode=mode, every=5).expected for mode in VaryMode] == [0, 5, 0, 5]
    assert Knobs(mode=VaryMode.ASKED, form="AB").expected == 1


# Favourites.


def test_a_favourite_comes_back_sample_for_sample_long_after_it_was_heard(stage):
    begin(stage)
    stage.play_repetitions(3)
    assert stage.vamper.favourite(0, 1, 1) == (2,)
    stage.play_repetitions(5)
    assert stage.vamper.favourite(0, 1, 0) == (2, 8)
    stage.vamper.recall(0, 1)
    stage.play_repetitions(1)
    assert np.array_equal(stage.offered(stage.heard[-1]).variation.audio, stage.offered(2).variation.audio)


def test_a_favourite_outlives_the_tokens_of_what_was_merely_heard(stage, monkeypatch):
    monkeypatch.setattr(stage.vamper.history(0), "_max_bytes", 4_000)
    begin(stage)
    stage.play_repetitions(2)
    stage.vamper.favourite(0, 1, 0)
    stage.play_repetitions(20)
    with pytest.raises(CommandError, match="no longer held"):
        stage.vamper.again(0, 19)
    stage.vamper.recall(0, 1)
    stage.play_repetitions(1)
    assert np.array_equal(stage.offered(stage.heard[-1]).variation.codes, stage.offered(2).variation.codes)


def test_one_marked_twice_is_one(stage):
    begin(stage)
    stage.play_repetitions(3)
    assert stage.vamper.favourite(0, 1, 0) == stage.vamper.favourite(0, 1, 0) == (3,)


def test_what_cannot_be_marked_or_recalled_is_refused_with_the_reason(stage):
    stage.record(4.0)
    stage.play_repetitions(1)
    with pytest.raises(CommandError, match="favourite 1: the take itself sounded"):
        stage.vamper.favourite(0, 1, 0)
    with pytest.raises(CommandError, match="favourite 9: nothing was heard that long ago"):
        stage.vamper.favourite(0, 9, 8)
    with pytest.raises(CommandError, match="recall 1: none is marked yet"):
        stage.vamper.recall(0, 1)
    stage.get_ready()
    stage.play_repetitions(2)
    stage.vamper.favourite(0, 1, 0)
    with pytest.raises(CommandError, match=r"recall 2: there are favourites 1\.\.1"):
        stage.vamper.recall(0, 2)
    stage.record(4.0, version=2)
    with pytest.raises(CommandError, match="recall 1: that one was made from an earlier take"):
        stage.vamper.recall(0, 1)
