"""Loops of a group are told together."""

import pytest

from unloop_py.control.fake_bus import FakeBus


@pytest.fixture
def bus():
    """Four loops, the second and the fourth of which are group 2."""
    bus = FakeBus(n_loops=4)
    for loop in (1, 3):
        bus.store.set(loop, "group", 2)
    return bus


def given(bus):
    return [(call.loop, call.name, call.argument) for call in bus.given]


def test_a_command_and_a_parameter_of_a_group_reach_its_loops_and_no_other(client, bus):
    client.send("/unloop/group/2/record")
    client.send("/unloop/group/2/feedback", 0.5)
    client.send("/unloop/group/2/hit", "record_or_overdub")
    assert client.news() == []
    assert given(bus) == [(1, "record", None), (3, "record", None), (1, "hit", "record_or_overdub"), (3, "hit", "record_or_overdub")]
    assert [(loop, value) for loop, _, value, _ in bus.sets] == [(1, 0.5), (3, 0.5)]


@pytest.mark.parametrize(("on_in", "becomes"), [((), 1), ((1,), 1), ((1, 3), 0)])
def test_what_flips_does_so_together(client, bus, on_in, becomes):
    for loop in on_in:
        bus.become(loop, solo=True)
    client.send("/unloop/group/2/solo")
    client.news()
    assert given(bus) == [(1, "solo", becomes), (3, "solo", becomes)]


@pytest.mark.parametrize(("group", "says"), [("3", "no loop is in group 3: /unloop/loop/1/group 3"), ("9", "group must be in 1..8"),
                                             ("0", "group must be in 1..8"), ("x", "group must be in 1..8")])
def test_a_group_without_loops_and_one_that_cannot_be_are_refused_with_the_cure(client, bus, group, says):
    client.send(f"/unloop/group/{group}/record")
    (answer,) = client.news()
    assert answer[0] == "/unloop/error" and says in answer[2]
    assert given(bus) == []
