#!/usr/bin/env python3
"""What unloop for Max's patches wait for, and whether a seam of the loops is late for it.

    .venv/bin/python scripts/bench_max_dialect.py [--seconds 40] [--log]

`unloop jam --backend virtual` with the bundled model; a patch's messages over UDP. First with no loop: seconds from `/process` (4.5 s of
20 s, 32 steps, two variations) to `/process-result`, and the longest that a heartbeat waits meanwhile. Then a loop of 6 s plays:
seams without a variation in so many seconds alone, and while one query follows another.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench_common import ROOT, add_log_option, children, finish, memory_mb
from bench_variation import RATE, Jam, jam, loop_of
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

sys.path.insert(0, str(ROOT))

from unloop_py.audio_io.wav import write_audio

HEARTBEAT_S = 0.05


class Patch:
    """What sends `/process`, and listens."""

    def __init__(self, listen: socket.socket, port: int, file: Path, steps: int) -> None:
        self.socket, self.to, self.file, self.steps = listen, ("127.0.0.1", port), file, steps
        self.queries = 0
        self.longest_beat_s = 0.0

    def send(self, address: str, *values: float | int | str) -> None:
        """One message, typed as Max types it."""
        builder = OscMessageBuilder(address)
        for value in values:
            builder.add_arg(value)
        self.socket.sendto(builder.build().dgram, self.to)

    def query(self, until_s: float = float("inf")) -> tuple[float, int] | None:
        """Seconds that two variations took, and the sampling steps they got; None when the time is over."""
        self.queries += 1
        asked, steps, beat_s = time.perf_counter(), self.steps, None
        knobs = (7, 0.0, 0, 4500.0, 0, 0.15, 64, 4, 0, self.steps, 1.0, 0.0, 0.0, 1)
        self.send("/process", self.queries, "vampnet", str(self.file), "default", *knobs)
        self.socket.settimeout(HEARTBEAT_S)
        while time.perf_counter() < until_s:
            if beat_s is None:
                beat_s = time.perf_counter()
                self.send("/heartbeat")
            try:
                message = OscMessage(self.socket.recv(65536))
            except TimeoutError:
                continue
            if message.address == "/heartbeat":
                self.longest_beat_s = max(self.longest_beat_s, time.perf_counter() - beat_s)
                beat_s = None
            elif message.address == "/log" and "sampling steps" in message.params[0]:
                steps = int(message.params[0].split()[0])
            elif message.address == "/error":
                raise RuntimeError(message.params[0])
            elif message.address == "/process-result":
                for name in message.params[1:]:
                    self.send("/cleanup", name)
                return time.perf_counter() - asked, steps
        return None


class Seams(threading.Thread):
    """Counts those that pass and those that are late, from now on."""

    def __init__(self, running: Jam) -> None:
        super().__init__(daemon=True)
        self.socket, self.passed, self.late = running.socket, 0, 0
        self.socket.settimeout(None)
        self.start()

    def run(self) -> None:
        while True:
            message = OscMessage(self.socket.recv(65536))
            if message.address == "/unloop/loop/1/repetition":
                self.passed, self.late = self.passed + 1, self.late + int(message.params[1])

    def during(self, seconds: float, patch: Patch | None = None) -> dict[str, Any]:
        """So many seconds, with one query after another or with none."""
        until_s, took, before = time.perf_counter() + seconds, [], (self.passed, self.late)
        while (left_s := until_s - time.perf_counter()) > 0:
            if patch is None:
                time.sleep(left_s)
            elif (made := patch.query(until_s)) is not None:
                took.append(made)
        told: dict[str, Any] = {"seams": self.passed - before[0], "late": self.late - before[1]}
        if patch is not None:
            told["queries"], told["steps"] = len(took), sorted({steps for _, steps in took})
            told["query_s"] = round(statistics.median(seconds for seconds, _ in took), 2) if took else None
        return told


def main() -> None:
    """Measure, and say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="small")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--steps", type=int, default=32)
    add_log_option(parser)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_audio(folder / "from max.wav", loop_of(20.0)[:, :1], RATE)
        listen, spare = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        listen.bind(("127.0.0.1", 0))
        spare.bind(("127.0.0.1", 0))
        port = spare.getsockname()[1]
        spare.close()
        with jam(asked.model, folder, "--max-ports", f"{port}:{listen.getsockname()[1]}") as running:
            running.said("the model is loaded")
            patch = Patch(listen, port, folder / "from max.wav", asked.steps)
            alone = []
            for _ in range(3):
                alone.append(patch.query()[0])
                print(f"no loop: {alone[-1]:.2f} s a query")
            beat_ms = round(1e3 * patch.longest_beat_s, 1)
            results: dict[str, Any] = {"query_s": [round(one, 2) for one in alone], "longest_heartbeat_ms": beat_ms}
            print(f"a heartbeat waits at most {results['longest_heartbeat_ms']} ms")
            running.send("/unloop/subscribe", running.socket.getsockname()[1])
            running.record(6.0)
            counted = Seams(running)
            counted.during(14.0)  # the first repetitions
            results["loop_alone"] = counted.during(asked.seconds)
            print(f"a loop of 6 s alone: {results['loop_alone']}")
            results["loop_and_queries"] = counted.during(asked.seconds, patch)
            print(f"beside queries: {results['loop_and_queries']}")
            results["longest_heartbeat_beside_ms"] = round(1e3 * patch.longest_beat_s, 1)
            results["processes"] = 1 + len(children(running.process.pid))
            results["worker_mb"] = max(memory_mb(child).get("peak", 0) for child in children(running.process.pid))
    finish("max_dialect", {"model": asked.model, "seconds": asked.seconds, "loop_s": 4.5, "steps": asked.steps}, results, log=asked.log)


if __name__ == "__main__":
    main()
