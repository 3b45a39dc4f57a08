#!/usr/bin/env python3
"""How many loops one model varies at once: how many repetitions are fresh, how evenly they are shared, and what memory it takes.

    .venv/bin/python scripts/bench_many_loops.py [--loops 16] [--length 4] [--seconds 60] [--model small] [--log]

The vamper and its worker process as `jam` has them; seams come round by the clock, spread over the loops' length, and no sound
is made. The first minute is not counted: takes are encoded and learned then, and the pace of the machine is found.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from typing import Any

import numpy as np
from bench_common import ROOT, add_log_option, children, finish, memory_mb

sys.path.insert(0, str(ROOT))

from unloop_py.audio_io.groove import groove
from unloop_py.generator.spec import DEFAULT_STEPS, Prompt, Take
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.request import Offer
from unloop_py.vamper.vamper import Vamper

RATE = 44100
LOCAL_GENERATOR = "unloop_py.generator.vamp:load_generator"
LOOK_S = 0.005


class Loops:
    """Loops that go round by the clock, and take in whatever is offered."""

    def __init__(self, count: int, length_s: float, model: str, adapt: bool) -> None:
        self.vamper = Vamper(generator_factory=LOCAL_GENERATOR, factory_args={"model": model, "compute": "cpu"}, on_offer=self._take,
                             on_notice=lambda text: print(f"  {text}", file=sys.stderr))
        self._length_s = length_s
        self._waiting: dict[int, Offer] = {}
        self._lock = threading.Lock()
        self.seams, self.fresh, self.steps = [0] * count, [0] * count, [0] * count
        audio = np.resize(groove(RATE), (round(length_s * RATE), 2)).astype(np.float32)
        began = time.monotonic()
        self._seams_s = [began + length_s * (1.0 + loop / count) for loop in range(count)]
        self.vamper.start()
        for loop in range(count):
            self.vamper.knobs_changed(loop, Knobs(Prompt(), DEFAULT_STEPS, 1, adapt))
            self.vamper.take_changed(loop, Take(loop + 1, np.roll(audio, loop * 997, axis=0), RATE), True)
            self._tell(loop, began, None)

    def _take(self, offer: Offer) -> None:
        with self._lock:
            self._waiting[offer.loop] = offer

    def play(self, seconds: float) -> None:
        """Let so much time pass."""
        until_s = time.monotonic() + seconds
        while (now_s := time.monotonic()) < until_s:
            for loop, seam_s in enumerate(self._seams_s):
                if now_s >= seam_s:
                    self._seam(loop, now_s)
            time.sleep(LOOK_S)

    def _seam(self, loop: int, now_s: float) -> None:
        with self._lock:
            offer = self._waiting.pop(loop, None)
        self._seams_s[loop] += self._length_s
        self.seams[loop] += 1
        if offer is not None:
            self.fresh[loop] += 1
            self.steps[loop] += offer.variation.request.sampling_steps
            self.vamper.swapped(loop, offer.tag)
        self._tell(loop, now_s, -1 if offer is None else offer.tag)

    def _tell(self, loop: int, now_s: float, tag: int | None) -> None:
        self.vamper.seam(loop, now_frame=0, next_seam_frame=max(0, round((self._seams_s[loop] - now_s) * RATE)), sample_rate=RATE,
                         fade_frames=RATE // 50, repetition=self.seams[loop], tag=tag)

    def forget(self) -> None:
        """Count from here."""
        for counts in (self.seams, self.fresh, self.steps):
            counts[:] = [0] * len(counts)


def measure(loops: Loops, seconds: float) -> dict[str, Any]:
    """What comes to pass in so many seconds."""
    loops.forget()
    cpu_s, wall_s = time.process_time(), time.monotonic()
    loops.play(seconds)
    cpu_s, wall_s = time.process_time() - cpu_s, time.monotonic() - wall_s
    shares = [fresh / max(1, seams) for fresh, seams in zip(loops.fresh, loops.seams, strict=True)]
    worker = next((memory_mb(child) for child in children(os.getpid())), {})
    return {
        "seams": sum(loops.seams), "fresh": sum(loops.fresh), "fresh_per_minute": round(60.0 * sum(loops.fresh) / wall_s, 1),
        "fresh_share": round(sum(loops.fresh) / max(1, sum(loops.seams)), 3),
        "least_share": round(min(shares), 3), "most_share": round(max(shares), 3),
        "mean_steps": round(sum(loops.steps) / max(1, sum(loops.fresh)), 2), "vamper_cpu_share": round(cpu_s / wall_s, 4),
        "vamper_mb": memory_mb(os.getpid()).get("own"), "worker_mb": worker.get("own"),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loops", type=int, default=16)
    parser.add_argument("--length", type=float, default=4.0, help="seconds of each loop")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long is counted, after as long that is not")
    parser.add_argument("--model", default="small")
    parser.add_argument("--no-adapt", action="store_true", help="learn nothing in spare time")
    add_log_option(parser)
    asked = parser.parse_args()
    loops = Loops(asked.loops, asked.length, asked.model, not asked.no_adapt)
    try:
        loops.play(asked.seconds)
        before = measure(loops, asked.seconds / 2)
        after = measure(loops, asked.seconds / 2)
    finally:
        loops.vamper.stop()
    for name, value in after.items():
        print(f"  {name:>18}: {before[name]} then {value}")
    finish("many loops", {"loops": asked.loops, "length_s": asked.length, "seconds": asked.seconds, "model": asked.model,
                          "adapt": not asked.no_adapt}, {"first_half": before, "second_half": after}, log=asked.log)


if __name__ == "__main__":
    main()
