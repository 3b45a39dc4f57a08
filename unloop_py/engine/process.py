"""One block of audio: commands in, sound through, events out. The only code that a driver runs, see `callback`.

`process` divides a block at every frame where something happens, so a command takes effect at its own frame and no
block size changes a sample.

Nothing here allocates, locks, raises, or touches Python; see `layout` for who owns the memory.
"""

from __future__ import annotations

import numpy as np

from .compiled import ZERO, inline, merged
from .copies import advance_copies
from .due import do_due, next_due
from .gliding import glide_position
from .layout import INPUT_RING, SEGMENT
from .loops import flags, ramp_frames
from .machine import obey
from .messages import State
from .mixing import finish_output, render, render_click
from .playhead import position_at, wrapped
from .rings import copy_command, release_fence, take_commands
from .writers import fold_tail, overdub, record

RECORDING = np.int64(State.RECORDING)
PAUSED = np.int64(State.PAUSED)
SCRATCHING = np.int64(State.SCRATCHING)
PEAK_FALL_S = 0.3  # time in which a meter falls to a third


@merged
def process(m, frames):
    """Turn the inputs in block[:frames] into its outputs and let that much time pass. Audio thread.

    Parameters
    ----------
    m : Memory
    frames : int
        1..CHUNK.
    """
    header = m.header[0]
    begin_block(m)
    take_commands(m)
    remember_input(m, frames)
    done = ZERO
    while done < frames:
        for l in range(header.n_loops):
            do_due(m, l, header.frame)
        if obey_due(m, header.frame):
            take_commands(m)  # there is room again for those that did not fit
            for l in range(header.n_loops):
                do_due(m, l, header.frame)
        boundary = header.frame + min(frames - done, SEGMENT)
        if header.n_pending > 0:
            boundary = min(boundary, m.pending[0].frame)
        for l in range(header.n_loops):
            boundary = next_due(m, l, header.frame, boundary)
        run = boundary - header.frame
        render(m, done, header.frame, run)
        for l in range(header.n_loops):
            write(m, l, header.frame, run)
        finish_output(m, done, header.frame, run)
        render_click(m, done, header.frame, run)
        header.frame += run
        done += run
    end_block(m)


@inline
def remember_input(m, frames):
    """Put the block's input into the ring that every writer reads."""
    now = m.header[0].frame
    peak = 0.0
    for k in range(frames):
        for i in range(m.header[0].n_inputs):
            x = m.block[k, i]
            m.input_ring[(now + k) % INPUT_RING, i] = x
            peak = max(peak, abs(x))
    rings = m.rings[0]
    rings.peak_in = max(peak, fall(m, rings.peak_in, frames))
    rings.peak_out = fall(m, rings.peak_out, frames)


@inline
def fall(m, peak, frames):
    """A meter's reading after `frames` without anything louder."""
    return peak * max(0.0, 1.0 - frames / (PEAK_FALL_S * m.header[0].sample_rate))


@merged
def obey_due(m, frame):
    """Obey the commands whose frame has come; True if there were any."""
    header = m.header[0]
    n = 0
    while n < header.n_pending and m.pending[n].frame <= frame:
        obey(m, m.pending[n], frame)
        n += 1
    if n == 0:
        return False
    for i in range(n, header.n_pending):
        copy_command(m.pending[i - n], m.pending[i])
    header.n_pending -= n
    return True


@inline
def write(m, l, frame, run):
    """Let everything that writes into takes of loop `l` go on by `run` frames."""
    loop = m.loops[l]
    if loop.rec != 0:
        record(m, l, frame, run)
    if loop.tail != 0:
        fold_tail(m, l, frame, run)
    advance_copies(m, l, frame, run)
    if loop.dub != 0 and loop.dub_started != 0:
        overdub(m, l, frame, run, ramp_frames(m))


@inline
def begin_block(m):
    """Mark the status as being rewritten."""
    m.rings[0].sequence += 1
    release_fence()


@inline
def end_block(m):
    """Publish the clock, the status and, through the ring's index, the events."""
    header = m.header[0]
    rings = m.rings[0]
    for l in range(header.n_loops):
        loop = m.loops[l]
        row = m.status[l]
        position = position_at(loop, header.frame)
        length = loop.length
        if loop.state == RECORDING:
            position, length = header.frame - loop.rec_press, 0
        elif loop.state == PAUSED:
            position = loop.paused_at
        elif loop.state == SCRATCHING:
            position = np.int64(wrapped(glide_position(loop, header.frame), loop.length))
        row[0] = loop.state
        row[1] = flags(loop)
        row[2] = loop.version
        row[3] = loop.tag
        row[4] = position
        row[5] = length
        row[6] = loop.repetition
        row[7] = loop.late
        row[8] = loop.history_at
        row[9] = loop.history_count - 1 - loop.history_at
        row[10] = loop.seam_frame
    release_fence()
    rings.frames_written = header.frame
    rings.sequence += 1
