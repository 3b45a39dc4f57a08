"""One loop on its way to its next repetition: its take, its knobs, what was made for it and what it wants next.

Pure bookkeeping, without a clock, a thread or a worker: the director asks every lane what it wants, and gives the worker
to the one whose turn it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from unloop_py.generator.spec import Span, Take, Variation
from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import ENOUGH_STEPS, CostMeter, Need, Plan, plan_next, repetitions_ahead
from unloop_py.vamper.history import Heard, VariationHistory
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.request import Offer, RequestBook

FOREVER = float("inf")


class Lane:
    """What one loop needs of the worker. Vamper's thread.

    Parameters
    ----------
    loop : int
        From 0.
    history : VariationHistory
    job_numbers : iterator of int
        The same for all lanes of a worker.

    Attributes
    ----------
    take : Take or None
    book : RequestBook
    next_seam_s : float or None
        When the next offer must be there; None while the loop stands still.
    generating : bool
        It is to be varied.
    refused : bool
        The engine takes no offers of this loop at the moment: wait for the next seam.
    silent : bool
        There is nothing in the take to vary.
    called_back : Heard or None
        What is to be made again before anything else.
    clock : tuple of float, optional
        The beat of the clock at the next seam, and how many of its beats the loop lasts.
    missed : int
        Seams, one after another, that found nothing new.
    """

    def __init__(self, loop: int, history: VariationHistory, job_numbers: Iterator[int]) -> None:
        self.loop = loop
        self.history = history
        self.book = RequestBook(loop, job_numbers)
        self.take: Take | None = None
        self.next_seam_s: float | None = None
        self.generating = True
        self.refused = False
        self.silent = False
        self.called_back: Heard | None = None
        self.clock: tuple[float, float] | None = None
        self.missed = 0
        self._came_in = False                   # since the last seam

    @property
    def knobs(self) -> Knobs:
        """As the player has set them."""
        return self.book.knobs

    @property
    def loop_s(self) -> float:
        """Length of the take in seconds."""
        return len(self.take.audio) / self.take.sample_rate

    # What happened.

    def set_take(self, take: Take | None) -> None:
        """Another take plays: whatever was made from the one before is void."""
        if take is None or self.take is None or len(take.audio) != len(self.take.audio):
            self.next_seam_s = None
        self.book.void()
        self.refused = self.silent = self._came_in = False
        self.missed = 0
        self.take = take

    def set_seam(self, next_seam_s: float | None, passed: bool, clock: tuple[float, float] | None = None) -> None:
        """The next seam is then, on that beat of the clock; `passed`: one was passed just now."""
        self.next_seam_s, self.clock = next_seam_s, clock
        if passed:
            if self.knobs.together is not None and not self._came_in and next_seam_s is not None:
                self.book.outdate_beats(next_seam_s - self.loop_s / 2)
            self.refused = False
            self.missed = 0 if self._came_in or not self.generating else self.missed + 1
            self._came_in = False

    def swapped(self, tag: int) -> None:
        """An offer came in."""
        self.book.taken(tag)
        self._came_in = True

    def land(self, job_number: int, variations: tuple[Variation, ...]) -> bool:
        """A job is done; False when it had been dropped."""
        job = self.book.job
        if not self.book.land(job_number, variations):
            return False
        self.missed = 0
        if job.codes is not None:
            self.called_back = None
        return True

    def line_up_what_is_there(self) -> None:
        """Put in line what needs no worker: the take, where it was called back, or where there is nothing to generate."""
        if self.take is None:
            return
        if self.called_back is not None and self.called_back.codes is None:
            self.called_back = None
            self.refused = False
            self.book.land_take(self.take.version, force=True)
        if self.generating and not self.refused and self.called_back is None and self._plays_the_take and not self.book.fresh():
            self.book.land_take(self.take.version)

    # What it wants.

    @property
    def wants_worker(self) -> bool:
        """Whether a worker could do anything for it at this moment, were the take prepared."""
        if self.take is None or self.book.job is not None:
            return False
        return self.called_back is not None or self.generating and not self.refused and not self._plays_the_take

    @property
    def turns(self) -> bool:
        """Whether it goes round and is varied, so that it will want the worker again and again."""
        return self.take is not None and self.generating and self.next_seam_s is not None and not self._plays_the_take

    def demand(self, meter: CostMeter) -> float:
        """Share of a worker's time that it would use if no other loop wanted any."""
        rounds = self.knobs.prompt.feedback_steps
        count = repetitions_ahead(meter, self.loop_s, self.knobs.ceiling, rounds)
        return meter.safe_seconds(count * self.loop_s, self.knobs.ceiling, rounds) / (count * self.loop_s)

    def longest_s(self, meter: CostMeter) -> float:
        """What one repetition of as many steps as the player allows may take, in seconds."""
        return meter.safe_seconds(self.loop_s, self.knobs.ceiling, self.knobs.prompt.feedback_steps)

    def plan(self, meter: CostMeter, now_s: float, share: float = 1.0, ahead: int = 1) -> Plan | None:
        """The job that it would have done from `now_s` on; None when it has all that it needs.

        Parameters
        ----------
        share : float
            Of the worker's time that is its own.
        ahead : int
            Repetitions that should lie ready, because other loops keep the worker busy for so long.
        """
        if self.called_back is not None:
            return Plan(1, 0, 0, FOREVER if self.next_seam_s is None else self.next_seam_s)
        wanted = repetitions_ahead(meter, self.loop_s, self.knobs.ceiling, self.knobs.prompt.feedback_steps, share)
        if self.book.fresh() >= max(wanted, self.knobs.prompt.batch, ahead):
            return None
        return self._plan(meter, now_s, share, ahead)

    def replan(self, meter: CostMeter, now_s: float) -> Plan:
        """What could take the place of the job in hand, were it dropped."""
        return self._plan(meter, now_s, 1.0, 1)

    def order(self, plan: Plan) -> jobs.Vary | jobs.Remake:
        """Enter the planned job into the book, and write the worker's order."""
        plain = not self.knobs.adapt
        if self.called_back is not None:
            heard = self.called_back
            job = self.book.again_job(self.take.version, heard.request, heard.codes, plan.deadline_s)
            return jobs.Remake(job.number, job.requests[0], job.codes, plain)
        job = self.book.new_job(self.take.version, plan.count, plan.steps, plan.deadline_s, self._together(plan))
        return jobs.Vary(job.number, job.requests, plain)

    def next_offer(self) -> Offer | None:
        """What should go to the engine now; it counts as handed over."""
        if self.refused or self.take is None:
            return None
        offer = self.book.next_offer()
        if offer is not None:
            self.history.offered(offer)
        return offer

    def fault_in(self, variations: tuple[Variation, ...]) -> str | None:
        """What is wrong with an answer, that no engine must be given; None where nothing is."""
        if len(variations) != len(self.book.job.requests):
            return f"{len(variations)} repetitions came back where {len(self.book.job.requests)} were asked for"
        return next((fault for one in variations if (fault := _fault(one, self.take.audio.shape)) is not None), None)

    def _together(self, plan: Plan) -> tuple[tuple[Span, ...], ...]:
        """What each of the planned repetitions keeps with its group, by the beats on which it will sound."""
        if self.knobs.together is None or self.clock is None or self.next_seam_s is None:
            return ()
        beat, beats = self.clock
        first = round((plan.deadline_s - self.next_seam_s) / self.loop_s)
        return tuple(self.knobs.together.spans(beat + number * beats, beats, self.loop_s) for number in range(first, first + plan.count))

    @property
    def _plays_the_take(self) -> bool:
        return self.silent or self.knobs.keeps_everything

    def _plan(self, meter: CostMeter, now_s: float, share: float, ahead: int) -> Plan:
        """The next job. What stale repetitions cover is only replaced by one with steps enough."""
        book, knobs = self.book, self.knobs
        fresh = book.fresh()
        enough = min(ENOUGH_STEPS, knobs.ceiling)
        need = Need(now_s, self.next_seam_s, self.loop_s, fresh, knobs.ceiling, knobs.prompt.feedback_steps,
                    least=enough if book.covered() > fresh or book.job or share < 1.0 else 1,
                    batch=max(knobs.prompt.batch, ahead), share=share)
        return plan_next(need, meter)


def _fault(variation: Variation, shape: tuple[int, int]) -> str | None:
    audio: Any = variation.audio
    if not isinstance(audio, np.ndarray) or audio.dtype != np.float32:
        return f"its samples are {getattr(audio, 'dtype', type(audio).__name__)} and not float32"
    if audio.shape != shape:
        return f"it has {audio.shape} frames and channels and its take {shape}"
    return None if np.isfinite(audio).all() else "some of its samples are not finite"
