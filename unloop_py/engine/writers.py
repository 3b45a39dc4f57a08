"""What writes into takes: the recorder, the tail that rings over the head, and the overdub.

All three read the input ring by frame, so a press can reach back in time: a recording keeps what led up to it, and
an overdub fades in before its first frame instead of after it, where the attack is. Latency is theirs too: what a
player plays to the beat at frame n arrives at n + latency, and is written where the beat is.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import inline, merged
from .copies import advance
from .decay import feedback_at
from .dsp import crossfade_gains, flush
from .history import note_ring, ring_lead
from .interpolation import REACH, kernel_at
from .layout import MAX_COPIES, RAMP_S, slot_audio
from .messages import State
from .routing import hear

OVERDUBBING = np.int64(State.OVERDUBBING)
MULTIPLYING = np.int64(State.MULTIPLYING)
INSERTING = np.int64(State.INSERTING)


@inline
def clear_stretch(m, slot, first, last):
    """Silence positions first..last of a buffer, which nothing has been written to. Audio thread."""
    audio = slot_audio(m, slot)
    for k in range(first, min(last, audio.shape[0])):
        for c in range(m.header[0].channels):
            audio[k, c] = 0.0


@inline
def start_recorder(m, l, frame):
    """Save what led up to the recording for its seam, and write what belongs to it and came before `frame`. Audio thread."""
    loop = m.loops[l]
    loop.rec_started = 1
    preroll = m.preroll[l]
    frames = preroll.shape[0]
    for k in range(frames):
        at = loop.rec_start - frames + k
        for c in range(m.header[0].channels):
            preroll[k, c] = hear(m, l, at, c)
    record(m, l, loop.rec_start, frame - loop.rec_start)


@inline
def record(m, l, frame, run):
    """Write input frames [frame, frame + run) that belong to the recording. Audio thread."""
    loop = m.loops[l]
    audio = slot_audio(m, loop.rec_slot)
    channels = m.header[0].channels
    first = max(frame, loop.rec_start)
    last = frame + run
    if loop.rec_end >= 0:
        last = min(last, loop.rec_end)
    for f in range(first, last):
        for c in range(channels):
            audio[f - loop.rec_start, c] = hear(m, l, f, c)


@inline
def close_seam(m, l, fade, flows_on):
    """Fade the recording's last `fade` frames into what led up to its first. Audio thread.

    Done once, when its last input frame has arrived, long before its end is played. The gains keep the power
    for the correlation that the two stretches have. With `flows_on` the end is not faded, because it rings on
    over the head: in the tail, or in an overdub that begins there.
    """
    loop = m.loops[l]
    audio = slot_audio(m, loop.rec_slot)
    preroll = m.preroll[l]
    channels = m.header[0].channels
    if loop.tail != 0 and loop.tail_slot == loop.rec_slot:
        keep_end(m, l)
    end = loop.rec_length - fade
    before = preroll.shape[0] - fade
    ee, pp, ep = 0.0, 0.0, 0.0
    for k in range(fade):
        for c in range(channels):
            e = audio[end + k, c] * 1.0
            p = preroll[before + k, c] * 1.0
            ee += e * e
            pp += p * p
            ep += e * p
    correlation = ep / math.sqrt(ee * pp) if ee > 0.0 and pp > 0.0 else 0.0
    for k in range(fade):
        t = (k + 1) / (fade + 1)
        end_gain, lead_gain = crossfade_gains(t, correlation)
        if flows_on != 0:
            end_gain, lead_gain = 1.0, t
        for c in range(channels):
            audio[end + k, c] = flush(audio[end + k, c] * end_gain + preroll[before + k, c] * lead_gain)


@inline
def keep_end(m, l):
    """Keep the recording's end as it was played, before its tail, where there is room. Audio thread."""
    loop = m.loops[l]
    audio = slot_audio(m, loop.rec_slot)
    lead = ring_lead(m, loop.rec_length)
    for k in range(min(lead, audio.shape[0] - loop.rec_length)):
        for c in range(m.header[0].channels):
            audio[loop.rec_length + k, c] = audio[loop.rec_length - lead + k, c]


