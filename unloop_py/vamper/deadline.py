"""How much sampling fits before a seam. Pure: numbers in, a `Plan` out; no clock, no thread.

Three parts. A `Cost` says what a job takes on this machine when nothing disturbs it, fitted from a few measured jobs. A
`CostMeter` follows what jobs really take, which on a stage machine is something else from minute to minute, and gives
a prudent figure. `plan_next` chooses: how many repetitions, with how many sampling steps, for which seam.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ENOUGH_STEPS = 4        # fewer sampling steps than this are heard; what a loop can have with these, it gets seam by seam
MAX_AHEAD = 16          # repetitions prepared at once for very short loops; more would answer the knobs too slowly
MARGIN_S = 0.04         # from the job's end to the offer in the engine: a pipe, a copy, the conductor's poll
DEVIATIONS = 2.0        # mean deviations of the pace that are added for prudence
LARGEST_SURPRISE = 2.0  # a worker that was halted for a while says nothing about the next job: cap what one job teaches
FIRST_DEVIATION = 0.15  # share by which the first real job may differ from the measured ones
ENOUGH_JOBS = 6         # to judge the measured cost by; fewer may have met the machine in a bad moment
FAR_OFF = 3.0           # times as long, or as short, as measured: the measurement is of another day


@dataclass(frozen=True, slots=True)
class Cost:
    """Undisturbed seconds of a job on `audio_s` seconds of loop: two affine laws, of codec and of sampling.

    ``overhead_s + audio_s * per_audio + steps * (step_overhead_s + audio_s * step_per_audio)``
    """

    overhead_s: float
    per_audio: float
    step_overhead_s: float
    step_per_audio: float

    def seconds(self, audio_s: float, steps: int, rounds: int = 1) -> float:
        """Seconds for `steps` sampling steps in each of `rounds` feedback passes."""
        return (self.overhead_s + audio_s * self.per_audio
                + rounds * steps * (self.step_overhead_s + audio_s * self.step_per_audio))


def fit_cost(measured: Sequence[tuple[float, int, float]]) -> Cost:
    """Fit a `Cost` to measured jobs.

    Parameters
    ----------
    measured : sequence of (audio_s, steps, seconds)
        At least two lengths by two numbers of steps. Noise may ask for a negative share: it becomes 0.
    """
    rows = np.array([[1.0, audio_s, steps, steps * audio_s] for audio_s, steps, _ in measured])
    seconds = np.array([row[2] for row in measured])
    shares = np.maximum(np.linalg.lstsq(rows, seconds, rcond=None)[0], 0.0)
    estimate = rows @ shares                    # with negative shares cut off the rest would ask too much:
    scale = seconds.sum() / max(estimate.sum(), 1e-9)
    return Cost(*(float(share) for share in shares * scale))


class CostMeter:
    """What jobs take here and now: a fitted `Cost` times a pace that follows the machine. One thread.

    The pace rises fast (another program took a core) and falls slowly; its mean deviation is kept as well, as TCP does
    for its timeouts (RFC 6298), so that a machine whose jobs vary widely is given more room than an even one.
    """

    def __init__(self, cost: Cost) -> None:
        self.cost = cost
        self.pace = 1.0
        self.deviation = FIRST_DEVIATION
        self._observed = 0

    def observe(self, audio_s: float, steps: int, rounds: int, seconds: float) -> None:
        """Learn from a finished job."""
        self._observed += 1
        ratio = seconds / max(self.cost.seconds(audio_s, steps, rounds), 1e-6)
        error = min(ratio - self.pace, LARGEST_SURPRISE * self.pace)
        self.pace += error * (0.5 if error > 0 else 0.2)
        self.deviation += 0.25 * (abs(error) - self.deviation)

    @property
    def fits(self) -> bool:
        """Whether the measured cost is worth beginning with another time: False once some jobs have said otherwise."""
        return self._observed < ENOUGH_JOBS or 1.0 / FAR_OFF <= self.pace <= FAR_OFF

    def seconds(self, audio_s: float, steps: int, rounds: int = 1) -> float:
        """What such a job is expected to take, in seconds."""
        return self.pace * self.cost.seconds(audio_s, steps, rounds)

    def safe_seconds(self, audio_s: float, steps: int, rounds: int = 1) -> float:
        """What such a job may take until its offer is in the engine, told prudently, in seconds."""
        pace = self.pace + DEVIATIONS * self.deviation
        return pace * self.cost.seconds(audio_s, steps, rounds) + MARGIN_S


@dataclass(frozen=True, slots=True)
class Need:
    """The moment of planning.

    Attributes
    ----------
    now_s, next_seam_s : float
        On one clock; `next_seam_s` is None while the loop stands still: there is no deadline then.
    loop_s : float
        Length of the loop.
    covered : int
        How many of the coming seams already have a finished repetition.
    ceiling : int
        Most sampling steps: the player's `steps`.
    rounds : int
        Feedback passes.
    least : int
        Fewest sampling steps worth it: 1 when the seam has nothing else, more when it already has something to play.
    batch : int
        Repetitions wanted at one go, where there is time for so many: the player's `batch`, or more where other loops keep the
        worker busy for longer than this one lasts.
    share : float
        Of the worker's time that is this loop's, above 0 and at most 1; less than 1 where other loops want the rest.
    """

    now_s: float
    next_seam_s: float | None
    loop_s: float
    covered: int = 0
    ceiling: int = 12
    rounds: int = 1
    least: int = 1
    batch: int = 1
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A job worth starting: `count` repetitions of `steps` steps, the first for the `seam`-th seam from now (0 = next).

    `deadline_s` is that seam's time on the clock of the `Need`; infinite while the loop stands still.
    """

    count: int
    steps: int
    seam: int
    deadline_s: float


