"""Scratching: a hand holds the playhead, while the loop's own time goes on beneath, and play comes back into that."""

from __future__ import annotations

from .compiled import inline
from .dsp import set_control
from .gliding import glide_towards
from .layout import MUTE
from .loops import PLAYING, SCRATCHING, latency, playing_state, ramp_frames, set_state, show
from .playhead import is_written, playhead
from .seams import reject_incoming
from .writers import cut_tail


@inline
def scratch(m, l, frame):
    """Put a hand on the loop, as soon as the playhead cannot meet what is still being written. Audio thread."""
    loop = m.loops[l]
    cut_tail(loop, frame + latency(m), ramp_frames(m))
    if is_written(loop):
        loop.scratch_asked = 1
        set_state(m, l, playing_state(m, l), frame)
    else:
        begin_scratch(m, l, frame)


@inline
def begin_scratch(m, l, frame):
    """Glide from where the playhead is, at the speed that it has, to where the control says. Audio thread."""
    loop = m.loops[l]
    reject_incoming(m, l, frame)
    glide_towards(m, l, playhead(loop, frame), loop.rate, 1.0, frame)
    set_control(m.controls[l, MUTE], frame, 1.0, ramp_frames(m))
    set_state(m, l, SCRATCHING, frame)
    show(m, l, frame, 1.0)


@inline
def end_scratch(m, l, frame):
    """Let go: the loop goes on where it would be by now. Audio thread."""
    m.loops[l].state = PLAYING
    show(m, l, frame, 0.0)
