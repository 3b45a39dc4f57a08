"""What the benchmarks that need a sound card share: a JACK server without hardware, and a clock round the engine's callback."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from bench_common import ROOT

sys.path.insert(0, str(ROOT))

from unloop_py.engine.engine import Engine

RATE = 48000
CLOCK_MONOTONIC = 1


@contextlib.contextmanager
def jack_server(folder: Path, block: int) -> Iterator[Path]:
    """A JACK server with no hardware, under a name of its own, which this process's PortAudio will find; yields its log."""
    if shutil.which("jackd") is None:
        sys.exit("jackd is missing: `sudo apt install jackd2` cures it")
    name = f"unloop-bench-{os.getpid()}"
    os.environ.update(JACK_DEFAULT_SERVER=name, JACK_NO_START_SERVER="1", JACK_NO_AUDIO_RESERVATION="1")
    with (folder / "jackd.log").open("w+") as log:
        command = ["jackd", "-n", name, "-R", "-d", "dummy", "-r", str(RATE), "-p", str(block)]
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            if subprocess.call(["jack_wait", "-s", name, "-w", "-t", "15"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL):
                log.seek(0)
                sys.exit(f"jackd does not start: {log.read()}")
            yield folder / "jackd.log"
        finally:
            _close_portaudio()
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _close_portaudio() -> None:
    """Let PortAudio leave the server before it goes; otherwise it aborts this process at its end."""
    sd = sys.modules.get("sounddevice")
    if sd is not None and sd._initialized:
        sd._terminate()


def woken_late(log: Path) -> int:
    """How often the system has woken the server's driver or a client's thread too late so far."""
    text = log.read_text(errors="replace")
    return text.count("Process XRun") + text.count("state = Triggered")


class TimedCallback:
    """The engine's callback with a clock on either side of it, compiled as well.

    Parameters
    ----------
    blocks : int
        So many are measured at most.

    Attributes
    ----------
    address : int
        For PortAudio.
    """

    def __init__(self, blocks: int) -> None:
        from numba import carray, cfunc, types

        from unloop_py.engine.callback import build_callback
        from unloop_py.engine.rings import pointer

        self._micros = np.zeros(blocks, np.float32)
        self._count = np.zeros(1, np.int64)
        self._instants = np.zeros((2, 2), np.int64)  # two timespecs
        for array in (self._micros, self._count, self._instants):
            array.fill(0)
        clock = ctypes.CDLL(None).clock_gettime
        clock.argtypes, clock.restype = (ctypes.c_int, ctypes.c_void_p), ctypes.c_int
        play = build_callback().ctypes
        micros, count, instants = (a.ctypes.data for a in (self._micros, self._count, self._instants))
        capacity = len(self._micros)
        signature = types.int32(types.intp, types.intp, types.uint64, types.intp, types.uint64, types.intp)

        @cfunc(signature, error_model="numpy")
        def timed(audio_in, audio_out, frames, time_info, flags, user_data):
            clock(CLOCK_MONOTONIC, pointer(instants))
            result = play(audio_in, audio_out, frames, time_info, flags, user_data)
            clock(CLOCK_MONOTONIC, pointer(instants + 16))
            t = carray(pointer(instants), (2, 2), types.int64)
            n = carray(pointer(count), (1,), types.int64)
            took = carray(pointer(micros), (capacity,), types.float32)
            if n[0] < capacity:
                took[n[0]] = (t[1, 0] - t[0, 0]) * 1e6 + (t[1, 1] - t[0, 1]) * 1e-3
                n[0] += 1
            return result

        self._compiled = timed
        self.address = timed.address

    def forget(self) -> None:
        """Count from here."""
        self._count[0] = 0

    def percentiles(self) -> dict[str, float]:
        """How long a block took, in microseconds."""
        took = self._micros[: self._count[0]]
        names = {"p50_us": 50, "p99_us": 99, "p999_us": 99.9}
        return {**{name: round(float(np.percentile(took, q)), 1) for name, q in names.items()},
                "max_us": round(float(took.max()), 1), "blocks": len(took)}


def give_everybody(callback: TimedCallback) -> None:
    """Have every stream of this process that opens from now on call this callback."""
    Engine.callback_address = property(lambda engine: callback.address)


@contextlib.contextmanager
def gil_held() -> Iterator[None]:
    """A thread that holds the GIL for most of the time, as a busy program's do."""
    ending = threading.Event()

    def hold() -> None:
        numbers = list(range(20_000))
        while not ending.is_set():
            sum(numbers)  # calls into C of a good part of a millisecond, which nobody can interrupt
            numbers.sort(key=lambda n: -n)

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()
