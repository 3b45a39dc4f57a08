"""A take moves to a buffer of its own a little at a time, while it sounds.

An overdub must not touch what it can be undone to, and a loop can be 60 s long, so copying it at once would be
heard. A copy runs `COPY_RATE` times faster than the playhead, starts where the overdub starts, and goes round the
circle; until it has come past a position, that position is read from where it is copied from. `keep` with `mix`
between the ends copies the blend of take and variation. `multiply` copies a loop several times over, `insert` copies
it round a gap: position p of the target then comes from another one of the source.
"""

from __future__ import annotations

from .compiled import NONE, ZERO, inline
from .layout import COPY_RATE, MAX_COPIES, slot_audio


@inline
def start_copy(m, l, source, source_gain, other, other_gain, target, length, start, begin):
    """Begin to fill `target` at frame `begin` from position `start`; False when too many copies are under way."""
    return start_arranged(m, l, source, source_gain, other, other_gain, target, length, start, length, begin, length, length, ZERO)


@inline
def start_arranged(m, l, source, source_gain, other, other_gain, target, length, start, amount, begin,
                   source_length, shift_from, shift):  # fmt: skip
    """Begin to fill `amount` frames of `target`, a circle of `length`, which may be arranged otherwise than its source.

    Position p of the target comes from p, or from `shift_from` on from p - `shift`, round the source's `source_length`.
    """
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
            copy.amount = amount
            copy.begin = begin
            copy.done = 0
            copy.done_before = 0
            copy.source_length = source_length
            copy.shift_from = shift_from
            copy.shift = shift
            copy.mirror = 0
            return True
    return False


@inline
def start_mirrored(m, l, source, target, length, start, begin):
    """Begin to fill `target` with the source turned round; False when too many copies are under way."""
    if not start_copy(m, l, source, 1.0, NONE, 0.0, target, length, start, begin):
        return False
    for i in range(MAX_COPIES):
        if m.copies[l, i].on != 0 and m.copies[l, i].target == target:
            m.copies[l, i].mirror = 1
    return True


@inline
def shorten_copy(m, l, target, length, begin):
    """The target has become a circle of `length`: what was copied beyond that is not needed. Audio thread."""
    for i in range(MAX_COPIES):
        copy = m.copies[l, i]
        if copy.on != 0 and copy.target == target:
            before_end = copy.length - copy.start
            if copy.done > before_end:
                copy.done -= copy.length - length
            else:
                copy.done = min(copy.done, length - copy.start)
            copy.length = length
            copy.amount = length
            copy.shift_from = length
            copy.done_before = copy.done
            copy.begin = max(begin, copy.begin)


@inline
def drop_copy(m, l, target):
    """Copy no further into `target`. Audio thread."""
    for i in range(MAX_COPIES):
        copy = m.copies[l, i]
        if copy.on != 0 and copy.target == target:
            copy.on = 0
            m.loops[l].dirty = 1


@inline
def can_copy(m, l, count=1):
    """Whether so many copies can begin."""
    free = 0
    for i in range(MAX_COPIES):
        if m.copies[l, i].on == 0:
            free += 1
    return free >= count


@inline
def is_settled(m, l):
    """Whether no copy is under way."""
    for i in range(MAX_COPIES):  # noqa: SIM110
        if m.copies[l, i].on != 0:
            return False
    return True


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
    source, source_gain, other, other_gain, run, at
        One buffer and a gain of 1, or the two that a blend is made of; `run` frames, no more than asked,
        for which that holds; and the position in those buffers.
    """
    at = position
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
            ahead = (at - copy.start) % copy.length
            if ahead < copy.done:
                run = min(run, copy.done - ahead)
                continue
            if ahead >= copy.amount:  # in the gap, which nothing is copied to
                run = min(run, copy.length - ahead)
                continue
            run = min(run, copy.amount - ahead)
            at, run = source_position(copy, at, run)
            slot = copy.source
            if copy.other >= 0:
                gain, other, other_gain = copy.source_gain, copy.other, copy.other_gain
            else:
                looking = True
            break
    return slot, gain, other, other_gain, run, at


@inline
def source_position(copy, position, run):
    """Where position.. of the target comes from, and for how many frames, no more than `run`, that goes on."""
    if position < copy.shift_from:
        run = min(run, copy.shift_from - position)
    else:
        position -= copy.shift
    position %= copy.source_length
    if copy.mirror != 0:
        return copy.source_length - 1 - position, min(run, 1)
    return position, min(run, copy.source_length - position)


@inline
def advance(m, l, i, frames):
    """Copy up to `frames` further positions of copy i. Audio thread."""
    copy = m.copies[l, i]
    channels = m.header[0].channels
    target = slot_audio(m, copy.target)
    frames = min(frames, copy.amount - copy.done)
    while frames > 0:
        position = (copy.start + copy.done) % copy.length
        run = min(frames, copy.length - position)
        at, run = source_position(copy, position, run)
        slot, gain, other, other_gain = copy.source, copy.source_gain, copy.other, copy.other_gain
        if other < 0:
            slot, gain, other, other_gain, run, at = resolve(m, l, copy.source, at, run)
        a = slot_audio(m, slot)
        if other >= 0:
            b = slot_audio(m, other)
            for k in range(run):
                for c in range(channels):
                    target[position + k, c] = a[at + k, c] * gain + b[at + k, c] * other_gain
        else:
            for k in range(run):
                for c in range(channels):
                    target[position + k, c] = a[at + k, c]
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
    return copy.begin + (copy.amount - copy.done_before + COPY_RATE - 1) // COPY_RATE
