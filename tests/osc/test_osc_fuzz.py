"""Twenty thousand packets of rubbish over UDP and TCP, to the real bus on the engine: the server counts them and answers on, and the loop
that they may not touch is what was played, sample for sample."""

import contextlib
import random
import socket
from pathlib import Path

import numpy as np
import pytest

from tests.osc.conftest import Client
from tests.osc.hostile import LOOPS, Hostile, Played
from unloop_py.control.parameters import by_name
from unloop_py.errors import CommandError
from unloop_py.osc.framing import framed
from unloop_py.osc.limits import Buckets
from unloop_py.osc.max_dialect import MaxDialect
from unloop_py.osc.messages import MalformedPacket, Message, decode, encode
from unloop_py.osc.server import MAX_SCHEDULED, OscServer
from unloop_py.osc.subscribers import MAX_SUBSCRIBERS

BATCH = 100  # sent before the server is asked whether it still answers, so that no buffer overflows


@pytest.fixture
def played(tmp_path, monkeypatch):
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return Played()


class NoWork:
    """Has nothing to do with whatever is asked."""

    def start(self, answers):
        pass

    def stop(self):
        pass

    def ask(self, wanted):
        raise CommandError("no")

    def cancel(self, query_id):
        pass

    def clean_up(self, path):
        pass


@pytest.fixture
def patch():
    """Where unloop for Max's answers come in."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as patch:
        patch.bind(("127.0.0.1", 0))
        patch.settimeout(5.0)
        yield patch


@pytest.fixture
def third_dialect(patch):
    dialect = MaxDialect(NoWork(), 0, patch.getsockname()[1])
    dialect.start()
    yield dialect
    dialect.stop()


@pytest.fixture
def open_server(played):
    """A server that listens to as much as it is sent."""
    with OscServer(played.bus, port=0, buckets=Buckets(per_s=1e9, burst=1e9)) as server:
        played.bus.listen(server.notify)
        yield server


def send_over_tcp(port: int, packets: list[bytes]) -> None:
    """Over a connection that may be cut off at any time, as it is what they ask for."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5.0) as connection:
        connection.setblocking(False)
        for packet in packets:
            with contextlib.suppress(BlockingIOError):
                connection.send(framed(packet, "slip"))


def memory_mb() -> float:
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 / 1e6 if status.exists() else 0.0


def test_twenty_thousand_hostile_packets_lose_no_loop_and_no_memory_and_between_them_is_obeyed(
    played, open_server, patch, third_dialect, caplog
):
    hostile, flooder, player = Hostile(1, LOOPS), Client(open_server.port), Client(open_server.port)
    played.bus.player = f"osc:127.0.0.1:{player.port}"
    sent, middle_mb = 0, 0.0
    while sent < 20_000:
        packets = [hostile.packet() for _ in range(BATCH)]
        for packet in packets[: BATCH // 2]:
            flooder.send_raw(packet)
            patch.sendto(packet, ("127.0.0.1", third_dialect.port))
        send_over_tcp(open_server.port, packets[BATCH // 2 :])
        patch.sendto(encode("/heartbeat"), ("127.0.0.1", third_dialect.port))
        while decode(patch.recv(65536)) != [Message("/heartbeat", ("pong",))]:
            pass
        sent += BATCH
        wanted = round(hostile.random.random(), 3)
        player.send("/unloop/loop/2/pan_1", wanted)
        player.news()
        assert played.bus.last == (1, "pan_1", wanted)
        played.play(1)
        if sent == 10_000:
            middle_mb = memory_mb()
    flooder.close()
    player.close()
    played.play(5)
    assert np.array_equal(played.sound(), played.before)
    assert not [record for record in caplog.records if record.levelname == "ERROR"], "something raised that is no answer"
    assert not played.engine.status(0).events_lost
    received, malformed, refused, *_ = open_server.counts()
    assert received > 12_000 and malformed > 3000 and refused > 3000
    for loop in range(LOOPS):
        for name, value in played.bus.store.snapshot(loop).items():
            assert by_name(name).minimum <= value <= by_name(name).maximum
    assert len(open_server._scheduled) <= MAX_SCHEDULED and len(open_server._subscribers) <= MAX_SUBSCRIBERS
    assert memory_mb() - middle_mb < 40.0


def test_what_is_not_osc_is_counted_and_nothing_else_is(client, bus, server):
    hostile = Hostile(2)
    sent = malformed = 0
    for _ in range(10):
        for _ in range(BATCH):
            packet = hostile.rubbish() if sent % 2 else hostile.broken()
            malformed += not_osc(packet)
            client.send_raw(packet)
            sent += 1
        client.news()
    assert server.received == sent + 10
    assert server.malformed == malformed > sent // 4


def not_osc(packet: bytes) -> bool:
    try:
        decode(packet)
    except MalformedPacket:
        return True
    return False


def test_rubbish_is_counted_dropped_and_not_answered(client, bus, server):
    random_ = random.Random(2)
    for _ in range(1000):
        client.send_raw(b"\1" + random_.randbytes(40))
    assert client.news() == []
    assert server.malformed == 1000 and server.refused == 1  # the refusal is the question that `news` asks
    assert bus.given == [] and bus.sets == []


def test_another_client_is_served_in_the_midst_of_a_flood(new_client, bus):
    flooder, player = new_client(), new_client()
    random_ = random.Random(3)
    for turn in range(1, 21):
        for _ in range(BATCH):
            flooder.send_raw(random_.randbytes(60))
        player.send("/unloop/loop/1/again", turn)
        player.send("/unloop/loop/1/mix")
        assert player.receive_until("/unloop/loop/1/mix") == ("/unloop/loop/1/mix", 1.0)
    assert [call.argument for call in bus.given] == list(range(1, 21))