@inline
def end_tail(m, l):
    """The tail has rung out. One that is too short to fade is none."""
    loop = m.loops[l]
    loop.tail = 0
    loop.dirty = 1
    room = m.capacities[loop.tail_slot] - loop.tail_length - ring_lead(m, loop.tail_length)
    frames = min(loop.tail_end - loop.tail_start, room)
    if frames > 2 * int(RAMP_S * m.header[0].sample_rate + 0.5):
        note_ring(m, l, loop.tail_slot, frames)


@inline
def fold_tail(m, l, frame, run):
    """Add input frames [frame, frame + run) that still ring from the recording to its head, and keep them behind its end. Audio thread."""
    loop = m.loops[l]
    audio = slot_audio(m, loop.tail_slot)
    channels = m.header[0].channels
    for f in range(max(frame, loop.tail_start), min(frame + run, loop.tail_end)):
        position = (f - loop.tail_start) % loop.tail_length
        at = loop.tail_length + ring_lead(m, loop.tail_length) + f - loop.tail_start
        gain = tail_gain(loop, f)
        for c in range(channels):
            rings = hear(m, l, f, c) * gain
            audio[position, c] = flush(audio[position, c] + rings)
            if at < audio.shape[0]:
                audio[at, c] = flush(rings)


@inline
def tail_gain(loop, frame):
    """The tail's gain at an input frame: along a line to 0 at its end."""
    return loop.tail_gain * (loop.tail_end - frame) / (loop.tail_end - loop.tail_from)


@inline
def cut_tail(loop, frame, ramp):
    """Let the tail end within `ramp` frames from `frame`. Audio thread."""
    if loop.tail != 0 and loop.tail_end > frame + ramp:
        from_frame = max(frame, loop.tail_start)
        loop.tail_gain = tail_gain(loop, from_frame)
        loop.tail_from = from_frame
        loop.tail_end = from_frame + ramp


@inline
def start_overdub(m, l, frame, ramp):
    """Add the fade-in, which lies before the overdub's first frame, and what came before `frame`. Audio thread."""
    loop = m.loops[l]
    gone_by = frame - loop.dub_start
    loop.dub_started = 1
    if loop.dub_rate != 1.0:
        overdub_at_rate(m, l, loop.dub_start - loop.dub_ramp, frame - loop.dub_lag, ramp)
        return
    for i in range(MAX_COPIES):
        if m.copies[l, i].on != 0 and m.copies[l, i].target == loop.dub_slot:
            advance(m, l, i, loop.dub_ramp + gone_by)
    if loop.dub == MULTIPLYING or loop.dub == INSERTING:
        keep_lead(m, l)
    else:
        for k in range(loop.dub_ramp):
            gain = (k + 1) / (loop.dub_ramp + 1)
            add_input(m, l, loop.dub_start - loop.dub_ramp + k, gain)
    overdub(m, l, loop.dub_start, gone_by, ramp)


@merged
def feedback(m, l, f):
    """What the layer leaves of what was there: at input frame f."""
    layer = m.loops[l].dub
    if layer == OVERDUBBING or layer == MULTIPLYING:
        return feedback_at(m.controls[l], f)
    return 0.0


@inline
def keep_lead(m, l):
    """Keep the fade-in of a layer that makes the loop longer, until it is known where in the loop it lies. Audio thread."""
    loop = m.loops[l]
    loop.dub_lead = loop.dub_ramp
    loop.dub_lead_keep = feedback(m, l, loop.dub_start)
    for k in range(loop.dub_ramp):
        f = loop.dub_start - loop.dub_ramp + k
        gain = (k + 1) / (loop.dub_ramp + 1)
        for c in range(m.header[0].channels):
            m.leads[l, k, c] = hear(m, l, f, c) * gain


@inline
def add_lead(m, l):
    """Add the fade-in that was kept, now that all else is in its place. Audio thread."""
    loop = m.loops[l]
    audio = slot_audio(m, loop.dub_slot)
    for k in range(loop.dub_lead):
        position = (loop.dub_position - loop.dub_lead + k) % loop.dub_length
        keep = 1.0 + (loop.dub_lead_keep - 1.0) * ((k + 1) / (loop.dub_lead + 1))
        for c in range(m.header[0].channels):
            audio[position, c] = flush(audio[position, c] * keep + m.leads[l, k, c])
    loop.dub_lead = 0


