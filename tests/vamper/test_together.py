"""Loops of a group keep the same beats, and what melts and what is guarded finds its way into requests."""

import itertools

import numpy as np
import pytest

from unloop_py.generator import masks
from unloop_py.generator.spec import Prompt
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.request import RequestBook
from unloop_py.vamper.together import Together

PER_SECOND = 100
BEAT_S = 0.5
TAKE_ITSELF = Prompt(periodic_prompt=1, compression_prompt=14)


def kept_on_the_time_line(together, beats, first, last):
    """Which hundredths of a second a loop of so many beats keeps, from beat `first` to `last` of the clock, repetition after repetition."""
    line = []
    for start in range(first, last, beats):
        spans = together.spans(start, beats, beats * BEAT_S)
        line.append(masks.marked(spans, beats * BEAT_S * PER_SECOND, PER_SECOND))
    return np.concatenate(line)


@pytest.mark.parametrize(("one", "other"), [(4, 8), (3, 12), (1, 16), (6, 8)])
@pytest.mark.parametrize("share", [0.25, 0.5, 0.9])
def test_loops_of_different_lengths_keep_the_same_beats_of_the_time_line(one, other, share):
    together = Together(seed=7, share=share)
    kept = [kept_on_the_time_line(together, beats, 48, 96) for beats in (one, other)]
    np.testing.assert_array_equal(*kept)
    beats = kept[0].reshape(48, -1)
    assert np.isin(beats.mean(axis=1), (0.0, 1.0)).all(), "a beat is kept whole or not at all"
    assert abs(beats.mean() - share) < 0.2


def test_another_group_keeps_other_beats_and_each_repetition_has_its_own():
    kept = kept_on_the_time_line(Together(1, 0.5), 4, 0, 400).reshape(100, 4, -1).all(axis=2)
    assert not np.array_equal(kept, kept_on_the_time_line(Together(2, 0.5), 4, 0, 400).reshape(100, 4, -1).all(axis=2))
    assert len({tuple(row) for row in kept}) > 8


def test_a_smaller_share_keeps_some_of_the_beats_of_a_greater_one():
    shares = [kept_on_the_time_line(Together(3, share), 4, 0, 64) for share in (0.0, 0.3, 0.6, 1.0)]
    for less, more in itertools.pairwise(shares):
        assert not (less & ~more).any()
    assert not shares[0].any() and shares[-1].all()


def test_a_loop_that_begins_between_two_beats_keeps_the_parts_that_it_has_of_them():
    together = Together(5, 0.5)
    whole = kept_on_the_time_line(together, 8, 16, 24)
    spans = together.spans(16.5, 4, 2.0)
    np.testing.assert_array_equal(masks.marked(spans, 200, PER_SECOND), whole[25:225])


def test_a_loop_that_is_a_hair_off_the_clock_lies_on_it():
    together = Together(5, 0.5)
    assert together.spans(15.98, 4.01, 2.0) == together.spans(16, 4, 2.0)
    assert together.spans(16, 0, 2.0) == ()


# -- in requests -----------------------------------------------------------------------------------------------------------------


def test_each_repetition_keeps_the_beats_on_which_it_sounds(stage):
    stage.beats = 8
    together = Together(11, 0.5)
    stage.get_ready()
    stage.turn(together=together)
    stage.record(4.0)
    stage.play_repetitions(6)
    sounded = [stage.offered(tag).variation.request for tag in stage.heard[1:]]
    assert len(sounded) == 5
    for number, request in enumerate(sounded, start=2):
        assert request.guard == together.spans(8 * number, 8, 4.0)


def test_repetitions_that_are_made_ahead_keep_the_beats_of_their_own_seams(make_stage):
    stage = make_stage(Cost(overhead_s=0.3, per_audio=0.01, step_overhead_s=0.02, step_per_audio=0.005))
    stage.beats = 1
    together = Together(11, 0.5)
    stage.get_ready()
    stage.turn(together=together)
    stage.record(0.5)
    stage.play_repetitions(30)
    sounded = [(number, tag) for number, tag in enumerate(stage.heard, start=1) if tag >= 0]
    right = [stage.offered(tag).variation.request.guard == together.spans(number, 1, 0.5) for number, tag in sounded]
    assert len(sounded) > 20 and np.mean(right[4:]) == 1.0


def test_without_a_clock_nothing_is_kept_together(stage):
    stage.get_ready()
    stage.turn(together=Together(11, 1.0))
    stage.record(4.0)
    stage.play_repetitions(2)
    assert stage.offers and all(offer.variation.request.guard == () for offer in stage.offers)


def test_what_melts_is_in_the_next_repetition_alone_and_what_is_guarded_in_all():
    book = RequestBook()
    book.turn(Knobs(melt=((0.5, 1.0),), guard=((2.0, 3.0),)))
    job = book.new_job(1, 3, 2, 10.0)
    assert [request.melt for request in job.requests] == [((0.5, 1.0),), (), ()]
    assert all(request.guard == ((2.0, 3.0),) for request in job.requests)


def test_what_melted_makes_nothing_stale_that_was_made_without_it(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.turn(melt=((0.5, 1.0),))
    stage.play_repetitions(1)
    assert stage.offered(stage.heard[-1]).variation.request.melt == ((0.5, 1.0),)
    asked, job = len(stage.offers), stage.asked().job
    stage.turn()                                                 # the session says so too
    stage.play(1.0)
    assert stage.offers[-1].variation.request.melt == () and len(stage.offers) == asked + 1
    assert job not in stage.worker.cancelled


def test_with_variation_0_a_melting_repetition_is_made_and_the_take_comes_back_after_it(stage):
    stage.get_ready()
    stage.turn(TAKE_ITSELF)
    stage.record(4.0)
    stage.play_repetitions(1)
    assert stage.offers[-1].variation is None
    stage.turn(TAKE_ITSELF, melt=((1.0, 2.0),))
    stage.play_repetitions(1)
    assert stage.offered(stage.heard[-1]).variation.request.melt == ((1.0, 2.0),)
    stage.turn(TAKE_ITSELF)
    stage.play_repetitions(1)
    assert stage.offered(stage.heard[-1]).variation is None
