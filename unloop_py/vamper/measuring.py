"""What a model's jobs take on this machine: measured once, on loops of noise, and remembered in the user's cache.

A large model is measured for seconds. What it came to is kept by the generator's `cost_key`, beside which arithmetic was
found to be fast; while it plays, a `CostMeter` corrects it from job to job, and what turned out wrong is forgotten.
"""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from unloop_py.generator.spec import Cancelled, Generator, Prompt, Take, VariationRequest
from unloop_py.paths import user_cache_folder, written_beside
from unloop_py.vamper.deadline import Cost, CostMeter, fit_cost

log = logging.getLogger(__name__)

RATE = 44100              # Hz, of the noise
MEASURED_S = (0.5, 3.0)   # loops on which a worker measures itself: short, so that it is ready soon
SLOW_S = 1.0              # the longer of them, for a model that takes longer for the shorter one than that lasts
MEASURED_STEPS = (1, 4)
STEADY = 0.25             # share by which a timing may differ from the law that is fitted to all ...
SLACK_S = 0.01            # ... and so much besides
LEARNED_STEPS = 10        # the first ones only judge, which is quicker than learning
MOST_REMEMBERED = 64      # the oldest goes


@dataclass(frozen=True, slots=True)
class Measured:
    """What jobs cost, and the longest step of learning in seconds; 0 where nothing can be learned.

    It is `steady` where the law fits what was measured: else the machine was disturbed, and it is good for this time only.
    """

    cost: Cost
    learn_step_s: float = 0.0
    steady: bool = True


def measure(generator: Generator, told: Callable[[], None] = lambda: None) -> Measured:
    """Warm a generator up and time it; worker's thread. ``told`` is called again and again meanwhile."""
    timings = time_jobs(generator, time.perf_counter, told)
    cost = fit_cost(timings)
    steady = all(abs(cost.seconds(audio_s, steps) - seconds) <= STEADY * seconds + SLACK_S for audio_s, steps, seconds in timings)
    return Measured(cost, measure_learning(generator), steady)


def measure_elsewhere(generator: Generator, clock: Callable[[], float] = time.perf_counter) -> Measured:
    """What the jobs of a generator elsewhere cost: as its server says (`Generator.cost`), and the way there and back. Worker's thread.

    Two jobs, of which the first warms the way: on a long one each takes its time.
    """
    prepared = generator.prepare(_noise(SLOW_S))
    for _ in range(2):
        began_s = clock()
        generator.vary(prepared, VariationRequest(-1, 1, 1, Prompt(), 1))
        took_s = clock() - began_s
    cost: Cost = generator.cost
    way_s = max(0.0, took_s - cost.seconds(SLOW_S, 1))
    return Measured(replace(cost, overhead_s=cost.overhead_s + way_s), measure_learning(generator), steady=False)


def warm_up(generator: Generator, cancelled: Cancelled = lambda: False) -> None:
    """Make a short variation of noise, for what a first job pays: lazy initialisation, weights not yet read from disk."""
    if not cancelled():
        generator.vary(generator.prepare(_noise(MEASURED_S[0])), VariationRequest(-1, 1, 1, Prompt(), 1), cancelled=cancelled)


def time_jobs(generator: Generator, clock: Callable[[], float], told: Callable[[], None]) -> list[tuple[float, int, float]]:
    """Warm a generator up and time it on loops of noise: (seconds of loop, steps, seconds it took). Worker's thread.

    The first job of all is not counted. A quick one is done again: whatever else the machine does only adds.
    """

    def timed(prepared: Any, steps: int) -> float:
        told()
        started = clock()
        generator.vary(prepared, VariationRequest(-1, 1, 1, Prompt(), steps))
        return clock() - started

    timings = []
    shorter, longer = MEASURED_S
    for audio_s in (shorter, longer):
        slow = bool(timings) and timings[0][-1] > shorter
        audio_s = SLOW_S if slow else audio_s
        prepared = generator.prepare(_noise(audio_s))
        if not timings:
            timed(prepared, MEASURED_STEPS[0])
        for steps in MEASURED_STEPS:
            seconds = timed(prepared, steps)
            timings.append((audio_s, steps, seconds if seconds > audio_s else min(seconds, timed(prepared, steps))))
    return timings


def measure_learning(generator: Generator, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds of the longest of a few steps of learning a loop of noise; 0 where nothing can be learned. Worker's thread."""
    if not generator.describe().get("learns"):
        return 0.0
    learning = generator.learn(generator.prepare(_noise(MEASURED_S[1])), 0)
    taken = []
    for _ in range(1 + LEARNED_STEPS):
        began = clock()
        learning.step()
        taken.append(clock() - began)
    return max(taken[1:])  # the first sets things up, once for each take


def _noise(seconds: float) -> Take:
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, (int(seconds * RATE), 1))
    return Take(-1, noise.astype(np.float32), RATE)


class RememberedCosts:
    """A file of what was measured. Whatever is wrong with it, or with the disk, only costs another measurement.

    Parameters
    ----------
    path : Path, optional
        ``cost.json`` in the user's cache folder.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or user_cache_folder() / "cost.json"

    def recall(self, key: str | None) -> Measured | None:
        """What was measured under a `cost_key`, if anything was."""
        entry = self._read().get(key) if key else None
        try:
            measured = Measured(Cost(**{name: float(value) for name, value in entry["cost"].items()}), float(entry["learn_step_s"]))
        except (TypeError, KeyError, ValueError, AttributeError):
            return None
        figures = (*asdict(measured.cost).values(), measured.learn_step_s)
        return measured if all(math.isfinite(figure) and figure >= 0.0 for figure in figures) else None

    def remember(self, key: str | None, measured: Measured) -> None:
        """Keep what was measured under a key, if it is steady; without one it is known to nobody else."""
        if key and measured.steady:
            entries = self._read()
            entries.pop(key, None)
            self._write({**entries, key: {"cost": asdict(measured.cost), "learn_step_s": measured.learn_step_s}})

    def forget(self, key: str) -> None:
        """What was measured does not fit: whoever is started next measures anew."""
        entries = self._read()
        if entries.pop(key, None) is not None:
            self._write(entries)

    def _read(self) -> dict[str, dict]:
        try:
            entries = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return entries if isinstance(entries, dict) else {}

    def _write(self, entries: dict[str, dict]) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with written_beside(self._path) as beside:
                beside.write_text(json.dumps(dict(list(entries.items())[-MOST_REMEMBERED:]), indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            log.debug("what the model costs is not remembered: %s", error)


class CostWatch:
    """Sees to it that a remembered cost which the jobs contradict is forgotten. Worker's thread."""

    def __init__(self, costs: RememberedCosts, key: str | None, cost: Cost) -> None:
        self._costs, self._key, self._meter = costs, key, CostMeter(cost)

    def made(self, audio_s: float, steps: int, rounds: int, seconds: float) -> None:
        """A job took so long."""
        self._meter.observe(audio_s, steps, rounds, seconds)
        if self._key and not self._meter.fits:
            log.info("jobs take %.1f times what was measured: the next start measures anew", self._meter.pace)
            self._costs.forget(self._key)
            self._key = None
