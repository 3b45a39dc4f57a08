"""Recording and overdubbing, from the press that begins one to the moment its take is complete.

A press at engine frame n stands for what the player hears at frame n. What he plays to it arrives `latency` frames
later, so each pass reads its input from n + latency to its end press + latency, while the loop already plays on.
"""

from __future__ import annotations

import numpy as np

from .compiled import NONE, ONE, ZERO, inline
from .copies import can_copy, start_copy
from .dsp import crossfade_gains, set_control
from .history import own, post, push_take
from .layout import MAX_SPARES, MIN_LOOP_S, MUTE, RAMP_S
from .messages import CommandKind, Control, EventKind, Reason, State
from .seams import forget_previous, reject_incoming, reject_offer
from .voices import is_silent, push_voice
from .writers import cut_tail, fold_tail

DRY = np.int64(Control.DRY)
MIX = np.int64(Control.MIX)
TAIL = np.int64(Control.TAIL)
STATE = np.int64(EventKind.STATE)
KEPT = np.int64(EventKind.KEPT)
IGNORED = np.int64(EventKind.IGNORED)
OFF = np.int64(State.OFF)
RECORDING = np.int64(State.RECORDING)
PLAYING = np.int64(State.PLAYING)
OVERDUBBING = np.int64(State.OVERDUBBING)
MUTED = np.int64(State.MUTED)
PAUSED = np.int64(State.PAUSED)
RECORD = np.int64(CommandKind.RECORD)
OVERDUB = np.int64(CommandKind.OVERDUB)
BUSY = np.int64(Reason.BUSY)
NO_BUFFER = np.int64(Reason.NO_BUFFER)
NEVER = 1 << 62  # a frame that does not come


@inline
def ramp_frames(m):
    """Frames of an in-place fade."""
    return int(RAMP_S * m.header[0].sample_rate + 0.5)


@inline
def latency(m):
    """Frames by which the player's sound comes late: none when he hears himself through the engine."""
    return 0 if m.controls[0, DRY].target > 0.0 else m.header[0].latency


@inline
def shortest_loop(m):
    """Frames that a loop must have, so that what is still to be written is never about to be played."""
    return max(int(MIN_LOOP_S * m.header[0].sample_rate), 4 * m.header[0].latency)


@inline
def flags(loop):
    """`messages.Flag` bits."""
    return loop.generate + 2 * loop.locked + 4 * loop.back


@inline
def set_state(m, l, state, frame):
    """Change the state and tell it, with the flags. Audio thread."""
    m.loops[l].state = state
    post(m, STATE, l, frame, NONE, NONE, flags(m.loops[l]), ZERO, 0.0)


@inline
def ignore(m, l, kind, reason, frame):
    """Tell that a command changed nothing."""
    post(m, IGNORED, l, frame, NONE, NONE, kind, ZERO, float(reason))


@inline
def playing_state(m, l):
    """PLAYING, or MUTED when the loop is."""
    return MUTED if m.controls[l, MUTE].target == 0.0 else PLAYING


@inline
def position_at(loop, frame):
    """The playhead at `frame`."""
    return (frame - loop.origin) % loop.length if loop.length > 0 else 0


@inline
def is_written(loop):
    """Whether anything of the loop is still being written."""
    return loop.rec != 0 or loop.tail != 0 or loop.dub != 0


@inline
def place(loop, frame, position):
    """Put the playhead at `position` at `frame`."""
    loop.origin = frame - position
    if is_written(loop):
        loop.moved = 1


@inline
def begin_seams(loop, frame):
    """Find the next seam after `frame`."""
    loop.seam_frame = frame + loop.length - position_at(loop, frame)
    loop.seam_decided = 0


@inline
def show(m, l, frame, correlation):
    """Fade to what the loop is to sound like: its take, and the variation over it. Audio thread."""
    loop = m.loops[l]
    attack = ONE if is_silent(m, l) and position_at(loop, frame) == 0 else ZERO
    push_voice(m, l, loop.slot, loop.variation, loop.correlation, loop.length, loop.origin,
               frame, frame + ramp_frames(m), correlation, attack)  # fmt: skip


@inline
def silence(m, l, frame):
    """Fade to nothing."""
    if not is_silent(m, l):
        push_voice(m, l, NONE, NONE, 1.0, ONE, ZERO, frame, frame + ramp_frames(m), 1.0, ZERO)


