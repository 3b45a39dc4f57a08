"""One contract for every kind of worker, and what only a process can survive."""

import os
import queue
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.vamper import jobs
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.links import ProcessWorker, ThreadWorker, model_threads
from unloop_py.vamper.vamper import Vamper

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30.0
TONES = "unloop_py.vamper.fakes:load_tones"
TAKE = Take(1, np.full((22050, 2), 0.1, np.float32), 44100)

posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")


class Hand:
    """Holds a worker and the answers that came from it."""

    def __init__(self, kind, factory=TONES, **arguments):
        self.answers = queue.SimpleQueue()
        self.worker = kind(jobs.Start(factory, arguments), self.answers.put)

    def answer(self, kind=None):
        """The next answer, or the next of a kind."""
        while True:
            answer = self.answers.get(timeout=PATIENCE_S)
            if kind is None or isinstance(answer, kind):
                return answer


@pytest.fixture(params=[ProcessWorker, ThreadWorker], ids=["process", "thread"])
def start(request):
    hands = []

    def start(*arguments, **named):
        hands.append(Hand(request.param, *arguments, **named))
        return hands[-1]

    yield start
    for hand in hands:
        hand.worker.kill()


@pytest.fixture
def start_process():
    hands = []

    def start(*arguments, **named):
        hands.append(Hand(ProcessWorker, *arguments, **named))
        return hands[-1]

    yield start
    for hand in hands:
        hand.worker.kill()


def request(index=1, seed=9, steps=4):
    return VariationRequest(1, index, seed, Prompt(), steps)


# The contract.

def test_a_worker_says_when_it_is_ready_and_what_it_costs_here(start):
    ready = start().answer()
    assert isinstance(ready, jobs.Ready)
    assert ready.facts["model"] == "tones"
    assert ready.cost.seconds(4.0, 12) >= 0


def test_a_take_goes_in_once_and_variations_come_out_with_progress(start):
    hand = start()
    hand.worker.send(jobs.Prepare(TAKE))
    prepared = hand.answer(jobs.Prepared)
    assert (prepared.version, prepared.silent) == (1, False)
    hand.worker.send(jobs.Vary(5, (request(1), request(2, seed=10))))
    shares = []
    while not isinstance(answer := hand.answer(), jobs.Done):
        shares.append(answer.share)
    assert answer.job == 5
    assert shares == [step / 8 for step in range(1, 9)]
    assert [variation.request.index for variation in answer.variations] == [1, 2]
    for variation in answer.variations:
        assert variation.audio.shape == TAKE.audio.shape and variation.audio.dtype == np.float32
        assert variation.audio.flags.c_contiguous


def test_tokens_alone_bring_the_same_samples_again(start):
    hand = start()
    hand.worker.send(jobs.Prepare(TAKE))
    hand.worker.send(jobs.Vary(1, (request(),)))
    first = hand.answer(jobs.Done).variations[0]
    hand.worker.send(jobs.Remake(2, request(7), first.codes))
    again = hand.answer(jobs.Done).variations[0]
    assert np.array_equal(again.audio, first.audio) and again.request.index == 7


def test_a_job_can_be_cancelled_while_it_runs_and_before_it_starts(start):
    hand = start(step_s=0.01)
    hand.worker.send(jobs.Prepare(TAKE))
    hand.worker.send(jobs.Vary(1, (request(steps=1000),)))
    hand.worker.send(jobs.Vary(2, (request(steps=1000),)))
    hand.answer(jobs.Progress)
    hand.worker.send(jobs.Cancel(2))
    hand.worker.send(jobs.Cancel(1))
    assert [hand.answer(jobs.Cancelled).job, hand.answer(jobs.Cancelled).job] == [1, 2]
    hand.worker.send(jobs.Vary(3, (request(steps=1),)))
    assert hand.answer(jobs.Done).job == 3


