"""A generator elsewhere: each order says how soon its seam comes, one repetition more lies ready, and what is refused as late is
asked for again with fewer steps."""

import queue

import numpy as np
import pytest

from unloop_py.errors import TooLate, WorkerError
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.vamper import jobs
from unloop_py.vamper.fakes import ToneGenerator
from unloop_py.vamper.knobs import VaryMode
from unloop_py.vamper.runner import JobRunner

BOLD = Prompt(temperature=1.5)


class FarTones(ToneGenerator):
    """Tones from elsewhere."""

    def __init__(self, ahead=1):
        super().__init__(wait=lambda seconds: None)
        self.ahead = ahead

    def describe(self):
        return super().describe() | {"ahead": self.ahead}


def playing(make_stage, ahead=1, loop_s=2.0, **knobs):
    stage = make_stage(generator=FarTones(ahead))
    stage.get_ready()
    stage.turn(**knobs)
    stage.record(loop_s)
    return stage


def waiting(stage):
    return stage.vamper._director.lane(0).book.fresh()


@pytest.mark.parametrize("ahead", [0, 1, 2])
def test_as_many_repetitions_lie_ready_beyond_the_next_as_the_generator_says(make_stage, ahead):
    stage = playing(make_stage, ahead)
    stage.play(1.9)
    assert waiting(stage) == 1 + ahead
    stage.play_repetitions(5)
    stage.play(1.9)
    assert waiting(stage) == 1 + ahead and stage.late == 0
    assert stage.heard == [1, 2, 3, 4, 5]


def test_they_are_made_one_by_one_and_each_for_its_own_seam(make_stage):
    stage = playing(make_stage)
    orders = []
    send, began_s = stage.worker.send, stage.clock.now_s
    stage.worker.send = lambda order: (orders.append((order, stage.clock.now_s)), send(order))
    stage.play_repetitions(3)
    asked = [(len(order.requests), order.within_s + at_s - began_s) for order, at_s in orders if isinstance(order, jobs.Vary)]
    assert [count for count, _ in asked] == [1] * len(asked)
    assert [due for _, due in asked[:4]] == pytest.approx([2.0, 4.0, 6.0, 8.0])


def test_what_is_heard_is_the_same_with_and_without_one_more_lying_ready(make_stage):
    heard = []
    for ahead in (0, 1):
        stage = playing(make_stage, ahead, seed=9)
        stage.play_repetitions(6)
        heard.append([stage.offered(tag).variation.codes for tag in stage.heard])
    assert all(np.array_equal(*pair) for pair in zip(*heard, strict=True))


def test_a_knob_makes_all_that_lies_ready_stale_and_it_is_asked_anew(make_stage):
    stage = playing(make_stage)
    stage.play(1.0)
    assert waiting(stage) == 2
    stage.turn(BOLD)
    assert waiting(stage) == 0
    stage.play_repetitions(3)
    assert all(stage.offered(tag).variation.request.prompt == BOLD for tag in stage.heard)


def test_a_knob_has_the_job_that_is_on_its_way_stopped(make_stage):
    stage = playing(make_stage)
    job = stage.asked().job if isinstance(stage.asked(), jobs.Vary) else None
    while job is None:
        stage.play(0.01)
        job = stage.asked().job if isinstance(stage.asked(), jobs.Vary) else None
    stage.turn(BOLD)
    assert job in stage.worker.cancelled


def test_each_of_a_chain_begins_from_the_one_that_lies_ready_before_it(make_stage):
    stage = playing(make_stage, mode=VaryMode.CHAIN)
    stage.play(1.9)
    assert waiting(stage) == 2
    stage.play_repetitions(4)
    assert [stage.offered(tag).variation.request.parent for tag in stage.heard] == [None, 1, 2, 3]


def test_nothing_more_is_made_where_the_player_asks_for_each(make_stage):
    stage = playing(make_stage, mode=VaryMode.ASKED)
    stage.play(5.0)
    assert waiting(stage) == 1


def test_no_order_says_how_soon_while_the_loop_stands_still(make_stage):
    stage = make_stage(generator=FarTones())
    stage.get_ready()
    orders = []
    send = stage.worker.send
    stage.worker.send = lambda order: (orders.append(order), send(order))
    stage.record(2.0)
    stage.next_seam_s = None
    stage.vamper.seam(0, now_frame=0, next_seam_frame=-1, sample_rate=4410)
    stage.play(1.0)
    varied = [order for order in orders if isinstance(order, jobs.Vary)]
    assert varied and all(order.within_s is None for order in varied)


