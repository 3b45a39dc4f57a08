#!/usr/bin/env python3
"""How fast the next repetition is made, and what `jam` takes: seconds, megabytes, and the start.

    .venv/bin/python scripts/bench_variation.py [--parts generation,offer,start,memory] [--log]

generation: seconds of work per second of loop at 2 to 60 s, in the worker process, while the compiled engine plays a loop
in real time (virtual stream). offer: from the second press of record to a complete first offer. start: from the command
to 'ready to record', as it is (warm) and, where this user may empty it, with nothing in the system's file cache (cold).
memory: peak of all processes of `jam` after 200 seams. The last three are
measured from outside, on `unloop jam --backend virtual`, over OSC.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import queue
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from bench_common import ROOT, add_log_option, children, finish, memory_mb
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

sys.path.insert(0, str(ROOT))

from unloop_py.audio_io.groove import groove
from unloop_py.audio_io.virtual import VirtualStream
from unloop_py.audio_io.wav import write_audio
from unloop_py.engine.engine import Engine
from unloop_py.engine.messages import Command, CommandKind
from unloop_py.generator.spec import DEFAULT_STEPS, Prompt, Take
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.vamper import Vamper

RATE = 44100
PARTS = ("generation", "offer", "start", "memory")
LOCAL_GENERATOR = "unloop_py.generator.vamp:load_generator"
PATIENCE_S = 180.0


def loop_of(seconds: float) -> np.ndarray:
    """A groove of this length, float32 (frames, 2): the demo's, round and round."""
    once = groove(RATE)
    frames = round(seconds * RATE)
    return np.ascontiguousarray(np.resize(once, (frames, once.shape[1])), dtype=np.float32)


# In this process: the engine plays, the worker makes.

@contextlib.contextmanager
def playing_engine(folder: Path) -> Iterator[Engine]:
    """The compiled engine, playing a 2 s loop in real time."""
    audio = loop_of(2.0)
    heard = folder / "heard.wav"
    write_audio(heard, audio, RATE)
    engine = Engine(sample_rate=RATE, channels=2)
    slot = engine.acquire_slot()
    engine.buffer(slot)[: len(audio)] = audio
    engine.send(Command(CommandKind.LOAD, slot=slot, length=len(audio)))
    stream = VirtualStream(engine, heard)
    stream.start()
    try:
        yield engine
    finally:
        stream.stop()


def bench_generation(model: str, worker: str, lengths: list[float], repeats: int, steps: int, folder: Path) -> dict[str, Any]:
    """Seconds of generation per second of loop."""
    offers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    vamper = Vamper(generator_factory=LOCAL_GENERATOR, factory_args={"model": model, "compute": "cpu"}, worker=worker,
                    on_offer=offers.put, on_notice=lambda text: print(f"  {text}", file=sys.stderr))
    vamper.knobs_changed(0, Knobs(Prompt(), steps, 1))
    per_second: dict[str, float] = {}
    with playing_engine(folder) as engine:
        vamper.start()
        try:
            for version, seconds in enumerate(lengths, 1):
                vamper.take_changed(0, Take(version, loop_of(seconds), RATE))
                took = []
                for _ in range(repeats):
                    offer = offers.get(timeout=PATIENCE_S)
                    while offer.take != version:
                        offer = offers.get(timeout=PATIENCE_S)
                    took.append(offer.variation.seconds)
                    vamper.swapped(0, offer.tag)
                    engine.events()
                per_second[f"{seconds:g}"] = round(statistics.median(took) / seconds, 4)
                print(f"  loop of {seconds:5g} s: {statistics.median(took):6.2f} s to make, "
                      f"{per_second[f'{seconds:g}']:.3f} s for each second")
        finally:
            vamper.stop()
    return {"seconds_per_second_of_loop": per_second, "worst_seconds_per_second_of_loop": max(per_second.values())}


# From outside: `unloop jam` and its OSC port.

class Jam:
    """A running `unloop jam --backend virtual`, heard over OSC and on its standard output."""

    def __init__(self, model: str, folder: Path, *options: str) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        port = _free_port()
        heard = folder / "heard.wav"
        if not heard.exists():
            write_audio(heard, loop_of(6.0), RATE)
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "unloop_py", "jam", "--backend", "virtual", "--input-file", str(heard),
             "--osc-port", str(port), "--model", model, "--compute", "cpu", *options],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.address = ("127.0.0.1", port)
        self.lines: queue.SimpleQueue[tuple[float, str | None]] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.put((time.perf_counter(), line.strip()))
        self.lines.put((time.perf_counter(), None))

    def said(self, text: str) -> float:
        """Wait for a line with this text; the moment it came."""
        while True:
            moment, line = self.lines.get(timeout=PATIENCE_S)
            if line is None:
                raise RuntimeError(f"jam ended before it said {text!r}")
            if text in line:
                return moment

    def send(self, address: str, *values: float | int | str) -> None:
        builder = OscMessageBuilder(address)
        for value in values:
            builder.add_arg(value)
        self.socket.sendto(builder.build().dgram, self.address)

    def hear(self, address: str, accept: Callable[[list[Any]], bool] = lambda values: True) -> list[Any]:
        """Wait for a message to this address with values that `accept` takes; the values."""
        self.socket.settimeout(PATIENCE_S)
        while True:
            message = OscMessage(self.socket.recv(65536))
            if message.address == address and accept(message.params):
                return message.params

    def record(self, seconds: float) -> float:
        """Record a loop; the moment of the second press."""
        self.send("/unloop/loop/1/record")
        time.sleep(seconds)  # the loop is this long: somebody has to play it
        self.send("/unloop/loop/1/record")
        return time.perf_counter()

    def processes(self) -> list[int]:
        """This process and those it started, and theirs (Linux)."""
        found = [self.process.pid]
        for pid in found:
            found += children(pid)
        return found

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=PATIENCE_S)
        self.process.stdout.close()
        self.socket.close()


