"""The take is learned in spare time: when the worker does it, when it stops, and what becomes of it."""

import threading

import numpy as np
import pytest

from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.vamper import fakes, jobs
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.links import ThreadWorker
from unloop_py.vamper.runner import JobRunner
from unloop_py.vamper.spare_time import SpareTime

TAKE = Take(1, np.full((22050, 2), 0.1, np.float32), 44100)
HEAVY = Cost(overhead_s=0.3, per_audio=0.05, step_overhead_s=0.05, step_per_audio=0.02)  # most of the time goes into offers


def learning(**arguments):
    return fakes.LearningTones(wait=lambda seconds: None, **arguments)


def begin(make_stage, loop_s=4.0, cost=None, **arguments):
    stage = make_stage(*([cost] if cost else []), generator=learning(**arguments))
    stage.get_ready()
    stage.record(loop_s)
    return stage


# The worker.


@pytest.fixture
def serve(monkeypatch):
    """Runs orders on a generator; another order is said to wait once so many steps of learning were done."""

    def serve(generator, *orders, waiting_after=10**9):
        monkeypatch.setattr("unloop_py.vamper.runner.load_factory", lambda path: lambda: generator)
        answers, line, steps = [], [*orders, None], []
        generator._wait = lambda seconds: steps.append(seconds)
        JobRunner(answers.append).run(jobs.Start("any:thing"), lambda: line.pop(0), lambda: len(steps) >= waiting_after)
        return answers, steps

    return serve


def test_an_order_that_comes_while_the_worker_learns_is_served_after_the_step_in_hand(serve):
    generator = learning(learn_steps=1000)
    steps_of_the_measuring = len(serve(generator)[1])
    _, steps = serve(generator, jobs.Prepare(TAKE), jobs.Learn(1, 1e9, 0), waiting_after=steps_of_the_measuring + 3)
    assert len(steps) == steps_of_the_measuring + 3


def test_a_worker_in_a_thread_looks_up_from_learning_when_an_order_comes(monkeypatch):
    generator, answers, learns = learning(learn_steps=10**9), {}, threading.Event()
    generator._wait = lambda seconds: learns.set() if (1, 0, None) in generator.begun else None
    monkeypatch.setattr("unloop_py.vamper.runner.load_factory", lambda path: lambda: generator)
    there = threading.Event()

    def deliver(answer):
        answers[type(answer)] = answer
        if isinstance(answer, jobs.Done):
            there.set()

    worker = ThreadWorker(jobs.Start("any:thing"), deliver)
    worker.send(jobs.Prepare(TAKE))
    worker.send(jobs.Learn(1, 1e9, 0))
    assert learns.wait(10.0)
    worker.send(jobs.Vary(1, (VariationRequest(1, 1, 7, Prompt(), 2),)))
    assert there.wait(10.0)
    assert answers[jobs.Learned].share < 1.0
    worker.kill()


def test_what_was_learned_is_in_what_is_made_next_and_a_plain_order_is_made_without(serve):
    generator = learning(learn_steps=8)
    request = VariationRequest(1, 1, 7, Prompt(), 2)
    serve(generator, jobs.Prepare(TAKE), jobs.Vary(1, (request,)), jobs.Learn(1, 1e9, 0), jobs.Vary(2, (request,)),
          jobs.Vary(3, (request,), plain=True))
    assert [adapted for version, adapted in generator.decoded if version == 1] == [None, "what 1 taught", None]


def test_learning_that_breaks_costs_nothing_but_itself(serve):
    generator = learning()
    learn = generator.learn
    generator.learn = lambda prepared, seed: 1 / 0 if prepared.version == 1 else learn(prepared, seed)
    request = VariationRequest(1, 1, 7, Prompt(), 2)
    answers, _ = serve(generator, jobs.Prepare(TAKE), jobs.Learn(1, 1e9, 0), jobs.Vary(1, (request,)))
    learned, done = (next(answer for answer in answers if isinstance(answer, kind)) for kind in (jobs.Learned, jobs.Done))
    assert (learned.share, learned.plays) == (1.0, False)
    assert isinstance(done, jobs.Done)


def test_a_take_that_was_forgotten_meanwhile_is_not_learned(serve):
    answers, _ = serve(learning(), jobs.Prepare(TAKE), jobs.Forget(1), jobs.Learn(1, 1e9, 0))
    assert answers[-1] == jobs.Learned(1, 1.0, 0.0, False, 0.0)


