"""A generator elsewhere that is late is stood in for by one on this machine, and returns by itself."""

from dataclasses import replace

import numpy as np
import pytest

from unloop_py.generator.spec import Prompt, Take
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import FakeClock, FakeWorker, ToneGenerator
from unloop_py.vamper.fallback import FIRST_PAUSE_S, LONGEST_PAUSE_S, StandIn
from unloop_py.vamper.knobs import Knobs, VaryMode
from unloop_py.vamper.vamper import Vamper

RATE = 4410
LOOP_S = 2.0
TICK_S = 0.05
COST = Cost(0.02, 0.03, 0.01, 0.005)
BOX = "http://box:7860"
LATE = f"{BOX} is late: the model small on this machine makes the repetitions until it is back"
BACK = f"{BOX} is back and makes the repetitions again"


class NamedTones(ToneGenerator):
    """Tones that carry the name of the model which made them."""

    def __init__(self, model):
        super().__init__(wait=lambda seconds: None)
        self.model = model

    def describe(self):
        return super().describe() | {"model": self.model, "codec": "one for all"}

    def vary(self, *arguments, **named):
        return replace(super().vary(*arguments, **named), notes=(self.model,))


class Hall:
    """A loop that goes round under a fake clock, a server that may be up, silent or down, and room for two workers.

    `heard` says of each repetition which model made it, None where it had none.
    """

    def __init__(self, after=2, stand_in=True, server="up", weights=True, home="large"):
        self.clock, self.server, self.weights = FakeClock(), server, weights
        self.workers, self.tries_s, self.notices, self.models, self.heard = [], [], [], [], []
        self.pending, self.locked = None, False
        self.next_seam_s = self.clock() + LOOP_S
        wanted = StandIn(BOX, home, "small", "here", {"model": "small"}, after) if stand_in else None
        self.vamper = Vamper(
            generator_factory="elsewhere", factory_args={"model": home}, clock=self.clock, make_worker=self.make_worker,
            stand_in=wanted, on_offer=self.take_offer, on_notice=self.notices.append, on_model=self.models.append)
        self.vamper.open()
        self.vamper.knobs_changed(0, Knobs(Prompt(), 4, 1))
        self.vamper.take_changed(0, Take(1, np.full((round(LOOP_S * RATE), 1), 0.1, np.float32), RATE), True)
        self.tell_seam(None)

    def make_worker(self, start, deliver):
        assert len(self.living) < 2, "memory is for two models"
        worker = FakeWorker(deliver, NamedTones(start.arguments["model"] or "its own"), self.clock, COST)
        worker.elsewhere, worker.model = start.factory == "elsewhere", start.arguments["model"]
        worker.free_s, worker.loaded, worker.order = self.clock() + 0.5, False, None
        self.workers.append(worker)
        if worker.elsewhere:
            self.tries_s.append(self.clock())
        return worker

    @property
    def living(self):
        return [worker for worker in self.workers if not worker.killed]

    @property
    def late(self):
        return self.heard.count(None)

    def take_offer(self, offer):
        if self.locked:
            self.vamper.rejected(0, offer.tag)
        else:
            self.pending = offer

    def tell_seam(self, tag):
        self.vamper.seam(0, now_frame=0, next_seam_frame=round((self.next_seam_s - self.clock()) * RATE), sample_rate=RATE,
                         repetition=len(self.heard), tag=tag)

    def order(self, model):
        self.vamper.change_model(model, model=model)

    def play(self, seconds):
        for _ in range(round(seconds / TICK_S)):
            self.clock.advance(TICK_S)
            for worker in self.living:
                self.work(worker)
            self.vamper.step()
            if self.clock() >= self.next_seam_s - 1e-6:
                self.seam()

    def repetitions(self, count):
        self.play(count * LOOP_S)
        return self.heard[-count:]

    def work(self, worker):
        if worker.elsewhere and self.server == "down" or not worker.elsewhere and not self.weights:
            worker.die(f"cannot reach {BOX}" if worker.elsewhere else "no weights")
        elif worker.elsewhere and self.server == "silent" or self.clock() < worker.free_s:
            return
        elif not worker.loaded:
            worker.loaded = True
            worker.get_ready()
        elif worker.order is not None:
            order, worker.order = worker.order, None
            worker.finish(order, worker.seconds_for(order))
        elif (order := worker.begin()) is not None:
            worker.order, worker.free_s = order, self.clock() + worker.seconds_for(order)

    def seam(self):
        offer, self.pending = self.pending, None
        self.next_seam_s += LOOP_S
        if offer is not None:
            self.vamper.swapped(0, offer.tag)
        self.heard.append(None if offer is None else "take" if offer.variation is None else offer.variation.notes[0])
        self.tell_seam(-1 if offer is None else offer.tag)
        self.vamper.step()


