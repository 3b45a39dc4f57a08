"""Datagrams to messages: tables of bytes, bundles, and what is refused."""

import struct

import pytest

from unloop_py.osc.messages import MalformedPacket, decode, encode

IMMEDIATELY = b"\0\0\0\0\0\0\0\1"


def bundle(timetag: bytes, *elements: bytes) -> bytes:
    return b"#bundle\0" + timetag + b"".join(struct.pack(">i", len(element)) + element for element in elements)


@pytest.mark.parametrize(
    "datagram, address, arguments",
    [
        (b"/a\0\0", "/a", ()),
        (b"/a\0\0,\0\0\0", "/a", ()),
        (b"/a\0\0,i\0\0\0\0\0\7", "/a", (7,)),
        (b"/a\0\0,f\0\0\x3d\xcc\xcc\xcd", "/a", (0.1,)),
        (b"/a\0\0,d\0\0" + struct.pack(">d", 0.5), "/a", (0.5,)),
        (b"/a\0\0,s\0\0on\0\0", "/a", ("on",)),
        (b"/a\0\0,TFN", "/a", None),
        (b"/a\0\0,TFN\0\0\0\0", "/a", (True, False)),
        (b"/a\0\0,I\0\0", "/a", ()),
        (b"/a\0\0,iIS\0\0\0\0\0\0\0\1on\0\0", "/a", (1, "on")),
        (b"/a\0\0,h\0\0" + struct.pack(">q", 2**40), "/a", (2**40,)),
    ],
)
def test_each_type_reads_as_its_value(datagram, address, arguments):
    if arguments is None:  # a type tag string that never ends
        with pytest.raises(MalformedPacket):
            decode(datagram)
        return
    (message,) = decode(datagram)
    assert (message.address, message.arguments, message.time_s) == (address, arguments, None)


@pytest.mark.parametrize("values", [(), (1,), (0.25,), ("name", 3, 0.5), (2**31,), (-(2**31),)])
def test_what_is_encoded_decodes_to_itself(values):
    (message,) = decode(encode("/unloop/x", *values))
    assert message.arguments == values
    assert [type(value) for value in message.arguments] == [type(value) for value in values]


def test_a_bundle_s_messages_come_in_order_with_its_time():
    timetag = struct.pack(">II", 2208988800 + 100, 2**31)
    messages = decode(bundle(timetag, encode("/a"), encode("/b"), bundle(IMMEDIATELY, encode("/c"))))
    assert [(message.address, message.time_s) for message in messages] == [("/a", 100.5), ("/b", 100.5), ("/c", None)]


def test_an_empty_bundle_is_no_message():
    assert decode(bundle(IMMEDIATELY)) == []


def nested(depth: int) -> bytes:
    packet = encode("/a")
    for _ in range(depth):
        packet = bundle(IMMEDIATELY, packet)
    return packet


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\0",
        b"hello",
        b"/a",
        b"/\xff\xfe\0",
        b"/a\0\0ifs\0",
        b"/a\0\0,i\0\0\0\0",
        b"/a\0\0,s\0\0abcd",
        b"/a\0\0,b\0\0\x7f\xff\xff\xff",
        b"/a\0\0,[[\0",
        b"/a\0\0,]\0\0",
        b"/a\0\0,Q\0\0",
        b"/a\0\0,,\0\0",
        b"/a\0\0,t\0\0\xff\xff\xff\xff",
        b"#bundle\0",
        b"#bundle\0\0\0\0\0",
        bundle(IMMEDIATELY) + struct.pack(">i", -4),
        bundle(IMMEDIATELY) + struct.pack(">i", 0),
        bundle(IMMEDIATELY) + struct.pack(">i", 2**31 - 1),
        bundle(IMMEDIATELY, encode("/a"), b"rubbish!"),
        nested(9),
        b"/a\0\0," + b"[" * 9 + b"]" * 9 + b"\0",
        b"/a\0\0," + b"N" * 257 + b"\0\0",
        b"/" + b"a" * 8192 + b"\0\0\0",
        b"/a\0\0,s\0\0" + b"a" * 8192 + b"\0\0\0\0",
        bundle(IMMEDIATELY, *[b"/a\0\0"] * 2049),
        nested(3000),
    ],
)
def test_what_is_not_osc_is_malformed_and_nothing_else_is_raised(datagram):
    with pytest.raises(MalformedPacket):
        decode(datagram)


@pytest.mark.parametrize("value, sent", [(1e300, float("inf")), (-1e300, float("-inf")), ("a\0b", "ab"), ("\udcff", "?"), (True, 1)])
def test_what_cannot_be_carried_is_sent_as_what_is_nearest(value, sent):
    assert decode(encode("/a", value))[0].arguments == (sent,)


@pytest.mark.parametrize("year_s, seconds", [(2085978496.0 - 1, 2**32 - 1), (2085978496.0, 0), (2085978496.0 + 10, 10)])
def test_times_go_on_when_the_count_of_seconds_begins_again_in_2036(year_s, seconds):
    (message,) = decode(bundle(struct.pack(">II", seconds, 2), encode("/a")))
    assert message.time_s == pytest.approx(year_s)
