"""OSC packets to messages and back.

Messages are read and built by python-osc. What it would choke on comes before it: it never ends on a bundle's element of negative size, it
bounds neither depth nor counts, and looks for a string's end byte by byte (4 ms in 64 KiB), so bundles are walked here, and a message's
length and type tags are looked at first. A packet of which any part is malformed or beyond the limits is dropped whole. Thread: any.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

MAX_PACKET = 65536
"""Bytes; a UDP datagram cannot be longer."""
MAX_MESSAGES = 2048
"""The most messages of one packet: every parameter of sixteen loops is fewer."""
MAX_MESSAGE = 8192
"""Bytes of one message: the longest path and the longest text are shorter."""
MAX_ARGUMENTS = 256
"""The most arguments of one message, arrays counted with what is in them."""
MAX_DEPTH = 8
"""How deep bundles may lie in bundles, and arrays in arrays."""

_BUNDLE = b"#bundle\x00"
_KNOWN_TAGS = frozenset(b"ihfdsbrmtTFN[]IS")
_AS_PYTHON_OSC_HAS_IT = bytes.maketrans(b"IS", b"Ns")  # an impulse carries as little as nil, a symbol is a string
_IMMEDIATELY = 1
_NTP_TO_UNIX_S = 2208988800  # seconds from 1900 to 1970
_ERA_S = 2**32  # NTP's seconds begin again in 2036; a count from before 1968 is meant as one from after that
_SIZE, _TIME = Struct(">i"), Struct(">Q")
_GREATEST_FLOAT = 3.4028234663852886e38


class MalformedPacket(ValueError):
    """A packet that is not OSC. Never leaves the server: it is counted and dropped."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message with its time.

    Attributes
    ----------
    address : str
        Perhaps a pattern.
    arguments : tuple
        int, float, str, bool, or what else OSC can carry. Floats are rounded to seven digits, which turns the 32-bit
        float nearest to 0.1 back into 0.1; nils and impulses are left out.
    time_s : float or None
        Seconds since 1970 at which it is due; None is at once.
    """

    address: str
    arguments: tuple[object, ...]
    time_s: float | None = None


def decode(packet: bytes) -> list[Message]:
    """The messages of a packet, in order, bundles opened.

    Raises
    ------
    MalformedPacket
        If any part of it is not OSC, or it is beyond the limits.
    """
    messages: list[Message] = []
    if len(packet) > MAX_PACKET:
        raise MalformedPacket(f"more than {MAX_PACKET} bytes")
    try:
        _decode_into(messages, packet, None, 0)
    except MalformedPacket:
        raise
    except Exception as error:  # whatever a parser may raise on rubbish
        raise MalformedPacket(str(error)) from error
    return messages


def _decode_into(messages: list[Message], packet: bytes, time_s: float | None, depth: int) -> None:
    if packet.startswith(b"/"):
        if len(messages) == MAX_MESSAGES:
            raise MalformedPacket(f"more than {MAX_MESSAGES} messages")
        messages.append(_decode_message(packet, time_s))
        return
    if not packet.startswith(_BUNDLE) or len(packet) < len(_BUNDLE) + 8:
        raise MalformedPacket("neither a message nor a bundle")
    if depth == MAX_DEPTH:
        raise MalformedPacket(f"bundles nested deeper than {MAX_DEPTH}")
    (timetag,) = _TIME.unpack_from(packet, len(_BUNDLE))
    time_s = None if timetag <= _IMMEDIATELY else _unix_time(timetag)
    start = len(_BUNDLE) + 8
    while start < len(packet):
        (size,) = _SIZE.unpack_from(packet, start)
        start += 4
        if size <= 0 or start + size > len(packet):
            raise MalformedPacket(f"a bundle element of {size} bytes")
        _decode_into(messages, packet[start : start + size], time_s, depth + 1)
        start += size


def _unix_time(timetag: int) -> float:
    seconds = timetag / 2**32
    return seconds - _NTP_TO_UNIX_S + (_ERA_S if seconds < _ERA_S / 2 else 0)


def _decode_message(packet: bytes, time_s: float | None) -> Message:
    if len(packet) > MAX_MESSAGE:
        raise MalformedPacket(f"a message of more than {MAX_MESSAGE} bytes")
    tags_at = (packet.find(b"\0") // 4 + 1) * 4
    tags_end = packet.find(b"\0", tags_at)
    tags = packet[tags_at:tags_end]
    if len(tags) > MAX_ARGUMENTS + 1 or not _KNOWN_TAGS.issuperset(tags[1:]):
        raise MalformedPacket(f"type tags {tags[:20]!r}")
    if b"[" in tags and _depth(tags) > MAX_DEPTH:
        raise MalformedPacket(f"arrays nested deeper than {MAX_DEPTH}")
    if b"I" in tags or b"S" in tags:
        packet = packet[:tags_at] + tags.translate(_AS_PYTHON_OSC_HAS_IT) + packet[tags_end:]
    message = OscMessage(packet)
    return Message(message.address, tuple(_plain(value) for value in message.params if value is not None), time_s)


def _depth(tags: bytes) -> int:
    depth = deepest = 0
    for tag in tags:
        depth += (tag == ord("[")) - (tag == ord("]"))
        deepest = max(deepest, depth)
    return deepest


def _plain(value: object) -> object:
    if isinstance(value, float) and not value.is_integer():  # nan and the infinities are not integers, and stay
        return float(f"{value:.7g}")
    return value


def encode(address: str, *values: int | float | str) -> bytes:
    """The packet of one message: ints and bools as ``i`` (``h`` beyond 32 bits), floats as ``f``, strings as ``s``."""
    return encode_as(address, "".join(map(_tag_of, values)), *values)


def encode_as(address: str, tags: str, *values: int | float | str) -> bytes:
    """The packet of one message whose values have these type tags, of ``ihfsTF``. A float beyond 32 bits is an infinity."""
    builder = OscMessageBuilder(address)
    for tag, value in zip(tags, values, strict=True):
        if tag == "s":
            # Neither what would end it nor half of a character, which a file's name may hold, can be sent.
            builder.add_arg(str(value).replace("\0", "").encode(errors="replace").decode(), tag)
        elif tag == "f":
            number = float(value)
            builder.add_arg(number if abs(number) <= _GREATEST_FLOAT else number * float("inf"), tag)
        else:
            builder.add_arg(value if tag in "TF" else int(value), tag)
    return builder.build().dgram


def _tag_of(value: object) -> str:
    if isinstance(value, str):
        return "s"
    if isinstance(value, int):
        return "i" if -(2**31) <= value < 2**31 else "h"
    return "f"
