"""The seam: where offers come in, where repetitions are counted, and what the pass before it was.

An offer waits until a fade's length before the seam. From there the outgoing sound fades into the variation's own
end, which on a circle is what leads up to its head, and at the seam the variation is there in full: frame 0 is
never attenuated. An offer that is not there in time is late; the loop goes on with what it has.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import NONE, ONE, ZERO, inline
from .decay import decay_pass
from .history import post, ring_lead
from .layout import KEEP_BACK_S, RAMP_S
from .messages import Control, EventKind, State, Stop
from .playhead import UNKNOWN, begin_seams, pass_frames, position_at
from .voices import push_voice

MIX = np.int64(Control.MIX)
SEAM_MS = np.int64(Control.SEAM_MS)
STOP_MODE = np.int64(Control.STOP_MODE)
RING = float(Stop.RING)
SEAM = np.int64(EventKind.SEAM)
SWAPPED = np.int64(EventKind.SWAPPED)
REJECTED = np.int64(EventKind.REJECTED)
PLAYING = np.int64(State.PLAYING)
MUTED = np.int64(State.MUTED)
PAUSED = np.int64(State.PAUSED)
SCRATCHING = np.int64(State.SCRATCHING)
SAME = 0.999  # correlation of a loop with itself a few frames off
ONESHOT = np.int64(State.ONESHOT)


@inline
def seam_fade_frames(m, l, length):
    """Frames that a fade takes to end at the seam of a loop of `length` frames."""
    frames = int(m.controls[l, SEAM_MS].target * m.header[0].sample_rate / 1000.0 + 0.5)
    return max(1, min(frames, length // 4))


@inline
def is_varying(loop):
    """Whether an offer that nobody forces may come in at the next seam."""
    return loop.generate != 0 and loop.locked == 0 and loop.back == 0 and loop.gone == 0


@inline
def can_swap(loop):
    """Whether any offer may come in at the next seam: not before the take has sounded once, exactly as it is."""
    if loop.state != PLAYING and loop.state != MUTED:
        return False
    return loop.announced == loop.version and loop.seam_frame >= loop.exact_until


@inline
def receive_offer(m, l, command, frame):
    """Let an offer wait for the seam, in place of one that waits already, or reject it. Audio thread."""
    loop = m.loops[l]
    valid = loop.length > 0 and command.take == loop.version and loop.announced == loop.version
    valid = valid and (loop.state == PLAYING or loop.state == MUTED or loop.state == PAUSED or loop.state == SCRATCHING)
    valid = valid and (command.force != 0 or is_varying(loop)) and loop.gone == 0
    if command.slot >= 0:
        valid = valid and m.capacities[command.slot] >= loop.length
    if not valid:
        post(m, REJECTED, l, frame, command.slot, command.tag, ZERO, ZERO, 0.0)
        loop.dirty = 1
        return
    reject_offer(m, l, frame)
    loop.offer = 1
    loop.offer_slot = command.slot
    loop.offer_tag = command.tag
    loop.offer_force = command.force
    loop.offer_correlation = command.correlation


@inline
def reject_offer(m, l, frame):
    """Make the waiting offer void."""
    loop = m.loops[l]
    if loop.offer != 0:
        loop.offer = 0
        loop.dirty = 1
        post(m, REJECTED, l, frame, loop.offer_slot, loop.offer_tag, ZERO, ZERO, 0.0)


@inline
def reject_incoming(m, l, frame):
    """Make the offer that is fading in void; the caller puts another voice on top of it."""
    loop = m.loops[l]
    if loop.swapping != 0:
        loop.swapping = 0
        loop.dirty = 1
        post(m, REJECTED, l, frame, loop.incoming, loop.incoming_tag, ZERO, ZERO, 0.0)


@inline
def next_point(m, l, frame):
    """Find the next point of the grid after `frame` and before the seam. Only at rate 1: a grid is of the loop as it is."""
    loop = m.loops[l]
    loop.point_frame = -1
    loop.point_decided = 0
    if loop.points < 2 or loop.rate != 1.0 or loop.seam_frame < 0:
        return
    spacing = loop.length / loop.points
    first = loop.first_point % spacing
    k = np.int64(math.floor((position_at(loop, frame) - first) / spacing)) + 1
    start = loop.seam_frame - loop.length
    point = start + np.int64(math.floor(first + k * spacing + 0.5))
    while point <= frame:
        k += 1
        point = start + np.int64(math.floor(first + k * spacing + 0.5))
    if point < loop.seam_frame:
        loop.point_frame = point


@inline
def point_fade_frames(m, l):
    """Frames that a fade takes to end at a point of the grid."""
    loop = m.loops[l]
    return max(1, min(seam_fade_frames(m, l, loop.length), np.int64(loop.length / loop.points) // 2))


@inline
def decide_point(m, l, frame):
    """Begin the fade to the waiting offer, if it may come in at the point ahead. Once for each. Audio thread."""
    loop = m.loops[l]
    loop.point_decided = 1
    if 2 * (loop.point_frame - frame) >= point_fade_frames(m, l):
        begin_swap(m, l, frame, loop.point_frame, frame)


@inline
def decide_now(m, l, frame):
    """Begin the fade to the waiting offer at once, if no seam is so near that it can come in there. Audio thread."""
    loop = m.loops[l]
    fade = seam_fade_frames(m, l, pass_frames(loop))
    if frame + 2 * fade <= loop.seam_frame:
        begin_swap(m, l, frame, frame + fade, frame)


@inline
def pass_points(m, l, frame):
    """Complete a swap between seams, and begin one where the grid says so. Audio thread."""
    loop = m.loops[l]
    if loop.swapping != 0 and frame >= loop.swap_frame:
        complete_swap(m, l, frame, loop.repetition)
    if loop.point_frame == UNKNOWN or 0 <= loop.point_frame <= frame:
        next_point(m, l, frame)
    if loop.points == 0 and loop.offer != 0:
        decide_now(m, l, frame)
    elif loop.point_frame >= 0 and loop.point_decided == 0 and frame >= loop.point_frame - point_fade_frames(m, l):
        decide_point(m, l, frame)


@inline
def next_point_due(m, l):
    """The frame at which the grid may have something to do."""
    loop = m.loops[l]
    if loop.points == 0:
        return loop.exact_until if loop.offer != 0 else loop.seam_frame
    if loop.point_frame < 0:
        return loop.seam_frame
    return loop.point_frame if loop.point_decided != 0 else loop.point_frame - point_fade_frames(m, l)


@inline
def begin_swap(m, l, frame, end, since):
    """Fade to the waiting offer over frames [frame, end), if one may come in: the take has sounded once by frame `since`."""
    loop = m.loops[l]
    turning = loop.state == PLAYING or loop.state == MUTED
    if loop.offer == 0 or loop.swapping != 0 or not turning or loop.announced != loop.version or since < loop.exact_until:
        return
    if loop.cued != 0 and loop.accepted == 0:
        return
    loop.offer = 0
    loop.accepted = 0
    loop.swapping = 1
    loop.swap_frame = end
    loop.incoming = loop.offer_slot
    loop.incoming_tag = loop.offer_tag
    loop.incoming_correlation = loop.offer_correlation if loop.offer_slot >= 0 else 1.0
    together = loop.incoming_correlation * loop.correlation
    mix = m.controls[l, MIX]
    if mix.target == 0.0 and frame >= mix.end:
        together = 1.0  # of both variations nothing is heard: the take fades into itself
    push_voice(m, l, loop.slot, loop.incoming, loop.incoming_correlation, frame, end, together, ZERO)


@inline
def complete_swap(m, l, frame, repetition):
    """The offer is in, and what sounded before can be kept for a moment. Audio thread."""
    loop = m.loops[l]
    loop.swapping = 0
    loop.swapped_since = 1
    loop.previous = 1
    loop.previous_slot = loop.variation
    loop.previous_take_slot = loop.slot
    loop.previous_tag = loop.tag
    loop.previous_correlation = loop.correlation
    loop.previous_until = frame + int(KEEP_BACK_S * m.header[0].sample_rate)
    loop.variation = loop.incoming
    loop.tag = loop.incoming_tag if loop.incoming >= 0 else -1
    loop.correlation = loop.incoming_correlation
    post(m, SWAPPED, l, frame, loop.incoming, loop.incoming_tag, repetition, ZERO, 0.0)


@inline
def decide_seam(m, l, frame):
    """Begin the fade to the waiting offer, if it may come in at the seam ahead. Audio thread.

    Decided once for each seam. When the playhead entered the fade's stretch late, out of a pause perhaps, and
    less than half of it is left, the offer waits for the seam after.
    """
    loop = m.loops[l]
    loop.seam_decided = 1
    if loop.state == ONESHOT:
        if loop.ends_as == PAUSED and m.controls[l, STOP_MODE].target == RING and loop.root_ring > 0 and loop.rate > 0.0:
            ring(m, l, frame)
        else:
            push_voice(m, l, NONE, NONE, 1.0, frame, loop.seam_frame, 1.0, ZERO)
        return
    if move_seam(m, l, frame):
        push_voice(m, l, loop.slot, loop.variation, loop.correlation, frame, loop.seam_frame, SAME, ZERO)
    if 2 * (loop.seam_frame - frame) < seam_fade_frames(m, l, pass_frames(loop)):
        return
    begin_swap(m, l, frame, loop.seam_frame, loop.seam_frame)


@inline
def ring(m, l, frame):
    """Let the loop fade into its recording's own end up to the seam, and into the tail that follows it. Audio thread."""
    loop = m.loops[l]
    lead = ring_lead(m, loop.root_length)
    start = max(frame, loop.seam_frame - np.int64(lead / loop.rate))
    push_voice(m, l, loop.root_slot, NONE, 1.0, start, loop.seam_frame, loop.correlation, ZERO)
    voice = m.voices[l, loop.n_voices - 1]
    end = loop.root_length + lead
    voice.ring = 1
    voice.length = end + loop.root_ring
    voice.origin = loop.seam_frame - end if loop.rate == 1.0 else loop.seam_frame
    voice.phase = float(end)
    ramp = int(RAMP_S * m.header[0].sample_rate + 0.5)
    loop.ring_until = loop.seam_frame + np.int64(loop.root_ring / loop.rate) - ramp


