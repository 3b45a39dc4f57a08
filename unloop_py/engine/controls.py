"""What each continuous control may be, and what it is at first. Python's side alone; see `messages.Control`."""

from __future__ import annotations

import math

from ..errors import ParameterError
from .layout import MAX_SEAM_S
from .messages import Control

RANGES = {
    Control.WET: (0.0, 1.0),
    Control.DRY: (0.0, 1.0),
    Control.MIX: (0.0, 1.0),
    Control.FEEDBACK: (0.0, 1.0),
    Control.TAIL: (0.0, 10.0),
    Control.SEAM_MS: (1.0, 1000.0 * MAX_SEAM_S),
    Control.SPEED: (0.25, 4.0),
    Control.STOP_FADE_S: (0.0, 30.0),
    Control.STOP_MODE: (0.0, 3.0),
    Control.SCRATCH_POS: (0.0, 1.0),
    Control.INPUT_GAIN: (0.0, 1.0),
    Control.USE_FEEDBACK_PLAY: (0.0, 1.0),
    Control.USE_SAFETY_FEEDBACK: (0.0, 1.0),
    Control.LOOP_DRY: (0.0, 1.0),
    Control.DISCRETE_PREFADER: (0.0, 1.0),
    Control.MAIN_WET: (0.0, 1.0),
    Control.MAIN_INPUT_GAIN: (0.0, 1.0),
}
DEFAULTS = {
    Control.WET: 1.0,
    Control.DRY: 0.0,
    Control.MIX: 1.0,
    Control.FEEDBACK: 1.0,
    Control.TAIL: 0.0,
    Control.SEAM_MS: 20.0,
    Control.SPEED: 1.0,
    Control.STOP_FADE_S: 0.0,
    Control.STOP_MODE: 0.0,
    Control.SCRATCH_POS: 0.0,
    Control.INPUT_GAIN: 1.0,
    Control.USE_FEEDBACK_PLAY: 0.0,
    Control.USE_SAFETY_FEEDBACK: 0.0,
    Control.LOOP_DRY: 0.0,
    Control.DISCRETE_PREFADER: 0.0,
    Control.MAIN_WET: 1.0,
    Control.MAIN_INPUT_GAIN: 1.0,
}


def check(name: str, value: float, low: float, high: float) -> None:
    """Raise ParameterError unless `value` is a number within low..high."""
    if not (math.isfinite(value) and low <= value <= high):
        raise ParameterError(f"{name} must be in {low:g}..{high:g}, got {value}")
