"""Several loops, one model: whose turn it is, that nobody starves, and that one loop's fate is not another's."""

import contextlib
import random

import numpy as np
import pytest

from unloop_py.errors import CommandError
from unloop_py.generator.spec import Prompt, Take, Variation
from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import Cost, fair_share
from unloop_py.vamper.fakes import FakeClock, FakeWorker, LearningTones, ToneGenerator
from unloop_py.vamper.knobs import Knobs, VaryMode
from unloop_py.vamper.prepared import PreparedTakes
from unloop_py.vamper.vamper import Vamper

RATE = 4410
QUICK = Cost(overhead_s=0.02, per_audio=0.02, step_overhead_s=0.005, step_per_audio=0.002)  # a fifth of a second for 4 s
HEAVY = Cost(overhead_s=0.1, per_audio=0.2, step_overhead_s=0.02, step_per_audio=0.05)      # 2.2 s for 4 s


class Loop:
    """One loop that goes round: what it played, and how often nothing was there for its seam."""

    def __init__(self):
        self.take, self.loop_s, self.next_seam_s = None, 0.0, None
        self.pending, self.sounding = None, -1
        self.heard, self.late = [], 0

    @property
    def fresh(self):
        """Share of the seams that brought something new."""
        return 1.0 - self.late / max(1, len(self.heard))


class Band:
    """Loops of different lengths under a fake clock, with one worker whose orders take what they cost."""

    def __init__(self, cost=QUICK, generator=None, **more):
        self.clock, self.cost = FakeClock(), cost
        self.generator = generator or ToneGenerator(wait=lambda seconds: None)
        self.workers, self.offers, self.notices, self.learned = [], [], [], []
        self.loops, self.order, self.ends_s, self.slowdown = {}, None, float("inf"), 1.0
        self.jobs_done = []
        self.vamper = Vamper(
            generator_factory="fake", clock=self.clock, make_worker=self._make_worker, on_offer=self._offer,
            on_notice=self.notices.append, on_learned=self.learned.append, **more)
        self.vamper.open()
        self.worker.get_ready()
        self.vamper.step()

    @property
    def worker(self):
        return self.workers[-1]

    def _make_worker(self, start, deliver):
        self.workers.append(FakeWorker(deliver, self.generator, self.clock, self.cost))
        self.order, self.ends_s = None, float("inf")
        return self.workers[-1]

    def _offer(self, offer):
        self.offers.append(offer)
        loop = self.loops[offer.loop]
        assert offer.take == loop.take.version, "an offer reaches the loop that it was made for"
        loop.pending = offer

    def record(self, number, loop_s, version=None, level=0.1):
        loop = self.loops.setdefault(number, Loop())
        frames = round(loop_s * RATE)
        loop.take = Take(version or 100 * number + 1, np.full((frames, 1), level, np.float32), RATE)
        loop.loop_s, loop.pending, loop.sounding = frames / RATE, None, -1
        loop.next_seam_s = self.clock.now_s + loop.loop_s
        self.vamper.take_changed(number, loop.take, True)
        self._tell(number, loop, None)
        self._settle()

    def turn(self, number, **knobs):
        self.vamper.knobs_changed(number, Knobs(Prompt(temperature=0.5), 12, **knobs))
        self._settle()

    def play(self, seconds):
        until = self.clock.now_s + seconds
        self._settle()
        while True:
            seams = [(loop.next_seam_s, number) for number, loop in self.loops.items() if loop.next_seam_s is not None]
            seam_s, number = min(seams, default=(float("inf"), -1))
            look_s = self.vamper._supervisor.next_look_s
            self.clock.now_s = max(self.clock.now_s, min(until, seam_s, self.ends_s, look_s))
            if self.ends_s <= self.clock.now_s:
                order, self.order, self.ends_s = self.order, None, float("inf")
                seconds = 0.1 if isinstance(order, jobs.Learn) else self.slowdown * self.worker.seconds_for(order)
                self.worker.finish(order, seconds)
                self.jobs_done.append(order)
            elif seam_s <= self.clock.now_s:
                self._seam(number, self.loops[number])
            elif self.clock.now_s >= until:
                self._settle()
                return
            self._settle()

    def _seam(self, number, loop):
        if loop.pending is not None:
            loop.sounding, loop.pending, tag = loop.pending.tag, None, loop.pending.tag
            self.vamper.swapped(number, tag)
        else:
            loop.late += 1
        loop.heard.append(loop.sounding)
        loop.next_seam_s += loop.loop_s
        self._tell(number, loop, loop.sounding)

    def _tell(self, number, loop, tag):
        frame = round((loop.next_seam_s - self.clock.now_s) * RATE)
        self.vamper.seam(number, now_frame=0, next_seam_frame=frame, sample_rate=RATE, repetition=len(loop.heard), tag=tag)

    def _settle(self):
        self.vamper.step()
        if isinstance(self.order, jobs.Learn) and self.worker.orders:
            self.ends_s = min(self.ends_s, self.clock.now_s + self.generator.learn_step_s)
        if self.order is not None and getattr(self.order, "job", None) in self.worker.cancelled:
            self.ends_s = self.clock.now_s
        if self.order is None:
            self.order = self.worker.begin()
            if self.order is not None:
                self.ends_s = self.clock.now_s + self.slowdown * self.worker.seconds_for(self.order)
        self.vamper.step()

    def forget(self):
        """Count from here."""
        for loop in self.loops.values():
            loop.heard.clear()
            loop.late = 0


