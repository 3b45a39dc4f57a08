"""What each loop hears, and where it sounds: a gain from every input to every channel of it, and from those to every output.

The gains are all there is; which inputs are common, how far to the left a channel lies, and that a loop is mono are said
in gains. Each moves along a ramp, so that a loop may be sent elsewhere while it sounds.
"""

from __future__ import annotations

import numpy as np

from .compiled import inline, merged
from .dsp import control_value, set_control
from .layout import INPUT_RING
from .messages import CommandKind, Control

INPUT = np.int64(CommandKind.INPUT)
INPUT_GAIN = np.int64(Control.INPUT_GAIN)
MAIN_INPUT_GAIN = np.int64(Control.MAIN_INPUT_GAIN)


@merged
def hear(m, l, f, c):
    """What channel `c` of loop `l` hears of input frame `f`, which may have gone by. Audio thread."""
    at = f % INPUT_RING
    moving = f < m.loops[l].hears_until
    x = 0.0
    for i in range(m.header[0].n_inputs):
        end = m.routes[l, i, c]
        gain = end.target
        if moving:
            gain = control_value(end, f)
        if gain != 0.0:
            x += m.input_ring[at, i] * gain
    return x * (control_value(m.controls[l, INPUT_GAIN], f) * control_value(m.controls[0, MAIN_INPUT_GAIN], f))


@inline
def route(m, l, command, frame, ramp):
    """Send one of the gains on its way; False if there is no such end. Audio thread."""
    loop = m.loops[l]
    header = m.header[0]
    c, end = command.control, command.length
    if not 0 <= c < header.channels or end < 0 or end >= (header.n_inputs if command.kind == INPUT else header.n_sends):
        return False
    if command.kind == INPUT:
        loop.hears_until = frame + ramp
    else:
        end += header.n_inputs
        loop.sends_until = frame + ramp
    set_control(m.routes[l, end, c], frame, command.value, ramp)
    return True
