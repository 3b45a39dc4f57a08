"""Who is told of SooperLooper's controls, on a fake clock."""

import itertools

import pytest

from unloop_py.control.bus import Notice
from unloop_py.control.fake_bus import FakeBus
from unloop_py.errors import CommandError
from unloop_py.osc import sooperlooper_updates
from unloop_py.osc.endpoint import Endpoint
from unloop_py.osc.sooperlooper_controls import row_of
from unloop_py.osc.sooperlooper_updates import ALL, GLOBAL, SELECTED, Return, Updates

ONE, OTHER = Return(Endpoint("127.0.0.1", 9000), "/ctrl"), Return(Endpoint("127.0.0.1", 9001), "/ctrl")


class Desk:
    def __init__(self, loops=2):
        self.bus = FakeBus(n_loops=loops)
        self.told = []
        self.updates = Updates(self.bus, lambda *told: self.told.append(told))
        self.bus.listeners.append(self.updates.told)

    def news(self):
        told, self.told = self.told, []
        return told


@pytest.fixture
def desk():
    return Desk()


def row(name, loop=0):
    return row_of(loop, name)


@pytest.mark.parametrize(("asked_ms", "period_ms"), [(0, 10), (5, 10), (10, 10), (19, 10), (57, 50), (100, 100), (5000, 100), (-3, 10)])
def test_an_auto_update_comes_every_so_many_ms_clamped_and_rounded_down_to_ten(desk, asked_ms, period_ms):
    desk.updates.every(0, row("loop_pos"), ONE, asked_ms)
    times = [now_s := 1000.0]
    while len(times) < 4:
        now_s = desk.updates.step(now_s)
        desk.bus.become(0, position_s=now_s)
        times.append(now_s)
    assert [1000 * (later - sooner) for sooner, later in itertools.pairwise(times)] == pytest.approx([period_ms] * 3)
    assert [value for *_, value in desk.news()] == [0.0, *times[1:-1]]


def test_an_auto_update_is_told_at_first_and_then_only_when_the_value_has_changed(desk):
    desk.updates.every(0, row("state"), ONE, 10)
    for tick in range(10):
        desk.updates.step(tick / 100)
    assert desk.news() == [(ONE, 0, "state", 0.0)]
    desk.bus.become(0, state="playing")
    for tick in range(10, 20):
        desk.updates.step(tick / 100)
    assert desk.news() == [(ONE, 0, "state", 4.0)]
    desk.updates.no_more_every(0, row("state"), ONE)
    desk.bus.become(0, state="paused")
    assert desk.updates.step(1.0) == float("inf")
    assert desk.news() == []


def test_who_comes_later_is_told_the_value_that_others_know_already(desk):
    desk.updates.every(0, row("state"), ONE, 10)
    desk.updates.step(0.0)
    desk.updates.every(0, row("state"), OTHER, 10)
    desk.updates.step(0.005)
    assert desk.news() == [(ONE, 0, "state", 0.0), (OTHER, 0, "state", 0.0)]


def test_all_loops_the_selected_one_and_what_they_share_can_be_told_too(desk):
    desk.updates.every(ALL, row("state"), ONE, 10)
    desk.updates.every(SELECTED, row("wet"), ONE, 10)
    desk.updates.every(GLOBAL, row("tempo", None), ONE, 10)
    desk.updates.step(0.0)
    assert desk.news() == [(ONE, 0, "state", 0.0), (ONE, 1, "state", 0.0), (ONE, SELECTED, "wet", 1.0), (ONE, GLOBAL, "tempo", 120.0)]
    desk.bus.set(1, "wet", 0.5)
    desk.bus.command(None, "select", 2)
    desk.updates.step(1.0)
    assert desk.news() == [(ONE, SELECTED, "wet", 0.5)]


def test_a_change_is_told_at_once_to_all_but_the_port_that_it_came_from(desk):
    for to in (ONE, OTHER):
        desk.updates.on_change(0, row("wet"), to)
    desk.bus.set(0, "wet", 0.5, "osc:127.0.0.1:9000")
    assert desk.news() == [(OTHER, 0, "wet", 0.5)]
    desk.bus.set(1, "wet", 0.5, "osc:127.0.0.1:9000")
    assert desk.news() == []
    desk.updates.no_more_on_change(0, row("wet"), OTHER)
    desk.bus.set(0, "wet", 0.25)
    assert desk.news() == [(ONE, 0, "wet", 0.25)]


def test_what_all_loops_share_is_told_of_each_of_them_and_as_a_global_control(desk):
    desk.updates.on_change(1, row("input_latency"), ONE)
    desk.updates.on_change(GLOBAL, row("dry", None), ONE)
    desk.bus.set(0, "input_latency", 64)
    desk.bus.set(0, "dry", 0.5)
    assert desk.news() == [(ONE, 1, "input_latency", 64.0), (ONE, GLOBAL, "dry", 0.5)]


def test_states_are_told_at_once_though_sooperlooper_only_polls_them(desk):
    desk.updates.on_change(ALL, row("state"), ONE)
    desk.updates.on_change(0, row("gen_state"), ONE)
    desk.bus.become(1, state="recording")
    desk.bus.command(None, "generate", 0)
    assert desk.news() == [(ONE, 1, "state", 2.0), (ONE, 0, "gen_state", 0.0)]


def test_a_control_that_is_a_press_is_told_when_it_is_pressed(desk):
    desk.updates.on_change(GLOBAL, row("tap_tempo", None), ONE)
    desk.updates.pressed(None, "tap_tempo", 1.0, "osc:127.0.0.1:9001")
    desk.updates.pressed(None, "tap_tempo", 1.0, "osc:127.0.0.1:9000")
    assert desk.news() == [(ONE, GLOBAL, "tap_tempo", 1.0)]


def test_a_loop_that_is_not_there_is_told_of_when_it_comes_and_again_when_it_comes_back(desk):
    desk.updates.every(2, row("state"), ONE, 10)
    desk.updates.on_change(2, row("wet"), ONE)
    desk.updates.step(0.0)
    desk.bus.command(None, "loop_add")
    desk.updates.step(1.0)
    assert desk.news() == [(ONE, 2, "state", 0.0)]
    desk.bus.command(None, "loop_del")
    desk.updates.step(2.0)
    desk.bus.command(None, "loop_add")
    desk.bus.set(2, "wet", 0.5)
    desk.updates.step(3.0)
    assert desk.news() == [(ONE, 2, "wet", 0.5)]


def test_a_client_that_wants_too_much_is_told_so_and_the_one_longest_silent_makes_room(desk, monkeypatch):
    monkeypatch.setattr(sooperlooper_updates, "MAX_CLIENTS", 2)
    monkeypatch.setattr(sooperlooper_updates, "MAX_UPDATES", 2)
    desk.updates.on_change(0, row("wet"), ONE)
    desk.updates.every(0, row("wet"), ONE, 10)
    desk.updates.every(0, row("wet"), ONE, 20)  # another period, not another update
    with pytest.raises(CommandError, match="updates must be at most 2"):
        desk.updates.on_change(0, row("feedback"), ONE)
    desk.updates.on_change(0, row("wet"), OTHER)
    desk.updates.heard_from(ONE.endpoint)
    desk.updates.on_change(0, row("wet"), Return(Endpoint("127.0.0.1", 9002), "/ctrl"))
    desk.updates.told(Notice("parameter", 0, ("wet", 0.5)))
    assert [to.endpoint.port for to, *_ in desk.news()] == [9000, 9002]
