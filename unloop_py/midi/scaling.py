"""Where a control stands, as a parameter's value, and back. Pure arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass

from unloop_py.control.midi_bindings import Binding, row_of
from unloop_py.control.parameters import Parameter

WIDE = 8.0
"""A parameter whose highest value is so many times its lowest is turned by ratios: 0.25 to 0.5 is as far as 2 to 4."""
_GAIN_DB, _GAIN_POWER = 198.0, 8.0  # SooperLooper's fader: 198 dB down at its foot, by the eighth root


def suiting_curve(row: Parameter) -> str:
    """The curve of a knob that was told none."""
    return "log" if row.kind == "float" and row.unit != "bpm" and row.minimum > 0 and row.maximum >= WIDE * row.minimum else "linear"


@dataclass(frozen=True, slots=True)
class Scale:
    """A control's values and a parameter's.

    Attributes
    ----------
    low, high : float
        The parameter at the control's two ends; `low` may be the higher one.
    bottom, top : int
        The control's values there.
    curve : str
        See `midi_bindings.CURVES`.
    row : Parameter or None
        Whose values they are; None for a command's count.
    """

    low: float
    high: float
    bottom: int
    top: int
    curve: str
    row: Parameter | None

    def position(self, data: int) -> float:
        """0..1 for a value of the control; one outside its ends is at the end."""
        if self.bottom == self.top:
            return 0.0
        return min(1.0, max(0.0, (data - self.bottom) / (self.top - self.bottom)))

    def data(self, position: float) -> int:
        """The control's value at 0..1."""
        return round(self.bottom + position * (self.top - self.bottom))

    def value(self, position: float) -> float | int:
        """The parameter at 0..1, as it takes it."""
        if self.curve == "log" and self.low > 0 and self.high > 0:
            value = self.low * (self.high / self.low) ** position
        else:
            value = self.low + position * (self.high - self.low)
        if self.curve == "gain":
            value = 0.0 if value <= 0 else 2.0 ** ((value ** (1.0 / _GAIN_POWER) - 1.0) * _GAIN_DB / 6.0)
        if self.curve in ("integer", "toggle"):
            value = math.floor(value + 0.5)
        if self.row is None:
            return math.floor(value + 0.5)
        return self.row.convert(min(self.row.maximum, max(self.row.minimum, value)))

    def position_of(self, value: float) -> float:
        """0..1 where the parameter has this value; at the end where the control does not reach it."""
        if self.low == self.high:
            return 0.0
        if self.curve == "gain":
            value = 0.0 if value <= 0 else max(0.0, 6.0 * math.log2(value) / _GAIN_DB + 1.0) ** _GAIN_POWER
        if self.curve == "log" and self.low > 0 and self.high > 0:
            position = math.log(max(value, 1e-12) / self.low) / math.log(self.high / self.low)
        else:
            position = (value - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, position))


def scale_of(binding: Binding) -> Scale:
    """The scale of a binding to a parameter, or to a command that counts."""
    row = row_of(binding.parameter) if binding.parameter else None
    top = binding.control.top
    ends = (row.minimum, row.maximum) if row is not None else (1.0, top + 1.0)
    curve = binding.curve or (suiting_curve(row) if row is not None else "linear")
    return Scale(*(binding.range or ends), *(binding.data or (0, top)), curve, row)
