"""A take moves to a buffer of its own a little at a time, while it sounds.

An overdub must not touch what it can be undone to, and a loop can be 60 s long, so copying it at once would be
heard. A copy runs `COPY_RATE` times faster than the playhead, starts where the overdub starts, and goes round the
circle; until it has come past a position, that position is read from where it is copied from. `keep` with `mix`
between the ends copies the blend of take and variation.
"""

from __future__ import annotations

from .compiled import NONE, inline
from .layout import COPY_RATE, MAX_COPIES, slot_audio


@inline
def start_copy(m, l, source, source_gain, other, other_gain, target, length, start, begin):
    """Begin to fill `target` at frame `begin` from position `start`; False when too many copies are under way."""
    for i in range(MAX_COPIES):
        copy = m.copies[l, i]
        if copy.on == 0:
            copy.on = 1
            copy.source = source
            copy.source_gain = source_gain
            copy.other = other
            copy.other_gain = other_gain
            copy.target = target
            copy.length = length
            copy.start = start
            copy.begin = begin
            copy.done = 0
            return True
    return False


@inline
def can_copy(m, l):
    """Whether a copy can begin."""
    for i in range(MAX_COPIES):  # noqa: SIM110 numba compiles no generator expression here
        if m.copies[l, i].on == 0:
            return True
    return False


@inline
def is_copying(m, l, slot):
    """Whether `slot` is still being filled."""
    for i in range(MAX_COPIES):  # noqa: SIM110
        if m.copies[l, i].on != 0 and m.copies[l, i].target == slot:
            return True
    return False


@inline
def reads(m, l, slot):
    """Whether a copy reads from or writes to `slot`."""
    for i in range(MAX_COPIES):
        copy = m.copies[l, i]
        if copy.on != 0 and (copy.target == slot or copy.source == slot or copy.other == slot):
            return True
    return False


@inline
def resolve(m, l, slot, position, run):
    """Where position.. of `slot` is to be read now.

    Returns
    -------
    source, source_gain, other, other_gain, run
        One buffer and a gain of 1, or the two that a blend is made of; `run` frames, no more than asked,
        for which that holds.
    """
    gain = 1.0
    other = NONE
    other_gain = 0.0
    looking = True
    while looking:  # a copy of a copy that is under way itself
        looking = False
        for i in range(MAX_COPIES):
            copy = m.copies[l, i]
            if copy.on == 0 or copy.target != slot:
                continue
            ahead = (position - copy.start) % copy.length
            if ahead < copy.done:
                run = min(run, copy.done - ahead)
                continue
            run = min(run, copy.length - ahead)
            slot = copy.source
            if copy.other >= 0:
                gain, other, other_gain = copy.source_gain, copy.other, copy.other_gain
            else:
                looking = True
            break
    return slot, gain, other, other_gain, run


@inline
def advance(m, l, i, frames):
    """Copy up to `frames` further positions of copy i. Audio thread."""
    copy = m.copies[l, i]
    channels = m.header[0].channels
    target = slot_audio(m, copy.target)
    frames = min(frames, copy.length - copy.done)
    while frames > 0:
        position = (copy.start + copy.done) % copy.length
        run = min(frames, copy.length - position)
        if copy.other >= 0:
            a = slot_audio(m, copy.source)
            b = slot_audio(m, copy.other)
            for k in range(position, position + run):
                for c in range(channels):
                    target[k, c] = a[k, c] * copy.source_gain + b[k, c] * copy.other_gain
        else:
            slot, gain, other, other_gain, run = resolve(m, l, copy.source, position, run)
            a = slot_audio(m, slot)
            if other >= 0:
                b = slot_audio(m, other)
                for k in range(position, position + run):
                    for c in range(channels):
                        target[k, c] = a[k, c] * gain + b[k, c] * other_gain
            else:
                for k in range(position, position + run):
                    for c in range(channels):
                        target[k, c] = a[k, c]
        copy.done += run
        frames -= run


@inline
def advance_copies(m, l, frame, run):
    """Let every copy that has begun go on by what `run` frames of time allow. Audio thread."""
    for i in range(MAX_COPIES):
        copy = m.copies[l, i]
        if copy.on != 0 and frame >= copy.begin:
            advance(m, l, i, run * COPY_RATE)


@inline
def finish_copies(m, l, frame):
    """Put away the copies whose time is over at `frame`. Audio thread."""
    for i in range(MAX_COPIES):
        copy = m.copies[l, i]
        if copy.on != 0 and frame >= copy_end(copy):
            copy.on = 0
            m.loops[l].dirty = 1


@inline
def copy_end(copy):
    """The frame at which a copy is complete, a boundary of segments so that no block size moves it."""
    return copy.begin + (copy.length + COPY_RATE - 1) // COPY_RATE