# The plan.


def test_a_take_is_learned_to_the_end_while_it_plays_and_the_player_is_told(make_stage):
    stage = begin(make_stage)
    stage.play_repetitions(8)
    assert [learned.version for learned in stage.learned] == [1] * len(stage.learned)
    shares = [learned.share for learned in stage.learned]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert stage.learned[-1].gain == 0.02 and stage.learned[-1].plays
    assert stage.generator.decoded[-1] == (1, "what 1 taught")
    assert stage.late == 0


@pytest.mark.parametrize("slowdown", [1.0, 1.8])
@pytest.mark.parametrize("loop_s", [0.3, 0.7, 1.0, 2.0, 6.0])
@pytest.mark.parametrize("step_s", [0.05, 0.15, 0.4])
def test_no_offer_is_lost_to_learning_on_a_busy_machine(make_stage, loop_s, step_s, slowdown):
    heard = []
    for steps in (0, 10**9):  # a generator that learns nothing, and one that never comes to an end
        stage = make_stage(HEAVY, generator=learning(learn_steps=steps, learn_step_s=step_s) if steps else None)
        stage.get_ready()
        stage.record(loop_s)
        stage.slowdown = slowdown
        stage.play_repetitions(60)
        heard.append((stage.late, len(set(stage.heard)), [offer.variation.request.steps for offer in stage.offers]))
    assert heard[1] == heard[0]


def test_a_knob_turned_while_the_worker_learns_is_heard_at_the_next_seam(make_stage):
    stage = begin(make_stage, learn_steps=10**9, learn_step_s=0.15)
    stage.play_repetitions(2)
    stage.play(1.7)
    assert isinstance(stage.asked(), jobs.Learn)
    bold = Prompt(temperature=1.5)
    stage.turn(bold)
    stage.play_repetitions(1)
    assert stage.offered(stage.heard[-1]).variation.request.prompt == bold
    assert stage.late == 0


def test_learning_rests_before_a_seam_so_that_the_next_job_begins_at_once(make_stage):
    stage = begin(make_stage, learn_steps=10**9, learn_step_s=0.15)
    stage.play_repetitions(2)
    for _ in range(20):
        stage.play(stage.next_seam_s - stage.clock.now_s - 0.001)
        assert stage.asked() is None
        stage.play(0.002)
        assert isinstance(stage.asked(), jobs.Vary)


def test_a_loop_that_stands_still_is_learned_all_the_same(make_stage):
    stage = begin(make_stage)
    stage.play(1.0)
    stage.next_seam_s = None
    stage.vamper.seam(0, now_frame=0, next_seam_frame=-1, sample_rate=4410)
    stage.play(10.0)
    assert stage.learned[-1].share == 1.0


def test_a_silent_take_is_not_learned(make_stage):
    stage = make_stage(generator=learning())
    stage.get_ready()
    stage.record(4.0, silent=True)
    stage.play_repetitions(4)
    assert stage.generator.begun == [] and stage.learned == []


def test_a_generator_that_cannot_learn_is_not_asked_to(stage):
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(4)
    assert stage.learned == []


def test_learning_that_makes_the_held_out_parts_worse_is_not_played(make_stage):
    stage = begin(make_stage, gain=-0.01)
    stage.play_repetitions(8)
    assert stage.learned[-1].share == 1.0 and not stage.learned[-1].plays
    assert {adapted for _, adapted in stage.generator.decoded} == {None}


# The parameter.


def test_adapt_0_stops_it_and_gives_back_the_model_as_it_came(make_stage):
    stage = begin(make_stage)
    stage.play_repetitions(8)
    stage.turn(adapt=False)
    stage.play_repetitions(2)
    assert stage.generator.decoded[-1] == (1, None)
    stage.turn(adapt=True)
    stage.play_repetitions(2)
    assert stage.generator.decoded[-1] == (1, "what 1 taught")
    assert stage.late == 0


def test_with_adapt_0_nothing_is_learned(make_stage):
    stage = make_stage(generator=learning())
    stage.turn(adapt=False)
    stage.get_ready()
    stage.record(4.0)
    stage.play_repetitions(4)
    assert stage.generator.begun == [] and stage.learned == []


