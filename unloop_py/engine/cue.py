"""Cue: the offer that waits is heard on the second output, where the loop is, and comes in only when it is accepted."""

from __future__ import annotations

import math

from .compiled import NONE, ZERO, inline
from .loops import MUTED, PLAYING, ramp_frames, set_state
from .voices import stack_voice


@inline
def set_cue(m, l, value, frame):
    """Let offers wait to be accepted, or come in by themselves again. Audio thread."""
    loop = m.loops[l]
    on = loop.cued == 0 if math.isnan(value) else value != 0.0
    loop.cued = 1 if on else 0
    loop.accepted = 0
    set_state(m, l, loop.state, frame)


@inline
def accept(loop):
    """Let the offer that waits come in where the next one may; False when none waits. Audio thread."""
    if loop.cued == 0 or loop.offer == 0:
        return False
    loop.accepted = 1
    return True


@inline
def follow_cue(m, l, frame):
    """Let the second output have the offer that waits now, where the playhead is now. Audio thread."""
    loop = m.loops[l]
    cues = m.voices[m.header[0].capacity + l]
    heard = loop.cued != 0 and loop.offer != 0 and loop.gone == 0 and (loop.state == PLAYING or loop.state == MUTED)
    take = loop.slot if heard else NONE
    variation = loop.offer_slot if heard else NONE
    if loop.n_cues == 0:
        if not heard:
            return
        loop.n_cues = stack_voice(loop, cues, ZERO, NONE, NONE, 1.0, frame, frame, 1.0, ZERO)  # what it fades in from
    top = cues[loop.n_cues - 1]
    there = top.take == take and top.variation == variation
    in_time = top.origin == loop.origin and top.rate == loop.rate and top.phase == loop.phase and top.length == loop.length
    if there and (in_time or not heard):
        return
    correlation = loop.offer_correlation if heard else 1.0
    together = correlation * top.correlation if heard and top.take >= 0 and not there else 1.0
    loop.n_cues = stack_voice(loop, cues, loop.n_cues, take, variation, correlation, frame, frame + ramp_frames(m), together, ZERO)