@pytest.mark.parametrize("lengths", [(4.0, 4.0), (4.0,) * 8, (1.0, 3.0, 7.0), (0.5, 16.0), (2.0, 2.1, 2.2, 8.0)])
def test_every_loop_has_a_variation_at_each_of_its_seams_while_the_machine_keeps_up(lengths):
    band = Band()
    for number, loop_s in enumerate(lengths):
        band.record(number, loop_s)
        band.play(0.37)
    band.play(20.0)
    band.forget()
    band.play(64.0)
    assert [loop.late for loop in band.loops.values()] == [0] * len(lengths)


def test_loops_that_begin_at_one_moment_are_all_varied_from_their_second_seam_on():
    band = Band()
    for number in range(6):
        band.record(number, 2.0)
    band.play(60.0)
    assert all(loop.late <= 1 for loop in band.loops.values())


@pytest.mark.parametrize("lengths", [(4.0,) * 16, (2.0, 4.0, 8.0, 16.0, 4.0, 4.0), (1.0, 1.0, 12.0, 12.0, 12.0)])
def test_on_a_machine_that_cannot_keep_up_nobody_starves_and_all_are_served_alike(lengths):
    band = Band(HEAVY)
    for number, loop_s in enumerate(lengths):
        band.record(number, loop_s)
    band.play(100.0)
    band.forget()
    band.play(320.0)
    shares = [loop.fresh for loop in band.loops.values()]
    assert min(shares) > 0.0 and sum(shares) / len(shares) < 0.9, "this machine is meant to be too slow"
    assert min(shares) >= 0.5 * max(shares), shares


def test_a_machine_that_cannot_keep_up_makes_fewer_repetitions_and_not_worse_ones():
    band = Band(HEAVY)
    for number in range(16):
        band.record(number, 4.0)
    band.play(200.0)
    assert {offer.variation.request.steps for offer in band.offers[-50:]} == {4}


def test_steps_are_shared_out_before_seams_go_without():
    band = Band(Cost(overhead_s=0.05, per_audio=0.02, step_overhead_s=0.01, step_per_audio=0.012))
    for number in range(6):
        band.record(number, 4.0)
        band.play(0.6)
    band.play(40.0)
    band.forget()
    band.play(80.0)
    assert not any(loop.late for loop in band.loops.values())
    steps = {offer.variation.request.steps for offer in band.offers[-20:]}
    assert all(4 <= one < 12 for one in steps), steps


@pytest.mark.parametrize(("demands", "share"), [((0.2, 0.3), 1.0), ((), 1.0), ((2.0,), 1.0), ((1.0, 1.0), 0.5), ((0.1, 2.0, 2.0), 0.45),
                                                ((0.5, 0.5, 0.5, 0.5), 0.25)])
def test_what_all_may_have_is_what_the_modest_leave_to_the_others(demands, share):
    assert fair_share(demands) == pytest.approx(share)


def test_a_long_job_makes_way_for_a_short_loop_and_both_make_their_seams():
    band = Band(Cost(overhead_s=0.05, per_audio=0.03, step_overhead_s=0.02, step_per_audio=0.03))
    band.record(1, 1.5)
    band.vamper.generate(1, False)
    band.loops[1].pending = None
    band.record(0, 12.0)
    band.play(0.3)
    assert isinstance(band.order, jobs.Vary)
    long_job = band.order.job
    band.vamper.generate(1, True)
    band.play(0.01)
    assert long_job in band.worker.cancelled
    band.play(12.0)
    assert band.loops[0].heard == [1] and band.loops[1].heard[0] > 0


