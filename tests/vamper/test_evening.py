"""A whole evening of unforeseeable players and machines: room C never gets stuck and never offers what is void."""

import contextlib
import dataclasses
import random

import pytest

from unloop_py.errors import CommandError
from unloop_py.generator.spec import Prompt
from unloop_py.vamper import jobs

EVERYTHING = Prompt(periodic_prompt=1, compression_prompt=14, mask_dropout=0.0)


class Evening:
    """Random acts upon a stage."""

    def __init__(self, stage, seed):
        self.stage = stage
        self.rng = random.Random(seed)
        self.versions = [1]
        self.told = 0
        self.generating = True

    def act(self):
        act = self.rng.choice([
            self.play, self.play, self.play, self.play_on, self.turn, self.sweep, self.keep_everything, self.overdub, self.undo,
            self.record, self.keep, self.again, self.lock, self.generate, self.kill, self.slow, self.fail])
        act()
        if not self.stage.vamper.ready and self.rng.random() < 0.6 and not self.stage.worker.killed:
            self.stage.get_ready()

    def play(self):
        self.stage.play(self.rng.uniform(0, 2) * self.stage.loop_s)

    def play_on(self):
        self.stage.play_repetitions(self.rng.randint(1, 4))

    def turn(self):
        self.stage.turn(Prompt(temperature=self.rng.uniform(0.1, 2)), self.rng.randint(1, 40), self.rng.choice([0, 7]))

    def sweep(self):
        for _ in range(20):
            self.turn()
            self.stage.play(0.01)

    def keep_everything(self):
        self.stage.turn(EVERYTHING)

    def _take(self, take):
        self.stage.take, self.stage.pending, self.stage.sounding = take, None, -1
        self.stage.vamper.take_changed(0, take)

    def _next_version(self):
        self.versions.append(max(self.versions) + 1)
        return self.versions[-1]

    def overdub(self):
        self._take(dataclasses.replace(self.stage.take, version=self._next_version(), audio=self.stage.take.audio + 0.01))

    def undo(self):
        self._take(dataclasses.replace(self.stage.take, version=self.rng.choice(self.versions)))

    def record(self):
        self.versions = [max(self.versions) + 1]
        self.stage.record(self.rng.choice([0.25, 0.5, 1.0, 3.0, 6.125]), version=self.versions[0])

    def keep(self):
        if self.stage.sounding > 0 and self.stage.offered(self.stage.sounding).variation is not None:
            audio = self.stage.offered(self.stage.sounding).variation.audio.copy()
            if audio.shape == self.stage.take.audio.shape:
                self._take(dataclasses.replace(self.stage.take, version=self._next_version(), audio=audio))

    def again(self):
        with contextlib.suppress(CommandError):
            self.stage.vamper.again(0, self.rng.randint(0, 9))

    def lock(self):
        self.stage.locked = not self.stage.locked
        if self.stage.locked and self.stage.pending is not None:
            refused, self.stage.pending = self.stage.pending, None
            self.stage.vamper.rejected(0, refused.tag)

    def generate(self):
        self.generating = not self.generating
        self.stage.vamper.generate(0, self.generating)
        self.stage.pending = None

    def kill(self):
        if not self.stage.worker.killed:
            self.stage.worker.die()
            self.stage.put_down_order()

    def slow(self):
        self.stage.slowdown = self.rng.choice([0.5, 1.0, 3.0, 20.0])

    def fail(self):
        order = self.stage.put_down_order()
        if getattr(order, "job", None) is not None:
            self.stage.worker._deliver(jobs.Failed("ValueError: bad luck", order.job))
        elif order is not None:
            self.stage.worker.orders.insert(0, order)

    def calm_down(self):
        """The player leaves the knobs alone, the machine is itself again, and somebody starts the worker."""
        stage = self.stage
        stage.locked, stage.slowdown = False, 1.0
        stage.vamper.generate(0, True)
        stage.turn(Prompt(temperature=1.234), 12, 7)
        for _ in range(150):
            stage.play(stage.loop_s)
            if not stage.vamper.ready and not stage.worker.killed:
                stage.get_ready()


@pytest.mark.parametrize("seed", range(24))
def test_after_any_evening_every_seam_brings_a_fresh_variation_again(stage, seed):
    stage.get_ready()
    stage.record(2.0)
    evening = Evening(stage, seed)
    for _ in range(120):
        evening.act()
    evening.calm_down()
    late = stage.late
    stage.play_repetitions(5)
    assert stage.late == late
    for tag in stage.heard[-5:]:
        offer = stage.offered(tag)
        assert offer.take == stage.take.version
        assert offer.variation.request.prompt.temperature == 1.234
    assert len(set(stage.heard[-5:])) == 5
    assert len(stage.worker._prepared) <= 4
