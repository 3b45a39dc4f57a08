"""The same take in another shape: stretched, shifted in pitch, of any length, in the place of the take that it was made from."""

from __future__ import annotations

import math

import numpy as np

from .compiled import inline
from .history import change_take, is_complete, own
from .loops import MUTED, PAUSED, PLAYING, forget_variation, ignore, shortest_loop, show, stop_swap
from .messages import CommandKind, Reason
from .playhead import begin_seams, is_written, place, playhead, wrapped
from .seams import forget_previous

RESHAPE = np.int64(CommandKind.RESHAPE)
BUSY = np.int64(Reason.BUSY)
BAD_VALUE = np.int64(Reason.BAD_VALUE)


@inline
def reshape(m, l, command, frame):
    """Fade to another sound of the take, at the place of the loop that sounds now; no step that could be undone. Audio thread."""
    loop = m.loops[l]
    length = command.length
    own(m, l, command.slot)
    known = loop.length > 0 and loop.version == command.take
    if not known or length < shortest_loop(m) or length > m.capacities[command.slot]:
        loop.dirty = 1
        ignore(m, l, RESHAPE, BAD_VALUE, frame)
        return
    at_rest = loop.state == PLAYING or loop.state == MUTED or loop.state == PAUSED
    if not at_rest or is_written(loop) or not is_complete(m, l):
        loop.dirty = 1
        ignore(m, l, RESHAPE, BUSY, frame)
        return
    stop_swap(m, l, frame)
    forget_previous(loop)
    forget_variation(loop)
    scale = length / loop.length
    position = playhead(loop, frame)
    change_take(m, l, command.slot, length, frame)
    loop.seam_shift = 0
    if loop.state == PAUSED:
        loop.paused_at = np.int64(math.floor(loop.paused_at * scale + 0.5)) % length
        return
    if loop.rate == 1.0 and command.asked >= 0:
        loop.origin = min(command.asked, frame)
    else:
        place(loop, frame, wrapped(position * scale, length))
    if loop.exact_until > frame:  # what is left of the pass that has to be heard as it is
        loop.exact_until = frame + np.int64(math.floor((loop.exact_until - frame) * scale + 0.5))
    begin_seams(loop, frame)
    show(m, l, frame, 0.0)
