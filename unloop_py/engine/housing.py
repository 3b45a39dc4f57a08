"""A take moves to a buffer of its own size: what it was recorded in holds the longest loop there may be, and is wanted again.

Python copies a take that is complete, which nothing changes any more, and names the copy; from then on that is read. Both hold
the very samples, so nobody hears it.
"""

from __future__ import annotations

from .compiled import inline
from .copies import is_copying
from .history import own
from .layout import MAX_COPIES

REHOUSE = 101  # the engine's own: slot is a copy of the slot `control`


@inline
def rehouse(m, l, old, new):
    """Read `new` wherever `old` was read, unless something is written to that; free the one that is not needed. Audio thread."""
    loop = m.loops[l]
    own(m, l, new)
    loop.dirty = 1
    written = (loop.rec != 0 and loop.rec_slot == old) or (loop.tail != 0 and loop.tail_slot == old)
    if written or (loop.dub != 0 and loop.dub_slot == old) or is_copying(m, l, old):
        return
    if loop.slot == old:
        loop.slot = new
    if loop.root_slot == old:
        loop.root_slot = new
    if loop.previous_take_slot == old:
        loop.previous_take_slot = new
    for i in range(loop.history_count):
        entry = m.history[l, i]
        if entry.slot == old:
            entry.slot = new
        if entry.root_slot == old:
            entry.root_slot = new
    for i in range(loop.n_voices):
        if m.voices[l, i].take == old:
            m.voices[l, i].take = new
    for i in range(MAX_COPIES):
        if m.copies[l, i].on != 0 and m.copies[l, i].source == old:
            m.copies[l, i].source = new
