"""Tokens asked for by several players, made together: a batch is what a card wants, and each keeps its own noise.

Pure but for the generator it is given: who gathers the batches is another's affair (Ray Serve's, in `ray_replica`). Nothing is
padded: only jobs of one model, one length and one way of drawing go into the same batch.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from unloop_py.generator.sampler import Sampling
from unloop_py.generator.spec import Cancelled, Progress
from unloop_py.generator.token_job import TokenJob
from unloop_py.generator.vamp import LocalGenerator
from unloop_py.serve.shelf import Held
from unloop_py.serve.turns import LOOK_S, Size
from unloop_py.serve.wire import WireError

SHARE_WAITED = 0.9
"""Of the time that the batch at work is expected to last, for how long the next one is gathered: the figure may be wrong."""


@dataclass(eq=False, slots=True)
class Call:
    """Somebody's turn: what he asked for, and when it must be there by the clock."""

    held: Held
    size: Size
    due_s: float
    at_work: bool = False

    @property
    def kind(self) -> Hashable:
        """The same for calls that may be made in one batch, as far as their size tells."""
        return self.held.name, self.size


@dataclass(eq=False, slots=True)
class Asked:
    """Tokens that somebody waits for.

    Attributes
    ----------
    sample : callable
        The model's `TokenSampler`.
    job : TokenJob
    call : Call or None
        The turn that it belongs to; None for a job that is only measured.
    answer : Future
        Its tokens (batch, n_codebooks, steps) int16, or None when it was cancelled.
    """

    sample: Callable[[TokenJob, Progress | None, Cancelled | None], np.ndarray | None]
    job: TokenJob
    progress: Progress | None
    cancelled: Cancelled
    call: Call | None = None
    answer: Future[np.ndarray | None] = field(default_factory=Future)


def alike(asked: Asked) -> Hashable:
    """The same for all that may be made in one batch: the model, the length, the steps, and how tokens are drawn."""
    job = asked.job
    return asked.sample, job.codes.shape[1:], job.passes.shape[1:], Sampling.from_prompt(job.prompt, job.sampling_steps)


def grouped(asked: Iterable[Asked], most: int) -> list[list[Asked]]:
    """Batches of those that are alike, at most so many loops in each; whose seam is nearest comes first."""
    kinds: dict[Hashable, list[Asked]] = {}
    for one in sorted(asked, key=_due_s):
        kinds.setdefault(alike(one), []).append(one)
    groups = []
    for kind in kinds.values():
        group: list[Asked] = []
        for one in kind:
            if group and sum(len(other.job.seeds) for other in group) + len(one.job.seeds) > most:
                groups.append(group)
                group = []
            group.append(one)
        groups.append(group)
    return sorted(groups, key=lambda group: _due_s(group[0]))


def joined(jobs: Sequence[TokenJob]) -> TokenJob:
    """One job of several that are alike, in their order."""
    seeds = tuple(seed for job in jobs for seed in job.seeds)
    return replace(jobs[0], codes=np.concatenate([job.codes for job in jobs]), passes=np.concatenate([job.passes for job in jobs]),
                   seeds=seeds)  # fmt: skip


def make(group: Sequence[Asked], turns: TogetherTurns) -> int:
    """Make the tokens of one group and give everybody his own; how many loops that were. Models' thread; raises nothing.

    Whoever has gone meanwhile gets None, and who could not have it in time any more is told so before it is begun.
    """
    group = turns.still_in_time(group)
    if not group:
        return 0
    job = joined([one.job for one in group])

    def told(share: float) -> None:
        for one in group:
            if one.progress is not None:
                one.progress(share)

    try:
        with turns.at_work(group):
            codes = group[0].sample(job, told, lambda: all(one.cancelled() for one in group))
    except Exception as error:  # each of them hears of it, and the next batch is another's
        for one in group:
            one.answer.set_exception(error)
        return 0
    first = 0
    for one in group:
        own = slice(first, first := first + len(one.job.seeds))
        one.answer.set_result(None if codes is None else codes[own])
    return len(job.seeds)


def _due_s(one: Asked) -> float:
    return math.inf if one.call is None else one.call.due_s