def test_a_job_that_could_not_be_made_again_in_time_is_not_dropped_for_another():
    band = Band(HEAVY)
    band.record(0, 4.0)
    band.play(1.0)
    job = band.order.job
    band.record(1, 2.5)
    band.play(0.5)
    assert job not in band.worker.cancelled


def test_the_same_knobs_give_each_loop_the_same_repetitions_whatever_the_others_do():
    alone, beside = Band(), Band()
    for band in (alone, beside):
        band.turn(0, seed=5)
        if band is beside:
            band.record(3, 1.3)
            band.record(7, 0.7)
        band.record(0, 4.0)
        band.play(30.0)
    seeds = [[offer.variation.request.seed for offer in band.offers if offer.loop == 0][:6] for band in (alone, beside)]
    assert seeds[0] == seeds[1]


def test_tags_and_jobs_are_never_used_twice():
    band = Band()
    for number in range(4):
        band.record(number, 1.0 + number)
    band.play(40.0)
    tags = [(offer.loop, offer.tag) for offer in band.offers]
    assert len(set(tags)) == len(tags)
    numbers = [order.job for order in band.jobs_done if hasattr(order, "job")]
    assert len(set(numbers)) == len(numbers)


def test_what_happens_to_one_loop_leaves_the_others_alone():
    band = Band()
    for number in range(3):
        band.record(number, 2.0)
    band.play(10.0)
    band.forget()
    band.vamper.generate(0, False)
    band.loops[0].pending = None
    band.record(1, 3.0, version=150)
    band.turn(2, mode=VaryMode.ASKED)
    band.play(12.0)
    assert len(set(band.loops[0].heard)) == 1
    assert {offer.take for offer in band.offers if offer.loop == 1} == {101, 150}
    assert len(set(band.loops[2].heard)) <= 2  # the one that was offered already, and then nobody asks
    band.vamper.generate(0, True)
    band.play(8.0)
    assert len(set(band.loops[0].heard[-3:])) == 3


def test_again_is_of_the_loop_that_is_asked():
    band = Band()
    for number in range(2):
        band.record(number, 2.0)
    band.play(9.0)
    heard = band.vamper.history(1).heard(2)
    band.vamper.again(1, 2)
    band.play(2.0)
    forced = [offer for offer in band.offers if offer.force]
    assert [offer.loop for offer in forced] == [1]
    assert np.array_equal(forced[0].variation.codes, heard.codes)
    with pytest.raises(CommandError, match="no seam has passed yet"):
        band.vamper.again(9, 1)


def test_the_selected_loop_is_learned_first_and_then_the_others():
    band = Band(generator=LearningTones(wait=lambda seconds: None, learn_steps=8))
    band.vamper.select(2)
    for number in range(3):
        band.record(number, 8.0)
    band.play(40.0)
    order = [version for version, _, _ in band.generator.begun]
    assert order[0] == 201 and set(order) == {1, 101, 201}
    assert {learned.version for learned in band.learned if learned.share == 1.0} == {1, 101, 201}


def test_the_worker_holds_the_take_of_every_loop():
    band = Band()
    for number in range(12):
        band.record(number, 3.0)
    band.play(30.0)
    assert set(band.worker._prepared) == {100 * number + 1 for number in range(12)}
    assert sorted(band.generator.prepared) == sorted(set(band.generator.prepared))


def test_takes_that_play_are_the_last_to_be_forgotten(monkeypatch):
    monkeypatch.setattr("unloop_py.vamper.prepared.SPARE_BYTES", 4000)
    monkeypatch.setattr("unloop_py.vamper.prepared.MAX_BYTES", 12_000)
    takes, forgotten = PreparedTakes(), []
    for version in range(1, 7):
        forgotten += takes.add(Take(version, np.zeros((500, 1), np.float32), RATE), current=[2, 3, 5])
    assert forgotten == [1, 4] and takes.versions == [2, 3, 5, 6]
    forgotten = takes.add(Take(7, np.zeros((2500, 1), np.float32), RATE), current=[2, 3, 5, 7])
    assert forgotten == [6, 2, 3] and takes.versions == [5, 7]


# Faults.


