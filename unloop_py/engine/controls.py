"""What each continuous control may be, and what it is at first. Python's side alone; see `messages.Control`."""

from __future__ import annotations

import math
from typing import Protocol

from ..errors import ParameterError
from .layout import MAX_SEAM_S
from .messages import Command, CommandKind, Control

MAX_POINTS = 1024  # of the grid at which offers come in
MAX_EXPECTED = 64  # seams that a loop may be meant to hold what sounds
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


class Limits(Protocol):
    """What an engine was made with."""

    channels: int
    n_inputs: int
    n_sends: int
    max_loop_frames: int


def check_command(command: Command, engine: Limits) -> None:
    """Raise ParameterError for a number that the engine cannot be told."""
    if command.kind == CommandKind.SET:
        low, high = RANGES[Control(command.control)]
        check(Control(command.control).name.lower(), command.value, low, high)
    if command.kind == CommandKind.EXPECT:
        check("seams between offers", command.value, 0, MAX_EXPECTED)
    if command.kind == CommandKind.GRID:
        check("points of the grid", command.length, 0, MAX_POINTS)
        if command.length > 1:
            check("first point of the grid", command.value, 0, engine.max_loop_frames)
    if command.kind in (CommandKind.INPUT, CommandKind.OUTPUT):
        ends = engine.n_inputs if command.kind == CommandKind.INPUT else engine.n_sends
        check("channel of a loop", command.control, 0, engine.channels - 1)
        check(command.kind.name.lower(), command.length, 0, ends - 1)
        check("gain", command.value, 0, 1)
