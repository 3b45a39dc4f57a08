"""JACK's callback round the engine's: every port has a buffer of its own, and the engine wants them side by side."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, cfunc, types
from numba.extending import intrinsic

from ..engine.rings import pointer

MAX_PORTS = 64
CHUNK = 1024  # frames that the engine is given at a time
XRUN = 2  # PortAudio's "input overflow", which the engine counts
CONTINUE = 0

ADAPTER = np.dtype(
    [
        ("engine", np.int64),  # the engine's callback, and what it is to be given
        ("userdata", np.int64),
        ("get_buffer", np.int64),  # jack_port_get_buffer
        ("inputs", np.int64),  # how many ports
        ("outputs", np.int64),
        ("input_ports", np.int64, (MAX_PORTS,)),  # jack_port_t *
        ("output_ports", np.int64, (MAX_PORTS,)),
        ("block_in", np.int64),  # CHUNK frames, interleaved
        ("block_out", np.int64),
        ("xruns", np.int64),  # counted by JACK's own thread
        ("xruns_told", np.int64),
        ("gone", np.int64),  # set by JACK's own thread when the server shuts down
        ("blocks", np.int64),
    ],
    align=True,
)


@intrinsic
def call_engine(typingctx, function, audio_in, audio_out, frames, time_info, flags, userdata):
    """Call a `PaStreamCallback` by its address."""

    def codegen(context, builder, signature, args):
        word = ir.IntType(64)
        kind = ir.FunctionType(ir.IntType(32), [word] * 6)
        return builder.call(builder.inttoptr(args[0], kind.as_pointer()), args[1:])

    return types.int32(*[types.int64] * 7), codegen


@intrinsic
def call_get_buffer(typingctx, function, port, frames):
    """Call `jack_port_get_buffer` by its address; the buffer's address."""

    def codegen(context, builder, signature, args):
        word = ir.IntType(64)
        kind = ir.FunctionType(word, [word, ir.IntType(32)])
        frames = builder.trunc(args[2], ir.IntType(32))
        return builder.call(builder.inttoptr(args[0], kind.as_pointer()), [args[1], frames])

    return types.int64(types.int64, types.int64, types.int64), codegen


@lru_cache(maxsize=1)
def build_jack_callbacks() -> tuple[Any, Any, Any]:
    """Compile what JACK calls, or load it from numba's cache: seconds the first time. Control thread.

    Returns
    -------
    process, xrun, shutdown : numba CFunc
        A `JackProcessCallback`, a `JackXRunCallback` and a `JackInfoShutdownCallback`; each is to be given an `ADAPTER`. None of
        them takes the GIL.
    """

    @cfunc(types.int32(types.uint32, types.voidptr), cache=True, error_model="numpy")
    def process(frames, given):
        a = carray(given, (1,), ADAPTER)[0]
        block_in = carray(pointer(a.block_in), (CHUNK, a.inputs), np.float32)
        block_out = carray(pointer(a.block_out), (CHUNK, a.outputs), np.float32)
        total = np.int64(frames)
        at = np.int64(0)
        while at < total:
            run = min(total - at, np.int64(CHUNK))
            for c in range(a.inputs):
                buffer = carray(pointer(call_get_buffer(a.get_buffer, a.input_ports[c], total)), (total,), np.float32)
                for k in range(run):
                    block_in[k, c] = buffer[at + k]
            flags = np.int64(0)
            if a.xruns != a.xruns_told:
                a.xruns_told = a.xruns
                flags = np.int64(XRUN)
            call_engine(a.engine, a.block_in, a.block_out, run, np.int64(0), flags, a.userdata)
            for c in range(a.outputs):
                buffer = carray(pointer(call_get_buffer(a.get_buffer, a.output_ports[c], total)), (total,), np.float32)
                for k in range(run):
                    buffer[at + k] = block_out[k, c]
            at += run
        a.blocks += 1
        return CONTINUE

    @cfunc(types.int32(types.voidptr), cache=True, error_model="numpy")
    def xrun(given):
        carray(given, (1,), ADAPTER)[0].xruns += 1
        return CONTINUE

    @cfunc(types.void(types.int32, types.voidptr, types.voidptr), cache=True, error_model="numpy")
    def shutdown(status, reason, given):
        carray(given, (1,), ADAPTER)[0].gone = 1

    return process, xrun, shutdown
