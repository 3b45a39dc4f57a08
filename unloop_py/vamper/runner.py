"""The loop that serves a worker's orders: the same in a process and in a thread.

Nothing here loads torch: the model comes from a factory that is named by a string and called in the worker.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from unloop_py.errors import TooLate, UnloopError
from unloop_py.generator.spec import Beside, Generator, Learning, Variation
from unloop_py.vamper.jobs import (
    Cancelled,
    Done,
    Failed,
    Forget,
    KeepLearned,
    Late,
    Learn,
    Learned,
    Loading,
    Prepare,
    Prepared,
    Progress,
    Ready,
    Remake,
    Sample,
    Sampled,
    Start,
    Vary,
)
from unloop_py.vamper.measuring import CostWatch, RememberedCosts, measure, measure_elsewhere, warm_up

log = logging.getLogger(__name__)

LOADING_NEWS_S = 5.0  # a word from a worker that is not ready for so long


def load_factory(path: str) -> Callable[..., Generator]:
    """The function that ``"package.module:function"`` names."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


class JobRunner:
    """Serves orders with a generator until `None` comes or the generator cannot be trusted any more.

    Parameters
    ----------
    send : callable
        Takes each answer; worker's thread.
    costs : RememberedCosts, optional
        Those of the user's cache.

    `cancel` may be called from any thread; the rest belongs to the worker's.
    """

    def __init__(self, send: Callable[[Any], None], costs: RememberedCosts | None = None) -> None:
        self._send = send
        self._costs = costs or RememberedCosts()
        self._watch: CostWatch | None = None
        self._prepared: dict[int, Any] = {}
        self._beside: dict[int, int | None] = {}                  # the number of what each of them hears beside
        self._lasts_s: dict[int, float] = {}                    # what each prepared take lasts
        self._learning: tuple[int, Learning] | None = None      # the version, and what is being learned of it
        self._cancelled: set[int] = set()
        self._left = False

    def cancel(self, job: int) -> None:
        """Drop a job at its next step, or before it starts."""
        self._cancelled.add(job)

    def cancel_all(self) -> None:
        """Drop the job in hand and every later one: nobody waits for them."""
        self._left = True

    def run(self, start: Start, receive: Callable[[], Any], waiting: Callable[[], bool] = lambda: False) -> None:
        """Load the generator, then obey what `receive` returns (it blocks) until that is None.

        `waiting` tells whether another order is there already: learning makes way for it.
        """
        with contextlib.ExitStack() as ends:
            try:
                generator = load_factory(start.factory)(**start.arguments)
                if hasattr(generator, "close"):
                    ends.callback(generator.close)
                self._get_ready(generator, start.rehearsed, waiting)
            except Exception as error:
                log.debug("the generator does not load", exc_info=True)
                self._send(Failed(_told(error), fatal=True))
                return
            self._serve(generator, receive, waiting)

    def _serve(self, generator: Generator, receive: Callable[[], Any], waiting: Callable[[], bool]) -> None:
        """Obey orders until there are no more, or the generator cannot be trusted any more."""
        while (order := receive()) is not None:
            job = getattr(order, "job", None)
            try:
                self._obey(generator, order, waiting)
            except TooLate as error:
                self._send(Late(job, str(error)))
            except Exception as error:
                log.debug("a job failed", exc_info=True)
                fatal = _out_of_memory(error)
                self._send(Failed(_told(error), job, fatal))
                if fatal:
                    return
            finally:
                self._cancelled.discard(job)

    def _get_ready(self, generator: Generator, rehearsed: bool, waiting: Callable[[], bool]) -> None:
        facts = generator.describe()
        key = facts.get("cost_key")
        remembered = self._costs.recall(key)
        if remembered is not None and rehearsed:
            warm_up(generator)
        if hasattr(generator, "cost"):
            measured = measure_elsewhere(generator)
        else:
            measured = remembered or measure(generator, self._still_loading())
        if remembered is None:
            self._costs.remember(key, measured)
        self._watch = CostWatch(self._costs, key, measured.cost)
        self._send(Ready(facts, measured.cost, measured.learn_step_s))
        if remembered is not None and not rehearsed:
            warm_up(generator, lambda: self._left or waiting())

    def _still_loading(self) -> Callable[[], None]:
        """What tells that a long measurement goes on, every few seconds."""
        told_s = time.perf_counter()

        def tell() -> None:
            nonlocal told_s
            if time.perf_counter() > told_s + LOADING_NEWS_S:
                told_s = time.perf_counter()
                self._send(Loading())

        return tell

    def _obey(self, generator: Generator, order: Any, waiting: Callable[[], bool]) -> None:
        started = time.perf_counter()
        if isinstance(order, Prepare):
            handle = generator.prepare(order.take, order.codes)
            learned = getattr(self._prepared.get(order.heir_of), "adapted", None)
            if learned is None and order.learned is not None:
                learned = _kept_learned(generator, order.learned)
            if learned is not None:
                handle = generator.with_learned(handle, learned)
            self._prepared[order.take.version] = handle
            self._beside.pop(order.take.version, None)
            self._lasts_s[order.take.version] = len(order.take.audio) / order.take.sample_rate
            self._learning = None  # of another take, whose optimiser holds five times the decoder's memory
            self._send(Prepared(order.take.version, handle.silent, handle.grid, time.perf_counter() - started))
        elif isinstance(order, KeepLearned):
            _keep_learned(generator, self._prepared.get(order.version), order.file)
        elif isinstance(order, Forget):
            self._prepared.pop(order.version, None)
            self._lasts_s.pop(order.version, None)
            self._beside.pop(order.version, None)
            if self._learning is not None and self._learning[0] == order.version:
                self._learning = None
        elif isinstance(order, Learn):
            self._send(self._learn(generator, order, waiting))
        elif isinstance(order, Remake):
            handle = self._handle(generator, order.request.take_version, order.plain)
            variation = generator.vary_from_codes(handle, order.codes, order.request)
            self._send(Done(order.job, (variation,), time.perf_counter() - started))
        elif isinstance(order, Sample):
            codes = generator.sample(order.work, lambda share: self._send(Progress(order.job, share)), lambda: self._dropped(order.job))
            seconds = time.perf_counter() - started
            self._send(Cancelled(order.job) if codes is None else Sampled(order.job, codes, seconds))
        else:
            variations = self._vary(generator, order)
            if variations is None:
                self._send(Cancelled(order.job))
            else:
                seconds = time.perf_counter() - started
                one = order.requests[0]
                audio_s = self._lasts_s[one.take_version] * len(order.requests)
                self._watch.made(audio_s, one.sampling_steps, one.prompt.feedback_steps, seconds)
                self._send(Done(order.job, variations, seconds))

    def _dropped(self, job: int) -> bool:
        return self._left or job in self._cancelled

    def _handle(self, generator: Generator, version: int, plain: bool) -> Any:
        """A prepared take, with what was learned of it or without."""
        handle = self._prepared[version]
        return generator.with_learned(handle, None) if plain and getattr(handle, "adapted", None) is not None else handle

    def _hear(self, generator: Generator, version: int, beside: Beside | None) -> None:
        """Have a take heard with what sounds beside it; that is reckoned once for as long as it stays."""
        number = None if beside is None else beside.number
        if self._beside.get(version) != number and hasattr(generator, "with_beside"):
            self._prepared[version] = generator.with_beside(self._prepared[version], None if beside is None else beside.audio)
            self._beside[version] = number

    def _learn(self, generator: Generator, order: Learn, waiting: Callable[[], bool]) -> Learned:
        """Learn until the time is over or another order waits; whatever goes wrong costs no more than the learning."""
        longest_s, began = 0.0, time.perf_counter()
        handle = self._prepared.get(order.version)
        try:
            if handle is not None and (self._learning is None or self._learning[0] != order.version):
                learning = generator.learn(handle, order.seed)
                self._learning = None if learning is None else (order.version, learning)
            if handle is None or self._learning is None:
                return Learned(order.version, 1.0, 0.0, getattr(handle, "adapted", None) is not None, 0.0)
            learning, now = self._learning[1], time.perf_counter()
            more = True
            while more and now < began + order.seconds and not waiting():
                more, before = learning.step(), now
                now = time.perf_counter()
                longest_s = max(longest_s, now - before)
            if learning.adapted is not None and learning.adapted is not handle.adapted:
                self._prepared[order.version] = handle = generator.with_learned(handle, learning.adapted)
            if not more:
                self._learning = None
            return Learned(order.version, learning.share, learning.gain, handle.adapted is not None, longest_s)
        except Exception:
            log.warning("the take cannot be learned; it plays on as it was", exc_info=True)
            self._learning = None
            return Learned(order.version, 1.0, 0.0, getattr(handle, "adapted", None) is not None, longest_s)

    def _vary(self, generator: Generator, order: Vary) -> tuple[Variation, ...] | None:
        version = order.requests[0].take_version
        if hasattr(generator, "due_in"):
            generator.due_in(order.within_s)
        self._hear(generator, version, order.beside)
        handle = self._handle(generator, version, order.plain)

        def cancelled() -> bool:
            return self._dropped(order.job)

        if cancelled():
            return None
        if len(order.requests) > 1 and hasattr(generator, "vary_many"):
            # Several short repetitions in one batch cost far less than one after the other.
            made = generator.vary_many(handle, order.requests, start=order.start, cancelled=cancelled,
                                       progress=lambda share: self._send(Progress(order.job, share)))
            return None if made is None else tuple(made)
        variations = []
        for done, request in enumerate(order.requests):
            variation = generator.vary(
                handle, request, start=order.start, cancelled=cancelled,
                progress=lambda share, done=done: self._send(
                    Progress(order.job, (done + share) / len(order.requests))))
            if variation is None:
                return None
            variations.append(variation)
        return tuple(variations)


def _keep_learned(generator: Generator, handle: Any, file: str) -> None:
    """Write what was learned; a disk that refuses costs no more than that."""
    learned = getattr(handle, "adapted", None)
    if learned is None or not Path(file).parent.is_dir():  # a stick that is out: its folder is not made on another disk
        return
    try:
        generator.keep_learned(learned, file)
    except (OSError, UnloopError) as error:
        log.warning("what was learned of the take could not be written: %s", error)


def _kept_learned(generator: Generator, file: str) -> Any:
    """What was learned of a take in another session; None when that is gone, or was another model's: it is learned again."""
    try:
        return generator.kept_learned(file)
    except (OSError, UnloopError) as error:
        log.info("the take is learned from the beginning: %s", error)
        return None


def _told(error: Exception) -> str:
    if isinstance(error, UnloopError):
        return str(error)  # said for a person
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _out_of_memory(error: Exception) -> bool:
    """torch says it in words, as a RuntimeError; what it had taken comes back only with the process."""
    return isinstance(error, MemoryError) or "memory" in str(error).lower()
