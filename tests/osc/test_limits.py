"""Who is heard, and how much of it."""

import struct

import pytest

from unloop_py.control.describe import addresses_markdown
from unloop_py.control.fake_bus import FakeBus
from unloop_py.errors import ParameterError
from unloop_py.osc.backlog import AT_ONCE, MAX_WAITING
from unloop_py.osc.endpoint import Endpoint
from unloop_py.osc.limits import MESSAGES_PER_S, AllowList, Buckets
from unloop_py.osc.messages import MAX_ARGUMENTS, MAX_MESSAGE, MAX_MESSAGES, encode
from unloop_py.osc.server import MAX_AHEAD_S, OscServer
from unloop_py.osc.tcp import MAX_CONNECTIONS, MAX_UNREAD

IMMEDIATELY = b"\0\0\0\0\0\0\0\1"


@pytest.mark.parametrize(
    "allowed, host, heard",
    [
        ((), "127.0.0.1", True),
        ((), "192.168.7.9", True),
        ((), "10.1.2.3", True),
        ((), "172.31.0.1", True),
        ((), "169.254.3.4", True),
        ((), "172.32.0.1", False),
        ((), "203.0.113.5", False),
        (("203.0.113.5",), "203.0.113.5", True),
        (("203.0.113.5",), "192.168.7.9", False),
        (("203.0.113.5",), "127.0.0.1", True),
        (("192.168.7.0/24", "10.0.0.1"), "192.168.7.9", True),
        (("192.168.7.9/24",), "192.168.8.9", False),
        (("0.0.0.0/0",), "203.0.113.5", True),
    ],
)
def test_the_local_network_is_heard_or_else_the_list_and_always_this_machine(allowed, host, heard):
    assert AllowList(allowed).lets_in(host) is heard


@pytest.mark.parametrize("text", ["", "me", "192.168.1", "192.168.1.0/33", "::1", "1.2.3.4 5"])
def test_a_list_of_something_else_is_refused_with_an_example(text):
    with pytest.raises(ParameterError, match="such as 192.168.1.7 or"):
        OscServer(FakeBus(), port=0, allow=(text,))


def test_a_stranger_is_counted_and_named_once_and_nothing_of_it_is_done(client, bus, server, caplog, monkeypatch):
    monkeypatch.setattr(server._allowed, "_is_heard", lambda host: False)
    for _ in range(3):
        client.send("/unloop/loop/1/record")
    while server.dropped < 3:
        pass
    assert bus.given == []
    assert caplog.text.count("OSC from 127.0.0.1 is not heard: --osc-allow 127.0.0.1 lets it in") == 1
    monkeypatch.undo()
    client.send("/unloop/traffic")
    assert client.news() == [("/unloop/traffic", 4, 0, 0, 3, 0, 0)]


def test_a_bucket_fills_by_the_clock_and_debt_is_paid_first():
    now = [0.0]
    buckets = Buckets(per_s=10, burst=20, clock=lambda: now[0])
    one, other = Endpoint("127.0.0.1", 1), Endpoint("127.0.0.1", 2)
    assert [buckets.takes(one) for _ in range(21)] == [True] * 20 + [False]
    assert buckets.takes(other), "another port of this machine is another sender"
    now[0] = 0.5
    assert [buckets.takes(one) for _ in range(6)] == [True] * 5 + [False]
    buckets.charge(one, 10)
    now[0] = 1.5
    assert not buckets.takes(one)
    now[0] = 1.6
    assert buckets.takes(one)


def test_the_ports_of_another_machine_are_one_sender():
    buckets = Buckets(per_s=1, burst=1, clock=lambda: 0.0)
    assert [buckets.takes(Endpoint("192.0.2.1", port)) for port in (1, 2)] == [True, False]


def test_senders_beyond_the_table_push_out_the_oldest():
    buckets = Buckets(clock=lambda: 0.0)
    for number in range(5000):
        buckets.takes(Endpoint(f"192.0.{number // 256}.{number % 256}", 1))
    assert len(buckets._buckets) == 1024


@pytest.fixture
def strict(bus):
    """A server that lets nobody ask for more than ten things, ever."""
    with OscServer(bus, port=0, buckets=Buckets(per_s=1e-9, burst=10)) as server:
        bus.listeners.append(server.notify)
        yield server


@pytest.fixture
def server(request):
    return request.getfixturevalue("strict" if "strict" in request.fixturenames else "lenient")


@pytest.fixture
def lenient(bus):
    with OscServer(bus, port=0) as server:
        yield server


def test_who_sends_too_much_is_told_within_a_second_and_others_are_heard(strict, new_client, bus):
    flooder, player = new_client(), new_client()
    for number in range(1, 31):
        flooder.send("/unloop/loop/1/again", number)
    told = 0
    while told < 20:  # at the end of each second, how many since the last
        number, _, why = flooder.receive_until("/unloop/error")[2].partition(" ")
        assert why.startswith("messages of yours were dropped, for you send too many: at most")
        told += int(number)
    assert told == 20
    player.send("/unloop/loop/2/record")
    assert bus.wait_for(n_given=11)
    assert [one.argument for one in bus.given] == [*range(1, 11), None] and strict.dropped == 20


def test_what_many_answers_cost_is_charged(strict, client, bus):
    client.send("/unloop/state")
    client.receive_until("/unloop/xruns")
    client.send("/unloop/loop/1/record")
    assert "1 messages" in client.receive_until("/unloop/error")[2]
    assert bus.given == []


def test_a_packet_of_two_thousand_messages_keeps_nobody_and_its_sender_is_obeyed_in_order(bus):
    server = OscServer(bus, port=0, buckets=Buckets(per_s=1e9, burst=1e9))
    counts = [1 + number % 1000 for number in range(1200)]
    many = b"".join(struct.pack(">i", len(one)) + one for one in (encode("/unloop/loop/1/again", count) for count in counts))
    flooder, player = Endpoint("127.0.0.1", 1), Endpoint("127.0.0.1", 2)
    server._put(b"#bundle\0" + IMMEDIATELY + many, flooder)
    server._put(encode("/unloop/loop/1/capture", 7), flooder)
    server._put(encode("/unloop/loop/2/record"), player)
    while server._backlog:
        server._receive_some()
    names = [one.name for one in bus.given]
    assert names.index("record") == AT_ONCE
    assert [one.argument for one in bus.given if one.name != "record"] == [*counts, 7]
    server.stop()


def test_a_flood_of_one_sender_waits_behind_itself(bus):
    server = OscServer(bus, port=0, buckets=Buckets(per_s=1e9, burst=1e9))
    flooder, player = Endpoint("127.0.0.1", 1), Endpoint("127.0.0.1", 2)
    for count in range(1, MAX_WAITING + 4):
        server._put(encode("/unloop/loop/1/again", 1 + count % 1000), flooder)
    server._put(encode("/unloop/loop/2/record"), player)
    assert server.dropped == 3
    while server._backlog:
        server._receive_some()
    assert [one.name for one in bus.given].index("record") == 1 and len(bus.given) == MAX_WAITING + 1
    server.stop()


def test_the_documents_name_the_limits_that_there_are():
    told = addresses_markdown()
    for limit in (f"{MESSAGES_PER_S:g} things", f"{MAX_MESSAGE} bytes", f"{MAX_ARGUMENTS} arguments", f"{MAX_MESSAGES} messages",
                  f"{MAX_AHEAD_S / 86400:g} days", f"and {MAX_CONNECTIONS} may"):  # fmt: skip
        assert limit in told.replace("\n", " ")
    assert MAX_UNREAD == 2**20 and "a megabyte" in told
