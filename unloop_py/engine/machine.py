"""The state machine of one loop: what each command does in each state, and what is due at which frame.

One machine for all channels of a loop, so that stereo never parts.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import NONE, ONE, ZERO, inline
from .copies import copy_end, finish_copies, is_copying
from .dsp import set_control
from .history import announce_take, free_unneeded, own, post, push_take, walk
from .layers import begin_layer, drop_layer, end_layer, grows, is_layer, keep, layer_of, longest_layer
from .layout import MAX_COPIES, MUTE, REACH_S
from .loops import (
    INSERTING,
    MUTED,
    OFF,
    ONESHOT,
    PAUSED,
    PLAYING,
    RECORDING,
    forget_variation,
    ignore,
    latency,
    playing_state,
    ramp_frames,
    set_state,
    shortest_loop,
    show,
    silence,
    stop_swap,
    supply,
)
from .messages import CommandKind, Control, EventKind, Reason
from .passes import begin_recording, cancel_recording, end_recording, finish_recording, start_loop
from .playhead import UNKNOWN, begin_seams, is_written, pass_frames, place
from .seams import (
    align,
    decide_seam,
    forget_previous,
    is_varying,
    next_point_due,
    pass_points,
    pass_seam,
    receive_offer,
    reject_incoming,
    reject_offer,
    seam_fade_frames,
)
from .transport import end_oneshot, resume, set_mute, solo, stop, trigger, turn_now, turn_when_written
from .voices import trim_voices
from .writers import add_lead, close_seam, cut_tail, start_overdub, start_recorder

RECORD = np.int64(CommandKind.RECORD)
OVERDUB = np.int64(CommandKind.OVERDUB)
UNDO = np.int64(CommandKind.UNDO)
REDO = np.int64(CommandKind.REDO)
PLAY = np.int64(CommandKind.PLAY)
PAUSE = np.int64(CommandKind.PAUSE)
MUTE_COMMAND = np.int64(CommandKind.MUTE)
CLEAR = np.int64(CommandKind.CLEAR)
KEEP = np.int64(CommandKind.KEEP)
BACK = np.int64(CommandKind.BACK)
LOCK = np.int64(CommandKind.LOCK)
GENERATE = np.int64(CommandKind.GENERATE)
SET = np.int64(CommandKind.SET)
OFFER = np.int64(CommandKind.OFFER)
LOAD = np.int64(CommandKind.LOAD)
ALIGN = np.int64(CommandKind.ALIGN)
GRID = np.int64(CommandKind.GRID)
CLICK = np.int64(CommandKind.CLICK)
TRIGGER = np.int64(CommandKind.TRIGGER)
ONESHOT_COMMAND = np.int64(CommandKind.ONESHOT)
REVERSE = np.int64(CommandKind.REVERSE)
SOLO_COMMAND = np.int64(CommandKind.SOLO)
UNDO_ALL = np.int64(CommandKind.UNDO_ALL)
REDO_ALL = np.int64(CommandKind.REDO_ALL)
MUTE_TRIGGER = np.int64(CommandKind.MUTE_TRIGGER)
SUPPLY = 100  # the engine's own: an empty buffer for recordings and overdubs
OBEYED = np.int64(EventKind.OBEYED)

DRY = np.int64(Control.DRY)
MIX = np.int64(Control.MIX)
TAIL = np.int64(Control.TAIL)
SEAM_MS = np.int64(Control.SEAM_MS)
SPEED = np.int64(Control.SPEED)
STOP_FADE_S = np.int64(Control.STOP_FADE_S)
STOP_AT_END = np.int64(Control.STOP_AT_END)
NOTHING_THERE = np.int64(Reason.NOTHING_THERE)
BUSY = np.int64(Reason.BUSY)
NO_BUFFER = np.int64(Reason.NO_BUFFER)
BAD_VALUE = np.int64(Reason.BAD_VALUE)


@inline
def obey(m, command, frame):
    """Do what one command says, at this frame. Audio thread."""
    l = command.loop
    kind = command.kind
    if kind != SUPPLY:
        value = -1.0 if math.isnan(command.value) else command.value
        more = command.tag if kind == OFFER else command.length if kind == ALIGN or kind == GRID else command.asked
        post(m, OBEYED, l, frame, command.slot, more, kind, command.control, value)
    if kind == OFFER:
        if command.slot >= 0:
            own(m, l, command.slot)
        receive_offer(m, l, command, frame)
    elif kind == SUPPLY:
        supply(m, l, command.slot)
    elif kind == SET:
        set_value(m, l, command, frame)
    elif kind == CLICK:
        click(m, command.value, command.control, frame)
    elif kind == GRID:
        loop = m.loops[l]
        loop.points = command.length
        loop.first_point = command.value
        loop.point_frame = UNKNOWN
    elif kind == ALIGN:
        if not align(m, l, command.length, frame):
            ignore(m, l, ALIGN, BAD_VALUE, frame)
    elif kind == LOCK or kind == GENERATE:
        set_flag(m, l, kind, command.value, frame)
    elif kind == SOLO_COMMAND:
        solo(m, l, command.value, frame)
    else:
        waited = m.loops[l].dub_next
        m.loops[l].dub_next = 0
        if waited == 0 or layer_of(kind) != waited:  # the second press takes back the first
            obey_player(m, l, command, frame)


@inline
def obey_player(m, l, command, frame):
    """Do what a player asks of the loop itself. Audio thread."""
    kind = command.kind
    loop = m.loops[l]
    meant = meant_frame(m, command, frame)
    if kind == LOAD:
        load(m, l, command.slot, command.length, frame, frame if command.asked == -1 else min(command.asked, frame))
    elif kind == RECORD:
        if loop.state == RECORDING:
            end_recording(m, l, frame, meant, PLAYING)
        else:
            begin_recording(m, l, frame, meant)
    elif loop.state == RECORDING:
        obey_while_recording(m, l, kind, command.value, frame, meant)
    elif kind == UNDO or kind == REDO or kind == UNDO_ALL or kind == REDO_ALL:
        undo_redo(m, l, kind, frame)
    elif kind == OVERDUB and loop.state == OFF:
        begin_recording(m, l, frame, meant)
    elif loop.state == OFF:
        ignore(m, l, kind, NOTHING_THERE, frame)
    elif kind == KEEP:
        keep_pass(m, l, frame)
    elif kind == BACK:
        back(m, l, frame)
    elif kind == CLEAR:
        clear(m, l, frame)
    else:
        obey_transport(m, l, kind, command.value, frame, meant)


@inline
def meant_frame(m, command, frame):
    """The frame that a press was meant for: now, or one that had gone by when the press came."""
    if command.asked < 0 or frame - command.asked > int(REACH_S * m.header[0].sample_rate):
        return frame
    return min(command.asked, frame)


@inline
def obey_while_recording(m, l, kind, value, frame, meant):
    """Commands, but `record`, while a recording is under way."""
    layer = layer_of(kind)
    if layer != 0:
        end_recording(m, l, frame, meant, layer)
    elif kind == PLAY or kind == TRIGGER:
        end_recording(m, l, frame, meant, PLAYING)
    elif kind == ONESHOT_COMMAND:
        end_recording(m, l, frame, meant, ONESHOT)
    elif kind == PAUSE and value != 0.0:
        end_recording(m, l, frame, meant, PAUSED)
    elif (kind == MUTE_COMMAND and value != 0.0) or kind == MUTE_TRIGGER:
        end_recording(m, l, frame, meant, MUTED)
    elif kind == UNDO:
        cancel_recording(m, l, frame)
    elif kind == UNDO_ALL:
        cancel_recording(m, l, frame)
        if m.loops[l].state != OFF:
            undo_redo(m, l, kind, frame)
    elif kind == CLEAR:
        cancel_recording(m, l, frame)
        if m.loops[l].state != OFF:
            clear(m, l, frame)
    else:
        ignore(m, l, kind, BUSY, frame)


@inline
def obey_transport(m, l, kind, value, frame, meant):
    """What moves or silences a loop that is there, or is laid onto it. A layer under way ends first."""
    loop = m.loops[l]
    before = loop.state
    layer = layer_of(kind)
    if before == PAUSED and (kind == MUTE_COMMAND or kind == MUTE_TRIGGER):
        ignore(m, l, kind, BUSY, frame)
        return
    if (kind == MUTE_COMMAND and value == 0.0 and before != MUTED) or (kind == PAUSE and value == 0.0 and before != PAUSED):
        set_state(m, l, before, frame)
        return
    if is_layer(before):
        end_layer(m, l, frame)
    if before == ONESHOT and loop.seam_decided != 0:  # it was about to fall silent
        show(m, l, frame, 1.0)
    if kind == PAUSE:
        if before != PAUSED:
            stop(m, l, frame)
        elif value != 1.0:
            resume(m, l, frame)
    elif kind == TRIGGER or (kind == MUTE_TRIGGER and before == MUTED):
        trigger(m, l, PLAYING, frame)
    elif kind == ONESHOT_COMMAND:
        trigger(m, l, ONESHOT, frame)
    elif kind == MUTE_COMMAND or kind == MUTE_TRIGGER:
        set_mute(m, l, before != MUTED if math.isnan(value) or kind == MUTE_TRIGGER else value != 0.0, frame)
    elif kind == REVERSE:
        if is_layer(before):
            set_state(m, l, PLAYING, frame)
        turn_when_written(m, l, -wanted_rate(loop), frame)
    else:
        if before == PAUSED:
            resume(m, l, frame)
        if layer != 0 and layer != before:
            begin_layer(m, l, layer, frame, meant)
        elif loop.state == MUTED or (before != PLAYING and before != PAUSED):
            set_mute(m, l, False, frame)


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
    push_take(m, l, NONE, ZERO, frame, ONE, frame)
    loop.locked = 0
    loop.back = 0
    loop.seam_frame = -1
    set_state(m, l, OFF, frame)


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
        kept = keep(m, l, loop.previous_take_slot, variation, loop.previous_correlation, loop.previous_tag, ZERO, frame)
    else:
        kept = keep(m, l, loop.slot, variation, loop.correlation, loop.tag, ONE, frame)
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
def set_flag(m, l, kind, value, frame):
    """Lock and generate. Audio thread."""
    loop = m.loops[l]
    if kind == LOCK:
        on = loop.locked == 0 if math.isnan(value) else value != 0.0
        loop.locked = 1 if on else 0
        if not on:
            loop.back = 0
    else:
        on = loop.generate == 0 or loop.back != 0 if math.isnan(value) else value != 0.0
        loop.generate = 1 if on else 0
        if on:
            loop.back = 0
    if not is_varying(loop) and loop.offer_force == 0:
        stop_swap(m, l, frame)
    set_state(m, l, loop.state, frame)


@inline
def set_value(m, l, command, frame):
    """Send a control on its way. Audio thread."""
    if command.control == SPEED:
        set_rate(m, l, command.value, frame)
        return
    sets = command.control == TAIL or command.control == SEAM_MS or command.control == STOP_FADE_S or command.control == STOP_AT_END
    ramp = ZERO if sets else ramp_frames(m)
    owner = ZERO if command.control == DRY else l
    set_control(m.controls[owner, command.control], frame, command.value, ramp)


@inline
def wanted_rate(loop):
    """The rate that the loop has, or will have as soon as nothing is written any more."""
    return loop.turn_to if loop.turn_to != 0.0 else loop.rate


@inline
def set_rate(m, l, rate, frame):
    """Go on at another speed, in the same direction; a layer under way ends. Audio thread."""
    loop = m.loops[l]
    wanted = wanted_rate(loop)
    if rate == abs(wanted):
        return
    if is_layer(loop.state):
        end_layer(m, l, frame)
        set_state(m, l, PLAYING, frame)
    turn_when_written(m, l, rate if wanted > 0.0 else -rate, frame)


@inline
def click(m, level, hertz, frame):
    """Begin a click; the one before it, which has died away, ends. Audio thread."""
    header = m.header[0]
    header.click_frame = frame
    header.click_level = level
    header.click_hz = hertz


@inline
def load(m, l, slot, length, frame, origin):
    """Make audio that Python wrote the take, and play it as if its frame 0 had been at `origin`. Audio thread."""
    loop = m.loops[l]
    own(m, l, slot)
    if length < shortest_loop(m) or length > m.capacities[slot]:
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
    elif loop.state == PAUSED:
        place(loop, frame, loop.paused_at)
    cut_tail(loop, frame, ramp_frames(m))
    reject_offer(m, l, frame)
    reject_incoming(m, l, frame)
    forget_previous(loop)
    start_loop(m, l, slot, length, frame, origin, ONE)
    set_control(m.controls[l, MUTE], frame, 1.0, ZERO)
    set_state(m, l, PLAYING, frame)


@inline
def do_due(m, l, frame):
    """Do what is due in loop `l` at this frame. Doing it twice changes nothing. Audio thread."""
    loop = m.loops[l]
    ramp = ramp_frames(m)
    if loop.state == RECORDING:
        if loop.rec_stop >= 0 and frame >= loop.rec_stop:
            finish_recording(m, l, frame, loop.rec_stop, loop.rec_then)
        elif frame - loop.rec_press >= m.header[0].max_loop:
            finish_recording(m, l, frame, frame, PLAYING)
    elif grows(loop.state) and frame >= longest_layer(m, loop):
        end_layer(m, l, frame)
        set_state(m, l, PLAYING, frame)
    if loop.rec != 0 and loop.rec_started == 0 and frame >= loop.rec_start:
        start_recorder(m, l, frame)
    if loop.rec != 0 and loop.rec_end >= 0 and frame >= loop.rec_end:
        close_seam(m, l, seam_fade_frames(m, l, loop.rec_length), loop.rec_flows_on)
        loop.rec = 0
        loop.dirty = 1
    if loop.tail != 0 and frame >= loop.tail_end:
        loop.tail = 0
        loop.dirty = 1
    finish_copies(m, l, frame)
    if loop.dub != 0 and loop.dub_started == 0 and frame >= loop.dub_start:
        start_overdub(m, l, frame, ramp)
    if loop.dub_lead > 0 and loop.dub_end >= 0 and not is_copying(m, l, loop.dub_slot):
        add_lead(m, l)
    if loop.dub != 0 and loop.dub_end >= 0 and frame >= loop.dub_end + ramp and loop.dub_lead == 0:
        loop.dub = 0
        loop.dirty = 1
    if loop.dub_next != 0 and loop.dub == 0:
        layer = loop.dub_next
        loop.dub_next = 0
        begin_layer(m, l, layer, frame, frame if layer == INSERTING else frame - latency(m))
    if not is_written(loop):
        loop.moved = 0
        if loop.turn_to != 0.0:
            turn_now(m, l, frame)
    if loop.previous != 0 and frame >= loop.previous_until:
        forget_previous(loop)
    announce_take(m, l, frame)
    if loop.state == ONESHOT and frame >= loop.seam_frame:
        end_oneshot(m, l, frame)
    if loop.seam_frame >= 0 and frame >= loop.seam_frame:
        pass_seam(m, l, frame)
    if loop.seam_frame >= 0:
        pass_points(m, l, frame)
    if loop.seam_frame >= 0 and loop.seam_decided == 0 and frame >= seam_decision(m, l):
        decide_seam(m, l, frame)
    trim_voices(m, l, frame)
    if loop.dirty != 0:
        free_unneeded(m, l, frame)


@inline
def seam_decision(m, l):
    """The frame from which on the next seam's fade can run."""
    loop = m.loops[l]
    return loop.seam_frame - seam_fade_frames(m, l, pass_frames(loop))


