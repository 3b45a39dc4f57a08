"""The state machine of one loop: what each command does in each state.

One machine for all channels of a loop, so that stereo never parts.
"""

from __future__ import annotations

import math

import numpy as np

from .adding import add_loop, delete_loop
from .compiled import ZERO, inline
from .cue import accept, set_cue
from .dsp import set_control
from .gliding import move
from .history import own, post
from .housing import REHOUSE, rehouse
from .layers import begin_layer, end_layer, is_layer, layer_of
from .layout import REACH_S
from .loops import (
    BACKWARDS,
    MUTED,
    OFF,
    ONESHOT,
    PAUSED,
    PLAYING,
    RECORDING,
    SCRATCHING,
    ignore,
    ramp_frames,
    set_state,
    show,
    stop_swap,
    supply,
)
from .messages import CommandKind, Control, EventKind, Reason
from .passes import begin_recording, cancel_recording, end_recording
from .playhead import UNKNOWN
from .remixing import remix
from .reshaping import RESHAPE, reshape
from .rings import copy_command
from .routing import route
from .scratching import end_scratch, scratch
from .seams import align, is_varying, receive_offer
from .takes import back, clear, first, keep_pass, load, undo_redo
from .transport import restart, resume, set_mute, solo, stop, stop_waiting, trigger, turn_when_written

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
EXPECT = np.int64(CommandKind.EXPECT)
REMIX = np.int64(CommandKind.REMIX)
CLICK = np.int64(CommandKind.CLICK)
LOOP_ADD = np.int64(CommandKind.LOOP_ADD)
LOOP_DEL = np.int64(CommandKind.LOOP_DEL)
INPUT = np.int64(CommandKind.INPUT)
OUTPUT = np.int64(CommandKind.OUTPUT)
CUE = np.int64(CommandKind.CUE)
ACCEPT = np.int64(CommandKind.ACCEPT)
TRIGGER = np.int64(CommandKind.TRIGGER)
ONESHOT_COMMAND = np.int64(CommandKind.ONESHOT)
REVERSE = np.int64(CommandKind.REVERSE)
SOLO_COMMAND = np.int64(CommandKind.SOLO)
UNDO_ALL = np.int64(CommandKind.UNDO_ALL)
REDO_ALL = np.int64(CommandKind.REDO_ALL)
MUTE_TRIGGER = np.int64(CommandKind.MUTE_TRIGGER)
SCRATCH = np.int64(CommandKind.SCRATCH)
FIRST = np.int64(CommandKind.FIRST)
CANCEL = np.int64(CommandKind.CANCEL)
SUPPLY = 100  # the engine's own: an empty buffer for recordings and overdubs
OBEYED = np.int64(EventKind.OBEYED)

DRY = np.int64(Control.DRY)
MAIN_WET = np.int64(Control.MAIN_WET)
MAIN_INPUT_GAIN = np.int64(Control.MAIN_INPUT_GAIN)
USE_FEEDBACK_PLAY = np.int64(Control.USE_FEEDBACK_PLAY)
TAIL = np.int64(Control.TAIL)
SEAM_MS = np.int64(Control.SEAM_MS)
SPEED = np.int64(Control.SPEED)
STOP_FADE_S = np.int64(Control.STOP_FADE_S)
STOP_MODE = np.int64(Control.STOP_MODE)
SCRATCH_POS = np.int64(Control.SCRATCH_POS)
NOTHING_THERE = np.int64(Reason.NOTHING_THERE)
BUSY = np.int64(Reason.BUSY)
BAD_VALUE = np.int64(Reason.BAD_VALUE)


