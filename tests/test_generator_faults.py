"""Whatever becomes of the generator, the sound that is there stays, sample for sample; it is started again, and the player is told.

Three loops on the real engine, bus, conductor and vamper; only the worker is a stand-in, which does what it is told, at once, or
fails. Beside them plays the same with a vamper that falls silent at that moment: until the first new repetition comes, both must
sound alike.
"""

from dataclasses import replace

import numpy as np
import pytest

from unloop_py.audio_io.offline import OfflineStream
from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import EventKind
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.session.loop_files import LoopFiles
from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import FakeClock, FakeWorker, ToneGenerator
from unloop_py.vamper.vamper import Vamper

RATE = 44100
BLOCK = 1470
LOOPS = 3
LENGTHS = (22050, 26460, 30870)
QUICK = Cost(overhead_s=0.001, per_audio=0.001, step_overhead_s=0.001, step_per_audio=0.0005)


class Broken(ToneGenerator):
    """Tones whose samples `spoil` spoils, while it is set."""

    spoil = None

    def vary(self, *arguments, **named):
        made = super().vary(*arguments, **named)
        return made if self.spoil is None else replace(made, audio=self.spoil(made.audio))


class Rehearsal:
    """Three loops and all that varies them, on a clock that the engine's frames move."""

    def __init__(self):
        self.clock = FakeClock()
        self.generator = Broken(wait=lambda seconds: None)
        self.workers, self.started_s, self.notices = [], [], []
        self.swapped = dict.fromkeys(range(LOOPS), 0)
        self.frozen = self.hangs = False
        self.holds_back = False  # workers that are started do not get ready
        engine = Engine(sample_rate=RATE, channels=2, max_loop_s=2.0, n_loops=LOOPS)
        self.stream = OfflineStream(engine, BLOCK)
        self.bus = SessionBus(engine, Store(LOOPS), block_frames=BLOCK)
        self.bus.listen(self._told)
        self.conductor = Conductor(self.bus, clock=self.clock)
        varying = self.conductor.varying
        self.vamper = Vamper(
            generator_factory="fake", clock=self.clock, make_worker=self._make_worker, on_offer=varying.offer,
            on_progress=varying.progressed, on_notice=self.conductor.noticed,
        )  # fmt: skip
        files = LoopFiles(self.bus)
        self.conductor.attach(self.vamper, lambda take: None, lambda event: self._happened(event, files))
        self.vamper.open()
        self.vamper.step()
        self.worker.get_ready()
        for loop, length in enumerate(LENGTHS):
            self.bus.set(loop, "seed", 7 + loop)
            noise = np.random.default_rng(loop).uniform(-0.1, 0.1, (length, 2))
            files.send(loop, noise.astype(np.float32), 0)

    @property
    def worker(self):
        return self.workers[-1]

    def _make_worker(self, start, deliver):
        self.workers.append(FakeWorker(deliver, self.generator, self.clock, QUICK))
        self.started_s.append(self.clock.now_s)
        return self.workers[-1]

    def _told(self, notice):
        if notice.kind == "error":
            self.notices.append(notice.values[1])

    def _happened(self, event, files):
        files.happened(event)
        if event.kind == EventKind.SWAPPED:
            self.swapped[event.loop] += 1

    def play(self, seconds):
        """What sounds in so many seconds."""
        heard = []
        for _ in range(round(seconds * RATE / BLOCK)):
            heard.append(self.stream.silence(BLOCK))
            self.clock.advance(BLOCK / RATE)
            self.conductor.step()
            if self.frozen:
                continue
            self.vamper.step()
            if len(self.workers) > 1 and not self.holds_back and not self.worker.killed and not hasattr(self.worker, "ready"):
                self.worker.ready = True
                self.worker.get_ready()
            while not self.hangs and not self.worker.killed and (order := self.worker.begin()) is not None:
                self.worker.finish(order, self.worker.seconds_for(order))
                self.vamper.step()
        return np.concatenate(heard)


@pytest.fixture
def pair():
    """Two that have played alike so far, every loop of them varied; the second's vamper falls silent now."""
    one, other = Rehearsal(), Rehearsal()
    assert np.array_equal(one.play(3.0), other.play(3.0))
    assert min(one.swapped.values()) >= 2
    other.frozen = True
    return one, other


def killed(one):
    one.worker.die("killed by signal 9")


def hung(one):
    one.hangs = True


def out_of_memory(one):
    one.worker._deliver(jobs.Failed("MemoryError: cannot allocate 64 GB", fatal=True))
    one.worker.killed = True


def spoiling(spoil):
    def fault(one):
        one.generator.spoil = spoil

    return fault


def one_nan(audio):
    audio[len(audio) // 2, 1] = np.nan
    return audio


FAULTS = {
    "killed": (killed, "killed by signal 9"),
    "hung": (hung, "no answer for"),
    "out of memory": (out_of_memory, "MemoryError"),
    "NaN": (spoiling(one_nan), "not finite"),
    "infinite": (spoiling(lambda audio: audio + np.float32(np.inf)), "not finite"),
    "too short": (spoiling(lambda audio: audio[:-1]), "frames and channels"),
    "too long": (spoiling(lambda audio: np.concatenate([audio, audio])), "frames and channels"),
    "one channel": (spoiling(lambda audio: audio[:, :1]), "frames and channels"),
    "double precision": (spoiling(lambda audio: audio.astype(np.float64)), "not float32"),
    "nothing": (spoiling(lambda audio: None), "not float32"),
}


@pytest.mark.parametrize("fault, words", FAULTS.values(), ids=FAULTS)
def test_the_sound_is_what_it_would_be_without_it_the_player_is_told_and_variations_come_again(pair, fault, words):
    one, other = pair
    one.holds_back = True
    fault(one)
    # A worker that hangs is given its time; it is the longest that any of this takes.
    for _ in range(60):
        assert np.array_equal(one.play(2.0), other.play(2.0))
        if any(words in text for text in one.notices) and len(one.workers) > 1:
            break
    assert any(words in text and "plays on" in text for text in one.notices)
    one.generator.spoil, one.hangs, one.holds_back = None, False, False
    before = dict(one.swapped)
    one.play(6.0)
    assert all(one.swapped[loop] >= before[loop] + 2 for loop in range(LOOPS))
    assert "the generator is back" in one.notices


def test_one_that_fails_again_and_again_is_started_ever_more_seldom_and_never_heard(pair):
    one, other = pair
    one.generator.spoil = one_nan
    begun = len(one.started_s)
    assert np.array_equal(one.play(40.0), other.play(40.0))
    pauses = np.diff(one.started_s[begun:])
    assert 3 <= len(pauses) <= 8 and (np.diff(pauses) > 0).all() and pauses[-1] > 5.0
    assert len(one.notices) < 50
