"""OSC datagrams to messages and back.

Message bodies are parsed and built by python-osc. Bundles are walked here, since python-osc's walk never ends on an
element of negative size, and since a bundle is either obeyed whole or, when any part is malformed, dropped whole.
"""

import struct
from dataclasses import dataclass

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.parsing import osc_types

_BUNDLE = b"#bundle\x00"
_KNOWN_TAGS = frozenset("ihfdsbrmtTFN[]")
_MAX_DEPTH = 8
_IMMEDIATELY = 1
_NTP_TO_UNIX_S = 2208988800  # seconds from 1900 to 1970


class MalformedDatagram(ValueError):
    """A datagram that is not OSC. Never leaves the server: it is counted and dropped."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message with its time.

    Attributes
    ----------
    address : str
        Perhaps a pattern.
    arguments : tuple
        int, float, str, bool, or what else OSC can carry. Floats are rounded to seven digits, which turns the 32-bit
        float nearest to 0.1 back into 0.1; nils are left out.
    time_s : float or None
        Seconds since 1970 at which it is due; None is at once.
    """

    address: str
    arguments: tuple[object, ...]
    time_s: float | None = None


def decode(datagram: bytes) -> list[Message]:
    """The messages of a datagram, in order, bundles opened.

    Raises
    ------
    MalformedDatagram
        If any part of it is not OSC.
    """
    messages: list[Message] = []
    try:
        _decode_into(messages, datagram, None, 0)
    except MalformedDatagram:
        raise
    except Exception as error:  # whatever a parser may raise on rubbish
        raise MalformedDatagram(str(error)) from error
    return messages


def _decode_into(messages: list[Message], packet: bytes, time_s: float | None, depth: int) -> None:
    if packet.startswith(b"/"):
        messages.append(_decode_message(packet, time_s))
        return
    if not packet.startswith(_BUNDLE) or len(packet) < len(_BUNDLE) + 8:
        raise MalformedDatagram("neither a message nor a bundle")
    if depth == _MAX_DEPTH:
        raise MalformedDatagram(f"bundles nested deeper than {_MAX_DEPTH}")
    (timetag,) = struct.unpack_from(">Q", packet, len(_BUNDLE))
    time_s = None if timetag <= _IMMEDIATELY else timetag / 2**32 - _NTP_TO_UNIX_S
    start = len(_BUNDLE) + 8
    while start < len(packet):
        (size,) = struct.unpack_from(">i", packet, start)
        start += 4
        if size <= 0 or start + size > len(packet):
            raise MalformedDatagram(f"a bundle element of {size} bytes")
        _decode_into(messages, packet[start : start + size], time_s, depth + 1)
        start += size


def _decode_message(packet: bytes, time_s: float | None) -> Message:
    address, tags_at = osc_types.get_string(packet, 0)
    if tags_at < len(packet):
        tags, _ = osc_types.get_string(packet, tags_at)
        if not _KNOWN_TAGS.issuperset(tags[1:]):  # python-osc would skip them with a warning for each
            raise MalformedDatagram(f"type tags {tags!r}")
    arguments = tuple(_plain(value) for value in OscMessage(packet).params if value is not None)
    return Message(address, arguments, time_s)


def _plain(value: object) -> object:
    if isinstance(value, float) and not value.is_integer():  # nan and the infinities are not integers, and stay
        return float(f"{value:.7g}")
    return value


def encode(address: str, *values: int | float | str) -> bytes:
    """The datagram of one message: ints as ``i`` (``h`` beyond 32 bits), floats as ``f``, strings as ``s``."""
    builder = OscMessageBuilder(address)
    for value in values:
        if isinstance(value, str):
            builder.add_arg(value, OscMessageBuilder.ARG_TYPE_STRING)
        elif isinstance(value, int):
            fits = -(2**31) <= value < 2**31
            builder.add_arg(int(value), OscMessageBuilder.ARG_TYPE_INT if fits else OscMessageBuilder.ARG_TYPE_INT64)
        else:
            builder.add_arg(float(value), OscMessageBuilder.ARG_TYPE_FLOAT)
    return builder.build().dgram
