"""What goes into a batch, who gets what of it, and how long it is said to take; with tones and tokens that are numbers."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from unloop_py.errors import ParameterError
from unloop_py.generator.checkpoint import random_models
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.generator.token_job import TokenJob
from unloop_py.generator.vamp import LocalGenerator
from unloop_py.serve.batching import Asked, Call, SharedGenerator, TogetherTurns, grouped, joined, make
from unloop_py.serve.ray_settings import ClusterSettings, read_replicas
from unloop_py.serve.shelf import Held
from unloop_py.serve.wire import WireError
from unloop_py.vamper.deadline import Cost, CostMeter
from unloop_py.vamper.fakes import FakeClock

STEP_S = 0.01
HELD = Held("tones", None, {}, CostMeter(Cost(0.0, 0.0, 0.0, STEP_S)))  # a second of loop costs 10 ms a step


def held():
    return Held("tones", None, {}, CostMeter(HELD.meter.cost))


def a_job(*seeds, steps=10, length=4, prompt=Prompt()):
    codes = np.array([np.full((2, length), seed) for seed in seeds], np.int16)
    return TokenJob(codes, np.ones((len(seeds), 1, 2, length), np.uint8), seeds, prompt, steps)


def plus_one(job, progress=None, cancelled=None):
    """A sampler whose tokens are one more than what they begin from."""
    for step in range(job.sampling_steps):
        if cancelled and cancelled():
            return None
        if progress:
            progress(step / job.sampling_steps)
    return job.codes + 1


def asked(*seeds, sample=plus_one, due_s=None, cancelled=lambda: False, heard=None, **how):
    call = None if due_s is None else Call(held(), (1.0, 10, 1), due_s)
    return Asked(sample, a_job(*seeds, **how), None if heard is None else heard.append, cancelled, call)


# What goes together.

def test_only_jobs_of_one_length_one_model_and_one_way_of_drawing_go_together():
    def other(job, progress, cancelled):
        return job.codes

    unlike = [asked(1, length=5), asked(2, steps=9), asked(3, prompt=Prompt(temperature=1.2)), asked(4, sample=other)]
    like = [asked(5), asked(6, prompt=Prompt(periodic_prompt=7, beat_mask_ms=30.0))]  # what is kept is in the masks
    groups = grouped([*like, *unlike], 8)
    assert sorted(len(group) for group in groups) == [1, 1, 1, 1, 2]
    assert like in groups


def test_a_batch_holds_no_more_loops_than_it_may_whoever_asks_for_several():
    groups = grouped([asked(*range(n)) for n in (3, 2, 2, 1, 9)], 4)
    assert [[len(one.job.seeds) for one in group] for group in groups] == [[3], [2, 2], [1], [9]]


def test_whose_seam_is_nearest_is_made_first():
    far, near, none, like_near = asked(1, due_s=9.0), asked(2, length=5, due_s=2.0), asked(3), asked(4, length=5, due_s=8.0)
    assert grouped([far, none, near, like_near], 8) == [[near, like_near], [far, none]]


def test_jobs_that_are_joined_keep_their_order_seeds_and_masks():
    job = joined([a_job(3, 4), a_job(5)])
    assert job.seeds == (3, 4, 5) and job.codes[:, 0, 0].tolist() == [3, 4, 5] and job.passes.shape == (3, 1, 2, 4)


# Who gets what.

def test_everybody_gets_his_own_tokens_and_hears_how_far_it_is():
    heard = []
    group = [asked(3, 4), asked(7, heard=heard)]
    assert make(group, TogetherTurns(4)) == 3
    assert group[0].answer.result()[:, 0, 0].tolist() == [4, 5] and group[1].answer.result()[:, 0, 0].tolist() == [8]
    assert heard == [step / 10 for step in range(10)]


def test_who_has_gone_gets_nothing_and_the_others_all():
    group = [asked(3, cancelled=lambda: True), asked(7)]
    assert make(group, TogetherTurns(4)) == 1
    assert group[0].answer.result() is None and group[1].answer.result()[0, 0, 0] == 8


def test_a_batch_goes_on_while_anybody_waits_and_ends_when_nobody_does():
    gone = set()

    def leave_one_by_one(job, progress, cancelled):
        gone.add(1)
        assert not cancelled()
        gone.add(2)
        assert cancelled()

    group = [asked(n, sample=leave_one_by_one, cancelled=lambda n=n: n in gone) for n in (1, 2)]
    make(group, TogetherTurns(4))
    assert [one.answer.result() for one in group] == [None, None]


def test_a_fault_is_told_to_all_in_the_batch():
    def fails(job, progress, cancelled):
        raise MemoryError("cannot allocate 64 GB")

    group = [asked(1, sample=fails), asked(2, sample=fails)]
    assert make(group, TogetherTurns(4)) == 0
    for one in group:
        with pytest.raises(MemoryError):
            one.answer.result()


def test_who_could_not_have_it_in_time_after_waiting_is_told_so_before_it_is_begun():
    clock = FakeClock(0.0)
    group = [asked(1, due_s=0.15), asked(2, due_s=0.3)]     # together they take 0.2 s
    assert make(group, TogetherTurns(4, clock)) == 1
    with pytest.raises(WireError, match="late|left after waiting"):
        group[0].answer.result()
    assert group[1].answer.result() is not None


# How long it is said to take.

def test_what_waits_and_what_is_at_work_count_and_those_who_go_together_count_as_one_batch():
    clock = FakeClock(0.0)
    turns, one = TogetherTurns(8, clock), held()
    with turns.turn(10.0, one, (2.0, 10, 1), bool):                        # 0.2 s
        at_work = asked(1)
        at_work.call = turns.call
        with turns.at_work([at_work]):
            clock.advance(0.05)                                            # 0.15 s of it are left
            with turns.turn(10.0, one, (1.0, 10, 1), bool):                # 0.1 s, which waits
                with turns.turn(0.36, one, (1.0, 10, 1), bool):            # the like: 0.15 + 2 * 0.1
                    pass
                with pytest.raises(WireError, match="0.35 s as things stand, and 0.34 s are left") as refused:
                    turns.turn(0.34, one, (1.0, 10, 1), bool).__enter__()
                assert refused.value.kind == "late"
            assert turns.gather_s(0.005) == pytest.approx(0.9 * 0.15)
    assert turns.gather_s(0.005) == 0.005


def test_more_than_may_be_under_way_are_told_to_come_again():
    turns = TogetherTurns(1)
    with turns.turn(10.0, held(), (1.0, 1, 1), bool), pytest.raises(WireError) as refused:
        turns.turn(10.0, held(), (1.0, 1, 1), bool).__enter__()
    assert refused.value.kind == "busy"


def test_what_a_batch_took_is_learned_from_it():
    clock, one = FakeClock(0.0), held()
    turns = TogetherTurns(8, clock)
    with turns.turn(10.0, one, (1.0, 10, 1), bool):
        group = [asked(1)]
        group[0].call = turns.call
        with turns.at_work(group):
            clock.advance(0.2)                                             # twice what was measured
            assert turns.overdue_s == pytest.approx(0.1)
    assert one.meter.seconds(1.0, 10) > 0.14 and turns.overdue_s == 0.0


# A generator that several use.

def test_several_threads_vary_takes_of_theirs_and_each_gets_what_it_would_get_alone():
    alone = LocalGenerator(random_models())
    turns, busy = TogetherTurns(8), threading.Lock()
    waiting, all_there = [], threading.Barrier(3)

    def gather(one):
        waiting.append(one)
        all_there.wait(30)

    def batches():
        all_there.wait(30)
        for group in grouped(waiting, 8):
            make(group, turns)

    shared = SharedGenerator(LocalGenerator(alone.models), turns, gather, busy)
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, (44100, 1)).astype(np.float32)
    requests = [VariationRequest(1, 1, seed, Prompt(), 2) for seed in (1, 2)]
    with ThreadPoolExecutor(3) as threads:
        maker = threads.submit(batches)
        made = [threads.submit(lambda request=request: shared.vary(shared.prepare(Take(1, noise, 44100)), request)) for request in requests]
        made = [one.result() for one in made]
        maker.result()
    wanted = [alone.vary(alone.prepare(Take(1, noise, 44100)), request) for request in requests]
    assert len(grouped(waiting, 8)) == 1
    assert min((one.codes == other.codes).mean() for one, other in zip(made, wanted, strict=True)) > 0.9
    assert not busy.locked()


# What a cluster is told.

@pytest.mark.parametrize(("typed", "meant"), [("2", (2, 2)), ("1:4", (1, 4))])
def test_replicas_are_a_number_or_two(typed, meant):
    assert read_replicas(typed) == meant


@pytest.mark.parametrize("typed", ["", "many", "1:2:3", "1:"])
def test_replicas_that_are_none_are_refused_by_what_was_typed(typed):
    with pytest.raises(ParameterError, match="replicas are a number"):
        read_replicas(typed)


@pytest.mark.parametrize(
    ("entries", "named"),
    [({"replicas": 2}, "no setting 'replicas'"), ({"least": 0}, "least .* 1..1000, got 0"), ({"least": 3, "most": 2}, "3:2"),
     ({"batch": "8"}, "batch .* got '8'")],
)  # fmt: skip
def test_a_configuration_that_makes_no_sense_is_refused_by_name(entries, named):
    with pytest.raises(ParameterError, match=named):
        ClusterSettings.read({"factory": "somewhere:else", **entries})