def test_a_forgotten_take_is_gone_and_the_worker_lives_on(start):
    hand = start()
    hand.worker.send(jobs.Prepare(TAKE))
    hand.worker.send(jobs.Forget(1))
    hand.worker.send(jobs.Vary(1, (request(),)))
    assert not hand.answer(jobs.Failed).fatal
    hand.worker.send(jobs.Prepare(TAKE))
    hand.worker.send(jobs.Vary(2, (request(),)))
    assert hand.answer(jobs.Done).job == 2


def test_a_job_that_raises_is_told_with_its_number_and_the_worker_lives_on(start, tmp_path):
    fault = tmp_path / "fault"
    hand = start(fault_file=str(fault))
    hand.worker.send(jobs.Prepare(TAKE))
    hand.answer(jobs.Prepared)
    fault.write_text("error")
    hand.worker.send(jobs.Vary(4, (request(),)))
    failed = hand.answer(jobs.Failed)
    assert (failed.job, failed.fatal) == (4, False) and "told to fail" in failed.text
    hand.worker.send(jobs.Vary(5, (request(),)))
    assert hand.answer(jobs.Done).job == 5


def test_out_of_memory_ends_the_worker_for_its_memory_comes_back_only_so(start, tmp_path):
    fault = tmp_path / "fault"
    hand = start(fault_file=str(fault))
    hand.worker.send(jobs.Prepare(TAKE))
    hand.answer(jobs.Prepared)
    fault.write_text("memory")
    hand.worker.send(jobs.Vary(4, (request(),)))
    failed = hand.answer(jobs.Failed)
    assert failed.fatal and "MemoryError" in failed.text
    assert isinstance(hand.answer(), jobs.Gone)


def test_a_generator_that_does_not_load_is_told_in_its_own_words(start):
    failed = start("unloop_py.vamper.fakes:load_nothing").answer()
    assert failed.fatal and "run unloop download" in failed.text


# What only a process can do.

@posix
@pytest.mark.parametrize("fault", ["crash", "exit"])
def test_a_crash_is_told_with_its_cause(start_process, tmp_path, fault):
    hand = start_process(fault_file=str(tmp_path / "fault"))
    hand.worker.send(jobs.Prepare(TAKE))
    hand.answer(jobs.Prepared)
    (tmp_path / "fault").write_text(fault)
    hand.worker.send(jobs.Vary(1, (request(),)))
    assert {"crash": "signal 11", "exit": "status 3"}[fault] in hand.answer(jobs.Gone).text


@posix
@pytest.mark.parametrize("fault", ["hang", "hang holding the GIL"])
def test_a_process_that_hangs_can_be_ended(start_process, tmp_path, fault):
    hand = start_process(fault_file=str(tmp_path / "fault"))
    hand.worker.send(jobs.Prepare(TAKE))
    hand.answer(jobs.Prepared)
    (tmp_path / "fault").write_text(fault)
    hand.worker.send(jobs.Vary(1, (request(),)))
    hand.worker.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(hand.worker.pid, 0)


@posix
def test_a_large_order_to_a_halted_process_keeps_nobody_waiting(start_process):
    hand = start_process()
    hand.answer(jobs.Ready)
    os.kill(hand.worker.pid, signal.SIGSTOP)
    hand.worker.send(jobs.Prepare(Take(2, np.zeros((44100 * 60, 2), np.float32), 44100)))   # 21 MB into a pipe of 64 kB
    hand.worker.kill()


@linux
def test_a_worker_process_gives_way_to_audio_and_starts_light(start_process):
    hand = start_process()
    hand.answer(jobs.Ready)
    process = Path("/proc") / str(hand.worker.pid)
    assert os.getpriority(os.PRIO_PROCESS, hand.worker.pid) >= 10
    assert "torch" not in (process / "maps").read_text()
    resident_kb = int(next(line for line in (process / "status").read_text().splitlines() if "VmRSS" in line).split()[1])
    assert resident_kb < 80_000


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2), (4, 3), (8, 7), (32, 8)])
def test_a_model_leaves_a_core_to_audio_where_there_are_cores_to_leave(cores, threads):
    assert model_threads(cores) == threads