@inline
def forget_variation(loop):
    """From here on the take itself is what sounds."""
    loop.variation = -1
    loop.tag = -1
    loop.correlation = 1.0
    loop.dirty = 1


@inline
def stop_swap(m, l, frame):
    """Void the offers, and fade away from one that was coming in already."""
    loop = m.loops[l]
    reject_offer(m, l, frame)
    if loop.swapping != 0:
        correlation = loop.incoming_correlation * loop.correlation
        reject_incoming(m, l, frame)
        show(m, l, frame, correlation)


@inline
def take_spare(m, l, frames):
    """An empty buffer of at least `frames` frames, the smallest at hand; -1 when there is none."""
    header = m.header[0]
    best = -1
    for i in range(header.n_spares):
        capacity = m.capacities[header.spares[i]]
        if capacity >= frames and (best < 0 or capacity < m.capacities[header.spares[best]]):
            best = i
    if best < 0:
        return -1
    slot = header.spares[best]
    header.n_spares -= 1
    header.spares[best] = header.spares[header.n_spares]
    own(m, l, slot)
    return slot


@inline
def supply(m, l, slot):
    """Put an empty buffer at hand; when there are many, the smallest is given back for it."""
    header = m.header[0]
    if header.n_spares < MAX_SPARES:
        header.spares[header.n_spares] = slot
        header.n_spares += 1
        return
    least = 0
    for i in range(1, MAX_SPARES):
        if m.capacities[header.spares[i]] < m.capacities[header.spares[least]]:
            least = i
    own(m, l, header.spares[least])
    header.spares[least] = slot
    m.loops[l].dirty = 1


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
    if loop.state == OVERDUBBING:
        end_overdub(m, l, frame)
    cut_tail(loop, frame, latency(m) + ramp_frames(m))
    reject_offer(m, l, frame)
    reject_incoming(m, l, frame)
    forget_previous(loop)
    silence(m, l, frame)
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
    if then != OVERDUBBING and tail > 0:
        loop.tail = 1
        loop.tail_slot = loop.rec_slot
        loop.tail_length = loop.rec_length
        loop.tail_start = loop.rec_end
        loop.tail_from = loop.rec_end
        loop.tail_end = loop.rec_end + tail
        loop.tail_gain = 1.0
        fold_tail(m, l, loop.tail_start, max(ZERO, frame - loop.tail_start))
    loop.rec_flows_on = 1 if loop.tail != 0 or then == OVERDUBBING else 0
    start_loop(m, l, loop.rec_slot, loop.rec_length, frame, end, ZERO if then == PAUSED else ONE)
    set_control(m.controls[l, MUTE], frame, 0.0 if then == MUTED else 1.0, ZERO)
    if then == OVERDUBBING:
        set_state(m, l, PLAYING, frame)
        begin_overdub(m, l, frame, end)
    elif then == PAUSED:
        pause(m, l, frame)
    else:
        set_state(m, l, then, frame)


@inline
def start_loop(m, l, slot, length, frame, origin, sounding):
    """Make a new loop the take and let it sound from its frame 0, unattenuated. Audio thread.

    Its frame 0 was at `origin`: when that has gone by, it fades in where it is by now.
    """
    loop = m.loops[l]
    forget_variation(loop)
    push_take(m, l, slot, length, origin, ONE, frame)
    loop.locked = 0
    loop.back = 0
    loop.repetition = 0
    loop.exact_until = origin + length
    begin_seams(loop, frame)
    if sounding != 0:
        if origin < frame and loop.n_voices == 0:  # what fades in needs something beneath
            push_voice(m, l, NONE, NONE, 1.0, ONE, ZERO, frame, frame, 1.0, ZERO)
        attack = ONE if origin == frame else ZERO
        push_voice(m, l, slot, NONE, 1.0, length, origin, frame, frame + ramp_frames(m), 1.0, attack)


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


