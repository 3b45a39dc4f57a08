"""The models learn a take while the loop plays: in short steps that can stop at any moment, judged on what they did not see.

A model trained on synthesised sound hears a real guitar as a stranger, but a looper plays the same few seconds for
minutes. So copies of the codec's decoder, then of the coarse, then of the coarse-to-fine model are trained on the take.

Each has a trial first: every other beat is held out (every other half second where there is no beat), and from time to
time the loss is taken on those beats alone. Only if it has fallen enough was it worth it: the best state of the trial may
then be played, and learning goes on over the whole take. Otherwise that network stays as it came. A trial's rate is low,
for what is learned fast is learned by heart.

Of the transformers no more is asked than that other parts of the take are guessed hardly worse. A few seconds teach them
little that holds elsewhere, their held-out loss moves by 1 % up or down; but variations of this very take come nearer to
it in sound (Fréchet distance), and stay as far from each other, as long as the steps are few.

Tokens keep their meaning, since the codec's encoder and codebooks do not move; loaded weights are never written to.

Memory, measured with ``small``: 275 MB at most while it learns, one network's optimiser at a time; 54 MB stay for a take
that was learned (80 where transformers play in float32), and the worker holds four takes at most.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import LongTensor, Tensor

from unloop_py.generator.adapted import Adapted
from unloop_py.generator.checkpoint import Models
from unloop_py.generator.courses import Course, course_for
from unloop_py.generator.take_pieces import Pieces

DECAYING = 4            # the last of so many parts of a course, in which its rate falls to nothing


@dataclass(frozen=True)
class Schedule:
    """Gradient steps and learning rates of one course.

    Attributes
    ----------
    trial_steps, steps : int
        With every other beat held out, then on the whole.
    judge_every, swap_every : int
        Steps of the trial between two judgements; steps on the whole after which what was learned may be played.
    trial_rate, rate : float
    worth : float
        Share by which the held-out loss must fall in the trial; below 0, by which it may rise.
    """

    trial_steps: int
    steps: int
    judge_every: int
    swap_every: int
    trial_rate: float
    rate: float
    worth: float = 0.003

    @property
    def all_steps(self) -> int:
        """Of both."""
        return self.trial_steps + self.steps


DECODER = Schedule(trial_steps=30, steps=200, judge_every=10, swap_every=50, trial_rate=3e-4, rate=1e-3)
TOKENS = Schedule(trial_steps=30, steps=240, judge_every=10, swap_every=60, trial_rate=4e-4, rate=2e-3, worth=-0.02)
# The coarse model decides what is played: learned for longer, it plays the take and little else.
SCHEDULES = {"decoder": DECODER, "coarse": replace(TOKENS, steps=60), "fine": replace(TOKENS, steps=120)}


class Adaptation:
    """Learns one take, a short piece at a time; implements `spec.Learning`. One thread.

    Parameters
    ----------
    models : Models
        As loaded.
    audio, codes, held, quiet, seed
        See `take_pieces.Pieces`. The same take, seed and schedules give the same weights on the same machine.
    schedules : mapping of str to Schedule
        For those of ``decoder``, ``coarse`` and ``fine`` that are to learn, in order.
    short : bool
        Whether products are taken in bfloat16, where this is the faster arithmetic.
    start : Adapted, optional
        What was learned of the take that this one came from, by an overdub: gone on from, without another trial.

    Attributes
    ----------
    adapted : Adapted or None
        The newest state that may be played; None until a trial has shown that it is worth it.
    steps : int
        Gradient steps done.
    gain : float
        Share by which the held-out loss has fallen, in the course where it fell most; 0 before the first judgement.
    gains : dict of str to float
        Of each course.
    finished : bool
    """

    def __init__(self, models: Models, audio: np.ndarray, codes: LongTensor, held: np.ndarray, quiet: np.ndarray, *, seed: int = 0,
                 schedules: dict[str, Schedule] = SCHEDULES, short: bool = False, start: Adapted | None = None) -> None:
        self.adapted: Adapted | None = None
        self.steps, self.gains, self.finished = 0, {}, False
        self._models, self._schedules, self._short, self._start = models, schedules, short, start
        self._pieces = Pieces(models.codec, audio, codes, held, quiet, seed)
        self._left_out = 0
        self._work = self._learn()

    @property
    def gain(self) -> float:
        """See the class."""
        return max(self.gains.values(), default=0.0)

    @property
    def share(self) -> float:
        """Of all gradient steps, 0..1, those that turned out not to be worth it included; 1 when finished."""
        return 1.0 if self.finished else (self.steps + self._left_out) / sum(s.all_steps for s in self._schedules.values())

    def step(self) -> bool:
        """Do one short piece of work; False when nothing is left to do."""
        if not self.finished:
            with torch.inference_mode(False), torch.enable_grad():
                self.finished = next(self._work, True)
        if self.finished:
            self._work = iter(())  # the optimiser's memory goes with it
        return not self.finished

    # Every yield is a moment at which it can stop.

    def _learn(self) -> Iterator[bool]:
        if not bool(self._pieces.sounding.any()):
            return
        for part, schedule in self._schedules.items():
            course = course_for(part, self._models, self._start, self._pieces, self._short)
            yield False  # a copy was made
            worth = self._start is not None and (part == "decoder" or part in self._start.adapters)
            if worth:
                self.gains[part], self._left_out = self._start.gain, self._left_out + schedule.trial_steps
            else:
                worth = yield from self._trial(part, course, schedule)
            if not worth:
                self._left_out += schedule.steps
                continue
            course.begin(schedule.rate)
            for number in range(1, schedule.steps + 1):
                course.descend(self._pieces.sounding, min(1.0, (schedule.steps - number + 1) * DECAYING / schedule.steps))
                self.steps += 1
                yield False
                if number % schedule.swap_every == 0 or number == schedule.steps:
                    self._show(part, course)
                    yield False

    def _trial(self, part: str, course: Course, schedule: Schedule) -> Iterator[bool]:
        """Learn what is not held out; True, with the best state in the course, if what is held out became better."""
        if not (bool(self._pieces.held.any()) and bool(self._pieces.seen.any())):
            self._left_out += schedule.trial_steps
            return False
        before = best = yield from course.judge()
        found = _copies(course)
        course.begin(schedule.trial_rate)
        for number in range(1, schedule.trial_steps + 1):
            course.descend(self._pieces.seen, 1.0)
            self.steps += 1
            yield False
            if number % schedule.judge_every == 0:
                after = yield from course.judge()
                if after < best:
                    best, found = after, _copies(course)
                gain = 1 - (best if best < before else after) / before
                self.gains[part] = gain if math.isfinite(gain) else -1.0
        if self.gains.get(part, -1.0) < schedule.worth:
            return False
        for name, tensor in course.tensors().items():
            tensor.copy_(found[name])
        self._show(part, course)
        return True

    def _show(self, part: str, course: Course) -> None:
        """What this course has learned so far may be played, beside what the others have."""
        network, adapters = course.played()
        known = self.adapted or self._start or Adapted(self._models)
        playing: dict[str, Any] = {"codec": known.models.codec, "coarse": known.models.coarse, "fine": known.models.fine}
        playing["codec" if part == "decoder" else part] = network
        learned = {**known.adapters, **({part: adapters} if adapters else {})}
        steps = (0 if self._start is None else self._start.steps) + self.steps
        self.adapted = Adapted(Models(manifest=self._models.manifest, **playing), learned, steps, self.gain)


def _copies(course: Course) -> dict[str, Tensor]:
    """What the course has learned by now."""
    return {name: tensor.clone() for name, tensor in course.tensors().items()}
