"""MIDI messages as moves of controls, and back. Pure; one `Decoder` a device, one thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from unloop_py.control.midi_bindings import Control

_DATA_MSB, _DATA_LSB, _NRPN_LSB, _NRPN_MSB, _RPN_LSB, _RPN_MSB = 6, 38, 98, 99, 100, 101
_NOTE_OFF, _NOTE_ON, _KEY_PRESSURE, _CC, _PROGRAM, _PRESSURE, _BEND = 0x80, 0x90, 0xA0, 0xB0, 0xC0, 0xD0, 0xE0
_LENGTHS = {_NOTE_OFF: 3, _NOTE_ON: 3, _KEY_PRESSURE: 3, _CC: 3, _PROGRAM: 2, _PRESSURE: 2, _BEND: 3}


@dataclass(frozen=True, slots=True)
class Move:
    """A control has been moved: which one, with its number and its channel, and its value, 0 and up to `Control.top`."""

    control: Control
    value: int

    @property
    def is_down(self) -> bool:
        """Whether that is a press; its release where not. A note is pressed at any velocity, everything else from its middle on."""
        return self.value > 0 if self.control.kind == "note" else self.control.kind == "program" or 2 * self.value > self.control.top


class Decoder:
    """What a device sends, as moves.

    Controllers of 14 bits come as ``cc14`` from the moment that their lower half was first seen, and as ``cc`` of 7 bits as well. While
    an NRPN is chosen, data entry is its; RPNs are nobody's. Messages that are cut short or are not of a channel say nothing.
    """

    def __init__(self) -> None:
        self._high: dict[tuple[int, int], int] = {}  # channel and number: the upper seven bits
        self._fine: set[tuple[int, int]] = set()  # those that send lower bits too
        self._chosen: dict[int, list[int | None]] = {}  # channel: the NRPN's number, upper and lower half; empty for an RPN

    def read(self, data: bytes) -> Iterator[Move]:
        """The moves that a message means."""
        if not data or (kind := data[0] & 0xF0) not in _LENGTHS or len(data) != _LENGTHS[kind] or max(data[1:]) > 127:
            return
        channel, first, last = (data[0] & 0x0F) + 1, data[1], data[-1]
        if kind in (_NOTE_ON, _NOTE_OFF):
            yield Move(Control("note", first, channel), last if kind == _NOTE_ON else 0)
        elif kind == _PROGRAM:
            yield Move(Control("program", first, channel), first)
        elif kind == _PRESSURE:
            yield Move(Control("pressure", -1, channel), first)
        elif kind == _KEY_PRESSURE:
            yield Move(Control("key_pressure", first, channel), last)
        elif kind == _BEND:
            yield Move(Control("bend", -1, channel), last << 7 | first)
        else:
            yield from self._controller(channel, first, last)

    def _controller(self, channel: int, number: int, value: int) -> Iterator[Move]:
        if number in (_NRPN_MSB, _NRPN_LSB):
            halves = self._chosen.get(channel) or [None, None]
            halves[number == _NRPN_LSB] = value
            # 127, 127 chooses none: whatever comes after belongs to nobody.
            self._chosen[channel] = [] if halves == [127, 127] else halves
            return
        if number in (_RPN_MSB, _RPN_LSB):
            self._chosen[channel] = []
            return
        if number in (_DATA_MSB, _DATA_LSB) and channel in self._chosen:
            halves = self._chosen[channel]
            if len(halves) == 2 and None not in halves:
                nrpn = int(halves[0] or 0) << 7 | int(halves[1] or 0)
                yield from self._wide(Control("nrpn", nrpn, channel), number == _DATA_LSB, value)
            return
        yield Move(Control("cc", number, channel), value)
        if number < 64:
            yield from self._wide(Control("cc14", number % 32, channel), number >= 32, value)

    def _wide(self, control: Control, is_low: bool, value: int) -> Iterator[Move]:
        """A half of a 14-bit value. The upper one waits for the lower where one was ever seen: alone it would be a jump back."""
        key = (control.channel, control.number + (1000 if control.kind == "nrpn" else 0))
        if is_low:
            if key in self._high or control.kind == "nrpn":
                self._fine.add(key)
                yield Move(control, self._high.get(key, 0) << 7 | value)
            return
        self._high[key] = value
        if control.kind == "nrpn" and key not in self._fine:
            yield Move(control, value << 7 | value)


def message(control: Control, value: int) -> list[bytes]:
    """What is sent to have a control show a value: its own messages, on its channel, or the first where it is on any."""
    channel = max(0, control.channel - 1)
    value = max(0, min(control.top, value))
    number = max(0, control.number)
    if control.kind == "note":
        return [bytes((_NOTE_ON | channel, number, value))]
    if control.kind == "cc":
        return [bytes((_CC | channel, number, value))]
    if control.kind == "program":
        return [bytes((_PROGRAM | channel, number))]
    if control.kind == "pressure":
        return [bytes((_PRESSURE | channel, value))]
    if control.kind == "key_pressure":
        return [bytes((_KEY_PRESSURE | channel, number, value))]
    high, low = value >> 7, value & 127
    if control.kind == "bend":
        return [bytes((_BEND | channel, low, high))]
    if control.kind == "cc14":
        return [bytes((_CC | channel, number, high)), bytes((_CC | channel, number + 32, low))]
    chosen = ((_NRPN_MSB, number >> 7), (_NRPN_LSB, number & 127), (_DATA_MSB, high), (_DATA_LSB, low))
    return [bytes((_CC | channel, what, half)) for what, half in chosen]
