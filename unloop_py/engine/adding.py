"""Loops added and deleted while the others sound. A loop that was deleted is only silent: added again, it is where it would be."""

from __future__ import annotations

from .compiled import ZERO, inline
from .dsp import set_control
from .layers import end_layer, is_layer
from .layout import HERE, SOLO
from .loops import PLAYING, RECORDING, ramp_frames, set_state, stop_swap
from .passes import end_recording
from .transport import solo


@inline
def add_loop(m, l, frame):
    """Let loop `l` be there, or be there again; False if it is, or is not the next. Audio thread."""
    header = m.header[0]
    loop = m.loops[l]
    if l == header.n_loops:
        header.n_loops += 1
        for k in range(l):
            if m.loops[k].solo != 0:
                set_control(m.controls[l, SOLO], frame, 0.0, ZERO)
    elif loop.gone == 0:
        return False
    loop.gone = 0
    set_control(m.controls[l, HERE], frame, 1.0, ramp_frames(m))
    set_state(m, l, loop.state, frame)
    return True


@inline
def delete_loop(m, l, frame):
    """Let loop `l` fall silent and go on; what is being recorded or laid onto it ends. False if it is deleted. Audio thread."""
    loop = m.loops[l]
    if loop.gone != 0:
        return False
    loop.dub_next = 0
    if loop.state == RECORDING:
        end_recording(m, l, frame, frame, PLAYING)
    elif is_layer(loop.state):
        end_layer(m, l, frame)
    stop_swap(m, l, frame)
    loop.cued = 0
    loop.gone = 1
    if loop.solo != 0:
        solo(m, l, 0.0, frame)
    set_control(m.controls[l, HERE], frame, 0.0, ramp_frames(m))
    set_state(m, l, loop.state, frame)
    return True
