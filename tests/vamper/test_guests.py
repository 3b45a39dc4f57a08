"""Somebody beside the loops has variations made by the same worker: in the time that they leave, and never at the cost of a seam."""

import numpy as np
import pytest

from tests.vamper.conftest import RATE
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import LearningTones
from unloop_py.vamper.guests import Guest, guests_take_version

SLOW = Cost(overhead_s=0.2, per_audio=0.05, step_overhead_s=0.05, step_per_audio=0.02)


class Somebody:
    """A guest, and what it is told."""

    def __init__(self, seconds=4.0, steps=8, count=2):
        version = guests_take_version()
        requests = tuple(VariationRequest(version, index, 100 + index, Prompt(), steps) for index in range(1, count + 1))
        self.told = []
        self.guest = Guest(
            Take(version, np.full((round(seconds * RATE), 1), 0.1, np.float32), RATE), requests,
            lambda: self.told.append("begun"), lambda made: self.told.append(made), self.told.append,
        )  # fmt: skip

    @property
    def made(self):
        return [one for one in self.told if isinstance(one, tuple)]


def ask(stage, **wish):
    somebody = Somebody(**wish)
    stage.vamper.ask_aside(somebody.guest)
    return somebody


def test_where_no_loop_is_both_are_made_at_one_go_and_the_take_is_forgotten(stage):
    stage.get_ready()
    stage.loop_s = 4.0
    one = ask(stage)
    stage.play(60.0)
    assert one.told[0] == "begun" and len(one.told) == 2
    assert [variation.request.seed for variation in one.made[0]] == [101, 102]
    assert all(variation.audio.shape == (4 * RATE, 1) for variation in one.made[0])
    assert not stage.worker._prepared and not stage.notices


def test_who_comes_before_the_model_is_there_waits_for_it(stage):
    one = ask(stage)
    stage.vamper.step()
    assert not one.told
    stage.loop_s = 4.0
    stage.get_ready()
    stage.play(60.0)
    assert len(one.made) == 1


def test_several_are_served_in_their_order(stage):
    stage.get_ready()
    stage.loop_s = 4.0
    order = []
    guests = [ask(stage) for _ in range(3)]
    for number, one in enumerate(guests):
        one.guest.done = lambda made, number=number: order.append(number)
    stage.play(120.0)
    assert order == [0, 1, 2]


@pytest.mark.parametrize(("loop_s", "guest_s"), [(2.0, 1.5), (4.0, 6.0)])
def test_while_a_loop_plays_no_seam_is_late_and_its_steps_are_not_fewer_and_everybody_is_served(make_stage, loop_s, guest_s):
    def evening(guests):
        stage = make_stage(SLOW)
        stage.get_ready()
        stage.turn(ceiling=12)
        stage.record(loop_s)
        stage.play_repetitions(3)
        asked = []
        for _ in range(24):
            if guests:
                asked.append(ask(stage, seconds=guest_s, steps=16, count=2))
            stage.play_repetitions(1)
        stage.play_repetitions(12 * len(asked))
        steps = [offer.variation.request.sampling_steps for offer in stage.offers]
        return stage.late, min(steps[3:]), asked

    late, steps, _ = evening(guests=False)
    with_guests, their_steps, asked = evening(guests=True)
    assert (with_guests, their_steps) == (late, steps)
    assert all(len(one.made) == 1 for one in asked)
    assert {variation.request.sampling_steps for one in asked for variation in one.made[0]} <= set(range(1, 17))


def test_one_for_whom_there_is_no_time_between_the_seams_waits_until_the_loop_rests(make_stage):
    stage = make_stage(SLOW)
    stage.get_ready()
    stage.turn(ceiling=12)
    stage.record(2.0)
    one = ask(stage, seconds=6.0)
    stage.play_repetitions(12)
    assert not one.told and stage.late <= 1
    stage.vamper.generate(0, False)
    stage.play_repetitions(3)
    assert len(one.made) == 1 and one.made[0][0].request.sampling_steps == 8


def test_who_leaves_is_told_no_more_and_the_worker_is_free_for_the_next(stage):
    stage.get_ready()
    stage.loop_s = 4.0
    first, second = ask(stage), ask(stage)
    stage.vamper.step()
    stage.play(0.0)
    assert isinstance(stage.asked(), (jobs.Prepare, jobs.Vary))
    stage.play(0.1)
    for one in (first, second):
        stage.vamper.leave_aside(one.guest)
    third = ask(stage)
    stage.play(60.0)
    assert not first.made and not second.told and len(third.made) == 1


def test_a_worker_that_ends_over_it_is_tried_once_more_and_then_it_is_said(stage):
    stage.get_ready()
    stage.loop_s = 4.0
    one, other = ask(stage), None
    for _ in range(2):
        stage.play(0.1)
        stage.worker.die()
        stage.play(1.5)
        stage.worker.get_ready()
    other = ask(stage)
    stage.play(60.0)
    assert one.told == ["begun", "begun", "the generator stopped over it"] and len(other.made) == 1


def test_what_cannot_be_made_is_said_to_who_wanted_it_and_to_nobody_else(stage, tmp_path):
    fault = tmp_path / "fault"
    fault.write_text("error")
    stage.generator._fault_file = fault
    stage.get_ready()
    stage.loop_s = 4.0
    one, other = ask(stage, count=1), ask(stage)
    real = stage.worker.finish
    def finish(order, seconds):
        try:
            real(order, seconds)
        except ValueError as error:
            stage.worker._deliver(jobs.Failed(str(error), order.job))
    stage.worker.finish = finish
    stage.play(60.0)
    assert one.told == ["begun", "told to fail: error"] and len(other.made) == 1 and not stage.notices


def test_the_take_that_plays_is_learned_whoever_waits_and_one_for_whom_there_is_no_time_keeps_nobody_else_waiting(make_stage):
    stage = make_stage(SLOW, generator=LearningTones(wait=lambda seconds: None))
    stage.get_ready()
    stage.turn(ceiling=12)
    stage.record(4.0)
    stage.play_repetitions(2)
    long, short = ask(stage, seconds=60.0), ask(stage, seconds=1.0)  # for the first of them there is never time
    stage.play_repetitions(8)
    assert stage.learned and not long.told and len(short.made) == 1 and stage.late == 0
