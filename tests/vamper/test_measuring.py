"""What jobs cost is measured once for each kind of model and machine, remembered, and forgotten once it does not fit."""

import json

import numpy as np
import pytest

from unloop_py.errors import ModelError
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import LearningTones
from unloop_py.vamper.measuring import MOST_REMEMBERED, Measured, RememberedCosts, measure, time_jobs, warm_up
from unloop_py.vamper.runner import JobRunner

TAKE = Take(1, np.full((44100, 1), 0.1, np.float32), 44100)
COST = Cost(0.001, 0.0005, 0.0005, 0.0005)
NOISE = -1  # the version of takes that a worker measures itself on


class Counted(LearningTones):
    """Tones whose cost may be remembered; `made` lists the takes of the variations that were made."""

    def __init__(self, key="machine | 2 layers", **arguments):
        super().__init__(wait=lambda seconds: None, learn_steps=4, **arguments)
        self.key, self.made = key, []

    def describe(self):
        return super().describe() | {"cost_key": self.key}

    def vary(self, prepared, request, **more):
        self.made.append(prepared.version)
        return super().vary(prepared, request, **more)


@pytest.fixture
def costs(tmp_path):
    return RememberedCosts(tmp_path / "cache" / "cost.json")


@pytest.fixture
def serve(costs, monkeypatch):
    def serve(generator, *orders, rehearsed=False, waiting=lambda: False):
        monkeypatch.setattr("unloop_py.vamper.runner.load_factory", lambda path: lambda: generator)
        answers, line = [], [*orders, None]
        JobRunner(answers.append, costs).run(jobs.Start("any:thing", rehearsed=rehearsed), lambda: line.pop(0), waiting)
        return answers

    return serve


def test_the_second_start_is_ready_without_a_measurement_and_warms_up_afterwards(serve):
    first, second = Counted(), Counted()
    measured = serve(first)[0]
    made_when_ready = []
    describe, second.describe = second.describe, lambda: made_when_ready.append(len(second.made)) or describe()
    again = serve(second)[0]
    assert len(first.made) == 9 and first.begun
    assert (again.cost, again.learn_step_s) == (measured.cost, measured.learn_step_s)
    assert made_when_ready == [0] and second.made == [NOISE] and not second.begun


def test_one_that_is_to_step_in_for_another_is_warm_before_it_is_ready(serve, costs, monkeypatch):
    costs.remember("machine | 2 layers", Measured(COST))
    generator, order = Counted(), []
    vary, generator.vary = generator.vary, lambda *given, **more: order.append("warm") or vary(*given, **more)
    monkeypatch.setattr("unloop_py.vamper.runner.Ready", lambda *given: order.append("ready"))
    serve(generator, rehearsed=True)
    assert order == ["warm", "ready"]


def test_what_is_wanted_at_once_does_not_wait_for_the_warming_up(serve, costs):
    costs.remember("machine | 2 layers", Measured(COST))
    generator = Counted()
    answers = serve(generator, jobs.Prepare(TAKE), jobs.Vary(1, (VariationRequest(1, 1, 1, Prompt(), 2),)), waiting=lambda: True)
    assert generator.made == [1]
    assert [type(answer) for answer in answers] == [jobs.Ready, jobs.Prepared, jobs.Progress, jobs.Progress, jobs.Done]


def test_a_long_measurement_says_every_few_seconds_that_it_goes_on_and_is_not_taken_for_a_hang(serve, monkeypatch, make_stage):
    now_s = [0.0]
    monkeypatch.setattr("unloop_py.vamper.runner.time.perf_counter", lambda: now_s[0])
    generator = Counted(overhead_s=30.0)
    generator._wait = lambda seconds: now_s.__setitem__(0, now_s[0] + seconds)
    answers = serve(generator)
    assert [type(answer) for answer in answers] == [jobs.Loading] * 4 + [jobs.Ready] and now_s[0] > 150.0
    stage = make_stage()
    for answer in answers:
        stage.play(30.0)
        if isinstance(answer, jobs.Loading):
            stage.worker._deliver(answer)
    assert stage.notices == [] and len(stage.workers) == 1
    stage.play(150.0)
    assert "no answer for 120 s" in stage.notices[0]


def test_one_that_is_to_step_in_is_given_as_long(make_stage):
    stage = make_stage()
    stage.get_ready()
    stage.vamper.change_model("large", model="large")
    stage.vamper.step()
    for _ in range(5):
        stage.clock.advance(100.0)
        stage.workers[1]._deliver(jobs.Loading())
        stage.vamper.step()
    assert not stage.workers[1].killed and stage.notices == []
    stage.clock.advance(130.0)
    stage.vamper.step()
    assert stage.workers[1].killed