def test_the_seed_of_the_knobs_is_the_seed_of_the_learning(make_stage):
    stage = make_stage(generator=learning())
    stage.get_ready()
    stage.turn(Prompt(), 12, seed=5)
    stage.record(4.0)
    stage.play_repetitions(2)
    assert stage.generator.begun == [(1, 5, None)]


# Takes that come from each other.


def test_an_overdub_begins_with_what_was_learned_of_the_take_under_it(make_stage):
    stage = begin(make_stage)
    stage.play_repetitions(8)
    stage.record(4.0, version=2, new_loop=False)
    stage.play_repetitions(8)
    assert stage.generator.begun == [(1, 0, None), (2, 0, "what 1 taught")]
    made = [adapted for version, adapted in stage.generator.decoded if version == 2]
    assert made[0] == "what 1 taught" and made[-1] == "what 2 taught"


def test_a_new_recording_begins_with_the_model_as_it_came(make_stage):
    stage = begin(make_stage)
    stage.play_repetitions(8)
    stage.record(4.0, version=2, new_loop=True)
    stage.play_repetitions(1)
    assert stage.generator.begun[-1] == (2, 0, None)
    assert (2, "what 1 taught") not in stage.generator.decoded


def test_a_cleared_loop_leaves_nothing_to_the_next_one(make_stage):
    stage = begin(make_stage)
    stage.play_repetitions(8)
    stage.vamper.take_changed(0, None)
    stage.play(0.1)
    stage.record(4.0, version=2, new_loop=False)
    stage.play_repetitions(1)
    assert stage.generator.begun[-1] == (2, 0, None)


def test_undo_leads_back_to_what_was_learned_of_that_take_and_tells_so(make_stage):
    stage = begin(make_stage)
    stage.play_repetitions(8)
    first = stage.take
    stage.record(4.0, version=2, new_loop=False)
    stage.play_repetitions(1)
    stage.vamper.take_changed(0, first)
    stage.take = first
    stage.play(0.1)
    assert (stage.learned[-1].version, stage.learned[-1].share) == (1, 1.0)
    stage.play_repetitions(2)
    assert stage.generator.decoded[-1] == (1, "what 1 taught")
    assert [version for version, *_ in stage.generator.begun] == [1, 2]


def test_a_worker_that_was_lost_learns_again(make_stage):
    stage = begin(make_stage)
    stage.play_repetitions(8)
    stage.worker.die()
    stage.play(1.0)
    stage.get_ready()
    stage.play_repetitions(8)
    assert [version for version, *_ in stage.generator.begun] == [1, 1]


def test_a_take_without_a_known_ancestor_has_none():
    spare = SpareTime()
    spare.took(1, None, True)
    spare.took(2, 1, False)
    spare.took(3, 2, True)
    assert spare.ancestor(2, [3, 1]) == 1
    assert spare.ancestor(3, [1, 2]) is None


# What is learned outlives the session.


def test_what_was_learned_is_written_when_asked_for_and_is_there_from_the_first_job_in_another_session(serve, tmp_path):
    file = str(tmp_path / "learned")
    serve(learning(), jobs.Prepare(TAKE), jobs.Learn(1, 1e9, 0), jobs.KeepLearned(1, file))
    again = learning()
    serve(again, jobs.Prepare(TAKE, learned=file), jobs.Vary(1, (VariationRequest(1, 1, 7, Prompt(), 2),)))
    assert again.decoded[-1] == (1, "what 1 taught")


def test_a_file_that_is_gone_and_a_folder_that_is_not_there_cost_nothing_but_the_learning(serve, tmp_path):
    nowhere = str(tmp_path / "gone" / "learned")
    answers, _ = serve(learning(), jobs.Prepare(TAKE, learned=nowhere), jobs.Learn(1, 1e9, 0), jobs.KeepLearned(1, nowhere))
    assert not any(isinstance(answer, jobs.Failed) for answer in answers) and not (tmp_path / "gone").exists()


def test_what_is_learned_is_written_to_the_file_that_the_session_names(make_stage, tmp_path):
    asked = []
    stage = make_stage(generator=learning())
    stage.vamper._director._learned_file = lambda learned: asked.append(learned.share) or str(tmp_path / "learned")
    stage.get_ready()
    stage.record(4.0)
    stage.play(30.0)
    assert (tmp_path / "learned").read_text() == "what 1 taught"
    assert asked[-1] == 1.0