@pytest.fixture
def make_hall():
    halls = []

    def make(**settings):
        halls.append(Hall(**settings))
        return halls[-1]

    yield make
    for hall in halls:
        hall.vamper.stop()
        assert hall.living == []


@pytest.fixture
def hall(make_hall):
    hall = make_hall()
    assert hall.repetitions(4) == ["large"] * 4
    return hall


@pytest.fixture
def away(hall):
    """The server has fallen silent, and the stand-in plays."""
    hall.server = "silent"
    hall.repetitions(6)
    assert [worker.model for worker in hall.living if worker.loaded] == ["small"]
    return hall


def test_while_it_is_in_time_nobody_else_is_loaded(hall):
    hall.repetitions(50)
    assert hall.late == 0 and len(hall.workers) == 1 and hall.notices == []


@pytest.mark.parametrize("after", [1, 2, 5])
def test_after_so_many_late_repetitions_one_on_this_machine_makes_them_and_the_player_is_told_once(make_hall, after):
    hall = make_hall(after=after)
    hall.repetitions(4)
    hall.server = "silent"
    heard = hall.repetitions(after + 6)
    late = heard.count(None)
    # One was in line when it fell silent, and the stand-in is loaded while the last of them sounds.
    assert heard == ["large"] * (len(heard) - late - heard.count("small")) + [None] * late + ["small"] * heard.count("small")
    assert after <= late <= after + 1
    assert [line for line in hall.notices if "late" in line] == [LATE]
    assert hall.models == ["small"], "which model plays is known to all who ask"


def test_without_a_stand_in_the_loop_plays_on_as_it_is(make_hall):
    hall = make_hall(stand_in=False)
    hall.repetitions(4)
    hall.server = "silent"
    hall.repetitions(10)
    assert not any(BOX in line for line in hall.notices) and all(worker.elsewhere for worker in hall.workers)


def test_late_repetitions_are_forgotten_when_it_keeps_time_again(hall):
    for _ in range(6):
        hall.server = "silent"
        hall.play(LOOP_S)
        while hall.heard[-1] is not None:
            hall.play(LOOP_S)
        hall.server = "up"
        hall.repetitions(6)
    assert hall.late == 6 and all(worker.elsewhere for worker in hall.workers)


def lock(hall):
    hall.locked = True


RESTS = {
    "locked": lock,
    "off": lambda hall: hall.vamper.generate(0, False),
    "when asked": lambda hall: hall.vamper.knobs_changed(0, Knobs(Prompt(), 4, 1, mode=VaryMode.ASKED)),
    "all kept": lambda hall: hall.vamper.knobs_changed(0, Knobs(Prompt(periodic_prompt=1, compression_prompt=14), 4, 1)),
}


@pytest.mark.parametrize("rest", RESTS.values(), ids=RESTS)
def test_a_loop_that_wants_nothing_new_is_never_late(hall, rest):
    rest(hall)
    hall.play(1.0)
    hall.server = "silent"
    hall.repetitions(10)
    assert LATE not in hall.notices and all(worker.elsewhere for worker in hall.workers)


def test_a_job_in_hand_that_never_ends_is_not_waited_for(make_hall):
    hall = make_hall(after=1)
    hall.repetitions(4)
    while hall.workers[0].order is None:
        hall.play(TICK_S)
    hall.server = "silent"
    while LATE not in hall.notices:
        hall.play(TICK_S)
    assert hall.notices == [LATE], "it has not even been found to hang"
    assert hall.repetitions(1) == ["small"]


def test_it_is_tried_again_with_pauses_that_grow(hall):
    hall.server = "down"
    hall.repetitions(4)
    begun = len(hall.tries_s)
    hall.play(300.0)
    pauses = np.diff(hall.tries_s[begun:])
    assert hall.tries_s[begun] - hall.tries_s[begun - 1] >= FIRST_PAUSE_S
    assert (np.diff(pauses) > -TICK_S).all() and pauses[0] < 10.0 and pauses[-1] == pytest.approx(LONGEST_PAUSE_S, abs=0.2)
    assert hall.heard[-100:] == ["small"] * 100, "and nothing of that is heard"


def test_however_long_it_is_gone_the_player_is_told_once(hall):
    hall.server = "down"
    hall.play(600.0)
    assert [line for line in hall.notices if BOX in line] == [
        f"the generator stopped (cannot reach {BOX}); the loop plays on as it is, starting the generator again", LATE]


