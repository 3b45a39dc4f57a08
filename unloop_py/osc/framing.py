"""Packets in a stream: OSC 1.1's SLIP (RFC 1055, with an END at both ends) and OSC 1.0's length before each packet.

Which of the two a connection speaks, its first byte tells: a length below 16 MB begins with 0, and SLIP with its END or, from who
sends only the one that ends, with the packet's own ``/`` or ``#``. Pure; any thread.
"""

from __future__ import annotations

import struct
from typing import Literal

from unloop_py.osc.messages import MAX_PACKET

Framing = Literal["slip", "length"]

_END, _ESCAPE, _ESCAPED_END, _ESCAPED_ESCAPE = b"\xc0", b"\xdb", b"\xdc", b"\xdd"


class BrokenStream(ValueError):
    """A stream in which nothing further can be found: it is neither framing, or a packet of it is too long."""


def framed(packet: bytes, framing: Framing) -> bytes:
    """A packet as it goes into a stream."""
    if framing == "length":
        return struct.pack(">i", len(packet)) + packet
    escaped = packet.replace(_ESCAPE, _ESCAPE + _ESCAPED_ESCAPE).replace(_END, _ESCAPE + _ESCAPED_END)
    return _END + escaped + _END


class Unframer:
    """Takes a stream's bytes as they come, and gives its packets.

    Attributes
    ----------
    framing : {"slip", "length"}
        As the first byte told; SLIP until it has come.
    malformed : int
        Frames that were dropped because they hold an escape that SLIP has not.
    """

    def __init__(self) -> None:
        self.framing: Framing = "slip"
        self.malformed = 0
        self._begun = False
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The packets that are whole with this.

        Raises
        ------
        BrokenStream
            The connection is of no more use.
        """
        if not self._begun and data:
            self._begun = True
            if data[:1] not in (b"\0", _END, b"/", b"#"):
                raise BrokenStream(f"a stream that begins with byte {data[0]} is neither SLIP nor lengths and packets")
            self.framing = "length" if data[:1] == b"\0" else "slip"
        data = self._rest + data
        return self._by_length(data) if self.framing == "length" else self._by_slip(data)

    def _by_slip(self, data: bytes) -> list[bytes]:
        *frames, self._rest = data.split(_END)
        if len(self._rest) > 2 * MAX_PACKET or any(len(frame) > 2 * MAX_PACKET for frame in frames):
            raise BrokenStream(f"a packet is at most {MAX_PACKET} bytes")
        found = []
        for frame in filter(None, frames):
            if all(part[:1] in (_ESCAPED_END, _ESCAPED_ESCAPE) for part in frame.split(_ESCAPE)[1:]):
                found.append(frame.replace(_ESCAPE + _ESCAPED_END, _END).replace(_ESCAPE + _ESCAPED_ESCAPE, _ESCAPE))
            else:
                self.malformed += 1
        return found

    def _by_length(self, data: bytes) -> list[bytes]:
        found, at = [], 0
        while len(data) - at >= 4:
            (size,) = struct.unpack_from(">I", data, at)
            if size > MAX_PACKET:
                raise BrokenStream(f"a packet is at most {MAX_PACKET} bytes, got one of {size}")
            if len(data) - at - 4 < size:
                break
            found.append(data[at + 4 : at + 4 + size])
            at += 4 + size
        self._rest = data[at:]
        return [packet for packet in found if packet]
