"""What becomes of a loop that is there: paused, started, turned round, muted, heard alone."""

from __future__ import annotations

import math

import numpy as np

from .compiled import NONE, ONE, ZERO, inline
from .dsp import control_value, set_control
from .layout import MUTE, SOLO
from .loops import (
    MUTED,
    NEVER,
    OFF,
    ONESHOT,
    PAUSED,
    PLAYING,
    RECORDING,
    SCRATCHING,
    fade_out,
    latency,
    playing_state,
    ramp_frames,
    set_state,
    show,
)
from .messages import Control, Stop
from .playhead import begin_seams, is_written, pass_frames, place, playhead, position_at, wrapped
from .seams import reject_incoming
from .voices import push_voice, rings
from .writers import cut_tail

STOP_FADE_S = np.int64(Control.STOP_FADE_S)
STOP_MODE = np.int64(Control.STOP_MODE)
AT_END, FADE, RING = float(Stop.AT_END), float(Stop.FADE), float(Stop.RING)


@inline
def pause(m, l, frame):
    """Stop where the playhead is; what sounds may take its time to fade, and goes on meanwhile. Audio thread."""
    loop = m.loops[l]
    reject_incoming(m, l, frame)
    fade = ramp_frames(m)
    if m.controls[l, STOP_MODE].target == FADE:
        fade = max(fade, int(m.controls[l, STOP_FADE_S].target * m.header[0].sample_rate + 0.5))
    if not rings(m, l):
        fade_out(m, l, frame, fade)
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


@inline
def set_mute(m, l, muted, frame):
    """Silence the loop while it runs on, or let it be heard again. Audio thread."""
    set_control(m.controls[l, MUTE], frame, 0.0 if muted else 1.0, ramp_frames(m))
    set_state(m, l, playing_state(m, l), frame)


@inline
def trigger(m, l, state, frame):
    """Play from the loop's first frame, which no fade touches, as PLAYING or ONESHOT. Audio thread."""
    loop = m.loops[l]
    unheard = loop.exact_until > (loop.paused_frame if loop.state == PAUSED else frame)
    reject_incoming(m, l, frame)
    cut_tail(loop, frame + latency(m), ramp_frames(m))
    place(loop, frame, 0.0 if loop.rate > 0.0 else loop.length - 1.0)
    begin_seams(loop, frame)
    if unheard:
        loop.exact_until = frame + pass_frames(loop)
    mute = m.controls[l, MUTE]
    ramp = ramp_frames(m)
    if control_value(mute, frame) == 0.0:  # nothing is heard: no fade either
        loop.n_voices = 0
        ramp = ZERO
    set_control(mute, frame, 1.0, ramp)
    loop.ends_as = MUTED
    push_voice(m, l, loop.slot, loop.variation, loop.correlation, frame, frame + ramp_frames(m), 1.0, ONE)
    set_state(m, l, state, frame)


@inline
def stop(m, l, frame):
    """Pause, at once or when the loop has come to its end. Audio thread."""
    loop = m.loops[l]
    mode = m.controls[l, STOP_MODE].target
    if (mode != AT_END and mode != RING) or loop.state != PLAYING:
        pause(m, l, frame)
        return
    reject_incoming(m, l, frame)
    show(m, l, frame, 1.0)
    loop.ends_as = PAUSED
    loop.seam_decided = 0
    set_state(m, l, ONESHOT, frame)


@inline
def end_oneshot(m, l, frame):
    """The one pass is over: the loop runs on, muted, or is paused. Audio thread."""
    loop = m.loops[l]
    if loop.ends_as == PAUSED:
        pause(m, l, frame)
        return
    top = m.voices[l, loop.n_voices - 1]
    set_control(m.controls[l, MUTE], frame, 0.0, ZERO if top.take < 0 else ramp_frames(m))
    show(m, l, frame, 1.0)
    set_state(m, l, MUTED, frame)


@inline
def turn_when_written(m, l, rate, frame):
    """Go on at another rate, below 0 backwards, as soon as the playhead cannot meet what is still being written. Audio thread."""
    loop = m.loops[l]
    cut_tail(loop, frame + latency(m), ramp_frames(m))
    loop.turn_to = rate
    if not is_written(loop) or loop.state == RECORDING:
        turn_now(m, l, frame)


@inline
def turn_now(m, l, frame):
    """Do what waited for that."""
    loop = m.loops[l]
    rate = loop.turn_to
    loop.turn_to = 0.0
    if loop.from_end != 0:
        begin_backwards(m, l, rate, frame)
        return
    turns = rate * loop.rate < 0.0
    turn(m, l, rate, 0.0 if turns else 1.0, frame)
    if turns:
        set_state(m, l, loop.state, frame)


@inline
def begin_backwards(m, l, rate, frame):
    """Play a recording that is complete from its end to its start, once. Audio thread."""
    loop = m.loops[l]
    loop.from_end = 0
    loop.rate = rate
    place(loop, frame, loop.length - 1.0)
    begin_seams(loop, frame)
    loop.exact_until = frame + pass_frames(loop)
    if loop.n_voices == 0:  # what fades in needs something beneath
        push_voice(m, l, NONE, NONE, 1.0, frame, frame, 1.0, ZERO)
    push_voice(m, l, loop.slot, NONE, 1.0, frame, frame + ramp_frames(m), 1.0, ZERO)
    set_state(m, l, ONESHOT, frame)


@inline
def stop_waiting(m, l, frame):
    """Forget what waits until nothing is written any more; returns the state that it would have brought, 0 for none. Audio thread."""
    loop = m.loops[l]
    waited = SCRATCHING if loop.scratch_asked != 0 else loop.dub_next
    loop.scratch_asked = 0
    loop.dub_next = 0
    if loop.from_end != 0:  # the loop plays after all, and turns when it can
        loop.from_end = 0
        begin_seams(loop, frame)
        show(m, l, frame, 1.0)
    return waited


@inline
def turn(m, l, rate, correlation, frame):
    """Go on from here at another rate, below 0 backwards. Audio thread."""
    loop = m.loops[l]
    sounding = loop.state != OFF and loop.state != PAUSED and loop.state != RECORDING
    position = playhead(loop, frame)
    if sounding:
        reject_incoming(m, l, frame)
    loop.rate = rate
    if loop.length > 0 and loop.state != PAUSED:
        place(loop, frame, position)
    if sounding:
        begin_seams(loop, frame)
        show(m, l, frame, correlation)


@inline
def restart(m, l, shift, frame):
    """Let the seam ahead lie `shift` frames later, by a cross-fade to where the loop has to be now; False if it cannot. Audio thread."""
    loop = m.loops[l]
    if (loop.state != PLAYING and loop.state != MUTED) or is_written(loop):
        return False
    reject_incoming(m, l, frame)
    place(loop, frame, wrapped(playhead(loop, frame) - shift * loop.rate, loop.length))
    begin_seams(loop, frame)
    show(m, l, frame, 0.0)
    return True


@inline
def solo(m, l, value, frame):
    """Let only the soloed loops sound, or all when none is any more. Audio thread."""
    loop = m.loops[l]
    on = loop.solo == 0 if math.isnan(value) else value != 0.0
    loop.solo = 1 if on else 0
    n = m.header[0].n_loops
    any_solo = False
    for k in range(n):
        any_solo = any_solo or m.loops[k].solo != 0
    for k in range(n):
        target = 1.0 if m.loops[k].solo != 0 or not any_solo else 0.0
        if m.controls[k, SOLO].target != target:
            set_control(m.controls[k, SOLO], frame, target, ramp_frames(m))
    set_state(m, l, loop.state, frame)
