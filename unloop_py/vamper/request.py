"""What has been asked for, what came back and what it is good for. Pure bookkeeping: no clock, no thread.

A variation is *void* when it was made from another take than the one that plays, and *stale* when a knob was moved after
it was asked for. A void one is dropped. A stale one still sounds better than a repeat: it is kept until a fresh one is there.
"""

from __future__ import annotations

import itertools
import secrets
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from unloop_py.generator.spec import Span, Variation, VariationRequest
from unloop_py.vamper.knobs import Knobs
from unloop_py.vamper.seeds import seed_of_repetition


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """A complete repetition for the engine: what `Vamper` hands to its `on_offer`.

    Attributes
    ----------
    tag : int
        Number of the loop's repetition, from 1, never used twice; comes back as `swapped` or `rejected`.
    take : int
        Version of the take that it was made from.
    variation : Variation or None
        None offers the take itself (`variation` 0, or a silent take).
    force : bool
        It was called back by name (`again`): swap although generating is off or the loop is locked.
    loop : int
        Whose it is, from 0.
    letter : str
        Of the form, that it is for; "" without one.
    """

    tag: int
    take: int
    variation: Variation | None
    force: bool = False
    loop: int = 0
    letter: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Work that the worker has been given.

    Attributes
    ----------
    number : int
        Never used twice, so that the answer to a dropped job is known by it.
    take : int
        Version of the take.
    serial : int
        State of the knobs when it was asked for.
    requests : tuple of VariationRequest
        More than one for very short loops.
    steps, rounds : int
        Sampling steps of each, feedback passes.
    deadline_s : float
        Time of the seam that it is meant for.
    codes : ndarray (n_codebooks, steps) int16, optional
        Tokens of an earlier variation to be made again.
    force : bool
        It was called back by name.
    """

    number: int
    take: int
    serial: int
    requests: tuple[VariationRequest, ...]
    steps: int
    rounds: int
    deadline_s: float
    codes: np.ndarray | None = None
    force: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    offer: Offer
    serial: int | None      # None: whatever the knobs, it is what is wanted


class RequestBook:
    """The state of room C between the player's knobs for one loop and that loop's seams. Vamper's thread.

    Parameters
    ----------
    loop : int
        From 0.
    job_numbers : iterator of int, optional
        The same for all loops that share a worker.

    Attributes
    ----------
    knobs : Knobs
    serial : int
        Counts changes of the knobs, and of the model behind them.
    job : Job or None
        In flight.
    offered : Offer or None
        In the engine, not yet heard.
    """

    def __init__(self, loop: int = 0, job_numbers: Iterator[int] | None = None) -> None:
        self._loop = loop
        self._job_numbers = job_numbers or itertools.count(1)
        self.knobs = Knobs()
        self.serial = 0
        self.job: Job | None = None
        self._ready: deque[_Waiting] = deque()
        self._offered: _Waiting | None = None
        self._last_tag = 0
        self._drawn = 0                         # the seed drawn last, which `seed_lock` holds

    @property
    def line(self) -> list[Offer]:
        """What is ready and not yet in the engine, in order."""
        return [waiting.offer for waiting in self._ready]

    @property
    def offered(self) -> Offer | None:
        return self._offered.offer if self._offered else None

    def turn(self, knobs: Knobs) -> bool:
        """Take over the knobs; True when that makes what was asked for stale."""
        before, self.knobs = self.knobs, knobs
        if knobs.asks_as(before):
            return False
        if not knobs.melt and replace(before, melt=()).asks_as(knobs) and not self._melts():
            return False  # what was to melt has come in, and what waits was made without it
        self.serial += 1
        return True

    def outdate(self) -> None:
        """Another model plays: what was made before is stale, and serves until there is something fresh."""
        self.job = None
        self.serial += 1

    def outdate_beats(self, passed_s: float) -> None:
        """A seam went by without what was made for it: what waits keeps the beats of another time, and is stale."""
        if self._coming() or (self.job is not None and self.job.deadline_s <= passed_s):
            self.serial += 1

    def void(self) -> None:
        """Forget everything that was made or is being made: its take is gone, or the player wants none."""
        self.job = None
        self._ready.clear()
        self._offered = None

    def fresh(self) -> int:
        """Coming seams that have a finished repetition made with the knobs as they are, or one called back."""
        return sum(self._is_fresh(waiting) for waiting in self._coming())

    def covered(self) -> int:
        """Coming seams that have any finished repetition."""
        return len(self._coming())

    def new_job(self, take: int, count: int, steps: int, deadline_s: float, together: Sequence[tuple[Span, ...]] = (),
                parent: int | None = None) -> Job:
        """Write the requests of a job: each repetition with a number and a seed of its own; the first alone melts.

        `together` is what each keeps with its group, `parent` the number of the one that they begin from. A dropped job gives its
        numbers back, so that the same knobs give the same repetitions however they were turned on the way.
        """
        first, knobs = self._last_tag + 1, self.knobs
        beats = together or [()] * count
        requests = tuple(
            VariationRequest(take, first + number, self._seed_for(first + number), knobs.prompt, steps,
                             melt=() if number else knobs.melt, guard=knobs.guard + beats[number], parent=parent,
                             beside=None if knobs.beside is None else knobs.beside.number)
            for number in range(count))
        return self._start(take, requests, steps, deadline_s)

    def again_job(self, take: int, request: VariationRequest, codes: np.ndarray, deadline_s: float, force: bool = True) -> Job:
        """Write the job of making an earlier variation again for `take`: its own request under a new number."""
        renumbered = replace(request, index=self._last_tag + 1, turn=request.index if request.turn is None else request.turn)
        return self._start(take, (renumbered,), 0, deadline_s, codes, force)

    def land(self, job_number: int, variations: tuple[Variation, ...]) -> bool:
        """Take in a finished job; False (and nothing changes) when it was dropped in the meantime."""
        job = self.job
        if job is None or job.number != job_number:
            return False
        self.job = None
        for variation in variations:
            self._last_tag = variation.request.index
            self._line_up(Offer(self._last_tag, job.take, variation, job.force, self._loop), job.serial)
        return True

    def void_line(self) -> None:
        """Forget what was made and has not been heard, but what was called back."""
        self._ready = deque(waiting for waiting in self._ready if waiting.offer.force)
        if self._offered is not None and not self._offered.offer.force:
            self._offered = None

    def set_aside(self) -> Offer:
        """Take what landed last out of the line again."""
        return self._ready.pop().offer

    def line_up_again(self, offer: Offer, serial: int | None = None) -> None:
        """Put what was set aside in line; with no `serial` it is what is wanted, whatever the knobs."""
        self._line_up(offer, serial)

    def newest(self) -> Variation | None:
        """The variation that was made last of those in line, if it was made with the knobs as they are."""
        coming = self._coming()
        return coming[-1].offer.variation if coming and self._is_fresh(coming[-1]) else None

    def land_take(self, take: int, force: bool = False) -> None:
        """Put the take itself in line as the next repetition."""
        self._last_tag += 1
        self._line_up(Offer(self._last_tag, take, None, force, self._loop), self.serial)

    def next_offer(self) -> Offer | None:
        """What should go to the engine now, if anything: into an empty place, or in place of something stale."""
        if not self._ready:
            return None
        first = self._ready[0]
        replaces = (self._offered is not None and not self._is_fresh(self._offered) and self._is_fresh(first)
                    or first.offer.force)
        if self._offered is not None and not replaces:
            return None
        self._offered = self._ready.popleft()
        return self._offered.offer

    def taken(self, tag: int) -> None:
        """The engine has swapped an offer in; what was to melt in it melts once."""
        if self._offered is None or self._offered.offer.tag != tag:
            return
        offer, self._offered = self._offered.offer, None
        if offer.variation is not None and not offer.force and offer.variation.request.melt == self.knobs.melt:
            self.knobs = replace(self.knobs, melt=())

    def returned(self, tag: int) -> bool:
        """The engine gave an offer back, which keeps its place; False when another had taken that already."""
        if self._offered is None or self._offered.offer.tag != tag:
            return False
        self._ready.appendleft(self._offered)
        self._offered = None
        return True

    def _melts(self) -> bool:
        """Whether anything melts in what waits or is being made."""
        waiting = [one.offer.variation.request for one in self._coming() if one.offer.variation is not None and not one.offer.force]
        return any(request.melt for request in (*waiting, *(self.job.requests if self.job else ())))

    def _seed_for(self, index: int) -> int:
        locked = bool(self.knobs.prompt.seed_lock)
        if self.knobs.seed:
            return seed_of_repetition(self.knobs.seed, index, locked)
        if not (locked and self._drawn):
            self._drawn = seed_of_repetition(secrets.randbits(48) + 1, index, locked)
        return self._drawn

    def _line_up(self, offer: Offer, serial: int | None) -> None:
        waiting = _Waiting(offer, serial)
        if offer.force:
            self._ready.appendleft(waiting)
            return
        if self._is_fresh(waiting):  # what is stale has served
            self._ready = deque(other for other in self._ready if self._is_fresh(other))
        self._ready.append(waiting)

    def _start(self, take: int, requests: tuple[VariationRequest, ...], steps: int, deadline_s: float,
               codes: np.ndarray | None = None, force: bool = False) -> Job:
        rounds = self.knobs.prompt.feedback_steps
        self.job = Job(next(self._job_numbers), take, self.serial, requests, steps, rounds, deadline_s, codes, force)
        return self.job

    def _coming(self) -> list[_Waiting]:
        return ([self._offered] if self._offered else []) + list(self._ready)

    def _is_fresh(self, waiting: _Waiting) -> bool:
        return waiting.offer.force or waiting.serial in (None, self.serial)