@linux
@pytest.mark.parametrize("fault", ["", "hang holding the GIL"])
def test_a_worker_does_not_outlive_its_parent(tmp_path, fault):
    """The parent is killed with no chance to tidy up."""
    program = f"""
import numpy as np, os, queue, sys
sys.path.insert(0, {str(ROOT)!r})
from unloop_py.generator.spec import Prompt, Take, VariationRequest
from unloop_py.vamper import jobs, links
answers = queue.SimpleQueue()
worker = links.ProcessWorker(jobs.Start({TONES!r}, dict(fault_file={str(tmp_path / "fault")!r})), answers.put)
worker.send(jobs.Prepare(Take(1, np.full((22050, 1), 0.1, np.float32), 44100)))
while not isinstance(answers.get(), jobs.Prepared): pass
if {fault!r}:
    open({str(tmp_path / "fault")!r}, "w").write({fault!r})
    worker.send(jobs.Vary(1, (VariationRequest(1, 1, 1, Prompt(), 2),)))
    while os.path.exists({str(tmp_path / "fault")!r}): os.sched_yield()
print(worker.pid, flush=True)
sys.stdin.read()
"""
    parent = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    worker_pid = int(parent.stdout.readline())
    watch = os.pidfd_open(worker_pid)
    parent.kill()
    parent.communicate()
    ended, _, _ = select.select([watch], [], [], PATIENCE_S)
    os.close(watch)
    assert ended, "the worker is still there"


# The whole room with real processes.

class Room:
    """A vamper with a process worker, and what it said."""

    def __init__(self, **arguments):
        self.offers = queue.SimpleQueue()
        self.notices = queue.SimpleQueue()
        self.vamper = Vamper(generator_factory=TONES, factory_args=arguments, on_offer=self.offers.put,
                             on_notice=self.notices.put)

    def __enter__(self):
        self.vamper.start()
        self.vamper.take_changed(0, TAKE)
        return self

    def __exit__(self, *_):
        self.vamper.stop()

    def offer(self):
        offer = self.offers.get(timeout=PATIENCE_S)
        self.vamper.swapped(0, offer.tag)
        return offer

    def pid(self):
        return self.vamper.facts["pid"]


@posix
def test_kill_9_is_told_and_the_next_variations_come_from_a_new_process():
    with Room() as room:
        room.offer()
        first = room.pid()
        os.kill(first, signal.SIGKILL)
        assert "killed by signal 9" in room.notices.get(timeout=PATIENCE_S)
        assert room.notices.get(timeout=PATIENCE_S) == "the generator is back"
        tags = [room.offer().tag for _ in range(20)]
        assert tags == sorted(set(tags))
        assert room.pid() != first


@posix
def test_a_hang_is_noticed_by_the_watchdog_and_the_next_variations_come(tmp_path, monkeypatch):
    monkeypatch.setattr("unloop_py.vamper.desk.SILENCE_S", 0.3)
    fault = tmp_path / "fault"
    fault.write_text("hang")
    monkeypatch.setattr("unloop_py.vamper.supervisor.LOADING_PATIENCE_S", 1.0)
    with Room(fault_file=str(fault)) as room:
        room.offer()    # the first variation of all is the worker's own measurement: even that may hang
        fault.write_text("hang")
        while "no answer for" not in room.notices.get(timeout=PATIENCE_S):
            pass
        while room.notices.get(timeout=PATIENCE_S) != "the generator is back":
            pass
        room.offer()


def test_stopping_is_quick_even_while_a_job_runs():
    with Room(step_s=0.05) as room:
        room.vamper.knobs_changed(0, Knobs(Prompt(), 128, 1))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("vamper", "worker"))]