def spoiled(variation, how):
    audio = {"NaN": variation.audio * np.float32("nan"), "length": variation.audio[:-1], "dtype": variation.audio.astype(np.float64),
             "channels": np.repeat(variation.audio, 2, axis=1), "nothing": None}[how]
    return Variation(variation.request, audio, variation.codes, variation.mask, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("how", "told"),
    [("NaN", "not finite"), ("length", "frames and channels"), ("dtype", "float64"), ("channels", "frames and channels"),
     ("nothing", "NoneType")],
)  # fmt: skip
def test_what_no_engine_may_be_given_is_refused_said_and_after_three_times_a_reason_to_start_afresh(how, told):
    band = Band()
    vary = band.generator.vary
    band.generator.vary = lambda *given, **named: spoiled(vary(*given, **named), how)
    for number in range(3):
        band.record(number, 2.0)
    band.play(1.9)
    assert band.offers == [] and told in band.notices[0]
    band.play(2.5)
    assert len(band.workers) >= 2
    band.generator.vary = vary
    for _ in range(8):
        band.play(2.0)
        if not band.vamper.ready:
            band.worker.get_ready()
    band.forget()
    band.play(10.0)
    assert not any(loop.late for loop in band.loops.values())


def test_a_wrong_number_of_repetitions_is_refused():
    band = Band()
    finish = band.worker.finish

    def one_too_few(order, seconds):
        if isinstance(order, jobs.Vary):
            band.worker._deliver(jobs.Done(order.job, (), seconds))
        else:
            finish(order, seconds)

    band.worker.finish = one_too_few
    band.record(0, 2.0)
    band.play(1.0)
    assert band.offers == [] and "0 repetitions came back where 1 were asked for" in band.notices[0]


@pytest.mark.parametrize("fault", ["killed", "hangs", "memory"])
def test_a_worker_that_is_lost_is_every_loop_s_loss_for_a_while_and_no_longer(fault):
    band = Band()
    for number in range(4):
        band.record(number, 2.0 + 0.5 * number)
    band.play(9.0)
    band.forget()
    first = band.worker
    if fault == "killed":
        first.die("killed by signal 9")
    elif fault == "memory":
        first._deliver(jobs.Failed("MemoryError: cannot allocate 64 GB", None, fatal=True))
    else:
        first.begin = lambda: None
        band.order, band.ends_s = None, float("inf")
    for _ in range(12):
        band.play(1.0)
        if not band.vamper.ready and len(band.workers) > 1:
            band.worker.get_ready()
    assert len(band.workers) == 2 and any("the generator stopped" in text for text in band.notices)
    band.forget()
    band.play(20.0)
    assert not any(loop.late for loop in band.loops.values())


@pytest.mark.parametrize("seed", range(6))
def test_after_any_evening_of_several_loops_every_seam_of_each_brings_something_new_again(seed):
    rng, band = random.Random(seed), Band()
    for number in range(4):
        band.record(number, 2.0)
    version = 1000
    for _ in range(60):
        number = rng.randrange(4)
        act = rng.choice(["play", "play", "record", "knobs", "generate", "again", "kill", "slow", "mode", "form", "select"])
        if act == "play":
            band.play(rng.uniform(0.0, 4.0))
        elif act == "record":
            version += 1
            band.record(number, rng.choice([0.4, 1.0, 2.0, 5.0]), version=version)
        elif act == "knobs":
            band.turn(number, seed=rng.choice([0, 7]))
        elif act == "generate":
            band.vamper.generate(number, rng.random() < 0.5)
            band.loops[number].pending = None
        elif act == "again":
            with contextlib.suppress(CommandError):
                band.vamper.again(number, rng.randint(0, 5))
        elif act == "kill" and not band.worker.killed:
            band.worker.die()
            band.order, band.ends_s = None, float("inf")
        elif act == "slow":
            band.slowdown = rng.choice([1.0, 1.0, 5.0])
        elif act == "mode":
            band.turn(number, mode=VaryMode(rng.randrange(1, 4)), every=rng.randint(1, 3))
        elif act == "form":
            band.turn(number, form=rng.choice(["", "AB", "A*", "BC*"]))
        elif act == "select":
            band.vamper.select(number)
        if not band.vamper.ready and not band.worker.killed:
            band.worker.get_ready()
    band.slowdown = 1.0
    for number in range(4):
        band.vamper.generate(number, True)
        band.turn(number, seed=3)
    for _ in range(60):
        band.play(1.0)
        if not band.vamper.ready and not band.worker.killed:
            band.worker.get_ready()
    band.forget()
    band.play(20.0)
    for loop in band.loops.values():
        assert loop.late == 0 and len(set(loop.heard)) == len(loop.heard)
