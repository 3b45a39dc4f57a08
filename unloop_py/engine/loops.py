"""What every verb is made of: states and refusals told, sounds faded in and out, buffers taken."""

from __future__ import annotations

import numpy as np

from .compiled import NONE, ONE, ZERO, inline
from .history import own, post
from .layout import MAX_SPARES, MIN_LOOP_S, MUTE, RAMP_S
from .messages import Control, EventKind, State
from .playhead import position_at
from .seams import reject_incoming, reject_offer
from .voices import is_silent, push_voice, rings

DRY = np.int64(Control.DRY)
STATE = np.int64(EventKind.STATE)
IGNORED = np.int64(EventKind.IGNORED)
OFF = np.int64(State.OFF)
RECORDING = np.int64(State.RECORDING)
PLAYING = np.int64(State.PLAYING)
OVERDUBBING = np.int64(State.OVERDUBBING)
MULTIPLYING = np.int64(State.MULTIPLYING)
INSERTING = np.int64(State.INSERTING)
REPLACING = np.int64(State.REPLACING)
SUBSTITUTING = np.int64(State.SUBSTITUTING)
MUTED = np.int64(State.MUTED)
ONESHOT = np.int64(State.ONESHOT)
SCRATCHING = np.int64(State.SCRATCHING)
BACKWARDS = np.int64(100)  # what a recording ends as: a ONESHOT from its end to its start
PAUSED = np.int64(State.PAUSED)
NEVER = 1 << 62  # a frame that does not come


@inline
def ramp_frames(m):
    """Frames of an in-place fade."""
    return int(RAMP_S * m.header[0].sample_rate + 0.5)


@inline
def latency(m):
    """Frames by which the player's sound comes late: none when he hears himself through the engine, unless told otherwise."""
    header = m.header[0]
    return 0 if m.controls[0, DRY].target > 0.0 and header.latency_monitored == 0 else header.latency


@inline
def shortest_loop(m):
    """Frames that a loop must have, so that what is still to be written is never about to be played."""
    return max(int(MIN_LOOP_S * m.header[0].sample_rate), 4 * m.header[0].latency)


@inline
def flags(loop):
    """`messages.Flag` bits."""
    reversed_ = 1 if loop.rate < 0.0 else 0
    return loop.generate + 2 * loop.locked + 4 * loop.back + 8 * loop.solo + 16 * reversed_ + 32 * loop.cued


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
def show(m, l, frame, correlation):
    """Fade to what the loop is to sound like: its take, and the variation over it. Audio thread."""
    loop = m.loops[l]
    begins = position_at(loop, frame) == 0 and loop.state != SCRATCHING
    attack = ONE if begins and (is_silent(m, l) or rings(m, l)) else ZERO
    push_voice(m, l, loop.slot, loop.variation, loop.correlation, frame, frame + ramp_frames(m), correlation, attack)


@inline
def silence(m, l, frame):
    """Fade to nothing."""
    fade_out(m, l, frame, ramp_frames(m))


@inline
def fade_out(m, l, frame, frames):
    """Fade to nothing over so many frames."""
    if not is_silent(m, l):
        push_voice(m, l, NONE, NONE, 1.0, frame, frame + frames, 1.0, ZERO)


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
