"""One block of audio: commands in, sound through, events out. The only code that a driver runs.

`process` divides a block at every frame where something happens, so a command takes effect at its own frame and no
block size changes a sample. `callback` wraps it for PortAudio, and for everything else that has a pointer to audio.

Nothing here allocates, locks, raises, or touches Python; see `layout` for who owns the memory.
"""

from __future__ import annotations

import math
import os
from functools import lru_cache

import numpy as np
from numba import carray, cfunc, types

from .compiled import ZERO, inline, merged, sources_digest
from .copies import advance_copies
from .dsp import clean, control_value, flush, limit
from .due import do_due, next_due
from .layout import CHUNK, CLICK_S, INPUT_RING, MUTE, OUTPUT_RING, PORT, SEGMENT, SOLO, attach
from .loops import flags, ramp_frames
from .machine import obey
from .messages import Control, State
from .playhead import position_at
from .rings import copy_command, pointer, release_fence, take_commands
from .voices import render_voices
from .writers import fold_tail, overdub, record

INPUT, OUTPUT, LOOP, CLICK = 0, 1, 2, 4  # indices in Memory.work
WET = np.int64(Control.WET)
DRY = np.int64(Control.DRY)
RECORDING = np.int64(State.RECORDING)
PAUSED = np.int64(State.PAUSED)
PEAK_FALL_S = 0.3  # time in which a meter falls to a third

CONTINUE = 0  # PortAudio's paContinue
CURRENT_TIME = 1  # second double of PaStreamCallbackTimeInfo
XRUN_FLAGS = 1 | 2 | 4 | 8  # PortAudio's input and output under- and overflow


@merged
def process(m, frames):
    """Turn work[INPUT][:frames] into work[OUTPUT][:frames] and let that much time pass. Audio thread.

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
        for c in range(m.header[0].channels):
            x = m.work[INPUT, k, c]
            m.input_ring[(now + k) % INPUT_RING, c] = x
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
def render(m, at, frame, run):
    """Add up what all loops sound like over `run` frames into the output."""
    header = m.header[0]
    out = m.work[OUTPUT]
    sound = m.work[LOOP]
    out[at : at + run] = 0.0
    for l in range(header.n_loops):
        render_voices(m, l, sound, frame, run)
        wet = m.controls[l, WET]
        mute = m.controls[l, MUTE]
        solo = m.controls[l, SOLO]
        for k in range(run):
            gain = control_value(wet, frame + k) * control_value(mute, frame + k) * control_value(solo, frame + k)
            for c in range(header.channels):
                out[at + k, c] += np.float32(sound[k, c] * gain)


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
def finish_output(m, at, frame, run):
    """Add the input that is to be heard, limit, and keep a copy for whoever records the output."""
    header = m.header[0]
    rings = m.rings[0]
    dry = m.controls[0, DRY]
    peak = rings.peak_out
    for k in range(run):
        gain = control_value(dry, frame + k)
        for c in range(header.channels):
            x = m.work[OUTPUT, at + k, c]
            if gain != 0.0:
                x = np.float32(x + m.work[INPUT, at + k, c] * gain)
            y = np.float32(flush(limit(x)))
            if y != x:
                rings.limited += 1
            m.work[OUTPUT, at + k, c] = y
            m.output_ring[(frame + k) % OUTPUT_RING, c] = y
            peak = max(peak, abs(y))
    rings.peak_out = peak


@inline
def render_click(m, at, frame, run):
    """The click of a count-in: a sine that dies away. It is no part of the output that is recorded."""
    header = m.header[0]
    length = CLICK_S * header.sample_rate
    for k in range(run):
        age = frame + k - header.click_frame
        x = 0.0
        if header.click_level > 0.0 and age < length:
            x = header.click_level * (1.0 - age / length) ** 3 * math.sin(2.0 * math.pi * header.click_hz * age / header.sample_rate)
        m.work[CLICK, at + k, 0] = x


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


@merged
def play_block(m, port, input_pointer, output_pointer, frames):
    """Run one driver block of any length through `process`, channel by channel as the port maps them."""
    header = m.header[0]
    received = carray(input_pointer, (frames, port.input_channels), np.float32)
    wanted = carray(output_pointer, (frames, port.output_channels), np.float32)
    at = 0
    while at < frames:
        run = min(frames - at, CHUNK)
        for k in range(run):
            for c in range(header.channels):
                x = 0.0
                if port.input_channels > 0:
                    x = clean(received[at + k, port.inputs[c]])
                m.work[INPUT, k, c] = x
        process(m, run)
        for k in range(run):
            for d in range(port.output_channels):
                y = 0.0
                for c in range(header.channels):
                    y += m.work[OUTPUT, k, c] * port.gains[d, c]
                if m.work[CLICK, k, 0] != 0.0:
                    y = limit(y + m.work[CLICK, k, 0] * port.click_gains[d])
                wanted[at + k, d] = y
        at += run


@inline
def note_driver(m, time_info, status_flags):
    """Note what the driver says about this block: its clock, and whether the one before it was whole."""
    rings = m.rings[0]
    if status_flags & XRUN_FLAGS:
        rings.xruns += 1
    if time_info != 0:
        rings.block_time = carray(pointer(time_info), (3,), np.float64)[CURRENT_TIME]
    rings.block_frame = m.header[0].frame


@lru_cache(maxsize=1)
def build_callback():
    """Compile the C callback, or load it from numba's cache.

    Control thread, before any stream starts: compiling takes many seconds the first time.

    Returns
    -------
    numba CFunc
        A `PaStreamCallback`: (input, output, frames, time info, status flags, user data) -> paContinue, where
        input and output are interleaved float32 and user data points to a `layout.PORT` record. It never takes
        the GIL. `.address` goes to PortAudio, `.ctypes` can be called.
    """
    sources = sources_digest()
    unsigned_long = types.uint32 if os.name == "nt" else types.uint64
    arguments = (types.intp, types.intp, unsigned_long, types.intp, unsigned_long, types.intp)

    @cfunc(types.int32(*arguments), cache=True, error_model="numpy")
    def callback(input_address, output_address, frames, time_info, status_flags, user_data):
        port = carray(pointer(user_data), (1,), PORT)[0]
        m = attach(port.header)
        m.header[0].sources = sources
        note_driver(m, time_info, status_flags)
        play_block(m, port, pointer(input_address), pointer(output_address), np.int64(frames))
        return CONTINUE

    return callback
