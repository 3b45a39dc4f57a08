"""Which take a loop has: walking through what the player did, clearing, keeping what sounds, going back, loading."""

from __future__ import annotations

import numpy as np

from .compiled import NONE, ONE, ZERO, inline
from .decay import restore_level
from .dsp import set_control
from .history import note_ring, own, push_root, push_take, ring_lead, take_root, walk
from .layers import drop_layer, end_layer, grows, is_layer, keep
from .layout import MUTE
from .loops import (
    OFF,
    PAUSED,
    PLAYING,
    RECORDING,
    SCRATCHING,
    forget_variation,
    ignore,
    playing_state,
    ramp_frames,
    set_state,
    shortest_loop,
    show,
    silence,
    stop_swap,
)
from .messages import CommandKind, Control, Reason
from .passes import cancel_recording, start_loop
from .playhead import begin_seams, place
from .scratching import end_scratch
from .seams import forget_previous, reject_incoming, reject_offer
from .writers import cut_tail

MIX = np.int64(Control.MIX)
UNDO = np.int64(CommandKind.UNDO)
REDO = np.int64(CommandKind.REDO)
UNDO_ALL = np.int64(CommandKind.UNDO_ALL)
REDO_ALL = np.int64(CommandKind.REDO_ALL)
KEEP = np.int64(CommandKind.KEEP)
LOAD = np.int64(CommandKind.LOAD)
NOTHING_THERE = np.int64(Reason.NOTHING_THERE)
BUSY = np.int64(Reason.BUSY)
NO_BUFFER = np.int64(Reason.NO_BUFFER)
BAD_VALUE = np.int64(Reason.BAD_VALUE)


@inline
def undo_redo(m, l, kind, frame):
    """A step, or all steps, through what the player did. Audio thread."""
    loop = m.loops[l]
    if grows(loop.state):
        if kind == UNDO or kind == UNDO_ALL:
            drop_layer(m, l, frame)
        else:
            end_layer(m, l, frame)
            set_state(m, l, PLAYING, frame)
        if kind == UNDO:
            return
    if restore_level(m, l, frame) and kind == UNDO:
        return
    step = -1
    if kind == REDO:
        step = 1
    elif kind == UNDO_ALL:
        step = -loop.history_at
    elif kind == REDO_ALL:
        step = loop.history_count - 1 - loop.history_at
    if step == 0 or loop.history_at + step < 0 or loop.history_at + step >= loop.history_count:
        ignore(m, l, kind, NOTHING_THERE, frame)
        return
    if is_layer(loop.state):
        end_layer(m, l, frame)
    elif loop.state == SCRATCHING:
        end_scratch(m, l, frame)
    stop_swap(m, l, frame)
    forget_previous(loop)
    correlation = loop.correlation
    forget_variation(loop)
    other_lineage = walk(m, l, step, frame)
    loop.exact_until = frame
    if loop.length == 0:
        silence(m, l, frame)
        loop.seam_frame = -1
        set_state(m, l, OFF, frame)
    elif loop.state == PAUSED and not other_lineage:
        set_state(m, l, PAUSED, frame)
    else:
        begin_seams(loop, frame)
        if other_lineage:
            loop.repetition = 0
            correlation = 0.0
        show(m, l, frame, correlation)
        set_state(m, l, playing_state(m, l), frame)


@inline
def clear(m, l, frame):
    """Empty the loop; undo brings it back in time. Audio thread."""
    loop = m.loops[l]
    if is_layer(loop.state):
        end_layer(m, l, frame)
    if loop.state == PAUSED:
        place(loop, frame, loop.paused_at)
    reject_offer(m, l, frame)
    reject_incoming(m, l, frame)
    forget_previous(loop)
    forget_variation(loop)
    silence(m, l, frame)
    restore_level(m, l, frame)
    push_take(m, l, NONE, ZERO, frame, ONE, frame)
    take_root(m, l)
    loop.locked = 0
    loop.back = 0
    loop.seam_frame = -1
    set_state(m, l, OFF, frame)


@inline
def first(m, l, frame):
    """Bring back the first recording, in time; a layer under way ends, and undo leads back to all of it. Audio thread."""
    loop = m.loops[l]
    if is_layer(loop.state):
        end_layer(m, l, frame)
    elif loop.state == SCRATCHING:
        end_scratch(m, l, frame)
    stop_swap(m, l, frame)
    forget_previous(loop)
    correlation = loop.correlation
    forget_variation(loop)
    restore_level(m, l, frame)
    push_root(m, l, frame)
    loop.exact_until = frame
    if loop.state == PAUSED:
        set_state(m, l, PAUSED, frame)
    else:
        begin_seams(loop, frame)
        show(m, l, frame, correlation)
        set_state(m, l, playing_state(m, l), frame)


@inline
def keep_pass(m, l, frame):
    """Make what sounds the take, or just after a swap, what sounded before it. Audio thread."""
    loop = m.loops[l]
    if is_layer(loop.state):
        ignore(m, l, KEEP, BUSY, frame)
        return
    previous = loop.previous != 0
    variation = loop.previous_slot if previous else loop.variation
    if variation < 0 or m.controls[l, MIX].target == 0.0:
        ignore(m, l, KEEP, NOTHING_THERE, frame)
        return
    stop_swap(m, l, frame)
    if previous:
        kept = keep(m, l, loop.previous_take_slot, variation, loop.previous_correlation, loop.previous_tag, ZERO, 1.0, frame)
    else:
        kept = keep(m, l, loop.slot, variation, loop.correlation, loop.tag, ONE, 1.0, frame)
    if not kept:
        ignore(m, l, KEEP, NO_BUFFER, frame)
        return
    forget_previous(loop)


@inline
def back(m, l, frame):
    """Fade to the take in place, and stay there until told. Audio thread."""
    loop = m.loops[l]
    stop_swap(m, l, frame)
    forget_previous(loop)
    loop.back = 1
    if loop.variation >= 0:
        correlation = loop.correlation
        forget_variation(loop)
        if loop.state != PAUSED:
            show(m, l, frame, correlation)
    set_state(m, l, loop.state, frame)


@inline
def load(m, l, slot, length, behind, frame, origin):
    """Make audio that Python wrote the take, and play it as if its frame 0 had been at `origin`. Audio thread.

    So many frames `behind` it in the buffer are its own end once more, and its tail.
    """
    loop = m.loops[l]
    own(m, l, slot)
    if length < shortest_loop(m) or length + behind > m.capacities[slot]:
        loop.dirty = 1
        ignore(m, l, LOAD, BAD_VALUE, frame)
        return
    if loop.rec != 0 and loop.state != RECORDING:  # the last recording's end is still arriving
        loop.dirty = 1
        ignore(m, l, LOAD, BUSY, frame)
        return
    if loop.state == RECORDING:
        cancel_recording(m, l, frame)
    elif is_layer(loop.state):
        end_layer(m, l, frame)
    elif loop.state == SCRATCHING:
        end_scratch(m, l, frame)
    elif loop.state == PAUSED:
        place(loop, frame, loop.paused_at)
    cut_tail(loop, frame, ramp_frames(m))
    reject_offer(m, l, frame)
    reject_incoming(m, l, frame)
    forget_previous(loop)
    start_loop(m, l, slot, length, frame, origin, ONE)
    if behind > ring_lead(m, length) + 2 * ramp_frames(m):
        note_ring(m, l, slot, behind - ring_lead(m, length))
    restore_level(m, l, frame)
    set_control(m.controls[l, MUTE], frame, 1.0, ZERO)
    set_state(m, l, PLAYING, frame)
