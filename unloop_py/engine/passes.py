"""Recording, from the press that begins it to the moment its take is complete.

A press at engine frame n stands for what the player hears at frame n. What he plays to it arrives `latency` frames
later, so each pass reads its input from n + latency to its end press + latency, while the loop already plays on.
"""

from __future__ import annotations

import numpy as np

from .compiled import NONE, ONE, ZERO, inline
from .decay import restore_level
from .dsp import set_control
from .history import push_take, take_root
from .layers import begin_layer, end_layer, is_layer
from .layout import MUTE
from .loops import (
    BACKWARDS,
    MULTIPLYING,
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
    take_spare,
)
from .messages import CommandKind, Control, Reason
from .playhead import begin_seams, pass_frames, place
from .seams import forget_previous, reject_incoming, reject_offer
from .transport import pause
from .voices import push_voice
from .writers import clear_stretch, cut_tail, fold_tail

TAIL = np.int64(Control.TAIL)
RECORD = np.int64(CommandKind.RECORD)
BUSY = np.int64(Reason.BUSY)
NO_BUFFER = np.int64(Reason.NO_BUFFER)


@inline
def begin_recording(m, l, frame, meant):
    """Record a new loop, from frame `meant` on; an old one falls silent and stays one undo away. Audio thread."""
    loop = m.loops[l]
    if loop.rec != 0:  # the last recording's end is still arriving
        ignore(m, l, RECORD, BUSY, frame)
        return
    slot = take_spare(m, l, m.header[0].max_loop)
    if slot < 0:
        ignore(m, l, RECORD, NO_BUFFER, frame)
        return
    if is_layer(loop.state):
        end_layer(m, l, frame)
    cut_tail(loop, frame, latency(m) + ramp_frames(m))
    reject_offer(m, l, frame)
    reject_incoming(m, l, frame)
    forget_previous(loop)
    silence(m, l, frame)
    restore_level(m, l, frame)
    if loop.state == PAUSED:
        place(loop, frame, loop.paused_at)
    loop.rec = 1
    loop.rec_slot = slot
    loop.rec_press = meant
    loop.rec_start = meant + latency(m)
    loop.rec_started = 0
    loop.rec_end = -1
    loop.rec_stop = -1
    loop.rec_resumes = loop.state
    loop.seam_frame = -1
    set_state(m, l, RECORDING, frame)


@inline
def end_recording(m, l, frame, meant, then):
    """End the loop at frame `meant`, or as soon as it is long enough, and go on as state `then` says. Audio thread."""
    loop = m.loops[l]
    end = max(meant, loop.rec_press + shortest_loop(m))
    if end > frame:
        loop.rec_stop = end
        loop.rec_then = then
    else:
        finish_recording(m, l, frame, end, then)


@inline
def finish_recording(m, l, frame, end, then):
    """Make the recording up to frame `end` the take and play it from its frame 0, while its last frames still arrive.

    When `end` has gone by, it goes on from where it would be by now.
    """
    loop = m.loops[l]
    header = m.header[0]
    loop.rec_length = end - loop.rec_press
    loop.rec_end = loop.rec_start + loop.rec_length
    loop.rec_stop = -1
    loop.written_until = loop.rec_end
    tail = int(m.controls[l, TAIL].target * header.sample_rate + 0.5)
    flows_on = is_layer(then)
    if not flows_on and then != BACKWARDS and tail > 0 and loop.rate == 1.0:
        loop.tail = 1
        loop.tail_slot = loop.rec_slot
        loop.tail_length = loop.rec_length
        loop.tail_start = loop.rec_end
        loop.tail_from = loop.rec_end
        loop.tail_end = loop.rec_end + tail
        loop.tail_gain = 1.0
        fold_tail(m, l, loop.tail_start, max(ZERO, frame - loop.tail_start))
    # Multiplied, the loop's end meets its head again and again, and only the first head has what flowed on.
    loop.rec_flows_on = 1 if loop.tail != 0 or (flows_on and then != MULTIPLYING and loop.rate == 1.0) else 0
    if loop.rate != 1.0:  # what is read at another speed takes in frames before its own, round the loop
        clear_stretch(m, loop.rec_slot, max(ZERO, frame - loop.rec_start), loop.rec_length)
    start_loop(m, l, loop.rec_slot, loop.rec_length, frame, end, ZERO if then == PAUSED or then == BACKWARDS else ONE)
    set_control(m.controls[l, MUTE], frame, 0.0 if then == MUTED else 1.0, ZERO)
    if flows_on:
        set_state(m, l, PLAYING, frame)
        begin_layer(m, l, then, frame, end)
    elif then == PAUSED:
        pause(m, l, frame)
    elif then == BACKWARDS:
        loop.from_end = 1
        loop.turn_to = -loop.rate
        loop.seam_frame = -1
        set_state(m, l, ONESHOT, frame)
    else:
        set_state(m, l, then, frame)


@inline
def start_loop(m, l, slot, length, frame, origin, sounding):
    """Make a new loop the take and let it sound from its frame 0, unattenuated. Audio thread.

    Its frame 0 was at `origin`: when that has gone by, it fades in where it is by now.
    """
    loop = m.loops[l]
    forget_variation(loop)
    loop.turned = 0
    push_take(m, l, slot, length, origin, ONE, frame)
    take_root(m, l)
    loop.rate = abs(loop.rate)
    loop.turn_to = 0.0
    loop.ends_as = MUTED
    loop.phase = 0.0
    loop.locked = 0
    loop.back = 0
    loop.repetition = 0
    loop.exact_until = origin + pass_frames(loop)
    if loop.rate != 1.0 and loop.rec != 0:
        loop.moved = 1  # its last frames may still arrive
    begin_seams(loop, frame)
    if sounding != 0:
        if origin < frame and loop.n_voices == 0:  # what fades in needs something beneath
            push_voice(m, l, NONE, NONE, 1.0, frame, frame, 1.0, ZERO)
        attack = ONE if origin == frame else ZERO
        push_voice(m, l, slot, NONE, 1.0, frame, frame + ramp_frames(m), 1.0, attack)


@inline
def cancel_recording(m, l, frame):
    """Drop the recording under way; what was there before comes back in its own time. Audio thread."""
    loop = m.loops[l]
    loop.rec = 0
    loop.rec_stop = -1
    loop.dirty = 1
    if loop.length == 0:
        set_state(m, l, OFF, frame)
    elif loop.rec_resumes == PAUSED:
        set_state(m, l, PAUSED, frame)
    else:
        begin_seams(loop, frame)
        loop.exact_until = frame
        show(m, l, frame, 1.0)
        set_state(m, l, playing_state(m, l), frame)