def test_it_returns_by_itself_without_a_late_repetition_and_the_player_is_told_once(away):
    late = away.late
    away.server = "up"
    away.repetitions(20)
    assert away.heard[-10:] == ["large"] * 10 and away.late == late
    assert [worker.model for worker in away.living] == ["large"]
    assert away.notices.count(BACK) == 1 and away.models == ["small", "large"]
    away.repetitions(20)
    assert away.notices[-1] == BACK and len(away.living) == 1


def test_one_that_fails_again_soon_is_left_alone_for_longer_and_one_that_was_steady_is_not(away):
    waited = []
    for steady in (1, 1, 1, 40):
        away.server = "up"
        while away.heard[-1] != "large":
            away.play(LOOP_S)
        away.repetitions(steady)
        away.server = "down"
        while away.heard[-1] != "small":
            away.play(LOOP_S)
        stepped_in_s, tries = away.clock(), len(away.tries_s)
        while len(away.tries_s) == tries:
            away.play(TICK_S)
        waited.append(away.tries_s[-1] - stepped_in_s)
    assert waited[0] < waited[1] < waited[2] and waited[3] < waited[1]


def test_a_model_that_the_player_orders_while_it_is_away_comes_from_elsewhere_as_soon_as_that_answers(away):
    away.server = "up"
    away.order("other")
    away.repetitions(3)
    assert away.heard[-1] == "other" and away.models[-1] == "other"
    away.server = "silent"
    away.repetitions(6)
    assert away.heard[-1] == "small"
    away.server = "up"
    away.play(120.0)
    assert away.heard[-1] == "other", "the one that was ordered last is the one that returns"


def test_an_order_that_cannot_be_had_while_it_is_away_is_told_and_changes_nothing(away):
    away.server = "down"
    away.order("other")
    away.play(1.0)
    assert away.notices[-1] == f"other could not be loaded (cannot reach {BOX}); the model that plays goes on"
    away.server = "up"
    away.play(120.0)
    assert away.heard[-1] == "large"


def test_a_model_that_was_ordered_is_not_dropped_for_the_stand_in(hall):
    hall.order("other")
    hall.play(0.1)
    hall.server = "silent"
    hall.repetitions(4)
    hall.server = "up"
    hall.play(LOOP_S)
    assert "other" in hall.heard[-2:] or hall.repetitions(2)[-1] == "other"


def test_a_stand_in_that_cannot_be_loaded_is_told_once_and_the_server_is_still_asked(make_hall):
    hall = make_hall(weights=False)
    hall.repetitions(4)
    hall.server = "silent"
    hall.play(100.0)
    assert [line for line in hall.notices if "stand in" in line] == [
        "the model small on this machine could not be loaded (no weights), so that it cannot stand in"]
    hall.server = "up"
    hall.play(60.0)
    assert hall.heard[-1] == "large"


def test_one_that_is_not_there_from_the_start_is_stood_in_for_and_comes_when_it_is(make_hall):
    hall = make_hall(server="down")
    hall.repetitions(6)
    assert hall.heard[-1] == "small"
    hall.server = "up"
    hall.play(120.0)
    assert hall.heard[-1] == "large"


@pytest.mark.parametrize("server", ["up", "down"])
def test_a_server_whose_model_nobody_has_named_is_known_by_what_it_says(make_hall, server):
    hall = make_hall(server=server, home="")
    hall.repetitions(6)
    if server == "up":
        hall.server = "down"
        hall.repetitions(6)
    hall.server = "up"
    hall.play(60.0)
    assert hall.models == ["small", "its own"] and hall.heard[-1] == "its own"


def test_one_that_is_only_loading_is_not_called_late(make_hall):
    hall = make_hall(server="silent")
    hall.repetitions(8)
    hall.server = "up"
    hall.repetitions(4)
    assert hall.heard[-1] == "large" and len(hall.workers) == 1


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_there_are_never_three_and_in_the_end_it_plays(make_hall, seed):
    hall = make_hall(after=1 + seed % 3)
    dice = np.random.default_rng(seed)
    last = "large"
    for _ in range(40):
        act = dice.integers(6)
        if act == 0:
            hall.order(("large", "other")[dice.integers(2)])
        elif act == 1 and hall.living:
            hall.living[dice.integers(len(hall.living))].die()
        else:
            hall.server = ("up", "up", "silent", "down")[dice.integers(4)]
        hall.play(float(dice.uniform(0.1, 6.0)))
    hall.server = "up"
    hall.play(300.0)
    hall.order(last)
    hall.play(20.0)
    assert hall.heard[-5:] == [last] * 5 and [worker.model for worker in hall.living] == [last]
