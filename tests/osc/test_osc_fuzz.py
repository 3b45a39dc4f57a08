"""Thousands of datagrams of rubbish: the server counts them, changes nothing, and still answers."""

import random
import struct

from unloop_py.control.commands import COMMANDS
from unloop_py.control.parameters import PARAMETERS, by_name
from unloop_py.osc.messages import MalformedPacket, decode, encode

IMMEDIATELY = b"\0\0\0\0\0\0\0\1"
BATCH = 100  # sent before the server is asked whether it still answers, so that no buffer overflows


def bytes_at_random(random_: random.Random) -> bytes:
    return random_.randbytes(random_.choice((0, 1, 3, 4, 8, 16, 60, 400)))


def sound_message(random_: random.Random) -> bytes:
    names = [row.name for row in (*PARAMETERS, *COMMANDS) if row.name != "quit"]
    values = [random_.choice((0, 1, -1, 1e30, float("nan"), float("inf"), "x", "", "0.5", 2**31 - 1)) for _ in range(random_.randrange(3))]
    return encode(f"/unloop/loop/{random_.choice('12345*?')}/{random_.choice(names)}", *values)


def broken_message(random_: random.Random) -> bytes:
    packet = bytearray(sound_message(random_))
    for _ in range(random_.randrange(1, 5)):
        packet[random_.randrange(len(packet))] = random_.randrange(256)
    return bytes(packet[: random_.randrange(len(packet) + 1)])


def broken_bundle(random_: random.Random) -> bytes:
    packet = b"#bundle\0" + random_.choice((IMMEDIATELY, random_.randbytes(8)))
    for _ in range(random_.randrange(4)):
        element = random_.choice((sound_message, broken_message, bytes_at_random))(random_)
        size = random_.choice((len(element), len(element), -4, 0, 2**31 - 1))
        packet += struct.pack(">i", size) + element
    return packet


def address_at_random(random_: random.Random) -> bytes:
    alphabet = "/unlop*?[]{},-!1é "
    return encode("/" + "".join(random_.choice(alphabet) for _ in range(random_.randrange(300))))


MAKERS = (bytes_at_random, sound_message, broken_message, broken_bundle, address_at_random)


def test_thousands_of_datagrams_of_every_kind_leave_a_server_that_answers(client, bus, server):
    random_ = random.Random(1)
    sent = malformed = 0
    for _ in range(40):
        for _ in range(BATCH):
            packet = random_.choice(MAKERS)(random_)
            malformed += not_osc(packet)
            client.send_raw(packet)
            sent += 1
        client.news()
    assert server.received == sent + 40
    assert server.malformed == malformed > sent // 4
    for loop in range(bus.n_loops):
        for name, value in bus.store.snapshot(loop).items():
            assert by_name(name).minimum <= value <= by_name(name).maximum
    client.send("/unloop/loop/1/mix")
    assert client.news()[0][0] == "/unloop/loop/1/mix"


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
