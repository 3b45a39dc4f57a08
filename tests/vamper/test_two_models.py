"""There is memory for two models and never for three, whatever is ordered, whatever dies, and in whatever order."""

import numpy as np
import pytest

from unloop_py.generator.spec import Prompt, Take
from unloop_py.vamper.deadline import Cost
from unloop_py.vamper.fakes import FakeClock, FakeWorker, ToneGenerator
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.vamper import Vamper

TAKE = Take(1, np.full((4410, 1), 0.1, np.float32), 4410)
COST = Cost(0.01, 0.01, 0.001, 0.001)


class NamedTones(ToneGenerator):
    def __init__(self, model):
        super().__init__(wait=lambda seconds: None)
        self.model = model

    def describe(self):
        return super().describe() | {"model": self.model, "codec": self.model}


class House:
    """A vamper whose workers load a model in a second and do an order in a tenth, unless they are told to die or to hang.

    `living` are the workers whose process is there; making a third one fails the test, as it would the machine.
    """

    def __init__(self):
        self.clock = FakeClock()
        self.workers = []
        self.told = []
        self.offers = []
        self.notices = []
        self.vamper = Vamper(
            generator_factory="fake", factory_args={"model": "small"}, edition=1, clock=self.clock, make_worker=self.make_worker,
            on_offer=self.offers.append, on_model=self.told.append, on_notice=self.notices.append)
        self.vamper.open()
        self.vamper.knobs_changed(0, Knobs(Prompt(), 4, 1))
        self.vamper.take_changed(0, TAKE)

    @property
    def living(self):
        return [worker for worker in self.workers if not worker.killed]

    def make_worker(self, start, deliver):
        assert len(self.living) < 2, "a third model is loaded"
        worker = FakeWorker(deliver, NamedTones(start.arguments["model"]), self.clock, COST)
        worker.model, worker.loads_until_s, worker.hangs = start.arguments["model"], self.clock() + 1.0, False
        self.workers.append(worker)
        return worker

    def order(self, model, edition=1):
        self.vamper.change_model(model, edition=edition, model=model)

    def go_on(self, seconds=0.1):
        """Time passes, and every worker does what it can."""
        for _ in range(round(seconds / 0.1)):
            self.clock.advance(0.1)
            for worker in self.living:
                if worker.hangs:
                    continue
                if worker.loads_until_s <= self.clock():
                    worker.loads_until_s = float("inf")
                    worker.get_ready()
                elif worker.loads_until_s == float("inf") and (order := worker.begin()) is not None:
                    worker.finish(order, 0.1)
            self.vamper.step()
            assert len(self.living) <= 2
        for offer in self.offers:
            self.vamper.swapped(0, offer.tag)
        self.offers.clear()


@pytest.fixture
def house():
    house = House()
    house.go_on(3.0)
    yield house
    house.vamper.stop()
    assert house.living == []


def test_many_orders_in_a_row_leave_two_at_most_and_the_last_one_plays(house):
    for name in ("a", "b", "c", "a", "b"):
        house.order(name)
    house.go_on(0.1)
    assert [worker.model for worker in house.living] == ["small", "b"]
    house.go_on(5.0)
    assert [worker.model for worker in house.living] == ["b"] and house.told == ["b"] and house.vamper.facts["model"] == "b"


def test_the_one_that_plays_is_started_again_while_another_loads_and_both_are_all_there_is(house):
    house.order("a")
    house.go_on(0.2)
    house.living[0].die()
    house.go_on(0.5)
    assert sorted(worker.model for worker in house.living) == ["a", "small"]
    house.go_on(5.0)
    assert [worker.model for worker in house.living] == ["a"]


def test_the_one_that_loads_takes_over_from_one_that_is_gone(house):
    house.order("a")
    house.go_on(0.9)
    house.living[0].die()
    house.go_on(5.0)
    assert [worker.model for worker in house.living] == ["a"] and house.told == ["a"]


def test_an_order_while_one_hangs_in_loading_ends_it_first(house):
    house.order("a")
    house.go_on(0.1)
    house.living[1].hangs = True
    house.order("b")
    house.go_on(5.0)
    assert [worker.model for worker in house.living] == ["b"] and house.told == ["b"]


def test_back_to_the_one_that_plays_before_the_other_is_ready_loads_nothing(house):
    house.order("a")
    house.go_on(0.5)
    house.order("small")
    house.go_on(5.0)
    assert [worker.model for worker in house.living] == ["small"] and len(house.workers) == 2 and house.told == ["small"]


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_ordered_dies_or_hangs_there_are_never_three_and_in_the_end_the_last_order_plays(house, seed):
    dice = np.random.default_rng(seed)
    last = "small"
    for _ in range(60):
        act = dice.integers(8)
        if act <= 2:
            last = ("small", "a", "b")[dice.integers(3)]
            house.order(last, edition=int(dice.integers(1, 3)))
        elif act == 3 and house.living:
            house.living[dice.integers(len(house.living))].die()
        elif act == 4 and house.living:
            house.living[dice.integers(len(house.living))].hangs = True
        else:
            house.go_on(float(dice.uniform(0.1, 1.5)))
    for worker in house.living:
        worker.hangs = False
    house.order(last, edition=3)
    house.go_on(200.0)
    assert [worker.model for worker in house.living] == [last] and house.vamper.facts["model"] == last
    assert house.told[-1] == last and house.vamper.ready
