#!/usr/bin/env python3
"""What the full screen costs: the time of a picture on the thread that draws, with loops that play on the real bus and engine.

    .venv/bin/python scripts/bench_terminal.py [--loops 1 4 16] [--pictures 300] [--log]

A terminal of 80 x 24 and one of 200 x 60 with true colours; 0.1 s of sound goes by between two pictures, and is not counted. A share
of a core is that of ten pictures a second.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import struct
import sys
import termios
import threading
import time

import numpy as np
from bench_common import ROOT, add_log_option, finish

sys.path.insert(0, str(ROOT))

from rich.console import Console

from unloop_py.control.store import Store
from unloop_py.engine.engine import Engine
from unloop_py.session.bus import SessionBus
from unloop_py.session.conductor import Conductor
from unloop_py.ui.full_screen import FullScreen

RATE, BLOCK = 48000, 480
SIZES = ((80, 24), (200, 60))
PER_SECOND = 10


class Window:
    """A pseudo-terminal whose window reads all that it is sent."""

    def __init__(self, columns: int, rows: int) -> None:
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.received = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            while told := os.read(self.master, 65536):
                self.received += len(told)
        except OSError:  # closed
            return


def measure(loops: int, columns: int, rows: int, pictures: int) -> dict[str, float]:
    """Milliseconds and bytes of a picture."""
    engine = Engine(sample_rate=RATE, channels=2, max_loop_s=8.0, n_loops=loops)
    bus = SessionBus(engine, Store(loops), block_frames=BLOCK)
    conductor, chance = Conductor(bus), np.random.default_rng(1)

    def play(seconds: float) -> None:
        for _ in range(round(seconds * RATE / BLOCK)):
            heard = chance.uniform(-0.3, 0.3, (BLOCK, 2)).astype(np.float32)
            engine.process(heard, np.empty_like(heard))
            conductor.step()

    play(0.05)
    for _ in range(2):
        for loop in range(loops):
            bus.command(loop, "record")
        play(2.0)
    window = Window(columns, rows)
    spent, ticks = [], iter(range(10**9))
    with os.fdopen(window.slave, "w") as file, FullScreen(
        bus, "bench", Console(file=file, force_terminal=True, color_system="truecolor"), clock=lambda: next(ticks)
    ) as screen:
        for _ in range(pictures):
            play(1 / PER_SECOND)
            began = time.thread_time()
            screen.show()
            spent.append(time.thread_time() - began)
    spent = np.array(spent[10:]) * 1000
    return {"mean_ms": round(float(spent.mean()), 3), "p99_ms": round(float(np.percentile(spent, 99)), 3),
            "percent_of_a_core": round(float(spent.mean()) * PER_SECOND / 10, 2), "bytes": round(window.received / pictures)}  # fmt: skip


def main() -> None:
    """Measure, print and log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loops", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--pictures", type=int, default=300)
    add_log_option(parser)
    asked = parser.parse_args()
    found = {}
    for loops in asked.loops:
        for columns, rows in SIZES:
            found[f"{loops}_loops_{columns}x{rows}"] = one = measure(loops, columns, rows, asked.pictures)
            print(f"{loops:>3} loops, {columns} x {rows}: {one['mean_ms']:.2f} ms a picture ({one['p99_ms']:.2f} ms at p99), "
                  f"{one['percent_of_a_core']:.1f} % of a core, {one['bytes']} bytes")  # fmt: skip
    finish("terminal", {"loops": asked.loops, "pictures": asked.pictures, "per_second": PER_SECOND}, {"pictures": found}, log=asked.log)


if __name__ == "__main__":
    main()