@contextlib.contextmanager
def jam(model: str, folder: Path, *options: str) -> Iterator[Jam]:
    running = Jam(model, folder, *options)
    try:
        yield running
    finally:
        running.close()


def bench_offer(model: str, lengths: list[float], folder: Path) -> dict[str, Any]:
    """From the second press of record to the first complete offer, model loaded."""
    took = {}
    with jam(model, folder) as running:
        running.said("the model is loaded")
        running.send("/unloop/subscribe", running.socket.getsockname()[1])
        for seconds in lengths:
            pressed = running.record(seconds)
            running.hear("/unloop/loop/1/state", lambda values: values == ["playing"])
            running.hear("/unloop/loop/1/progress", lambda values: values[0] >= 1.0)
            took[f"{seconds:g}"] = round(time.perf_counter() - pressed, 3)
            print(f"  loop of {seconds:g} s: first offer complete {took[f'{seconds:g}']:.2f} s after the second press")
            running.send("/unloop/loop/1/clear")
            time.sleep(0.5)  # what is still on its way belongs to this loop, not to the next
            _drain(running.socket)
    return {"first_offer_s": took}


def bench_start(model: str, folder: Path) -> dict[str, Any]:
    """From the command to 'ready to record', and to a loaded model."""
    results: dict[str, Any] = {}
    for name in ("cold", "warm"):
        if name == "cold":
            results["file_cache_emptied"] = _empty_file_cache()
        with jam(model, folder) as running:
            results[f"{name}_start_s"] = round(running.said("ready to record") - running.started, 2)
            results[f"{name}_model_s"] = round(running.said("the model is loaded") - running.started, 2)
        print(f"  {name}: ready to record after {results[f'{name}_start_s']:.2f} s, "
              f"model loaded after {results[f'{name}_model_s']:.2f} s")
    return results


def bench_memory(model: str, seams: int, seconds: float, folder: Path) -> dict[str, Any]:
    """Peak resident memory of `jam` and its worker after many seams (Linux)."""
    with jam(model, folder) as running:
        running.said("the model is loaded")
        running.send("/unloop/subscribe", running.socket.getsockname()[1])
        running.record(seconds)
        late = index = 0
        while index < seams:
            index, late_now = running.hear("/unloop/loop/1/repetition")
            late += late_now
        peaks = [memory_mb(pid)["peak"] for pid in running.processes()]
    print(f"  after {seams} seams of a {seconds:g} s loop: peak {sum(peaks):.0f} MB ({' + '.join(map(str, peaks))}), "
          f"{late} late")
    return {"peak_mb": sum(peaks), "peak_mb_of_each": peaks, "late": late}


def _empty_file_cache() -> bool:
    """Whether the system's file cache could be emptied: it takes root."""
    try:
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        return False
    return True


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _drain(ear: socket.socket) -> None:
    ear.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            ear.recv(65536)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS), help="comma-separated, of: %(default)s")
    parser.add_argument("--lengths", default="2,4,8,16,32,60", help="seconds of loop (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="variations of each length; their median counts")
    parser.add_argument("--steps", type=int, default=DEFAULT_STEPS, help="sampling steps (default: %(default)s)")
    parser.add_argument("--seams", type=int, default=200, help="seams of the memory part (default: %(default)s)")
    parser.add_argument("--loop", type=float, default=1.0, help="its loop in seconds (default: %(default)s)")
    parser.add_argument("--model", default="small", help="a bundled model or a folder of weights (default: %(default)s)")
    parser.add_argument("--worker", choices=["process", "thread"], default="process", help="of the generation part")
    add_log_option(parser)
    arguments = parser.parse_args()
    parts = arguments.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"unknown part {', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}")
    lengths = [float(seconds) for seconds in arguments.lengths.split(",")]
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for part in parts:
            print(f"{part}:", flush=True)
            results |= {
                "generation": lambda: bench_generation(arguments.model, arguments.worker, lengths, arguments.repeats, arguments.steps,
                                                       Path(folder)),
                "offer": lambda: bench_offer(arguments.model, [2.0, 8.0], Path(folder)),
                "start": lambda: bench_start(arguments.model, Path(folder)),
                "memory": lambda: bench_memory(arguments.model, arguments.seams, arguments.loop, Path(folder)),
            }[part]()
    config = {name: getattr(arguments, name) for name in ("model", "worker", "parts", "lengths", "repeats", "steps", "seams", "loop")}
    finish("variation", config, results, log=arguments.log)


if __name__ == "__main__":
    main()
