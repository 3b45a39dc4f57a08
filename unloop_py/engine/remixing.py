"""The same take, or the same variation of it, mixed differently: its layers have other levels.

It comes in by a cross-fade where the loop is. Undo knows nothing of it, unless it is asked for as a state of its own.
"""

from __future__ import annotations

import numpy as np

from .compiled import ZERO, inline
from .history import is_complete, own, push_take
from .loops import MUTED, ONESHOT, PAUSED, PLAYING, forget_variation, ignore, show
from .messages import CommandKind, Reason
from .playhead import pass_frames
from .seams import forget_previous, reject_offer

REMIX = np.int64(CommandKind.REMIX)
BUSY = np.int64(Reason.BUSY)
BAD_VALUE = np.int64(Reason.BAD_VALUE)


@inline
def remix(m, l, command, frame):
    """Put a buffer in the place of the take's, of the variation's that sounds or of the offer's that waits. Audio thread.

    With value 1 it is a take of its own, and the one before it is one undo away.
    """
    loop = m.loops[l]
    slot = command.slot
    own(m, l, slot)
    loop.dirty = 1
    waits = command.tag >= 0 and loop.offer != 0 and loop.offer_slot >= 0 and loop.offer_tag == command.tag
    sounds = command.tag < 0 or (loop.variation >= 0 and loop.tag == command.tag)
    if loop.length == 0 or command.take != loop.version or m.capacities[slot] < loop.length or not (waits or sounds):
        ignore(m, l, REMIX, BAD_VALUE, frame)
    elif waits:
        loop.offer_slot = slot
        loop.offer_correlation = command.correlation
    elif not can_remix(m, l):
        ignore(m, l, REMIX, BUSY, frame)
    else:
        if command.tag >= 0:
            loop.variation = slot
            loop.correlation = command.correlation
        elif command.value == 1.0:
            reject_offer(m, l, frame)
            forget_previous(loop)
            forget_variation(loop)
            push_take(m, l, slot, loop.length, loop.origin, ZERO, frame)
            loop.exact_until = frame + pass_frames(loop)
        else:
            loop.slot = slot
            m.history[l, loop.history_at].slot = slot
        if loop.state != PAUSED:
            show(m, l, frame, 1.0)


@inline
def can_remix(m, l):
    """Whether the loop is there, whole, and nothing is about to change what it sounds like."""
    loop = m.loops[l]
    rests = loop.state == PLAYING or loop.state == MUTED or loop.state == PAUSED or (loop.state == ONESHOT and loop.seam_decided == 0)
    return rests and loop.swapping == 0 and loop.announced == loop.version and is_complete(m, l)