@inline
def overdub(m, l, frame, run, ramp):
    """Write input frames [frame, frame + run) that belong to the overdub or its fade-out. Audio thread."""
    loop = m.loops[l]
    if loop.dub_rate != 1.0:
        overdub_at_rate(m, l, frame - loop.dub_lag, frame + run - loop.dub_lag, ramp)
        return
    last = frame + run
    if loop.dub_end >= 0:
        last = min(last, loop.dub_end + ramp)
    for f in range(max(frame, loop.dub_start), last):
        gain = 1.0
        if loop.dub_end >= 0 and f >= loop.dub_end:
            gain = 1.0 - (f - loop.dub_end + 1) / (ramp + 1)
        add_input(m, l, f, gain)


@inline
def add_input(m, l, f, gain):
    """Overdub one input frame: what is there, at the feedback's gain, plus the input. Audio thread."""
    loop = m.loops[l]
    audio = slot_audio(m, loop.dub_slot)
    position = (loop.dub_position + f - loop.dub_start) % loop.dub_length
    left = feedback(m, l, f)
    if left != 1.0:
        loop.dub_whole = 0
    keep = 1.0 + (left - 1.0) * gain
    for c in range(m.header[0].channels):
        audio[position, c] = flush(audio[position, c] * keep + hear(m, l, f, c) * gain)


@inline
def input_reach(rate):
    """Frames of input to either side that a position of a loop at this rate takes in."""
    return np.int64(math.ceil(REACH * max(1.0, 1.0 / abs(rate)))) + 1


@inline
def overdub_at_rate(m, l, first, last, ramp):
    """Write what came in over input frames [first, last) to a loop at another speed, its fades included. Audio thread.

    What one plays is to be heard again as one played it, whenever the loop comes round at the same speed. So each position gets
    the input of the moment at which the playhead was there, read between its frames; at a speed below 1 without what a loop that
    slow cannot hold. Backwards at speed 1 these are the very samples.
    """
    loop = m.loops[l]
    rate = loop.dub_rate
    first = max(first, loop.dub_start - loop.dub_ramp)
    if loop.dub_end >= 0:
        last = min(last, loop.dub_end + ramp)
    if last <= first:
        return
    audio = slot_audio(m, loop.dub_slot)
    begin = loop.dub_phase + rate * (first - loop.dub_start)
    end = loop.dub_phase + rate * (last - loop.dub_start)
    step = 1 if rate > 0.0 else -1
    k = np.int64(math.ceil(begin)) if rate > 0.0 else np.int64(math.floor(begin))
    until = np.int64(math.ceil(end)) if rate > 0.0 else np.int64(math.floor(end))
    while k != until:
        f = loop.dub_start + (k - loop.dub_phase) / rate
        gain = min(1.0, (f - loop.dub_start + loop.dub_ramp + 1) / (loop.dub_ramp + 1))
        if loop.dub_end >= 0:
            gain = min(gain, 1.0 - (f - loop.dub_end + 1) / (ramp + 1))
        gain = max(0.0, gain)
        left = feedback(m, l, np.int64(math.floor(f)))
        if left != 1.0:
            loop.dub_whole = 0
        keep = 1.0 + (left - 1.0) * gain
        position = k % loop.dub_length
        heard, other = read_input(m, l, f, max(1.0, 1.0 / abs(rate)))
        audio[position, 0] = flush(audio[position, 0] * keep + heard * gain)
        if m.header[0].channels > 1:
            audio[position, 1] = flush(audio[position, 1] * keep + other * gain)
        k += step


@inline
def read_input(m, l, f, stretch):
    """What the loop hears at a moment between frames; its channels, the second being the first in a mono engine. Audio thread."""
    channels = m.header[0].channels
    reach = REACH * stretch
    left, right, weights = 0.0, 0.0, 0.0
    for i in range(int(math.ceil(f - reach)), int(math.floor(f + reach)) + 1):
        weight = kernel_at(abs(i - f) / stretch)
        left += weight * hear(m, l, i, 0)
        right += weight * hear(m, l, i, channels - 1)
        weights += weight
    return left / weights, right / weights
