"""A playhead that a hand moves: it glides to where the control says, in any direction, and comes to rest there.

Each move is a cubic from where the playhead is, at the speed that it has, to rest at its goal, so that neither place nor speed
ever jumps. At rest there is silence, as there is under a needle on a record that stands still. Everything is reckoned from the
frame at which the hand moved last, so no block size changes it.
"""

from __future__ import annotations

import numpy as np

from .compiled import inline
from .copies import is_settled
from .dsp import control_value, crossfade_gains, flush
from .interpolation import read_between
from .layout import RAMP_S
from .messages import Control
from .playhead import wrapped

MIX = np.int64(Control.MIX)
SCRATCH_POS = np.int64(Control.SCRATCH_POS)
GLIDE_S = 0.05  # from one goal to the next, unless that were too fast
FASTEST = 8.0  # times the speed that it was recorded at, of a glide from rest to rest


@inline
def glide_position(glide, frame):
    """Where a glide, of a loop or a voice, is at `frame`; may lie outside the loop."""
    t = min(frame - glide.glide_start, glide.glide_frames)
    u = t / glide.glide_frames
    s = 1.0 - u
    return glide.glide_from + glide.glide_speed * t * s * s + glide.glide_way * u * u * (3.0 - 2.0 * u)


@inline
def glide_rate(glide, frame):
    """How fast it is, in positions a frame."""
    t = frame - glide.glide_start
    if t >= glide.glide_frames:
        return 0.0
    u = t / glide.glide_frames
    s = 1.0 - u
    return glide.glide_speed * s * (1.0 - 3.0 * u) + 6.0 * glide.glide_way / glide.glide_frames * u * s


@inline
def glide_level(glide, frame, ramp):
    """Its gain: up from what it was as the hand began to move, and down to nothing when it has come to rest."""
    t = frame - glide.glide_start
    rising = min(1.0, glide.glide_from_level + t / ramp)
    if t < glide.glide_frames:
        return rising
    return max(0.0, min(rising, 1.0 - (t - glide.glide_frames) / ramp))


@inline
def glide_towards(m, l, position, speed, level, frame):
    """Begin to glide from a position, at a speed, to where the control says, the shorter way round. Audio thread."""
    loop = m.loops[l]
    rate = m.header[0].sample_rate
    way = wrapped(m.controls[l, SCRATCH_POS].target * loop.length - position, loop.length)
    if way > 0.5 * loop.length:
        way -= loop.length
    loop.glide_from = position
    loop.glide_speed = speed
    loop.glide_way = way
    loop.glide_start = frame
    loop.glide_frames = max(int(GLIDE_S * rate + 0.5), int(1.5 * abs(way) / FASTEST) + 1)
    loop.glide_from_level = level


@inline
def copy_glide(target, source):
    """Let a voice glide as its loop does."""
    target.glide_from = source.glide_from
    target.glide_speed = source.glide_speed
    target.glide_way = source.glide_way
    target.glide_start = source.glide_start
    target.glide_frames = source.glide_frames
    target.glide_from_level = source.glide_from_level


@inline
def move(m, l, frame):
    """The control has moved while the loop is scratched: glide on from here. Audio thread."""
    loop = m.loops[l]
    ramp = int(RAMP_S * m.header[0].sample_rate + 0.5)
    position = wrapped(glide_position(loop, frame), loop.length)
    glide_towards(m, l, position, glide_rate(loop, frame), glide_level(loop, frame, ramp), frame)
    top = m.voices[l, loop.n_voices - 1]
    if top.glide_frames != 0:
        copy_glide(top, loop)


@inline
def render_glide(m, l, voice, out, frame, frames):
    """Write `frames` frames of a voice that glides to `out`. Audio thread."""
    channels = m.header[0].channels
    ramp = int(RAMP_S * m.header[0].sample_rate + 0.5)
    copying = not is_settled(m, l)
    mix = m.controls[l, MIX]
    for k in range(frames):
        level = glide_level(voice, frame + k, ramp)
        first, second = 0.0, 0.0
        if level > 0.0:
            x = wrapped(glide_position(voice, frame + k), voice.length)
            stretch = max(1.0, min(FASTEST, abs(glide_rate(voice, frame + k))))
            first, second = read_between(m, l, voice.take, voice.length, x, stretch, copying)
            if voice.variation >= 0:
                take_gain, gain = crossfade_gains(control_value(mix, frame + k), voice.correlation)
                new_first, new_second = read_between(m, l, voice.variation, voice.length, x, stretch, False)
                first = first * take_gain + new_first * gain
                second = second * take_gain + new_second * gain
        out[k, 0] = flush(first * level)
        if channels > 1:
            out[k, 1] = flush(second * level)