@inline
def begin_overdub(m, l, frame, meant):
    """Add what is played to the loop from its position at frame `meant` on, in a buffer of its own. Audio thread.

    The take that was is one undo away. A variation that sounds is kept first, so that is what one plays over.
    """
    loop = m.loops[l]
    ramp = ramp_frames(m)
    if loop.dub != 0:  # the last overdub is still fading out
        ignore(m, l, OVERDUB, BUSY, frame)
        return
    stop_swap(m, l, frame)
    forget_previous(loop)
    if loop.variation >= 0 and not keep(m, l, loop.slot, loop.variation, loop.correlation, loop.tag, ONE, frame):
        ignore(m, l, OVERDUB, NO_BUFFER, frame)
        return
    slot = take_spare(m, l, loop.length) if can_copy(m, l) else -1
    if slot < 0:
        ignore(m, l, OVERDUB, NO_BUFFER, frame)
        return
    delay = latency(m)
    cut_tail(loop, frame + delay, ramp)
    start = meant + delay
    if loop.rec != 0:
        start = max(start, loop.rec_end)
    if loop.tail != 0:
        start = max(start, loop.tail_end)
    loop.dub = 1
    loop.dub_slot = slot
    loop.dub_length = loop.length
    loop.dub_start = start
    loop.dub_started = 0
    loop.dub_end = -1
    loop.dub_latency = delay
    loop.dub_position = position_at(loop, start - delay)
    loop.dub_ramp = max(0, min(ramp, start - loop.written_until))
    source = loop.slot
    copy_from = (loop.dub_position - loop.dub_ramp) % loop.length
    start_copy(m, l, source, 1.0, NONE, 0.0, slot, loop.length, copy_from, max(start, frame))
    push_take(m, l, slot, loop.length, loop.origin, ZERO, frame)
    top = m.voices[l, loop.n_voices - 1]
    if top.take == source and top.variation < 0:
        top.take = slot
    else:
        show(m, l, frame, 1.0)
    loop.exact_until = NEVER
    set_control(m.controls[l, MUTE], frame, 1.0, ramp)
    set_state(m, l, OVERDUBBING, frame)


@inline
def end_overdub(m, l, frame):
    """Let the overdub fade out from here; the loop sounds once as it is before it varies. Audio thread."""
    loop = m.loops[l]
    loop.dub_end = max(frame + loop.dub_latency, loop.dub_start)
    loop.written_until = loop.dub_end
    loop.exact_until = frame + loop.length


@inline
def keep(m, l, take, variation, correlation, tag, sounding, frame):
    """Make a variation the take, at the blend that `mix` says. Audio thread.

    Parameters
    ----------
    sounding : int
        1 if it is what sounds now; otherwise what sounds goes on.

    Returns
    -------
    bool
        False when no buffer for a blend was at hand, and nothing has changed.
    """
    loop = m.loops[l]
    mix = m.controls[l, MIX]
    take_gain, variation_gain = crossfade_gains(mix.target, correlation)
    slot = variation
    if take_gain > 0.0:
        slot = take_spare(m, l, loop.length) if can_copy(m, l) else -1
        if slot < 0:
            return False
        start_copy(m, l, take, take_gain, variation, variation_gain, slot, loop.length, position_at(loop, frame), frame)
    push_take(m, l, slot, loop.length, loop.origin, ZERO, frame)
    if sounding != 0:
        forget_variation(loop)
        top = m.voices[l, loop.n_voices - 1]
        if top.variation == variation and frame >= mix.end:
            top.take = slot
            top.variation = -1
        elif loop.state != PAUSED:
            show(m, l, frame, 1.0)
    post(m, KEPT, l, frame, slot, tag, ZERO, ZERO, 0.0)
    return True


@inline
def pause(m, l, frame):
    """Stop where the playhead is. Audio thread."""
    loop = m.loops[l]
    reject_incoming(m, l, frame)
    silence(m, l, frame)
    loop.paused_at = position_at(loop, frame)
    loop.paused_frame = frame
    loop.seam_frame = -1
    set_state(m, l, PAUSED, frame)


@inline
def resume(m, l, frame):
    """Go on where it was paused. Audio thread."""
    loop = m.loops[l]
    cut_tail(loop, frame + latency(m), ramp_frames(m))
    place(loop, frame, loop.paused_at)
    if loop.exact_until < NEVER:
        loop.exact_until += frame - loop.paused_frame
    begin_seams(loop, frame)
    show(m, l, frame, 1.0)
    set_state(m, l, playing_state(m, l), frame)
