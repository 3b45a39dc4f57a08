"""What the player did, as states one can walk back and forth, and which buffers that keeps alive.

An entry is one take: its version, its buffer, its length and its place in time. Variations never enter here, so
their arrival can neither clear redo nor be undone. Entries of one recording and its overdubs share a lineage, and
with it the playhead; undo across lineages brings the older loop back where it would be by now.
"""

from __future__ import annotations

import math

import numpy as np

from .compiled import NONE, ONE, ZERO, inline
from .copies import is_copying, reads
from .layout import EVENTS_KEPT_FREE, MAX_HISTORY, MAX_SEAM_S, MAX_SLOTS
from .messages import EventKind
from .playhead import origin_at, place, playhead, wrapped
from .rings import emit
from .voices import sounds

TAKE = np.int64(EventKind.TAKE)
FREED = np.int64(EventKind.FREED)
FORGOTTEN = np.int64(EventKind.FORGOTTEN)
HISTORY = np.int64(EventKind.HISTORY)
KEPT_FREE = np.int64(EVENTS_KEPT_FREE)


@inline
def push_take(m, l, slot, length, origin, new_lineage, frame):
    """Make a new take the current one; what could be redone is gone. Audio thread."""
    loop = m.loops[l]
    remember_origin(m, l, frame)
    loop.history_at += 1
    loop.history_count = loop.history_at + 1
    loop.versions += 1
    if new_lineage != 0:
        loop.lineage += 1
        loop.scale = 1.0
    if loop.history_at == MAX_HISTORY:
        forget_oldest(m, l, ZERO, frame)
    entry = m.history[l, loop.history_at]
    entry.version = loop.versions
    entry.slot = slot
    entry.length = length
    entry.origin = origin
    entry.lineage = loop.lineage
    entry.laid = 0
    entry.scale = loop.scale
    entry.turned = loop.turned
    entry.born = frame
    entry.root = loop.root
    entry.root_slot = loop.root_slot
    entry.root_length = loop.root_length
    entry.root_lineage = loop.root_lineage
    entry.root_ring = loop.root_ring
    loop.version = entry.version
    loop.slot = slot
    loop.length = length
    loop.origin = origin
    keep_within_memory(m, frame)
    loop.dirty = 1
    announce_history(m, l, ZERO, frame)


@inline
def change_take(m, l, slot, length, frame):
    """Put another sound in the place of the current take, of any length; what can be undone and redone stays. Audio thread."""
    loop = m.loops[l]
    remember_origin(m, l, frame)
    entry = m.history[l, loop.history_at]
    loop.versions += 1
    loop.scale *= length / loop.length
    entry.version = loop.versions
    entry.slot = slot
    entry.length = length
    entry.scale = loop.scale
    entry.laid = 0
    loop.version = entry.version
    loop.slot = slot
    loop.length = length
    keep_within_memory(m, frame)
    loop.dirty = 1
    announce_history(m, l, ONE, frame)


@inline
def take_root(m, l):
    """The take is a recording, or nothing at all: what is made of it can be brought back to it."""
    loop = m.loops[l]
    entry = m.history[l, loop.history_at]
    loop.root = entry.root = loop.version
    loop.root_slot = entry.root_slot = loop.slot
    loop.root_length = entry.root_length = loop.length
    loop.root_lineage = entry.root_lineage = loop.lineage
    loop.root_ring = entry.root_ring = 0


@inline
def push_root(m, l, frame):
    """Make the first recording the current take again, where it would be by now. Audio thread."""
    loop = m.loops[l]
    if loop.version == loop.root:
        return
    remember_origin(m, l, frame)
    position = playhead(loop, frame)
    scale, lineage, origin = loop.scale, loop.root_lineage, origin_at(loop, frame)
    other = lineage != loop.lineage
    if not other:
        origin = scaled_origin(origin, loop.length, 1.0 / scale, frame)
    for i in range(loop.history_count):
        entry = m.history[l, i]
        if other and entry.lineage == lineage:
            origin = scaled_origin(entry.origin, entry.length, 1.0 / entry.scale, frame)
    turned = loop.turned != 0
    if turned:
        position = turn_round(loop, position)
    push_take(m, l, loop.root_slot, loop.root_length, origin, ZERO, frame)
    loop.lineage = m.history[l, loop.history_at].lineage = lineage
    loop.scale = m.history[l, loop.history_at].scale = 1.0
    loop.paused_at = np.int64(math.floor(loop.paused_at / scale + 0.5)) % loop.length
    if loop.rate != 1.0 or (turned and not other):
        place(loop, frame, float((frame - origin) % loop.length) if other else position / scale % loop.length)


