"""OSC packets to messages and back: the types of OSC 1.0 and 1.1.

A packet comes from anybody, so the reader is its own guard: it never goes deeper, nor makes more of it, than the limits here, and
a packet of which any part is malformed is dropped whole. Thread: any.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAX_PACKET = 65536
"""Bytes; a UDP datagram cannot be longer."""
MAX_MESSAGES = 2048
"""The most messages of one packet: every parameter of sixteen loops is fewer."""
MAX_ARGUMENTS = 1024
"""The most arguments of one message, arrays counted with what is in them."""
MAX_DEPTH = 8
"""How deep bundles may lie in bundles, and arrays in arrays."""

_BUNDLE = b"#bundle\x00"
_IMMEDIATELY = 1
_NTP_TO_UNIX_S = 2208988800  # seconds from 1900 to 1970
_ERA_S = 2**32  # NTP's seconds begin again in 2036; a count from before 1968 is meant as one from after that
_NUMBERS = {tag: struct.Struct(">" + code) for tag, code in {"i": "i", "f": "f", "h": "q", "d": "d", "t": "Q", "c": "i", "r": "I"}.items()}
_CONSTANTS = {"T": True, "F": False}
_NOTHING = frozenset("NI")  # nil, and OSC 1.1's impulse: a message without a value


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
        int, float, str, bool, bytes, or tuples of them. Floats are rounded to seven digits, which turns the 32-bit
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
    except (struct.error, UnicodeDecodeError) as error:
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
    (timetag,) = _NUMBERS["t"].unpack_from(packet, len(_BUNDLE))
    time_s = None if timetag <= _IMMEDIATELY else _unix_time(timetag)
    start = len(_BUNDLE) + 8
    while start < len(packet):
        (size,) = _NUMBERS["i"].unpack_from(packet, start)
        start += 4
        if size <= 0 or start + size > len(packet):
            raise MalformedPacket(f"a bundle element of {size} bytes")
        _decode_into(messages, packet[start : start + size], time_s, depth + 1)
        start += size


def _unix_time(timetag: int) -> float:
    seconds = timetag / 2**32
    return seconds - _NTP_TO_UNIX_S + (_ERA_S if seconds < _ERA_S / 2 else 0)


def _decode_message(packet: bytes, time_s: float | None) -> Message:
    address, at = _read_string(packet, 0)
    if at == len(packet):
        return Message(address, (), time_s)
    tags, at = _read_string(packet, at)
    if not tags.startswith(","):
        raise MalformedPacket(f"type tags {tags[:20]!r}")
    if len(tags) > MAX_ARGUMENTS + 1:
        raise MalformedPacket(f"more than {MAX_ARGUMENTS} arguments")
    arguments: list[object] = []
    within: list[list[object]] = []  # the arrays that are open, from outside
    for tag in tags[1:]:
        if tag in _NUMBERS:
            (value,) = _NUMBERS[tag].unpack_from(packet, at)
            at += _NUMBERS[tag].size
            arguments.append(_plain(value) if tag in "fd" else _character(value) if tag == "c" else value)
        elif tag in "sS":
            text, at = _read_string(packet, at)
            arguments.append(text)
        elif tag in "bm":
            data, at = _read_bytes(packet, at, blob=tag == "b")
            arguments.append(data)
        elif tag in _CONSTANTS:
            arguments.append(_CONSTANTS[tag])
        elif tag == "[" and len(within) < MAX_DEPTH:
            within.append(arguments)
            arguments = []
        elif tag == "]" and within:
            within[-1].append(tuple(arguments))
            arguments = within.pop()
        elif tag not in _NOTHING:
            raise MalformedPacket(f"type tag {tag!r}")
    if within:
        raise MalformedPacket("an array without its end")
    return Message(address, tuple(arguments), time_s)


def _read_string(packet: bytes, at: int) -> tuple[str, int]:
    """The string that begins there, and where what follows it does."""
    end = packet.find(b"\0", at)
    after = end + 4 - (end - at) % 4
    if end < 0 or after > len(packet):
        raise MalformedPacket("a string without its end")
    return packet[at:end].decode(), after


def _read_bytes(packet: bytes, at: int, *, blob: bool) -> tuple[bytes, int]:
    size = 4
    if blob:
        (size,) = _NUMBERS["i"].unpack_from(packet, at)
        at += 4
    after = at + size + -size % 4
    if size < 0 or after > len(packet):
        raise MalformedPacket(f"{size} bytes that are not there")
    return packet[at : at + size], after


def _plain(value: float) -> float:
    return value if value.is_integer() else float(f"{value:.7g}")  # nan and the infinities read as themselves


def _character(value: int) -> str:
    if not 0 <= value < 128:
        raise MalformedPacket(f"a character {value}")
    return chr(value)


def encode(address: str, *values: int | float | str) -> bytes:
    """The packet of one message: ints and bools as ``i`` (``h`` beyond 32 bits), floats as ``f``, strings as ``s``."""
    return encode_as(address, "".join(map(_tag_of, values)), *values)


def encode_as(address: str, tags: str, *values: int | float | str) -> bytes:
    """The packet of one message whose values have these type tags, of ``ihfdsTFI``; the last three carry no value.

    A float beyond 32 bits becomes an infinity.
    """
    carried = [tag for tag in tags if tag not in "TFI"]
    parts = [_padded(address), _padded("," + tags)]
    for tag, value in zip(carried, values, strict=True):
        if tag == "s":
            parts.append(_padded(str(value)))
        elif tag in "fd":
            parts.append(_packed_float(tag, float(value)))
        else:
            parts.append(_NUMBERS[tag].pack(int(value)))
    return b"".join(parts)


def _tag_of(value: object) -> str:
    if isinstance(value, str):
        return "s"
    if isinstance(value, int):
        return "i" if -(2**31) <= value < 2**31 else "h"
    return "f"


def _packed_float(tag: str, value: float) -> bytes:
    try:
        return _NUMBERS[tag].pack(value)
    except OverflowError:
        return _NUMBERS[tag].pack(float("inf") if value > 0 else float("-inf"))


def _padded(text: str) -> bytes:
    data = text.encode(errors="replace").replace(b"\0", b"")  # which would end it
    return data + b"\0" * (4 - len(data) % 4)
