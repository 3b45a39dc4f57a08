"""Room C beside the real engine: whatever becomes of the worker, every pass is one whole loop, sample for sample."""

import os
import queue
import signal

import numpy as np
import pytest

from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind, EventKind
from unloop_py.generator.spec import Take
from unloop_py.vamper.vamper import Vamper

RATE = 44100
LOOP = 22050
FADE = 882              # seam_ms 20, at the end of a pass
PATIENCE_S = 60.0
TONES = "unloop_py.vamper.fakes:load_tones"


class Duo:
    """The engine, driven block by block, and a vamper with a real process, or any other; the test is the conductor."""

    def __init__(self, folder, **generator):
        self.fault = folder / "fault"
        self.engine = Engine(sample_rate=RATE, channels=2, max_loop_s=2.0)
        self.offers = queue.SimpleQueue()
        self.notices = queue.SimpleQueue()
        generator = generator or {"generator_factory": TONES, "factory_args": {"fault_file": str(self.fault)}}
        self.vamper = Vamper(**generator, on_offer=self.offers.put, on_notice=self.notices.put)
        self.sounds = {}
        self.tags = [-1]        # what each pass plays, by its variation's tag; -1 is the take
        self.late = []
        self.passes = 0

    def __enter__(self):
        self.vamper.start()
        self.take = np.random.default_rng(1).uniform(-0.2, 0.2, (LOOP, 2)).astype(np.float32)
        self.sounds[-1] = self.take
        slot = self.engine.acquire_slot()
        self.engine.buffer(slot)[:LOOP] = self.take
        self.engine.send(Command(CommandKind.LOAD, slot=slot, length=LOOP))
        self.play(0)
        return self

    def __exit__(self, *_):
        self.vamper.stop()

    def play(self, frames):
        """What the engine plays next, with the conductor's rounds."""
        played = np.zeros((frames, 2), np.float32)
        for start in range(0, max(frames, 1), 441):
            block = played[start : start + 441]
            self.engine.process(np.zeros_like(block), block)
            for event in self.engine.events():
                self._tell(event)
        return played

    def _tell(self, event):
        if event.kind == EventKind.TAKE:
            self.vamper.take_changed(0, Take(event.take, self.engine.buffer(event.slot)[: event.index].copy(), RATE))
        elif event.kind == EventKind.SEAM:
            self.late.append(event.late)
            self.tags.append(event.tag)
            self.vamper.seam(0, now_frame=event.frame, next_seam_frame=-1, sample_rate=RATE, tag=event.tag,
                             repetition=event.index)
        elif event.kind == EventKind.SWAPPED:
            self.vamper.swapped(0, event.tag)
        elif event.kind == EventKind.REJECTED:
            self.vamper.rejected(0, event.tag)

    def pass_on(self, offer):
        """The conductor's part: the offer's samples into the engine."""
        self.sounds[offer.tag] = offer.variation.audio
        slot = self.engine.acquire_slot(LOOP)
        self.engine.buffer(slot)[:LOOP] = offer.variation.audio
        self.engine.send(Command(CommandKind.OFFER, slot=slot, take=offer.take, tag=offer.tag, force=offer.force))

    def play_pass(self, wait_for_offer=True):
        """One pass; returns the tag of what sounded, after checking every sample before the fade to the next."""
        played = [self.play(LOOP // 2)]
        if wait_for_offer:
            self.pass_on(self.offers.get(timeout=PATIENCE_S))
        played.append(self.play(LOOP - LOOP // 2))
        tag = self.tags[self.passes]
        self.passes += 1
        assert np.array_equal(np.concatenate(played)[: LOOP - FADE], self.sounds[tag][: LOOP - FADE])
        return tag

    def wait_until_told(self, text):
        while text not in self.notices.get(timeout=PATIENCE_S):
            pass


@pytest.fixture
def duo(tmp_path):
    with Duo(tmp_path) as duo:
        yield duo


def test_the_first_pass_is_the_take_and_each_seam_brings_another_variation(duo):
    assert [duo.play_pass() for _ in range(6)] == [-1, 1, 2, 3, 4, 5]
    assert not any(duo.late)


def fail_during_the_next_job(duo, fault):
    """Play on until the worker has failed in the middle of a job, and the player has been told."""
    assert [duo.play_pass() for _ in range(3)] == [-1, 1, 2]
    duo.fault.write_text("hang" if fault == "kill -9" else fault)
    assert duo.play_pass(wait_for_offer=False) == 3     # the next job begins with this pass
    if fault == "kill -9":
        os.kill(duo.vamper.facts["pid"], signal.SIGKILL)
    duo.wait_until_told(TOLD[fault])
    duo.fault.unlink(missing_ok=True)


TOLD = {"kill -9": "killed by signal 9", "crash": "killed by signal 11", "exit": "exit status 3", "memory": "MemoryError",
        "error": "told to fail"}


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("fault", TOLD)
def test_a_worker_that_fails_costs_a_late_seam_and_no_sample_and_the_next_variations_come(duo, fault):
    fail_during_the_next_job(duo, fault)
    assert duo.play_pass(wait_for_offer=False) == 3     # late: the loop goes on as it is
    assert duo.late == [0, 0, 0, 1]
    assert [duo.play_pass() for _ in range(3)] == [3, 4, 5]


def test_again_plays_the_same_samples_as_the_first_time(duo):
    assert [duo.play_pass() for _ in range(4)] == [-1, 1, 2, 3]
    duo.vamper.again(0, 2)
    offer = duo.offers.get(timeout=PATIENCE_S)
    while not offer.force:
        offer = duo.offers.get(timeout=PATIENCE_S)
    duo.pass_on(offer)
    assert duo.play_pass(wait_for_offer=False) == 4     # the fade to this one had begun
    assert duo.play_pass(wait_for_offer=False) == offer.tag
    assert np.array_equal(offer.variation.audio, duo.sounds[1])