class TogetherTurns:
    """Turns that overlap, since what they ask for is made in batches: implements `turns.Turns`. Any thread.

    Parameters
    ----------
    waiting : int
        Calls that may be under way.
    clock : callable, optional
        Seconds on any steady clock.
    """

    def __init__(self, waiting: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._waiting, self._clock = waiting, clock
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._done_s = 0.0                              # by the clock: when the batch at work is expected to be done
        self._here = threading.local()

    @contextlib.contextmanager
    def turn(self, within_s: float, held: Held, size: Size, cancelled: Cancelled) -> Iterator[None]:
        """See `turns.Turns`. It waits for nothing: what is asked for in it does."""
        call = Call(held, size, self._clock() + within_s)
        with self._lock:
            takes_s = self._expected_s([*self._calls, call])
            if takes_s > within_s:
                raise WireError("late", f"it would be done in {takes_s:.2f} s as things stand, and {within_s:.2f} s are left")
            if len(self._calls) >= self._waiting:
                raise WireError("busy", f"{len(self._calls)} calls are under way, which is the limit: try again")
            self._calls.append(call)
        self._here.call = call
        try:
            yield
        finally:
            self._here.call = None
            with self._lock:
                self._calls.remove(call)

    @property
    def call(self) -> Call | None:
        """The turn that this thread has."""
        return getattr(self._here, "call", None)

    def gather_s(self, least_s: float) -> float:
        """How long the next batch may be gathered, in seconds: nothing is lost while another is at work."""
        with self._lock:
            return max(least_s, SHARE_WAITED * (self._done_s - self._clock()))

    @property
    def overdue_s(self) -> float:
        """For how many seconds longer than expected a batch has been at work; 0 where none is."""
        with self._lock:
            return max(self._clock() - self._done_s, 0.0) if any(call.at_work for call in self._calls) else 0.0

    def still_in_time(self, group: Sequence[Asked]) -> list[Asked]:
        """Those of a group who are still there and can have it in time; the others are answered."""
        group = [one for one in group if not _gone(one)]
        timed = [one.call for one in group if one.call is not None]
        takes_s = _batch_s(timed) if timed else 0.0
        now_s = self._clock()
        kept = []
        for one in group:
            if one.call is not None and now_s + takes_s > one.call.due_s:
                left_s = one.call.due_s - now_s
                one.answer.set_exception(WireError("late", f"it takes {takes_s:.2f} s, and {left_s:.2f} s are left after waiting"))
            else:
                kept.append(one)
        return kept

    @contextlib.contextmanager
    def at_work(self, group: Sequence[Asked]) -> Iterator[None]:
        """While a batch is made; what it took is learned from it."""
        calls = [one.call for one in group if one.call is not None]
        began_s = self._clock()
        with self._lock:
            for call in calls:
                call.at_work = True
            self._done_s = began_s + (_batch_s(calls) if calls else 0.0)
        try:
            yield
            if calls:
                calls[0].held.meter.observe(*_together(calls), self._clock() - began_s)
        finally:
            with self._lock:
                self._done_s = self._clock()
                for call in calls:
                    call.at_work = False

    def _expected_s(self, calls: Sequence[Call]) -> float:
        """Seconds until all of these are done: what is left of the batch at work, and a batch of each kind that waits."""
        kinds: dict[Hashable, list[Call]] = {}
        for call in calls:
            if not call.at_work:
                kinds.setdefault(call.kind, []).append(call)
        return max(self._done_s - self._clock(), 0.0) + sum(_batch_s(kind) for kind in kinds.values())


def _batch_s(calls: Sequence[Call]) -> float:
    """What a batch of calls of one kind is expected to take, in seconds."""
    return calls[0].held.meter.seconds(*_together(calls))


def _together(calls: Sequence[Call]) -> Size:
    _, steps, rounds = calls[0].size
    return sum(call.size[0] for call in calls), steps, rounds


def _gone(one: Asked) -> bool:
    if one.cancelled():
        one.answer.set_result(None)
        return True
    return False


class SharedGenerator:
    """A local generator that several calls use at a time: implements `spec.Generator`, and `sample`. Any thread.

    Everything but the tokens is done one call after the other; the tokens are made by whoever gathers them.

    Parameters
    ----------
    alone : LocalGenerator
        Makes the tokens, one batch at a time.
    turns : TogetherTurns
    gather : callable
        Takes what was asked, at once; it sees to it that it is answered.
    busy : Lock
        Held by who computes, so that two do not take the device from each other.
    """

    def __init__(self, alone: LocalGenerator, turns: TogetherTurns, gather: Callable[[Asked], None], busy: threading.Lock) -> None:
        self._alone, self._turns, self._gather, self._busy = alone, turns, gather, busy
        self._parts = LocalGenerator(alone.models, alone.tracker, sampler=self._between)

    def describe(self) -> dict[str, Any]:
        """See `spec.Generator`. It learns and hears nothing: a batch is several people's."""
        return {**self._alone.describe(), "learns": False, "hears": False}

    def prepare(self, take: Any, codes: np.ndarray | None = None) -> Any:
        """See `spec.Generator`."""
        with self._busy:
            return self._parts.prepare(take, codes)

    def vary(self, prepared: Any, request: Any, **how: Any) -> Any:
        """See `spec.Generator`."""
        with self._busy:
            return self._parts.vary(prepared, request, **how)

    def vary_from_codes(self, prepared: Any, codes: np.ndarray, request: Any) -> Any:
        """See `spec.Generator`."""
        with self._busy:
            return self._parts.vary_from_codes(prepared, codes, request)

    def sample(self, job: TokenJob, progress: Progress | None = None, cancelled: Cancelled | None = None) -> np.ndarray | None:
        """A `TokenSampler`: in a batch with whoever asks for the like meanwhile. None soon after `cancelled` says so."""
        asked = Asked(self._made, job, progress, cancelled or (lambda: False), self._turns.call)
        self._gather(asked)
        while True:
            with contextlib.suppress(TimeoutError):
                return asked.answer.result(LOOK_S)
            if asked.cancelled():
                return None

    def _made(self, job: TokenJob, progress: Progress | None, cancelled: Cancelled | None) -> np.ndarray | None:
        with self._busy:
            return self._alone.sample(job, progress, cancelled)

    def _between(self, job: TokenJob, progress: Progress | None, cancelled: Cancelled | None) -> np.ndarray | None:
        """The tokens of a variation, for which others may compute; the rest of it goes on afterwards."""
        self._busy.release()
        try:
            return self.sample(job, progress, cancelled)
        finally:
            self._busy.acquire()
