"""What a player lays onto a loop that is there: overdub, replace, substitute, multiply, insert, and `keep`.

The first three write in place, at whatever speed: what was there stays as the feedback says, or goes. The other two make the loop longer,
and how much longer is known only when they end; so the loop sounds as it was, or not at all, until then. A loop that plays
backwards is turned round for it, and plays forwards from then on. A layer that
is asked for while another fades out begins as that one ends, so that one splices into the other.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import NONE, ONE, ZERO, inline
from .copies import can_copy, drop_copy, shorten_copy, start_arranged, start_copy, start_mirrored
from .decay import level_left, restore_level
from .dsp import crossfade_gains, set_control
from .history import post, push_take, turn_round
from .layout import COPY_RATE, MUTE, SEGMENT
from .loops import (
    INSERTING,
    MULTIPLYING,
    NEVER,
    OVERDUBBING,
    PAUSED,
    PLAYING,
    REPLACING,
    SUBSTITUTING,
    forget_variation,
    ignore,
    latency,
    playing_state,
    ramp_frames,
    set_state,
    show,
    silence,
    stop_swap,
    take_spare,
)
from .messages import CommandKind, Control, EventKind, Reason
from .playhead import begin_seams, pass_frames, place, playhead, position_at
from .seams import forget_previous
from .writers import clear_stretch, cut_tail, input_reach

MIX = np.int64(Control.MIX)
KEPT = np.int64(EventKind.KEPT)
NO_BUFFER = np.int64(Reason.NO_BUFFER)
TOO_LONG = np.int64(Reason.TOO_LONG)
AT_RATE = np.int64(Reason.AT_RATE)
OVERDUB = np.int64(CommandKind.OVERDUB)
MULTIPLY = np.int64(CommandKind.MULTIPLY)
INSERT = np.int64(CommandKind.INSERT)
REPLACE = np.int64(CommandKind.REPLACE)
SUBSTITUTE = np.int64(CommandKind.SUBSTITUTE)


@inline
def layer_of(kind):
    """The state that a command brings a loop into that lays something onto it; 0 for other commands."""
    if kind == OVERDUB:
        return OVERDUBBING
    if kind == MULTIPLY:
        return MULTIPLYING
    if kind == INSERT:
        return INSERTING
    if kind == REPLACE:
        return REPLACING
    if kind == SUBSTITUTE:
        return SUBSTITUTING
    return ZERO


@inline
def is_layer(state):
    """Whether something is being laid onto the loop."""
    return state == OVERDUBBING or grows(state) or state == REPLACING or state == SUBSTITUTING


@inline
def grows(state):
    """Whether the layer makes the loop longer."""
    return state == MULTIPLYING or state == INSERTING


@inline
def refuse(m, l, state, reason, frame):
    """Tell that a layer cannot begin."""
    kind = OVERDUB
    for other in (MULTIPLY, INSERT, REPLACE, SUBSTITUTE):
        if layer_of(other) == state:
            kind = other
    ignore(m, l, kind, reason, frame)


@inline
def begin_layer(m, l, state, frame, meant):
    """Lay what is played onto the loop from its position at frame `meant` on, in a buffer of its own. Audio thread.

    The take that was is one undo away. A variation that sounds is kept first, so that is what one plays over.
    """
    loop = m.loops[l]
    ramp = ramp_frames(m)
    room = m.header[0].max_loop
    if loop.dub != 0:  # the layer before is still fading out, or falling into its place
        loop.dub_next = state
        set_state(m, l, playing_state(m, l), frame)
        return
    if loop.rate != 1.0 and loop.rate != -1.0 and grows(state):
        refuse(m, l, state, AT_RATE, frame)
        return
    if (state == MULTIPLYING and room < 2 * loop.length) or (state == INSERTING and room <= loop.length):
        refuse(m, l, state, TOO_LONG, frame)
        return
    stop_swap(m, l, frame)
    forget_previous(loop)
    level = level_left(m, l, frame)
    varied = loop.variation >= 0 or level != 1.0
    if varied and not keep(m, l, loop.slot, loop.variation, loop.correlation, loop.tag, ONE, level, frame):
        refuse(m, l, state, NO_BUFFER, frame)
        return
    backwards = loop.rate == -1.0 and grows(state)
    slot = take_spare(m, l, room if grows(state) else loop.length) if can_copy(m, l, 2 if backwards else 1) else -1
    if slot < 0:
        refuse(m, l, state, NO_BUFFER, frame)
        return
    if backwards and not turn_take(m, l, frame):
        loop.dirty = 1
        refuse(m, l, state, NO_BUFFER, frame)
        return
    delay = latency(m)
    cut_tail(loop, frame + delay, ramp)
    start = meant + delay
    if loop.rec != 0:
        start = max(start, loop.rec_end)
    if loop.tail != 0:
        start = max(start, loop.tail_end)
    loop.dub = state
    loop.dub_slot = slot
    loop.dub_press = meant
    loop.dub_at = position_at(loop, meant)
    loop.dub_length = loop.length
    loop.dub_start = start
    loop.dub_started = 0
    loop.dub_end = -1
    loop.dub_latency = delay
    loop.dub_position = position_at(loop, start - delay)
    loop.dub_ramp = max(0, min(ramp, start - loop.written_until))
    loop.dub_lead = 0
    loop.dub_whole = 0 if backwards else 1
    loop.dub_rate = loop.rate
    loop.dub_phase = playhead(loop, start - delay)
    loop.dub_lag = 0
    if state == MULTIPLYING:
        loop.dub_ramp = ramp
        loop.dub_length = room // loop.length * loop.length
        loop.dub_position = loop.dub_at + start - delay - meant
        start_arranged(m, l, loop.slot, 1.0, NONE, 0.0, slot, loop.dub_length, loop.dub_position, loop.dub_length,
                       max(start, frame), loop.length, loop.dub_length, ZERO)  # fmt: skip
    elif state == INSERTING:
        loop.dub_length = room
        loop.dub_position = loop.dub_at + start - delay - meant
        clear_stretch(m, slot, loop.dub_at, loop.dub_position)
        loop.seam_frame = -1
        silence(m, l, frame)
    else:
        lay_in_place(m, l, state, slot, max(start, frame), frame)
    loop.exact_until = NEVER
    set_control(m.controls[l, MUTE], frame, 1.0, ramp)
    set_state(m, l, state, frame)


@inline
def lay_in_place(m, l, state, slot, begin, frame):
    """Let the loop go on in a copy of itself, which what is played will be written into."""
    loop = m.loops[l]
    source = loop.slot
    copy_from = (loop.dub_position - loop.dub_ramp) % loop.length
    if loop.dub_rate != 1.0:
        copy_from = plan_at_rate(m, l, begin)
    start_copy(m, l, source, 1.0, NONE, 0.0, slot, loop.length, copy_from, begin)
    push_take(m, l, slot, loop.length, loop.origin, ZERO, frame)
    top = m.voices[l, loop.n_voices - 1]
    if state == REPLACING:
        silence(m, l, frame)
    elif top.take == source and top.variation < 0:
        top.take = slot
    else:
        show(m, l, frame, 1.0)


@inline
def turn_take(m, l, frame):
    """Let a loop that plays backwards go on in a copy of itself, turned round, forwards; False without a buffer. Audio thread.

    Nobody hears it. What makes the loop longer makes it so in the direction in which it is heard.
    """
    loop = m.loops[l]
    slot = take_spare(m, l, loop.length)
    if slot < 0:
        return False
    position = np.int64(math.floor(loop.length - 0.5 - playhead(loop, frame))) % loop.length
    start_mirrored(m, l, loop.slot, slot, loop.length, position, frame)
    loop.slot = slot
    loop.rate = 1.0
    loop.turned = 1 - loop.turned
    place(loop, frame, float(position))
    begin_seams(loop, frame)
    show(m, l, frame, 1.0)
    return True


@inline
def plan_at_rate(m, l, begin):
    """Decide how late a layer at another speed is written, and from which position on the loop is copied for it. Audio thread.

    What is written must have been copied before, though the copy goes forwards and the playhead perhaps backwards: then the copy
    begins so far before the playhead that it has come round before the playhead gets there.
    """
    loop = m.loops[l]
    ramp = ramp_frames(m)
    loop.dub_ramp = ramp
    loop.dub_lag = input_reach(loop.dub_rate) + ramp + begin - loop.dub_start
    position = np.int64(math.floor(loop.dub_phase))
    if loop.dub_rate > 0.0:
        position -= np.int64(math.ceil(ramp * loop.dub_rate)) + 2
    else:
        before = loop.length // 8
        position -= before
        loop.dub_lag += (before + np.int64(math.ceil(-ramp * loop.dub_rate)) + 2) // COPY_RATE + 1
    if SEGMENT + loop.dub_lag + input_reach(loop.dub_rate) > pass_frames(loop):
        loop.moved = 1
    return position % loop.length


@inline
def end_layer(m, l, frame):
    """Let the layer fade out from here; the loop sounds once as it is before it varies. Audio thread."""
    loop = m.loops[l]
    state = loop.dub
    loop.state = PLAYING
    if state == INSERTING and frame <= loop.dub_press:
        drop_layer(m, l, frame)
        return
    loop.dub_end = max(frame + loop.dub_latency, loop.dub_start)
    loop.written_until = loop.dub_end
    if state == MULTIPLYING:
        end_multiply(m, l, frame)
    elif state == INSERTING:
        end_insert(m, l, frame)
    elif state == REPLACING:
        show(m, l, frame, 1.0)
    loop.exact_until = frame + pass_frames(loop)


@inline
def end_multiply(m, l, frame):
    """The loop is as many whole ones as the layer has gone round. Audio thread."""
    loop = m.loops[l]
    begun = loop.dub_press - loop.dub_at
    cycles = max(loop.dub_position // loop.length + 1, (frame - begun + loop.length - 1) // loop.length)
    length = min(cycles * loop.length, loop.dub_length)
    shorten_copy(m, l, loop.dub_slot, length, frame)
    loop.dub_length = length
    push_take(m, l, loop.dub_slot, length, begun, ZERO, frame)
    begin_seams(loop, frame)
    show(m, l, frame, 1.0)


@inline
def end_insert(m, l, frame):
    """The loop goes on after the gap that what was played has filled. Audio thread."""
    loop = m.loops[l]
    gap = frame - loop.dub_press
    after = loop.dub_at + gap
    source, amount = loop.slot, loop.length
    loop.dub_length = amount + gap
    start_arranged(m, l, source, 1.0, NONE, 0.0, loop.dub_slot, loop.dub_length, after, amount,
                   max(frame, loop.dub_start), amount, after, gap)  # fmt: skip
    push_take(m, l, loop.dub_slot, loop.dub_length, frame - after, ONE, frame)
    begin_seams(loop, frame)
    show(m, l, frame, 1.0)


@inline
def drop_layer(m, l, frame):
    """Forget a layer that would have made the loop longer; the loop goes on as if nothing had been. Audio thread."""
    loop = m.loops[l]
    drop_copy(m, l, loop.dub_slot)
    inserting = loop.dub == INSERTING
    loop.dub = 0
    loop.dirty = 1
    loop.exact_until = frame
    entry = m.history[l, loop.history_at]
    if entry.turned != loop.turned:
        position = turn_round(loop, playhead(loop, frame))
        loop.slot = entry.slot
        place(loop, frame, position)
        if not inserting:
            begin_seams(loop, frame)
            show(m, l, frame, 1.0)
    if inserting:
        begin_seams(loop, frame)
        show(m, l, frame, 1.0)
    set_state(m, l, PLAYING, frame)


@inline
def longest_layer(m, loop):
    """The frame at which memory ends a layer that makes the loop longer."""
    if loop.state == INSERTING:
        return loop.dub_press + m.header[0].max_loop - loop.length
    return loop.dub_press - loop.dub_at + loop.dub_length


@inline
def keep(m, l, take, variation, correlation, tag, sounding, level, frame):
    """Make a variation the take, at the blend that `mix` says, or the take itself at another level. Audio thread.

    Parameters
    ----------
    variation : int
        Slot; -1 for the take itself.
    sounding : int
        1 if it is what sounds now; otherwise what sounds goes on.
    level : float
        Where it is not 1, the copy has this level, and the loop its full one again.

    Returns
    -------
    bool
        False when no buffer for a blend was at hand, and nothing has changed.
    """
    loop = m.loops[l]
    mix = m.controls[l, MIX]
    take_gain, variation_gain = crossfade_gains(mix.target, correlation)
    other = variation
    if variation < 0:
        take_gain, variation_gain, other = 1.0, 0.0, take
    slot = variation
    if take_gain > 0.0 or level != 1.0:
        slot = take_spare(m, l, loop.length) if can_copy(m, l) else -1
        if slot < 0:
            return False
        start_copy(m, l, take, take_gain * level, other, variation_gain * level, slot, loop.length, position_at(loop, frame), frame)
    push_take(m, l, slot, loop.length, loop.origin, ZERO, frame)
    if sounding != 0:
        forget_variation(loop)
        top = m.voices[l, loop.n_voices - 1]
        if level == 1.0 and top.variation == variation and frame >= mix.end:
            top.take = slot
            top.variation = -1
        elif loop.state != PAUSED:
            show(m, l, frame, 1.0)
        if level != 1.0:
            restore_level(m, l, frame)
    if variation >= 0:
        post(m, KEPT, l, frame, slot, tag, ZERO, ZERO, 0.0)
    return True
