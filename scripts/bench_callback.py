#!/usr/bin/env python3
"""Whether the sound breaks while everything else is busy: real PortAudio, 64 frames at 48 kHz.

    .venv/bin/python scripts/bench_callback.py [--generator vampnet] [--model FOLDER] [--seconds 60] [--log]

Starts a JACK server of its own with the dummy driver (`jackd -R -d dummy`), so it needs no sound card, and plays a loop
on it, while the generator's worker makes one variation after the other and a thread of this process holds the GIL. First
with the engine's compiled callback, whose time is measured from within, then with an ordinary Python callback around the
very same engine, for contrast. xruns are what PortAudio reports to the callback. woken_late says, from the server's log,
how many of them were none of the callback's: the system had not even woken it, or the driver, by the end of the block.

``--generator vampnet`` plays VampNet: the model of a folder, or random files of its full size, made in a temporary folder
(3 GB, half a minute). memory_mb is what this process and the worker held at once, mapped files included.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from bench_common import add_log_option, children, finish, memory_mb
from bench_jack import RATE, TimedCallback, gil_held, jack_server, woken_late

from unloop_py.audio_io.groove import groove
from unloop_py.config import JamConfig
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind
from unloop_py.generator.spec import DEFAULT_STEPS, Prompt, Take
from unloop_py.session.models import arguments_for
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.vamper import Vamper

BLOCK = 64
LOOP_S = {"local": 4.0, "vampnet": 10.0}
PATIENCE_S = {"local": 60.0, "vampnet": 600.0}  # for the generator's first variation
SETTLE_S = 1.0  # opening the stream is not playing
LOCAL_GENERATOR = "unloop_py.generator.vamp:load_generator"


class Busy:
    """A generator at work without a pause, whose offers the engine swaps in.

    Attributes
    ----------
    engine : Engine or None
        The one that plays now; it gets the offers.
    made : int
        Variations made so far.
    """

    def __init__(self, loop: np.ndarray, model: str, patience_s: float) -> None:
        self._patience_s = patience_s
        self.engine: Engine | None = None
        self.made = 0
        self._first = threading.Event()
        self._ending = threading.Event()
        arguments = arguments_for(model, JamConfig(compute="cpu"))
        arguments.pop("edition")
        self._vamper = Vamper(
            generator_factory=LOCAL_GENERATOR, factory_args=arguments, worker="process",
            on_offer=self._offer, on_notice=lambda text: print(f"  {text}", file=sys.stderr),
        )  # fmt: skip
        self._vamper.knobs_changed(0, Knobs(Prompt(), DEFAULT_STEPS, 1))
        self._vamper.take_changed(0, Take(1, loop, RATE))  # what play_loop loads becomes take 1
        self._thread = threading.Thread(target=self._drain, daemon=True)

    def __enter__(self) -> Busy:
        self._vamper.start()
        if not self._first.wait(self._patience_s):
            self._vamper.stop()
            sys.exit("the generator makes nothing")
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ending.set()
        self._thread.join()
        self._vamper.stop()

    def _offer(self, offered: Any) -> None:
        self.made += 1
        self._first.set()
        engine, audio = self.engine, offered.variation.audio
        if engine is not None:
            slot = engine.acquire_slot(len(audio))
            engine.buffer(slot)[: len(audio)] = audio
            engine.send(Command(CommandKind.OFFER, slot=slot, take=offered.take, tag=offered.tag,
                                correlation=offered.variation.correlation))
        self._vamper.swapped(0, offered.tag)  # at once, so that the worker never rests

    def _drain(self) -> None:
        while not self._ending.wait(0.01):
            if self.engine is not None:
                self.engine.events()


def play_loop(engine: Engine, loop: np.ndarray) -> None:
    """Let the engine play this loop from its next block on."""
    slot = engine.acquire_slot(len(loop))
    engine.buffer(slot)[: len(loop)] = loop
    engine.send(Command(CommandKind.LOAD, slot=slot, length=len(loop)))


def worker_of(pid: int) -> int:
    """The process of the generator among those that this one has started."""
    return next(child for child in children(pid) if b"unloop_py.vamper.worker" in Path(f"/proc/{child}/cmdline").read_bytes())


def bench_compiled(loop: np.ndarray, seconds: float, busy: Busy, log: Path) -> dict[str, Any]:
    """The engine's own callback."""
    import sounddevice as sd

    engine = Engine(sample_rate=RATE, channels=2, max_loop_s=10)
    callback = TimedCallback(int(2 * (seconds + 10) * RATE / BLOCK))
    stream = sd._StreamBase(
        kind="duplex", samplerate=RATE, blocksize=BLOCK, channels=2, dtype="float32", latency="low",
        device=("system", "system"), callback=sd._ffi.cast("void *", callback.address),
        userdata=sd._ffi.cast("void *", engine.userdata), clip_off=True, dither_off=True,
    )  # fmt: skip
    play_loop(engine, loop)
    busy.engine = engine
    stream.start()
    time.sleep(SETTLE_S)
    before, made, started, late = engine.status().xruns, busy.made, engine.frame(), woken_late(log)
    callback.forget()
    time.sleep(seconds)
    figures = callback.percentiles()
    results = {"xruns": engine.status().xruns - before, "woken_late": woken_late(log) - late, **figures,
               "budget_us": round(1e6 * BLOCK / RATE, 1),
               "variations_made": busy.made - made, "frames": engine.frame() - started}
    stream.close()
    return results


