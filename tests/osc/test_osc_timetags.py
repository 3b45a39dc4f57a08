"""Bundles with a time to come, by a clock that the test turns."""

import struct

import pytest

from unloop_py.osc.messages import encode
from unloop_py.osc.server import LOOKAHEAD_S, MAX_SCHEDULED, OscServer

NOW_S = 1_800_000_000.0


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now_s = NOW_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def server(bus, clock):
    with OscServer(bus, port=0, clock=clock) as server:
        bus.listeners.append(server.notify)
        yield server


def at(time_s: float, *messages: bytes) -> bytes:
    timetag = struct.pack(">Q", round((time_s + 2208988800) * 2**32))
    return b"#bundle\0" + timetag + b"".join(struct.pack(">i", len(one)) + one for one in messages)


def test_a_command_is_given_with_its_frame_shortly_before_its_time(client, bus, clock):
    client.send_raw(at(NOW_S + 10.125, encode("/unloop/loop/1/record")))
    client.send("/unloop/loop/1/undo")
    assert client.news() == []
    assert [call.name for call in bus.given] == ["undo"]  # nothing slept: what came later was served
    clock.now_s = NOW_S + 10.125 - LOOKAHEAD_S
    assert bus.wait_for(n_given=2)
    assert (bus.given[1].name, bus.given[1].frame) == ("record", round((NOW_S + 10.125) * 48000))


def test_what_acts_at_once_has_its_frame_and_what_waits_for_a_seam_is_set_at_its_time(client, bus, clock):
    client.send_raw(at(NOW_S + 5, encode("/unloop/loop/1/temperature", 1.5), encode("/unloop/loop/1/mix", 0.5)))
    client.news()
    clock.now_s = NOW_S + 5 - LOOKAHEAD_S
    assert bus.wait_for(n_sets=1)
    assert bus.sets == [(0, "mix", 0.5, round((NOW_S + 5) * 48000))]
    clock.now_s = NOW_S + 5
    assert bus.wait_for(n_sets=2)
    assert bus.sets[1] == (0, "temperature", 1.5, None)


def test_messages_of_one_time_keep_their_order_and_times_sort_themselves(client, bus, clock):
    client.send_raw(at(NOW_S + 3, *(encode("/unloop/loop/1/again", number) for number in range(4, 7))))
    client.send_raw(at(NOW_S + 2, *(encode("/unloop/loop/1/again", number) for number in range(1, 4))))
    client.news()
    clock.now_s = NOW_S + 4
    assert bus.wait_for(n_given=6)
    assert [call.argument for call in bus.given] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("time_s", [NOW_S - 1, NOW_S, 2**-32 - 2208988800, -2208988800])
def test_a_time_that_has_passed_or_immediately_is_now(client, bus, time_s):
    client.send_raw(at(time_s, encode("/unloop/loop/1/record")))
    client.news()
    assert [(call.name, call.frame) for call in bus.given] == [("record", None)]


def test_a_bundle_of_a_time_to_come_is_checked_when_it_comes(client, bus):
    client.send_raw(at(NOW_S + 10, encode("/unloop/loop/1/mix", 3)))
    assert client.news() == [("/unloop/error", "/unloop/loop/1/mix", "mix must be in 0..1, got 3")]


def test_what_waits_is_limited(client, bus, server):
    for _ in range(8):
        client.send_raw(at(NOW_S + 1e6, *(encode("/unloop/loop/1/undo") for _ in range(MAX_SCHEDULED // 8))))
    assert client.news() == []
    client.send_raw(at(NOW_S + 1e6, encode("/unloop/loop/1/undo")))
    ((_, _, text),) = client.news()
    assert text == f"messages waiting for their time must be at most {MAX_SCHEDULED}: send them later"


@pytest.mark.parametrize("time_s", [NOW_S + 32 * 86400, 2085978496.0 + 5, 2**32 + 2**31 - 2208988800 - 1])
def test_a_time_that_only_a_wrong_clock_gives_is_refused_and_waits_for_nobody(client, bus, server, time_s):
    client.send_raw(at(time_s if time_s < 2085978496 else time_s - 2**32, encode("/unloop/loop/1/record")))
    ((_, _, text),) = client.news()
    assert text.startswith("a time to come must be within 31 days, got ") and text.endswith("set the sender's clock")
    assert bus.given == [] and server._scheduled == []


def test_a_time_of_the_next_era_is_met_when_the_clock_has_come_there(client, bus, clock):
    clock.now_s = 2085978496.0 - 1  # the last second before the count begins again, in 2036
    client.send_raw(at(3 - 2208988800, encode("/unloop/loop/1/record")))
    client.news()
    assert bus.given == []
    clock.now_s = 2085978496.0 + 3
    assert bus.wait_for(n_given=1)
    assert bus.given[0].frame == round((2085978496.0 + 3) * 48000)
