"""The loop that serves orders: batches where a generator can, one after another where it cannot."""

import numpy as np
import pytest

from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.vamper import fakes, jobs
from unloop_py.vamper.deadline import fit_cost
from unloop_py.vamper.measuring import time_jobs
from unloop_py.vamper.runner import JobRunner, load_factory

TAKE = Take(1, np.full((22050, 2), 0.1, np.float32), 44100)
REQUESTS = tuple(VariationRequest(1, index, 100 + index, Prompt(), 2) for index in (1, 2, 3))


class BatchingTones(fakes.ToneGenerator):
    """Tones in batches."""

    def __init__(self):
        super().__init__()
        self.batches = []

    def vary_many(self, prepared, requests, *, start=None, progress=None, cancelled=None):
        self.batches.append(len(requests))
        return [self.vary(prepared, request) for request in requests]


@pytest.fixture
def serve(monkeypatch):
    def serve(generator, *orders):
        monkeypatch.setattr("unloop_py.vamper.runner.load_factory", lambda path: lambda: generator)
        answers, line = [], [*orders, None]
        JobRunner(answers.append).run(jobs.Start("any:thing"), lambda: line.pop(0))
        return answers

    return serve


def test_a_generator_that_can_make_a_batch_is_asked_for_one(serve):
    generator = BatchingTones()
    done = serve(generator, jobs.Prepare(TAKE), jobs.Vary(1, REQUESTS))[-1]
    assert generator.batches == [3]
    assert [variation.request for variation in done.variations] == list(REQUESTS)


def test_a_batch_holds_the_same_samples_as_one_variation_after_another(serve):
    batch = serve(BatchingTones(), jobs.Prepare(TAKE), jobs.Vary(1, REQUESTS))[-1]
    single = serve(fakes.ToneGenerator(), jobs.Prepare(TAKE), jobs.Vary(1, REQUESTS))[-1]
    for one, other in zip(batch.variations, single.variations, strict=True):
        assert np.array_equal(one.audio, other.audio)


def test_a_kept_take_is_prepared_with_its_tokens(serve):
    generator = fakes.ToneGenerator()
    codes = np.full((9, 29), 3, np.int16)
    handles = []
    prepare, generator.prepare = generator.prepare, lambda *given: handles.append(prepare(*given)) or handles[-1]
    serve(generator, jobs.Prepare(TAKE, codes))
    assert handles[-1].codes is codes


def test_the_cost_of_a_job_is_found_from_four_short_ones():
    spent = [0.0]

    class Clockwork(fakes.ToneGenerator):
        def vary(self, prepared, request, **_):
            audio_s = len(prepared.audio) / prepared.sample_rate
            spent[0] += 0.1 + 0.02 * audio_s + request.sampling_steps * (0.01 + 0.005 * audio_s)

    cost = fit_cost(time_jobs(Clockwork(), lambda: spent[0], lambda: None))
    assert cost.seconds(8.0, 12) == pytest.approx(0.1 + 0.16 + 12 * 0.05)


def test_a_factory_is_named_by_module_and_function():
    assert load_factory("unloop_py.vamper.fakes:load_tones") is fakes.load_tones
