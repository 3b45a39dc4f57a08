"""What is due in a loop at which frame: recordings and layers that end, seams and points that are passed, fades that are over.

Everything here is a fact of a frame, so a block may be divided wherever something is due, and nowhere else matters.
"""

from __future__ import annotations

from .compiled import inline
from .copies import copy_end, finish_copies, is_copying
from .cue import follow_cue
from .history import announce_take, free_unneeded, note_laid
from .layers import begin_layer, end_layer, grows, longest_layer
from .layout import MAX_COPIES
from .loops import INSERTING, ONESHOT, PLAYING, RECORDING, latency, ramp_frames, set_state, silence
from .passes import finish_recording
from .playhead import is_written, pass_frames
from .scratching import begin_scratch
from .seams import decide_seam, forget_previous, next_point_due, pass_points, pass_seam, seam_fade_frames
from .transport import end_oneshot, turn_now
from .voices import rings, trim_voices
from .writers import add_lead, close_seam, end_tail, start_overdub, start_recorder


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
        end_tail(m, l)
    finish_copies(m, l, frame)
    if loop.dub != 0 and loop.dub_started == 0 and frame >= loop.dub_start:
        start_overdub(m, l, frame, ramp)
    if loop.dub_lead > 0 and loop.dub_end >= 0 and not is_copying(m, l, loop.dub_slot):
        add_lead(m, l)
    if loop.dub != 0 and loop.dub_end >= 0 and frame >= loop.dub_end + ramp + loop.dub_lag and loop.dub_lead == 0:
        loop.dub = 0
        loop.dirty = 1
        note_laid(m, l)
    if loop.dub_next != 0 and loop.dub == 0:
        layer = loop.dub_next
        loop.dub_next = 0
        begin_layer(m, l, layer, frame, frame if layer == INSERTING else frame - latency(m))
    if not is_written(loop):
        loop.moved = 0
        if loop.turn_to != 0.0:
            turn_now(m, l, frame)
        if loop.scratch_asked != 0:
            loop.scratch_asked = 0
            begin_scratch(m, l, frame)
    if loop.previous != 0 and frame >= loop.previous_until:
        forget_previous(loop)
    announce_take(m, l, frame)
    if loop.state == ONESHOT and 0 <= loop.seam_frame <= frame:
        end_oneshot(m, l, frame)
    if loop.seam_frame >= 0 and frame >= loop.seam_frame:
        pass_seam(m, l, frame)
    if loop.seam_frame >= 0:
        pass_points(m, l, frame)
    if loop.seam_frame >= 0 and loop.seam_decided == 0 and frame >= seam_decision(m, l):
        decide_seam(m, l, frame)
    if loop.cued != 0 or loop.n_cues > 0:
        follow_cue(m, l, frame)
    if 0 < loop.ring_until <= frame:
        loop.ring_until = 0
        if rings(m, l):
            silence(m, l, frame)
    if loop.n_voices > 1 or loop.n_cues > 0:
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
            best = sooner(best, loop.dub_end + ramp_frames(m) + loop.dub_lag, frame)
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
    if loop.ring_until > 0:
        best = sooner(best, loop.ring_until, frame)
    for i in range(loop.n_voices):
        best = sooner(best, m.voices[l, i].fade_end, frame)
    for i in range(loop.n_cues):
        best = sooner(best, m.voices[m.header[0].capacity + l, i].fade_end, frame)
    for i in range(MAX_COPIES):
        if m.copies[l, i].on != 0:
            best = sooner(best, m.copies[l, i].begin, frame)
            best = sooner(best, copy_end(m.copies[l, i]), frame)
    return best
