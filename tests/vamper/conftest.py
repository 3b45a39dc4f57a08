"""A stage for room C: a fake clock, fake workers, and an engine that knows nothing but seams and offers."""

import math

import numpy as np
import pytest

from unloop_py.generator.spec import Prompt, Take
from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import FakeClock, FakeWorker, ToneGenerator
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.vamper import Vamper

RATE = 4410     # samples are beside the point here; fewer of them make a quick stage
TENTH_OF_REAL_TIME = Cost(overhead_s=0.02, per_audio=0.03, step_overhead_s=0.01, step_per_audio=0.005)


class Stage:
    """Plays a loop under a fake clock: seams come round, orders take what they cost, the vamper is stepped by hand.

    `slowdown` stretches what jobs cost; `heard` lists what each repetition played (a tag, -1 = the take), `late` counts
    seams that wanted an offer and had none.
    """

    def __init__(self, cost=TENTH_OF_REAL_TIME, generator=None):
        self.clock = FakeClock()
        self.cost = cost
        self.slowdown = 1.0
        self.generator = generator or ToneGenerator(wait=lambda seconds: None)
        self.workers = []
        self.offers = []
        self.notices = []
        self.progress = []
        self.learned = []
        self.heard = []
        self.late = 0
        self.pending = None
        self.sounding = -1
        self.locked = False
        self.next_seam_s = None
        self.beats = 0                          # of the clock, that the loop lasts; 0 is no clock
        self._order = None
        self.put_down_order()
        self.vamper = Vamper(
            generator_factory="fake", clock=self.clock, make_worker=self._make_worker, on_offer=self._take_offer,
            on_progress=lambda loop, share: self.progress.append(share), on_notice=self.notices.append, on_learned=self.learned.append)
        self.vamper.open()

    @property
    def worker(self):
        return self.workers[-1]

    def _make_worker(self, start, deliver):
        self.workers.append(FakeWorker(deliver, self.generator, self.clock, self.cost))
        self.put_down_order()
        return self.workers[-1]

    def _take_offer(self, offer):
        assert offer.take == self.vamper._director.lane(0).take.version
        self.offers.append(offer)
        if offer.take == self.take.version and (offer.force or not self.locked):
            self.pending = offer
        else:
            self.vamper.rejected(0, offer.tag)

    def get_ready(self):
        self.worker.get_ready()
        self.vamper.step()

    def record(self, loop_s, version=1, silent=False, new_loop=True):
        """A take ends now and plays; with `new_loop` False it is an overdub on the one before."""
        frames = round(loop_s * RATE)
        audio = np.zeros((frames, 1), np.float32)
        if not silent:
            audio[:] = 0.1
        self.loop_s = frames / RATE
        self.take = Take(version, audio, RATE)
        self.pending = None
        self.sounding = -1
        self.next_seam_s = self.clock.now_s + self.loop_s
        self.vamper.take_changed(0, self.take, new_loop)
        self._tell_seam(None)

    def turn(self, prompt=Prompt(temperature=0.5), ceiling=12, seed=0, **others):
        """Turn a knob now."""
        self.vamper.knobs_changed(0, Knobs(prompt, ceiling, seed, **others))
        self._settle()

    def play(self, seconds):
        """Let time pass, event by event."""
        until = self.clock.now_s + seconds
        self._settle()
        while True:
            look_s = self.vamper._supervisor.next_look_s
            step_s = self._steps[0][0] if self._steps else float("inf")
            now_s = min(until, step_s, self._order_ends_s, look_s, self.next_seam_s or float("inf"))
            self.clock.now_s = max(now_s, self.clock.now_s)
            if step_s <= self.clock.now_s:
                _, share = self._steps.pop(0)
                self.worker._deliver(jobs.Progress(self._order.job, share))
                if self._order.job in self.worker.cancelled:
                    self._steps, self._order_ends_s = [], self.clock.now_s
            elif self._order_ends_s <= self.clock.now_s:
                order = self.put_down_order()
                took_s = self.clock.now_s - self._order_began_s
                self.worker.finish(order, took_s if isinstance(order, jobs.Learn) else self.slowdown * self.worker.seconds_for(order))
            elif self.next_seam_s is not None and self.next_seam_s <= self.clock.now_s:
                self._seam()
            elif look_s > self.clock.now_s:
                self._settle()
                return
            self._settle()

    def play_repetitions(self, count):
        """Until `count` more seams have passed, and a little."""
        seams = len(self.heard) + count
        while len(self.heard) < seams:
            self.play(self.next_seam_s - self.clock.now_s)

    def _seam(self):
        if self.pending is not None and (self.pending.force or not self.locked):
            self.sounding, self.pending, offer = self.pending.tag, None, self.pending
            self.vamper.swapped(0, offer.tag)
        elif not self.locked:
            self.late += 1
        self.heard.append(self.sounding)
        self.next_seam_s += self.loop_s
        self._tell_seam(self.sounding)

    def _tell_seam(self, tag):
        clock = ((len(self.heard) + 1) * self.beats, self.beats) if self.beats else None
        self.vamper.seam(0, now_frame=0, next_seam_frame=round((self.next_seam_s - self.clock.now_s) * RATE), sample_rate=RATE,
                         repetition=len(self.heard), tag=tag, clock=clock)

    def _settle(self):
        """The vamper handles what it was told, the worker takes up what it may."""
        self.vamper.step()
        if isinstance(self._order, jobs.Learn) and self.worker.orders:
            # Learning makes way at the end of the step that it is in.
            step_s = self.slowdown * self.generator.learn_step_s
            steps = math.ceil((self.clock.now_s - self._order_began_s) / step_s - 1e-9)
            self._order_ends_s = min(self._order_ends_s, self._order_began_s + max(steps, 1) * step_s)
        if self._order is None:
            self._order = self.worker.begin()
            if self._order is not None:
                self._schedule(self._order)
        self.vamper.step()

    def _schedule(self, order):
        """When its steps are done and when it is: sampling first, then the codec."""
        now_s = self._order_began_s = self.clock.now_s
        self.worker.slowdown = self.slowdown
        self._order_ends_s = now_s + self.worker.seconds_for(order) * (1.0 if isinstance(order, jobs.Learn) else self.slowdown)
        if isinstance(order, jobs.Vary):
            steps = order.requests[0].sampling_steps
            step_s = self.slowdown * (self.cost.step_overhead_s + self.cost.step_per_audio * self.loop_s * len(order.requests))
            self._steps = [(now_s + step * step_s, step / steps) for step in range(1, steps + 1)]

    def put_down_order(self):
        """The worker does no more about the order in its hand; returns it."""
        order, self._order, self._order_ends_s, self._steps = self._order, None, float("inf"), []
        return order

    def asked(self):
        """The job in hand."""
        return self._order

    def offered(self, tag):
        return next(offer for offer in self.offers if offer.tag == tag)


@pytest.fixture
def stage():
    return Stage()


@pytest.fixture
def make_stage():
    return Stage
