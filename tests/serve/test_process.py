"""A generator in a process of its own: whatever happens to the process, the call in hand says so and the next one is served."""

import gc
import os
import queue
import signal
import threading

import numpy as np
import pytest

from unloop_py.errors import WorkerError
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.generator.token_job import TokenJob
from unloop_py.serve.process import ProcessGenerator
from unloop_py.vamper import jobs
from unloop_py.vamper.fakes import FakeClock, ToneGenerator
from unloop_py.vamper.links import ThreadWorker

TONES = "unloop_py.vamper.fakes:load_tones"
RATE = 44100


def take(version=1, seconds=0.25):
    noise = np.random.default_rng(version).uniform(-0.2, 0.2, (round(seconds * RATE), 2))
    return Take(version, noise.astype(np.float32), RATE)


def request(version=1, seed=9, steps=4):
    return VariationRequest(version, 1, seed, Prompt(), steps)


def expected(of, seed=9):
    generator = ToneGenerator(wait=FakeClock().advance)
    return generator.vary(generator.prepare(of), request(of.version, seed))


@pytest.fixture
def fault_file(tmp_path):
    return tmp_path / "fault"


@pytest.fixture
def generator(fault_file):
    with ProcessGenerator(TONES, {"fault_file": str(fault_file)}) as generator:
        yield generator


def test_its_variations_are_the_generators_own_and_carry_the_askers_request(generator):
    prepared = generator.prepare(take())
    made, own = generator.vary(prepared, request()), expected(take())
    assert np.array_equal(made.audio, own.audio) and np.array_equal(made.codes, own.codes)
    assert made.request == request() and prepared.version == 1


def test_the_work_is_done_in_another_process_that_ends_with_it(fault_file):
    with ProcessGenerator(TONES) as generator:
        other = generator.describe()["pid"]
        assert other == generator.pid != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)
    with pytest.raises(WorkerError, match="was closed"):
        generator.prepare(take())


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_process_that_is_killed_costs_one_call_and_holds_its_takes_again_by_itself(generator):
    one, other = generator.prepare(take(1)), generator.prepare(take(2))
    before = generator.pid

    def kill(share):
        os.kill(before, signal.SIGKILL)

    with pytest.raises(WorkerError, match="killed by signal 9.*the next call starts it again"):
        generator.vary(one, request(), progress=kill)
    assert np.array_equal(generator.vary(other, request(2)).audio, expected(take(2)).audio)
    assert np.array_equal(generator.vary(one, request()).audio, expected(take(1)).audio)
    assert generator.pid != before


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_one_that_ends_while_nobody_asks_is_started_again_unnoticed(generator):
    prepared = generator.prepare(take())
    worker = generator._worker
    os.kill(generator.pid, signal.SIGKILL)
    worker._threads[1].join()  # its end has been read
    assert np.array_equal(generator.vary(prepared, request()).audio, expected(take()).audio)


@pytest.mark.parametrize("fault, words", [("crash", "killed by signal"), ("exit", "exit status 3"), ("memory", "cannot allocate 64 GB")])
def test_a_fault_that_ends_the_process_is_told_in_its_words(generator, fault_file, fault, words):
    prepared = generator.prepare(take())
    fault_file.write_text(fault)
    with pytest.raises(WorkerError, match=words):
        generator.vary(prepared, request())
    assert np.array_equal(generator.vary(prepared, request()).audio, expected(take()).audio)


def test_an_error_of_one_job_leaves_the_process_alone(generator, fault_file):
    prepared, before = generator.prepare(take()), generator.pid
    fault_file.write_text("error")
    with pytest.raises(WorkerError, match="ValueError: told to fail: error"):
        generator.vary(prepared, request())
    assert np.array_equal(generator.vary(prepared, request()).audio, expected(take()).audio)
    assert generator.pid == before


def test_one_that_hangs_is_ended_and_the_next_call_is_served(generator, fault_file, monkeypatch):
    monkeypatch.setattr("unloop_py.serve.process.SILENCE_S", 0.1)
    prepared = generator.prepare(take())
    fault_file.write_text("hang holding the GIL")
    with pytest.raises(WorkerError, match="does not answer"):
        generator.vary(prepared, request())
    monkeypatch.undo()
    assert np.array_equal(generator.vary(prepared, request()).audio, expected(take()).audio)


def test_a_factory_that_fails_is_told_and_tried_again_by_the_next_call():
    with ProcessGenerator("unloop_py.vamper.fakes:load_nothing") as generator:
        for _ in range(2):
            with pytest.raises(WorkerError, match="no weights at nowhere.safetensors"):
                generator.describe()


def test_it_outlives_the_thread_that_first_asked(fault_file):
    with ProcessGenerator(TONES) as generator:
        prepared = queue.SimpleQueue()
        for version in (1, 2):
            thread = threading.Thread(target=lambda version=version: prepared.put(generator.prepare(take(version))))
            thread.start()
            thread.join()
        before = generator.pid
        assert np.array_equal(generator.vary(prepared.get(), request()).audio, expected(take()).audio)
        assert generator.pid == before


class Orders(ThreadWorker):
    """A worker in this process that notes what it is told."""

    def __init__(self, start, deliver):
        self.told = []
        super().__init__(start, deliver)

    def send(self, order):
        self.told.append(order)
        super().send(order)


def test_a_take_is_forgotten_with_its_last_handle():
    with ProcessGenerator(TONES, make_worker=Orders) as generator:
        one = generator.prepare(take(1))
        beside = generator.with_beside(one, take(2).audio)
        number = one.held.number
        del one
        gc.collect()
        generator.vary(beside, request())
        assert not any(isinstance(order, jobs.Forget) for order in generator._worker.told)
        del beside
        gc.collect()
        generator.prepare(take(3))
        assert [order.version for order in generator._worker.told if isinstance(order, jobs.Forget)] == [number]


def test_a_caller_whose_own_ear_fails_leaves_no_job_behind(generator):
    prepared = generator.prepare(take())

    def fails(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generator.vary(prepared, request(), progress=fails)
    assert np.array_equal(generator.vary(prepared, request()).audio, expected(take()).audio)


def test_it_makes_tokens_for_somebody_else_who_holds_the_sound(tmp_path, monkeypatch):
    (tmp_path / "counting.py").write_text(COUNTING)
    monkeypatch.syspath_prepend(str(tmp_path))
    job = TokenJob(np.zeros((2, 9, 20), np.int16), np.ones((2, 1, 9, 20), np.uint8), (3, 4), Prompt(), 2)
    with ProcessGenerator("counting:load") as generator:
        shares = []
        codes = generator.sample(job, shares.append)
        assert shares == [0.5, 1.0] and codes.dtype == np.int16
        assert (codes[0] == 3).all() and (codes[1] == 4).all()
        assert generator.sample(job, None, lambda: True) is None
        assert (generator.sample(job)[1] == 4).all()


COUNTING = """
import numpy as np
from unloop_py.vamper.fakes import ToneGenerator

class Counting(ToneGenerator):
    def sample(self, job, progress=None, cancelled=None):
        for share in (0.5, 1.0):
            if cancelled():
                return None
            progress(share)
        return job.codes + np.array(job.seeds, np.int16)[:, None, None]

def load():
    return Counting()
"""