@inline
def align(m, l, shift, frame):
    """Let the seam ahead move by `shift` frames; False if it cannot. Audio thread."""
    loop = m.loops[l]
    turning = loop.state == PLAYING or loop.state == MUTED
    if not turning or loop.rate != 1.0 or loop.seam_decided != 0 or 4 * abs(shift) > seam_fade_frames(m, l, loop.length):
        return False
    loop.seam_shift = shift
    return True


@inline
def move_seam(m, l, frame):
    """Move the seam ahead, and with it all that follow, as `align` has asked; True if it has moved. Audio thread.

    From `frame` to the seam the loop fades into itself, a few frames off: no pass has a jump within it, and each
    begins where it was asked to. Not while anything is written, for that counts from where the loop was.
    """
    loop = m.loops[l]
    shift = loop.seam_shift
    loop.seam_shift = 0
    turning = loop.state == PLAYING or loop.state == MUTED
    if shift == 0 or not turning or loop.rate != 1.0 or loop.rec != 0 or loop.tail != 0 or loop.dub != 0:
        return False
    loop.origin += shift
    loop.seam_frame += shift
    return True


@inline
def forget_previous(loop):
    """The pass before the last swap can no longer be kept."""
    if loop.previous != 0:
        loop.previous = 0
        loop.dirty = 1


@inline
def pass_seam(m, l, frame):
    """Count the repetition that begins now, complete a swap, and tell both. Audio thread."""
    loop = m.loops[l]
    late = ZERO
    if loop.swapping != 0:
        complete_swap(m, l, frame, loop.repetition + 1)
        loop.held = 0
    else:
        forget_previous(loop)  # the pass that has just ended is the one that goes on
        loop.held = 0 if loop.swapped_since != 0 else loop.held + 1
        if 0 < loop.expected <= loop.held and loop.cued == 0 and is_varying(loop) and can_swap(loop):
            late = ONE
            loop.late += 1
    loop.swapped_since = 0
    loop.repetition += 1
    begin_seams(loop, frame)
    decay_pass(m, l, frame)
    post(m, SEAM, l, frame, loop.variation, loop.tag, loop.repetition, late, 0.0)