def test_a_slow_model_is_measured_on_a_shorter_loop():
    lengths = []

    class Slow(Counted):
        def prepare(self, take, codes=None):
            lengths.append(len(take.audio) / take.sample_rate)
            return super().prepare(take, codes)

    spent = [0.0]
    generator = Slow(overhead_s=1.0)
    generator._wait = lambda seconds: spent.__setitem__(0, spent[0] + seconds)
    time_jobs(generator, lambda: spent[0], lambda: None)
    assert lengths == [0.5, 1.0]


def test_a_warming_up_that_is_under_way_makes_way_at_its_next_step():
    asked = []
    generator = Counted()
    warm_up(generator, lambda: asked.append(1) or len(asked) > 1)
    assert len(asked) == 2


def test_a_measurement_that_was_disturbed_is_played_with_and_not_remembered(costs, monkeypatch):
    now_s = [0.0]
    monkeypatch.setattr("unloop_py.vamper.measuring.time.perf_counter", lambda: now_s[0])
    disturbed = [0.0, 3.0, *[0.0] * 7]

    class Disturbed(Counted):
        def vary(self, prepared, request, **more):
            now_s[0] += 0.1 * len(prepared.audio) / prepared.sample_rate + 0.01 * request.sampling_steps + disturbed.pop(0)

    measured = measure(Disturbed())
    assert not measured.steady and measured.cost.seconds(3.0, 4) > 0
    costs.remember("key", measured)
    assert costs.recall("key") is None


def test_another_model_another_machine_or_none_that_is_named_is_measured_for_itself(serve, costs):
    serve(Counted("machine | 2 layers"))
    for generator in (Counted("machine | 3 layers"), Counted("other | 2 layers"), Counted(None), Counted(None)):
        serve(generator)
        assert len(generator.made) == 9
    assert costs.recall("machine | 2 layers") and costs.recall(None) is None


@pytest.mark.parametrize(("seconds", "kept"), [(COST.seconds(1.0, 2), True), (1.5 * COST.seconds(1.0, 2), True), (0.5, False)])
def test_a_cost_that_the_jobs_contradict_is_forgotten_and_measured_anew_at_the_next_start(serve, costs, monkeypatch, seconds, kept):
    costs.remember("machine | 2 layers", Measured(COST))
    now_s = [0.0]
    monkeypatch.setattr("unloop_py.vamper.runner.time.perf_counter", lambda: now_s[0])
    generator = Counted(overhead_s=1.0)
    generator._wait = lambda asked_s: now_s.__setitem__(0, now_s[0] + asked_s * seconds)
    jobs_of_two_steps = (jobs.Vary(index, (VariationRequest(1, index, index, Prompt(), 2),)) for index in range(1, 9))
    serve(generator, jobs.Prepare(TAKE), *jobs_of_two_steps)
    assert (costs.recall("machine | 2 layers") is not None) is kept


@pytest.mark.parametrize("text", [
    "", "not json", "[]", '{"k": 3}', '{"k": {"cost": {"overhead_s": 1}, "learn_step_s": 0}}',
    json.dumps({"k": {"cost": {"overhead_s": -1, "per_audio": 0, "step_overhead_s": 0, "step_per_audio": 0}, "learn_step_s": 0}}),
    '{"k": {"cost": {"overhead_s": NaN, "per_audio": 0, "step_overhead_s": 0, "step_per_audio": 0}, "learn_step_s": 0}}',
])  # fmt: skip
def test_a_file_that_is_damaged_only_costs_the_measurement(tmp_path, text):
    path = tmp_path / "cost.json"
    path.write_text(text)
    costs = RememberedCosts(path)
    assert costs.recall("k") is None
    costs.remember("k", Measured(COST, 0.5))
    assert RememberedCosts(path).recall("k") == Measured(COST, 0.5)


def test_a_folder_that_cannot_be_written_only_costs_the_measurement(tmp_path, serve):
    (tmp_path / "cache").touch()
    assert isinstance(serve(Counted())[0], jobs.Ready)


def test_only_the_newest_are_remembered(costs):
    for number in range(MOST_REMEMBERED + 3):
        costs.remember(str(number), Measured(COST))
    assert costs.recall("2") is None and costs.recall("3") == Measured(COST)


def test_what_a_file_lacks_is_said_in_the_words_of_the_error_alone(monkeypatch):
    def load():
        raise ModelError("coarse.pth is cut off: fetch it again")

    monkeypatch.setattr("unloop_py.vamper.runner.load_factory", lambda path: load)
    answers = []
    JobRunner(answers.append).run(jobs.Start("any:thing"), lambda: None)
    assert answers == [jobs.Failed("coarse.pth is cut off: fetch it again", fatal=True)]