@inline
def obey(m, command, frame):
    """Do what one command says, at this frame. Audio thread."""
    l = command.loop
    kind = command.kind
    if kind != SUPPLY and kind != REHOUSE and kind != CANCEL:
        value = -1.0 if math.isnan(command.value) else command.value
        more = command.tag if kind == OFFER or kind == REMIX else command.length if counts(kind) else command.asked
        post(m, OBEYED, l, frame, command.slot, more, kind, command.control, value)
    if kind != LOOP_ADD and (l >= m.header[0].n_loops or (m.loops[l].gone != 0 and is_played(kind))):
        if command.slot >= 0:
            own(m, l, command.slot)
            m.loops[l].dirty = 1
        ignore(m, l, kind, NOTHING_THERE, frame)
    elif kind == OFFER:
        if command.slot >= 0:
            own(m, l, command.slot)
        receive_offer(m, l, command, frame)
    elif kind == REMIX:
        remix(m, l, command, frame)
    elif kind == SUPPLY:
        supply(m, l, command.slot)
    elif kind == REHOUSE:
        rehouse(m, l, command.control, command.slot)
    elif kind == RESHAPE:
        reshape(m, l, command, frame)
    elif kind == SET:
        set_value(m, l, command, frame)
    elif kind == CANCEL:
        cancel(m, l, command.control, frame)
    elif kind == CLICK:
        click(m, command.value, command.control, frame)
    elif kind == EXPECT:
        m.loops[l].expected = np.int64(command.value)
    elif kind == GRID:
        loop = m.loops[l]
        loop.points = command.length
        loop.first_point = command.value
        loop.point_frame = UNKNOWN
    elif kind == ALIGN:
        moved = restart(m, l, command.length, frame) if command.control != 0 else align(m, l, command.length, frame)
        if not moved:
            ignore(m, l, ALIGN, BAD_VALUE, frame)
    elif kind == LOCK or kind == GENERATE:
        set_flag(m, l, kind, command.value, frame)
    elif kind == SOLO_COMMAND:
        solo(m, l, command.value, frame)
    elif kind == LOOP_ADD or kind == LOOP_DEL:
        done = add_loop(m, l, frame) if kind == LOOP_ADD else delete_loop(m, l, frame)
        if not done:
            ignore(m, l, kind, NOTHING_THERE, frame)
    elif kind == INPUT or kind == OUTPUT:
        if not route(m, l, command, frame, ramp_frames(m)):
            ignore(m, l, kind, BAD_VALUE, frame)
    elif kind == CUE:
        set_cue(m, l, command.value, frame)
    elif kind == ACCEPT:
        if not accept(m.loops[l]):
            ignore(m, l, ACCEPT, NOTHING_THERE, frame)
    else:
        begins = SCRATCHING if kind == SCRATCH else layer_of(kind)
        if stop_waiting(m, l, frame) != begins or begins == 0:  # the second press takes back the first
            obey_player(m, l, command, frame)


@inline
def counts(kind):
    """Whether a command has a `length` that is none."""
    return kind == ALIGN or kind == GRID or kind == INPUT or kind == OUTPUT


@inline
def is_played(kind):
    """Whether a command is one of a player's, for a loop that is there; knobs, places and offers are for any."""
    if kind == SUPPLY or kind == REHOUSE:
        return False
    return not (kind == SET or kind == GRID or kind == INPUT or kind == OUTPUT or kind == OFFER or kind == GENERATE)


@inline
def obey_player(m, l, command, frame):
    """Do what a player asks of the loop itself. Audio thread."""
    kind = command.kind
    loop = m.loops[l]
    meant = meant_frame(m, command, frame)
    if kind == LOAD:
        load(m, l, command.slot, command.length, command.control, frame, frame if command.asked == -1 else min(command.asked, frame))
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
    elif kind == FIRST:
        first(m, l, frame)
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
    elif kind == REVERSE:
        end_recording(m, l, frame, meant, BACKWARDS)
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
    elif before == SCRATCHING:
        end_scratch(m, l, frame)
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
        if is_layer(before) or before == SCRATCHING:
            set_state(m, l, PLAYING, frame)
        turn_when_written(m, l, -wanted_rate(loop), frame)
    else:
        if before == PAUSED:
            resume(m, l, frame)
        if layer != 0 and layer != before:
            begin_layer(m, l, layer, frame, meant)
        elif kind == SCRATCH and before != SCRATCHING:
            scratch(m, l, frame)
        elif loop.state == MUTED or (before != PLAYING and before != PAUSED):
            set_mute(m, l, False, frame)


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
def is_step(control):
    """Whether a control is a choice or a length, that nothing is multiplied with."""
    choice = control == USE_FEEDBACK_PLAY or control == STOP_MODE or control == SCRATCH_POS
    return choice or control == TAIL or control == SEAM_MS or control == STOP_FADE_S


@inline
def set_value(m, l, command, frame):
    """Send a control on its way. Audio thread."""
    if command.control == SPEED:
        set_rate(m, l, command.value, frame)
        return
    ramp = ZERO if is_step(command.control) else ramp_frames(m)
    owner = ZERO if command.control == DRY or command.control == MAIN_WET or command.control == MAIN_INPUT_GAIN else l
    set_control(m.controls[owner, command.control], frame, command.value, ramp)
    if command.control == SCRATCH_POS and m.loops[l].state == SCRATCHING:
        move(m, l, frame)


@inline
def cancel(m, l, kind, frame):
    """Forget the commands of a kind that wait for a frame ahead. Audio thread."""
    header = m.header[0]
    kept = 0
    for i in range(header.n_pending):
        waits = m.pending[i]
        if waits.loop != l or waits.kind != kind or waits.frame <= frame:
            if kept != i:
                copy_command(m.pending[kept], waits)
            kept += 1
    if kept == header.n_pending:
        ignore(m, l, CANCEL, NOTHING_THERE, frame)
    header.n_pending = kept


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