@inline
def turn_round(loop, position):
    """The take that comes is the other way round: play it in the other direction, so that it sounds in the same; returns its position."""
    loop.turned = 1 - loop.turned
    loop.rate = -loop.rate
    loop.turn_to = -loop.turn_to
    loop.paused_at = loop.length - 1 - loop.paused_at
    return wrapped(loop.length - 1.0 - position, loop.length)


@inline
def scaled_origin(origin, length, scale, frame):
    """Where a loop of `length` would have begun, were it so many times as long and now at the same place."""
    if scale == 1.0:
        return origin
    return frame - np.int64(math.floor((frame - origin) % length * scale + 0.5))


@inline
def walk(m, l, step, frame):
    """Make the entry so many steps back (-) or forth the current take; True if it is of another lineage."""
    loop = m.loops[l]
    remember_origin(m, l, frame)
    position = playhead(loop, frame)
    loop.history_at += step
    entry = m.history[l, loop.history_at]
    other = entry.lineage != loop.lineage
    scale = 1.0 if other else entry.scale / loop.scale
    turned = entry.turned != loop.turned and entry.root == loop.root
    if turned:
        position = turn_round(loop, position)
    loop.turned = entry.turned
    loop.lineage = entry.lineage
    loop.scale = entry.scale
    loop.version = entry.version
    loop.slot = entry.slot
    loop.length = entry.length
    loop.origin = entry.origin
    loop.root = entry.root
    loop.root_slot = entry.root_slot
    loop.root_length = entry.root_length
    loop.root_lineage = entry.root_lineage
    loop.root_ring = entry.root_ring
    if loop.length > 0:
        loop.paused_at = np.int64(math.floor(loop.paused_at * scale + 0.5)) % loop.length
        if loop.rate != 1.0 or (turned and not other):
            place(loop, frame, float((frame - entry.origin) % loop.length) if other else position * scale % loop.length)
    announce_history(m, l, ZERO, frame)
    return other


@inline
def remember_origin(m, l, frame):
    """Write the loop's place in time to all entries of its lineage, since pauses have moved it."""
    loop = m.loops[l]
    origin = origin_at(loop, frame)
    for i in range(loop.history_count):
        entry = m.history[l, i]
        if entry.lineage == loop.lineage and entry.turned == loop.turned:
            entry.origin = scaled_origin(origin, loop.length, entry.scale / loop.scale, frame)


@inline
def forget_oldest(m, l, for_memory, frame):
    """Drop entry 0, the state longest past, and tell it."""
    loop = m.loops[l]
    post(m, FORGOTTEN, l, frame, NONE, NONE, m.history[l, 0].version, for_memory, 0.0)
    for i in range(1, loop.history_at + 1):
        source, target = m.history[l, i], m.history[l, i - 1]
        target.version = source.version
        target.slot = source.slot
        target.length = source.length
        target.origin = source.origin
        target.lineage = source.lineage
        target.laid = source.laid
        target.scale = source.scale
        target.turned = source.turned
        target.born = source.born
        target.root = source.root
        target.root_slot = source.root_slot
        target.root_length = source.root_length
        target.root_lineage = source.root_lineage
        target.root_ring = source.root_ring
    loop.history_at -= 1
    loop.history_count = loop.history_at + 1
    loop.dirty = 1


@inline
def keep_within_memory(m, frame):
    """Drop the states longest past, of whichever loop, while all buffers together hold more than the player allowed.

    Every loop keeps its take and one step of undo.
    """
    while held_frames(m) > m.header[0].undo_frames:
        oldest = -1
        for l in range(m.header[0].capacity):
            if m.loops[l].history_at > 1 and (oldest < 0 or m.history[l, 1].born < m.history[oldest, 1].born):
                oldest = l
        if oldest < 0:
            return
        forget_oldest(m, oldest, ONE, frame)


@inline
def held_frames(m):
    """Frames that the buffers of all states of all loops hold, each counted once."""
    m.marks[:] = 0
    frames = 0
    for l in range(m.header[0].capacity):
        for i in range(m.loops[l].history_count):
            entry = m.history[l, i]
            for slot in (entry.slot, entry.root_slot):
                if slot >= 0 and m.marks[slot] == 0:
                    m.marks[slot] = 1
                    frames += m.capacities[slot]
    return frames