def bench_python(loop: np.ndarray, seconds: float, busy: Busy) -> dict[str, Any]:
    """The same engine called from a Python callback, as most programs do it."""
    import sounddevice as sd

    engine = Engine(sample_rate=RATE, channels=2, max_loop_s=10)
    xruns = [0]

    def callback(audio_in: np.ndarray, audio_out: np.ndarray, frames: int, moment: Any, flags: Any) -> None:
        if flags:
            xruns[0] += 1
        engine.process(audio_in, audio_out)

    stream = sd.Stream(samplerate=RATE, blocksize=BLOCK, channels=2, dtype="float32", latency="low",
                       device=("system", "system"), callback=callback)
    play_loop(engine, loop)
    busy.engine = engine
    stream.start()
    time.sleep(SETTLE_S)
    before = xruns[0]
    time.sleep(seconds)
    counted = xruns[0] - before
    stream.close()
    return {"python_callback_xruns": counted}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="length of each of the two cases (60)")
    parser.add_argument("--generator", choices=sorted(LOOP_S), default="local", help="vampnet plays VampNet (local)")
    parser.add_argument("--model", help="the generator's model (small; for vampnet, random files of its full size)")
    add_log_option(parser)
    arguments = parser.parse_args()
    loop_s, patience_s = LOOP_S[arguments.generator], PATIENCE_S[arguments.generator]
    loop = np.ascontiguousarray(np.resize(groove(RATE), (int(loop_s * RATE), 2)), np.float32)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        model = arguments.model or "small"
        if arguments.generator == "vampnet" and arguments.model is None:
            import full_size_vampnet

            print("making random files of VampNet's size ...", flush=True)
            full_size_vampnet.make(folder / "vampnet")
            model = str(folder / "vampnet")
        log = stack.enter_context(jack_server(folder, BLOCK))
        busy = stack.enter_context(Busy(loop, model, patience_s))
        stack.enter_context(gil_held())
        print(f"compiled callback, {arguments.seconds:g} s ...", flush=True)
        results = bench_compiled(loop, arguments.seconds, busy, log)
        print(f"  {results['xruns']} xruns ({results['woken_late']} times the system woke a thread too late)")
        print(f"  a block of {BLOCK} frames lasts {results['budget_us']} us and took "
              f"{results['p50_us']} (half), {results['p99_us']} (99 %), {results['p999_us']} us (99.9 %)")
        results["memory_mb"] = {"parent": memory_mb(os.getpid()), "worker": memory_mb(worker_of(os.getpid()))}
        print(f"  memory {results['memory_mb']} MB")
        print(f"Python callback, {arguments.seconds:g} s ...", flush=True)
        results |= bench_python(loop, arguments.seconds, busy)
        print(f"  {results['python_callback_xruns']} xruns")
    config = {"sample_rate": RATE, "block": BLOCK, "seconds": arguments.seconds, "generator": arguments.generator,
              "model": arguments.model or ("full-size vampnet, random" if arguments.generator == "vampnet" else model), "loop_s": loop_s}
    finish("callback", config, results, log=arguments.log)


if __name__ == "__main__":
    main()
