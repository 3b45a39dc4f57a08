"""Sample arithmetic: gains of a cross-fade, ramps over frames, the limiter, and what may not pass.

Pure functions of their arguments. Gains are computed in float64 from whole frame numbers, so that any division of
time into blocks gives the same samples to the last bit.
"""

from __future__ import annotations

import math

from .compiled import inline

LIMIT_FROM = 10.0 ** (-0.5 / 20.0)  # full scale less 0.5 dB: below it the limiter passes every bit
LIMIT_ROOM = 1.0 - LIMIT_FROM
INPUT_CEILING = 16.0  # +24 dBFS: a driver that sends more is broken
SILENCE = 1e-30  # -600 dBFS; products of what is louder never become denormal, which would be slow
LEAST_CORRELATION = -0.9  # gains grow without bound towards -1


@inline
def clean(x):
    """An input sample without NaN, infinities, denormals, or values that no converter gives."""
    if not abs(x) <= INPUT_CEILING:  # NaN too: it compares false
        if x > INPUT_CEILING:
            return INPUT_CEILING if x < math.inf else 0.0
        if x < -INPUT_CEILING:
            return -INPUT_CEILING if x > -math.inf else 0.0
        return 0.0
    if abs(x) < SILENCE:
        return 0.0
    return x


@inline
def flush(x):
    """Zero in place of what is too small to matter, so that nothing decays into denormals."""
    return 0.0 if abs(x) < SILENCE else x


@inline
def limit(x):
    """The soft limiter: x itself up to -0.5 dBFS, then a curve that reaches but never passes full scale.

    The curve leaves the line with slope 1, so nothing bends suddenly. It has no memory.
    """
    magnitude = abs(x)
    if magnitude <= LIMIT_FROM:
        return x
    if not magnitude < math.inf:
        return 0.0
    return math.copysign(LIMIT_FROM + LIMIT_ROOM * math.tanh((magnitude - LIMIT_FROM) / LIMIT_ROOM), x)


@inline
def crossfade_gains(t, correlation):
    """Gains of the outgoing and the incoming sound at fraction t of a fade, at constant power.

    Two sounds of equal power and this correlation keep their power at every t: the linear fade for equal
    sounds, the equal-power fade for unrelated ones. At t = 0 and 1 the gains are exactly (1, 0) and (0, 1).
    """
    if t <= 0.0:
        return 1.0, 0.0
    if t >= 1.0:
        return 0.0, 1.0
    correlation = min(1.0, max(LEAST_CORRELATION, correlation))
    s = 1.0 - t
    norm = math.sqrt(s * s + t * t + 2.0 * correlation * s * t)
    return s / norm, t / norm


@inline
def fade_fraction(frame, start, end):
    """How far a fade over frames [start, end) is at `frame`: above 0 at its first frame, 1 from `end` on.

    The frame before it would be 0 and `end` is 1, so a fade that ends at a seam never touches frame 0.
    """
    if frame >= end:
        return 1.0
    if frame < start:
        return 0.0
    return (frame - start + 1) / (end - start + 1)


@inline
def control_value(control, frame):
    """A control's value at `frame`, on its way along a straight line. Audio thread."""
    if frame >= control.end:
        return control.target
    return control.start + (control.target - control.start) * fade_fraction(frame, control.begin, control.end)


@inline
def set_control(control, frame, target, ramp):
    """Send a control to `target`, over `ramp` frames from where it is at `frame`. Audio thread."""
    control.start = control_value(control, frame)
    control.begin = frame
    control.end = frame + ramp
    control.target = target
