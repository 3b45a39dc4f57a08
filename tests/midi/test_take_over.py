"""Knobs that do not stand where their parameter is, and two of them on one parameter."""

import itertools

import pytest

from tests.midi.conftest import cc
from unloop_py.midi.take_over import TakeOver


def wet(rig):
    return rig.bus.get(0, "wet")


@pytest.fixture
def two(rig):
    rig.bind({"on": "cc 1", "parameter": "wet", "loop": 1}, {"on": "cc 2", "parameter": "wet", "loop": 1})
    rig.bus.store.set(0, "wet", 0.5)
    return rig


def test_a_knob_does_nothing_until_it_passes_the_value(two):
    for value in (0, 20, 40, 60):
        two.play("Keys", cc(1, value))
        assert wet(two) == 0.5
    two.play("Keys", cc(1, 70))
    assert wet(two) == pytest.approx(70 / 127)


def test_a_knob_that_moved_the_value_itself_last_has_it_at_once(two):
    two.play("Keys", cc(1, 60), cc(1, 70), cc(1, 0))
    assert wet(two) == 0.0


def test_a_knob_that_stands_where_the_value_is_has_it_at_once(two):
    two.play("Keys", cc(1, 64), cc(1, 100))
    assert wet(two) == pytest.approx(100 / 127)


def test_a_value_that_somebody_else_set_has_to_be_picked_up_again(two):
    two.play("Keys", cc(1, 64), cc(1, 100))
    two.bus.store.set(0, "wet", 0.1)
    two.play("Keys", cc(1, 90))
    assert wet(two) == 0.1
    two.play("Keys", cc(1, 10))
    assert wet(two) == pytest.approx(10 / 127)


def test_two_controllers_that_fight_over_one_knob_do_not_pull_it_to_and_fro(two):
    heard = []
    one, other = itertools.cycle((20, 21)), itertools.cycle((100, 101))
    two.play("Keys", cc(1, 64), cc(1, 20))  # the one has it
    for _ in range(50):
        two.play("Keys", cc(1, next(one)), cc(2, next(other)))
        heard.append(wet(two))
    assert max(heard) < 0.2
    two.play("Keys", cc(2, 60), cc(2, 15), cc(2, 90))  # the other comes past and takes it
    assert wet(two) == pytest.approx(90 / 127)
    two.play("Keys", *(cc(1, next(one)) for _ in range(50)))
    assert wet(two) == pytest.approx(90 / 127)


def test_a_knob_that_jumps_sets_what_it_says(rig):
    rig.bind({"on": "cc 1", "parameter": "wet", "loop": 1, "take_over": "jump"})
    rig.play("Keys", cc(1, 127), cc(1, 0))
    assert wet(rig) == 0.0


def test_a_knob_that_scales_comes_to_the_end_together_with_the_value(rig):
    rig.bind({"on": "cc 1", "parameter": "wet", "loop": 1, "take_over": "scale"})
    rig.bus.store.set(0, "wet", 0.2)
    rig.play("Keys", cc(1, 100))
    values = []
    for knob in range(101, 128):
        rig.play("Keys", cc(1, knob))
        values.append(wet(rig))
    assert values == sorted(values) and values[0] < 0.3 and values[-1] == 1.0
    rig.play("Keys", cc(1, 50))
    assert wet(rig) == pytest.approx(50 / 127, abs=0.02)


def test_each_loop_is_picked_up_for_itself_by_a_knob_of_all(rig):
    rig.bind({"on": "cc 1", "parameter": "wet", "loop": "all"})
    for loop, value in enumerate((0.2, 0.5, 0.8)):
        rig.bus.store.set(loop, "wet", value)
    rig.play("Keys", cc(1, 0), cc(1, 76))
    assert [round(rig.bus.get(loop, "wet"), 2) for loop in range(3)] == [0.6, 0.6, 0.8]


def test_a_device_that_was_away_has_to_pick_up_anew(two):
    two.play("Keys", cc(1, 64), cc(1, 100))
    two.pull("Keys")
    two.plug("Keys")
    two.play("Keys", cc(1, 10))
    assert wet(two) == pytest.approx(100 / 127)


def test_a_whole_number_that_rounds_is_still_the_knob_s_own():
    knob = TakeOver("pickup")
    assert knob.move(0.5, 0.5, 4) == 0.5
    knob.moved(4, 0.5)
    assert knob.move(0.9, 0.5, 4) == 0.9


def test_a_knob_that_was_turned_for_another_loop_meanwhile_has_to_pick_up_anew(rig):
    rig.bind({"on": "cc 1", "parameter": "wet"})
    rig.bus.store.set(0, "wet", 0.5)
    rig.bus.store.set(1, "wet", 0.2)
    rig.play("Keys", cc(1, 64), cc(1, 70))
    assert rig.bus.get(0, "wet") == pytest.approx(70 / 127)
    rig.bus.command(None, "select", 2)
    rig.play("Keys", cc(1, 100), cc(1, 120))
    assert rig.bus.get(1, "wet") == 0.2
    rig.bus.command(None, "select", 1)
    rig.play("Keys", cc(1, 121))
    assert rig.bus.get(0, "wet") == pytest.approx(70 / 127)
    rig.play("Keys", cc(1, 60))
    assert rig.bus.get(0, "wet") == pytest.approx(60 / 127)