def refuse(stage):
    """The server says of the order in hand that it would be late."""
    order = stage.put_down_order()
    stage.worker._deliver(jobs.Late(order.job, "it takes 9 s and 2 s are left"))
    stage._settle()
    return order


def first_job(stage):
    while not isinstance(stage.asked(), jobs.Vary):
        stage.play(0.01)
    return stage.asked()


def test_what_is_refused_as_late_is_asked_for_at_once_with_fewer_steps_and_no_worker_is_restarted(make_stage):
    stage = playing(make_stage, ceiling=12)
    first_job(stage)
    steps = []
    while isinstance(stage.asked(), jobs.Vary) and len(steps) < 50:
        steps.append(refuse(stage).requests[0].sampling_steps)
    assert steps == sorted(steps, reverse=True) and len(set(steps)) > 2 and steps[-1] == 1, "and then it waits for the next seam"
    assert len(stage.workers) == 1 and stage.notices == []
    stage.play_repetitions(1)
    assert stage.late == 1
    stage.play_repetitions(4)
    assert stage.late == 1 and len(set(stage.heard[1:])) == 4


def test_a_refusal_does_not_count_towards_a_restart_however_often_it_comes(make_stage):
    stage = playing(make_stage)
    for _ in range(6):
        while isinstance(stage.asked(), jobs.Vary):
            refuse(stage)
        stage.play_repetitions(1)
    assert len(stage.workers) == 1 and not stage.worker.killed and stage.notices == []


def test_what_lies_ready_is_offered_although_the_next_job_fails(make_stage):
    stage = playing(make_stage)
    stage.play(1.9)
    assert waiting(stage) == 2
    for _ in range(2):  # both of the jobs that are begun while these two sound
        stage.play_repetitions(1)
        order = first_job(stage)
        stage.put_down_order()
        stage.worker._deliver(jobs.Failed("the connection was cut", order.job))
        stage._settle()
    assert stage.heard == [1, 2] and stage.late == 0


def test_a_call_may_last_until_its_seam_before_the_worker_is_taken_for_dead(make_stage):
    stage = playing(make_stage, loop_s=20.0)
    order = first_job(stage)
    patience_s = stage.vamper._supervisor.next_look_s - stage.clock.now_s
    assert patience_s > order.within_s
    near = playing(make_stage, 0, loop_s=20.0)
    order = first_job(near)
    assert near.vamper._supervisor.next_look_s - near.clock.now_s < order.within_s, "one on this machine is known to answer sooner"


class Punctual(ToneGenerator):
    """Tones that know how soon they are wanted."""

    def __init__(self):
        super().__init__(wait=lambda seconds: None)
        self.due = []

    def due_in(self, seconds):
        self.due.append(seconds)

    def vary(self, prepared, request, **how):
        if self.due and self.due[-1] is not None and self.due[-1] < 1.0:
            raise TooLate("it takes 1 s")
        if request.seed == 13:
            raise WorkerError("no luck")
        return super().vary(prepared, request, **how)


def load_punctual():
    return PUNCTUAL


PUNCTUAL = Punctual()


def test_the_worker_tells_the_generator_how_soon_and_answers_a_refusal_as_late(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    PUNCTUAL.due.clear()
    take = Take(1, np.full((4410, 1), 0.1, np.float32), 4410)
    orders, answers = queue.SimpleQueue(), []
    orders.put(jobs.Prepare(take))
    for job, within_s, seed in ((1, 5.0, 1), (2, 0.5, 1), (3, None, 1), (4, 9.0, 13)):
        orders.put(jobs.Vary(job, (VariationRequest(1, 1, seed),), within_s=within_s))
    orders.put(None)
    JobRunner(answers.append).run(jobs.Start(f"{__name__}:load_punctual"), orders.get)
    ended = [answer for answer in answers if isinstance(answer, jobs.Done | jobs.Late | jobs.Failed)]
    assert [(type(answer), answer.job) for answer in ended] == [(jobs.Done, 1), (jobs.Late, 2), (jobs.Done, 3), (jobs.Failed, 4)]
    assert PUNCTUAL.due == [5.0, 0.5, None, 9.0]


