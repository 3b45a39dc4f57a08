"""Several loops that are varied, each in its own way, rendered again from their log: every sample as it was heard."""

import numpy as np
import pytest

from tests.sessions.conftest import RATE
from unloop_py.session.replaying import Replay
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import FakeClock, FakeWorker, ToneGenerator
from unloop_py.vamper.vamper import Vamper

QUICK = Cost(overhead_s=0.01, per_audio=0.01, step_overhead_s=0.001, step_per_audio=0.001)


class Varied:
    """An instrument with a vamper: all that it does is done in the conductor's step, with tones or any other generator."""

    def __init__(self, stage, generator=None):
        self.s = stage(loops=3)
        self.clock = FakeClock()
        self.generator = generator or ToneGenerator(wait=lambda seconds: None)
        varying = self.s.conductor.varying
        varying.offered = self.s.keeping.offered
        self.vamper = varying.vamper = self.s.bus.vamper = Vamper(
            generator_factory="fake", clock=self._now, make_worker=self._make_worker, on_offer=varying.offer,
            on_progress=varying.progressed)
        self._step, self.s.conductor.step = self.s.conductor.step, self._settle
        self.vamper.open()

    def _now(self):
        return 100.0 + self.s.engine.frame() / RATE

    def _make_worker(self, start, deliver):
        self.worker = FakeWorker(deliver, self.generator, self.clock, QUICK)
        self.worker.get_ready()
        return self.worker

    def _settle(self):
        for _ in range(3):
            self._step()
            self.vamper.step()
            if (order := self.worker.begin()) is not None:
                self.worker.finish(order, 0.0)


def evening(stage, noise):
    """A form, a chain and a loop that is varied when asked, of three lengths, with what players do to them."""
    varied = Varied(stage)
    s = varied.s
    s.bus.command(0, "form", "AB*")
    s.bus.set(1, "vary_mode", 3)
    s.bus.set(1, "drift_limit", 0.2)
    s.bus.set(2, "vary_mode", 2)
    for loop, frames in enumerate((RATE // 2, RATE // 3, RATE // 4)):
        s.record(noise(frames, loop), loop)
    s.wait(2 * RATE)
    s.bus.command(2, "vary")
    s.bus.set(1, "vary_every", 2)
    s.wait(RATE)
    s.bus.command(0, "favourite")
    s.bus.command(1, "keep")
    s.wait(RATE)
    s.bus.command(0, "recall")
    s.bus.command(2, "again", 2)
    s.bus.command(0, "form", "")
    s.wait(2 * RATE)
    return varied


@pytest.mark.parametrize("sounds", ["kept", "lost"])
def test_a_form_a_chain_and_what_was_asked_for_are_heard_again_to_the_sample(stage, noise, sounds):
    varied = evening(stage, noise)
    s = varied.s
    s.keeping.stop()
    tags = {(loop, s.engine.status(loop).tag) for loop in range(3)}
    assert all(tag >= 0 for _, tag in tags)
    if sounds == "lost":  # of the repetitions: they are made again from their tokens
        for path in s.folder.glob("loop-*/variation-*.wav"):
            path.unlink()
    replay = Replay(s.folder, ToneGenerator(wait=lambda seconds: None) if sounds == "lost" else None)
    again = np.concatenate(list(replay.render()))
    # What cannot be found on the disk is named, and made from tokens all the same.
    assert sounds == "lost" or replay.missing == []
    assert np.array_equal(again[: len(s.sound)], s.sound)


def test_another_model_begins_each_variation_of_a_chain_from_its_own_one_before(stage, noise):
    varied = evening(stage, noise)
    varied.s.keeping.stop()
    other, begun = ToneGenerator(wait=lambda seconds: None), []
    vary = other.vary

    def watched(prepared, request, *, start=None, **rest):
        made = vary(prepared, request, start=start, **rest)
        begun.append((request.parent, start, request.index, made.codes))
        return made

    other.vary = watched
    list(Replay(varied.s.folder, other, anew=True).render())
    made = {index: codes for parent, _, index, codes in begun if parent is not None}
    linked = [(parent, start) for parent, start, _, _ in begun if parent is not None]
    assert len(linked) >= 2 and all(start is not None for _, start in linked)
    assert any(parent in made and np.array_equal(start, made[parent]) for parent, start in linked)
