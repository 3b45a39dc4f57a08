"""Single-producer single-consumer rings in shared arrays: commands in, events out, and the fences between.

Each index is written by one side only. A writer fills its cell, fences (release) and moves its index; a reader
reads the index, fences (acquire) and then the cell. The fences are real instructions where the processor needs
them, and everywhere they stop LLVM from moving plain stores across.
"""

from __future__ import annotations

from functools import lru_cache

from numba import carray, cfunc, types
from numba.core import cgutils
from numba.extending import intrinsic

from .compiled import inline


@intrinsic
def acquire_fence(typingctx):
    """What is read after this is at least as new as what was read before it."""

    def codegen(context, builder, signature, args):
        builder.fence("acquire")
        return context.get_dummy_value()

    return types.void(), codegen


@intrinsic
def release_fence(typingctx):
    """What was written before this is visible before what is written after it."""

    def codegen(context, builder, signature, args):
        builder.fence("release")
        return context.get_dummy_value()

    return types.void(), codegen


@intrinsic
def pointer(typingctx, address):
    """An integer address as a pointer for `carray`."""

    def codegen(context, builder, signature, args):
        return builder.inttoptr(args[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), codegen


@inline
def emit(m, keep_free, kind, loop, frame, state, take, slot, tag, index, late, value):
    """Write one event; False when fewer than `keep_free` cells would remain. Audio thread."""
    rings = m.rings[0]
    written = rings.events_written
    read = rings.events_read
    acquire_fence()  # the cell is free only once the reader's copy of it is finished
    if written - read >= m.events.shape[0] - keep_free:
        return False
    event = m.events[written % m.events.shape[0]]
    event.kind = kind
    event.loop = loop
    event.frame = frame
    event.state = state
    event.take = take
    event.slot = slot
    event.tag = tag
    event.index = index
    event.late = late
    event.value = value
    release_fence()
    rings.events_written = written + 1
    return True


@inline
def copy_command(target, source):
    """Copy one command record into another. Audio thread."""
    target.kind = source.kind
    target.loop = source.loop
    target.frame = source.frame
    target.value = source.value
    target.control = source.control
    target.slot = source.slot
    target.take = source.take
    target.tag = source.tag
    target.length = source.length
    target.correlation = source.correlation
    target.force = source.force
    target.asked = source.asked


@inline
def take_commands(m):
    """Move commands from the ring to the pending list, which is kept by frame and arrival. Audio thread.

    Commands for no particular frame, or for one already past, are for the frame that comes next.
    What does not fit stays in the ring.
    """
    header = m.header[0]
    rings = m.rings[0]
    written = rings.commands_written
    acquire_fence()
    read = rings.commands_read
    while read < written and header.n_pending < m.pending.shape[0]:
        command = m.commands[read % m.commands.shape[0]]
        frame = max(command.frame, header.frame)
        at = header.n_pending
        while at > 0 and m.pending[at - 1].frame > frame:
            copy_command(m.pending[at], m.pending[at - 1])
            at -= 1
        copy_command(m.pending[at], command)
        m.pending[at].frame = frame
        header.n_pending += 1
        read += 1
    release_fence()
    rings.commands_read = read


@lru_cache(maxsize=1)
def index_functions():
    """The control thread's half, compiled at the first call: `observe(address) -> int`, `publish(address, value)`.

    Returns
    -------
    observe, publish : ctypes functions
        Load an index, then fence; fence, then store one. Any thread, no lock, without the GIL.
    """

    @cfunc(types.int64(types.int64), cache=True, error_model="numpy")
    def observe(address):
        cell = carray(pointer(address), (1,), types.int64)
        value = cell[0]
        acquire_fence()
        return value

    @cfunc(types.void(types.int64, types.int64), cache=True, error_model="numpy")
    def publish(address, value):
        cell = carray(pointer(address), (1,), types.int64)
        release_fence()
        cell[0] = value

    return observe.ctypes, publish.ctypes