@inline
def sooner(best, candidate, frame):
    """The earlier of two frames, of those that lie ahead."""
    return candidate if frame < candidate < best else best


@inline
def next_due(m, l, frame, best):
    """The first frame after `frame`, and no later than `best`, at which something is due in loop `l`."""
    loop = m.loops[l]
    if loop.moved != 0:
        return frame + 1  # what is written at one frame may be heard at the next
    if loop.rec != 0:
        best = sooner(best, loop.rec_start, frame)
        best = sooner(best, loop.rec_end, frame)
        best = sooner(best, loop.rec_stop, frame)
        if loop.state == RECORDING:
            best = sooner(best, loop.rec_press + m.header[0].max_loop, frame)
    if loop.tail != 0:
        best = sooner(best, loop.tail_end, frame)
    if loop.dub != 0:
        best = sooner(best, loop.dub_start, frame)
        if loop.dub_end >= 0:
            best = sooner(best, loop.dub_end + ramp_frames(m), frame)
    if grows(loop.state):
        best = sooner(best, longest_layer(m, loop), frame)
    if loop.previous != 0:
        best = sooner(best, loop.previous_until, frame)
    if loop.seam_frame >= 0:
        best = sooner(best, loop.seam_frame, frame)
        best = sooner(best, seam_decision(m, l), frame)
        if loop.swapping != 0:
            best = sooner(best, loop.swap_frame, frame)
        if loop.points != 1:
            best = sooner(best, next_point_due(m, l), frame)
    for i in range(loop.n_voices):
        best = sooner(best, m.voices[l, i].fade_end, frame)
    for i in range(MAX_COPIES):
        if m.copies[l, i].on != 0:
            best = sooner(best, m.copies[l, i].begin, frame)
            best = sooner(best, copy_end(m.copies[l, i]), frame)
    return best