@inline
def announce_history(m, l, changed, frame):
    """Tell how far one can walk; `changed` is 1 when the take stands where another stood."""
    loop = m.loops[l]
    redo = loop.history_count - 1 - loop.history_at
    post(m, HISTORY, l, frame, NONE, NONE, loop.history_at, changed, float(redo))


@inline
def post(m, kind, l, frame, slot, tag, index, late, value):
    """Tell something that may be lost, counted, when nobody drains the ring. Audio thread."""
    loop = m.loops[l]
    if not emit(m, KEPT_FREE, kind, l, frame, loop.state, loop.version, slot, tag, index, late, value):
        m.rings[0].events_lost += 1


@inline
def is_complete(m, l):
    """Whether nothing writes into the current take any more."""
    loop = m.loops[l]
    slot = loop.slot
    if slot < 0:
        return True
    if loop.rec != 0 and loop.rec_slot == slot:
        return False
    if loop.tail != 0 and loop.tail_slot == slot:
        return False
    if loop.dub != 0 and loop.dub_slot == slot:
        return False
    return not is_copying(m, l, slot)


@inline
def announce_take(m, l, frame):
    """Tell that the take has changed, once it is complete. Audio thread."""
    loop = m.loops[l]
    if loop.announced == loop.version or not is_complete(m, l):
        return
    laid = m.history[l, loop.history_at].laid
    behind = 0
    if loop.version == loop.root and loop.root_ring > 0:
        behind = ring_lead(m, loop.length) + loop.root_ring
    if emit(m, ZERO, TAKE, l, frame, loop.state, loop.version, loop.slot, NONE, loop.length, laid, float(behind)):
        loop.announced = loop.version


@inline
def ring_lead(m, length):
    """Frames of a recording's own end that lie before its tail, so that the loop can fade into what rings."""
    return min(int(MAX_SEAM_S * m.header[0].sample_rate), length // 4)


@inline
def note_ring(m, l, slot, frames):
    """Note how long a tail lies behind the recording in `slot`, in all that was made of it."""
    loop = m.loops[l]
    if loop.root_slot == slot:
        loop.root_ring = frames
    for i in range(loop.history_count):
        if m.history[l, i].root_slot == slot:
            m.history[l, i].root_ring = frames


@inline
def note_laid(m, l):
    """Note of the state that the layer has made whether all of what was there has stayed. Audio thread."""
    loop = m.loops[l]
    for i in range(loop.history_count):
        if m.history[l, i].slot == loop.dub_slot:
            m.history[l, i].laid = loop.dub_whole


@inline
def own(m, l, slot):
    """Note that loop `l` holds `slot` from now on."""
    loop = m.loops[l]
    for i in range(loop.n_owned):
        if m.owned[l, i] == slot:
            return
    if loop.n_owned < MAX_SLOTS:
        m.owned[l, loop.n_owned] = slot
        loop.n_owned += 1


@inline
def is_needed(m, l, slot):
    """Whether anything of loop `l` still reads or writes `slot`."""
    loop = m.loops[l]
    if loop.slot == slot or loop.variation == slot or loop.root_slot == slot:
        return True
    if (loop.rec != 0 and loop.rec_slot == slot) or (loop.tail != 0 and loop.tail_slot == slot):
        return True
    if (loop.dub != 0 and loop.dub_slot == slot) or (loop.offer != 0 and loop.offer_slot == slot):
        return True
    if loop.swapping != 0 and loop.incoming == slot:
        return True
    if loop.previous != 0 and (loop.previous_slot == slot or loop.previous_take_slot == slot):
        return True
    for i in range(loop.history_count):
        if m.history[l, i].slot == slot or m.history[l, i].root_slot == slot:
            return True
    return sounds(m, l, slot) or reads(m, l, slot)


@inline
def free_unneeded(m, l, frame):
    """Give back the buffers that nothing needs; those that find the event ring full wait. Audio thread."""
    loop = m.loops[l]
    loop.dirty = 0
    i = 0
    while i < loop.n_owned:
        slot = m.owned[l, i]
        if is_needed(m, l, slot):
            i += 1
        elif emit(m, ZERO, FREED, l, frame, loop.state, loop.version, slot, NONE, ZERO, ZERO, 0.0):
            loop.n_owned -= 1
            m.owned[l, i] = m.owned[l, loop.n_owned]
        else:
            loop.dirty = 1
            i += 1
