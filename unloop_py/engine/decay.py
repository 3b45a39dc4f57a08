"""Feedback in play: a loop that becomes quieter from pass to pass, and comes back at its full level by undo.

The level falls along a straight line from each seam to the next, so that no pass begins with a step. The take stays as it
is, and with it all that is made of it; what is laid onto it while it is quieter is laid onto a copy that is as quiet.
"""

from __future__ import annotations

import numpy as np

from .compiled import inline
from .dsp import control_value, set_control
from .layout import DECAY, RAMP_S
from .messages import Control, State
from .playhead import pass_frames

FEEDBACK = np.int64(Control.FEEDBACK)
USE_FEEDBACK_PLAY = np.int64(Control.USE_FEEDBACK_PLAY)
USE_SAFETY_FEEDBACK = np.int64(Control.USE_SAFETY_FEEDBACK)
PLAYING = np.int64(State.PLAYING)
UNSAFE = 0.04  # of a feedback of 1 that the safe one leaves out
INAUDIBLE = 1e-6  # -120 dB


@inline
def feedback_at(controls, frame):
    """The feedback of a loop with these controls at a frame. Audio thread."""
    most = 1.0 - UNSAFE * control_value(controls[USE_SAFETY_FEEDBACK], frame)
    return min(control_value(controls[FEEDBACK], frame), most)


@inline
def decay_pass(m, l, frame):
    """Let the pass that begins end as much quieter as the feedback says. Audio thread."""
    loop = m.loops[l]
    if m.controls[l, USE_FEEDBACK_PLAY].target == 0.0 or loop.state != PLAYING:
        return
    decay = m.controls[l, DECAY]
    level = control_value(decay, frame)
    least = level * feedback_at(m.controls[l], frame)
    if least < level:
        set_control(decay, frame, least if least > INAUDIBLE else 0.0, pass_frames(loop))


@inline
def level_left(m, l, frame):
    """The level that the loop has come to; 1 while it comes back from there. Audio thread."""
    decay = m.controls[l, DECAY]
    return 1.0 if decay.target == 1.0 else control_value(decay, frame)


@inline
def restore_level(m, l, frame):
    """Bring the loop back at its full level; False where it has that. Audio thread."""
    decay = m.controls[l, DECAY]
    if control_value(decay, frame) == 1.0 and decay.target == 1.0:
        return False
    set_control(decay, frame, 1.0, int(RAMP_S * m.header[0].sample_rate + 0.5))
    return True