def steps_that_fit(meter: CostMeter, budget_s: float, audio_s: float, ceiling: int, rounds: int = 1) -> int:
    """Most sampling steps, up to `ceiling`, that are done within `budget_s`; 0 when not even one is."""
    one = meter.safe_seconds(audio_s, 1, rounds)
    if one > budget_s:
        return 0
    per_step = meter.safe_seconds(audio_s, 2, rounds) - one
    if one + per_step * (ceiling - 1) <= budget_s:
        return ceiling
    return 1 + int((budget_s - one) / per_step)


def repetitions_ahead(meter: CostMeter, loop_s: float, ceiling: int, rounds: int = 1, share: float = 1.0) -> int:
    """How many repetitions one job must make for jobs to keep up with the seams: 1 unless the loop is very short.

    A job on n repetitions costs less than n jobs, because every job and every step has a cost of its own that does not
    depend on the length. The least n with which a job of enough steps lasts no longer than this loop's share of what it makes.
    """
    for steps in (min(ENOUGH_STEPS, ceiling), 1):
        for count in range(1, MAX_AHEAD + 1):
            if meter.safe_seconds(count * loop_s, steps, rounds) <= share * count * loop_s:
                return count
    return 1  # slower than the music whatever is done: every so often a seam gets a variation


def fair_share(demands: Sequence[float]) -> float:
    """The most of the worker's time that each of several loops may have, so that all find room.

    Parameters
    ----------
    demands : sequence of float
        Share of the time that each loop would use if it had its way.

    Returns
    -------
    float
        1 where all of it fits; else the level up to which every loop is served in full, and no loop above it.
    """
    left, level = 1.0, 1.0
    if sum(demands) <= 1.0:
        return 1.0
    ordered = sorted(demands)
    for served, demand in enumerate(ordered):
        level = left / (len(ordered) - served)
        if demand > level:
            break
        left -= demand
    return level


def plan_next(need: Need, meter: CostMeter) -> Plan:
    """Choose the next job: the earliest uncovered seam that any job can still make, then the most steps for it.

    A plan is never late for its seam by the meter's figures, and no other plan would make an earlier seam that is not
    covered. Steps are also held to what can be kept up seam after seam.
    """
    wanted = max(repetitions_ahead(meter, need.loop_s, need.ceiling, need.rounds, need.share), need.batch)
    if need.next_seam_s is None:
        return Plan(wanted, need.ceiling, need.covered, float("inf"))
    soonest_s = need.now_s + meter.safe_seconds(need.loop_s, need.least, need.rounds)
    seam = max(need.covered, math.ceil((soonest_s - need.next_seam_s) / need.loop_s))
    while True:  # once, or twice where rounding fell on the wrong side
        deadline_s = need.next_seam_s + seam * need.loop_s
        for count in range(wanted, 0, -1):
            audio_s = count * need.loop_s
            steps = steps_that_fit(meter, deadline_s - need.now_s, audio_s, need.ceiling, need.rounds)
            if steps >= need.least:
                kept_up = steps_that_fit(meter, need.share * audio_s, audio_s, need.ceiling, need.rounds)
                return Plan(count, min(steps, max(kept_up, need.least)), seam, deadline_s)
        seam += 1
