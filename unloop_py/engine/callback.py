"""The C callback around `process`: for PortAudio, and for everything else that has a pointer to audio."""

from __future__ import annotations

import os
from functools import lru_cache

import numpy as np
from numba import carray, cfunc, types

from .compiled import inline, merged, sources_digest
from .dsp import clean, limit
from .layout import CHUNK, PORT, attach
from .mixing import CLICK, CUE
from .process import process
from .rings import pointer

CONTINUE = 0  # PortAudio's paContinue
CURRENT_TIME = 1  # second double of PaStreamCallbackTimeInfo
XRUN_FLAGS = 1 | 2 | 4 | 8  # PortAudio's input and output under- and overflow


@merged
def play_block(m, port, input_pointer, output_pointer, frames):
    """Run one driver block of any length through `process`, channel by channel as the port maps them."""
    header = m.header[0]
    received = carray(input_pointer, (frames, port.input_channels), np.float32)
    wanted = carray(output_pointer, (frames, port.output_channels), np.float32)
    more = header.n_outputs > header.channels or header.has_cue != 0
    at = 0
    while at < frames:
        run = min(frames - at, CHUNK)
        for k in range(run):
            for i in range(header.n_inputs):
                x = 0.0
                if port.input_channels > 0:
                    x = clean(received[at + k, port.inputs[i]])
                m.block[k, i] = x
        process(m, run)
        for k in range(run):
            for d in range(port.output_channels):
                y = 0.0
                for c in range(header.channels):
                    y += m.block[k, header.n_inputs + c] * port.gains[d, c]
                if more:
                    x = beside_the_common(m, port, k, d)
                    if x != 0.0:
                        y = limit(y + x)
                if m.work[CLICK, k, 0] != 0.0:
                    y = limit(y + m.work[CLICK, k, 0] * port.click_gains[d])
                wanted[at + k, d] = y
        at += run


@inline
def beside_the_common(m, port, k, d):
    """What device channel `d` has at frame k of the block of the other outputs and of the cue."""
    header = m.header[0]
    x = 0.0
    for o in range(header.channels, header.n_outputs):
        if port.outputs[o] == d:
            x += m.block[k, header.n_inputs + o]
    if header.has_cue != 0:
        for c in range(header.channels):
            x += m.work[CUE, k, c] * port.cue_gains[d, c]
    return x


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
