"""What a worker is told and what it answers, and the loop that serves it: the same in a process and in a thread.

Orders go down in sequence; `Cancel` alone overtakes them. Every message can be pickled. Nothing here loads torch: the
model comes from a factory that is named by a string and called in the worker.
"""

from __future__ import annotations

import importlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from unloop_py.beats.grid import BeatGrid
from unloop_py.generator.spec import Generator, Learning, Prompt, Take, Variation, VariationRequest
from unloop_py.vamper.deadline import Cost, fit_cost

log = logging.getLogger(__name__)


# Down: orders, in sequence.

@dataclass(frozen=True, slots=True)
class Start:
    """First order: call the factory ``"package.module:function"`` with `arguments`; answered by `Ready`."""

    factory: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Prepare:
    """Encode a take and hold it until `Forget`; answered by `Prepared`.

    A take that is a kept variation comes with its tokens: they are held already, and encoding its audio would change them.
    `heir_of` names a take that this one came from; what was learned of that is this one's too.
    """

    take: Take
    codes: np.ndarray | None = None
    heir_of: int | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    """Drop a prepared take."""

    version: int


@dataclass(frozen=True, slots=True)
class Vary:
    """Make one variation for each request, all of one take; answered by `Progress` and one `Done`.

    `plain` makes it without what was learned of the take.
    """

    job: int
    requests: tuple[VariationRequest, ...]
    plain: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Remake:
    """Make the audio of an earlier variation again from its tokens; answered by `Done`."""

    job: int
    request: VariationRequest
    codes: np.ndarray
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Learn:
    """Go on learning a take for so many seconds, or until another order comes; answered by `Learned`.

    It is done in small steps, and between two of them the worker looks whether it is wanted for something else. One take
    is learned at a time: another one's unfinished learning is dropped, what it had come to stays.
    """

    version: int
    seconds: float
    seed: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop work on a job at its next step; overtakes other orders."""

    job: int


# Up: answers.

@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded, warm and measured; `learn_step_s` is what a step of learning takes, where it can learn."""

    facts: dict[str, Any]
    cost: Cost
    learn_step_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A take is encoded. `grid` is None where no beat was found; a `silent` take is not varied."""

    version: int
    silent: bool
    grid: BeatGrid | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """A sampling step is done; `share` of the job, 0..1."""

    job: int
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Done:
    """A job's variations, all of them complete."""

    job: int
    variations: tuple[Variation, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Learned:
    """How far a take is learned.

    Attributes
    ----------
    version : int
    share : float
        Of the work that is done, 0..1; 1 = there is no more of it.
    gain : float
        Share by which parts of the take that were held out have become better; 0 or less where they have not.
    plays : bool
        What was learned is in whatever is made of the take from now on.
    longest_s : float
        The longest step of this order: how long another order may have to wait.
    """

    version: int
    share: float
    gain: float
    plays: bool
    longest_s: float


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A job was dropped as asked."""

    job: int


@dataclass(frozen=True, slots=True)
class Failed:
    """An order could not be obeyed. After a `fatal` one the worker ends: what it holds cannot be trusted."""

    text: str
    job: int | None = None
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """The worker has ended; sent by its parent's side, last of all."""

    text: str


def load_factory(path: str) -> Callable[..., Generator]:
    """The function that ``"package.module:function"`` names."""
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)


MEASURED_S = (0.5, 3.0)   # loops on which a worker measures itself: short, so that it is ready soon
MEASURED_STEPS = (1, 4)
LEARNED_STEPS = 10        # the first ones only judge, which is quicker than learning


def measure_cost(generator: Generator, clock: Callable[[], float] = time.perf_counter) -> Cost:
    """Warm a generator up and time it on loops of noise; worker's thread.

    The first job of all pays for lazy initialisation and is not counted.
    """
    noise = np.random.default_rng(0)
    measured = []
    for audio_s in MEASURED_S:
        frames = int(audio_s * 44100)
        take = Take(-1, noise.uniform(-0.1, 0.1, (frames, 1)).astype(np.float32), 44100)
        prepared = generator.prepare(take)
        if not measured:
            generator.vary(prepared, VariationRequest(-1, 1, 1, Prompt(), 1))
        for steps in MEASURED_STEPS:
            started = clock()
            generator.vary(prepared, VariationRequest(-1, 1, 1, Prompt(), steps))
            measured.append((audio_s, steps, clock() - started))
    return fit_cost(measured)


def measure_learning(generator: Generator, clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds of the longest of a few steps of learning a loop of noise; 0 where nothing can be learned. Worker's thread."""
    if not generator.describe().get("learns"):
        return 0.0
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, (int(MEASURED_S[1] * 44100), 1)).astype(np.float32)
    learning = generator.learn(generator.prepare(Take(-1, noise, 44100)), 0)
    taken = []
    for _ in range(1 + LEARNED_STEPS):
        began = clock()
        learning.step()
        taken.append(clock() - began)
    return max(taken[1:])  # the first sets things up, once for each take


class JobRunner:
    """Serves orders with a generator until `None` comes or the generator cannot be trusted any more.

    Parameters
    ----------
    send : callable
        Takes each answer; worker's thread.

    `cancel` may be called from any thread; the rest belongs to the worker's.
    """

    def __init__(self, send: Callable[[Any], None]) -> None:
        self._send = send
        self._prepared: dict[int, Any] = {}
        self._learning: tuple[int, Learning] | None = None     # the version, and what is being learned of it
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
        try:
            generator = load_factory(start.factory)(**start.arguments)
            self._send(Ready(generator.describe(), measure_cost(generator), measure_learning(generator)))
        except Exception as error:
            log.debug("the generator does not load", exc_info=True)
            self._send(Failed(_told(error), fatal=True))
            return
        while (order := receive()) is not None:
            job = getattr(order, "job", None)
            try:
                self._obey(generator, order, waiting)
            except Exception as error:
                log.debug("a job failed", exc_info=True)
                fatal = _out_of_memory(error)
                self._send(Failed(_told(error), job, fatal))
                if fatal:
                    return
            finally:
                self._cancelled.discard(job)

    def _obey(self, generator: Generator, order: Any, waiting: Callable[[], bool]) -> None:
        started = time.perf_counter()
        if isinstance(order, Prepare):
            handle = generator.prepare(order.take, order.codes)
            parent = self._prepared.get(order.heir_of)
            if parent is not None and (learned := getattr(parent, "adapted", None)) is not None:
                handle = generator.with_learned(handle, learned)
            self._prepared[order.take.version] = handle
            self._learning = None  # of another take, whose optimiser holds five times the decoder's memory
            self._send(Prepared(order.take.version, handle.silent, handle.grid, time.perf_counter() - started))
        elif isinstance(order, Forget):
            self._prepared.pop(order.version, None)
            if self._learning is not None and self._learning[0] == order.version:
                self._learning = None
        elif isinstance(order, Learn):
            self._send(self._learn(generator, order, waiting))
        elif isinstance(order, Remake):
            handle = self._handle(generator, order.request.take_version, order.plain)
            variation = generator.vary_from_codes(handle, order.codes, order.request)
            self._send(Done(order.job, (variation,), time.perf_counter() - started))
        else:
            variations = self._vary(generator, order)
            if variations is None:
                self._send(Cancelled(order.job))
            else:
                self._send(Done(order.job, variations, time.perf_counter() - started))

    def _handle(self, generator: Generator, version: int, plain: bool) -> Any:
        """A prepared take, with what was learned of it or without."""
        handle = self._prepared[version]
        return generator.with_learned(handle, None) if plain and getattr(handle, "adapted", None) is not None else handle

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
        handle = self._handle(generator, order.requests[0].take_version, order.plain)

        def cancelled() -> bool:
            return self._left or order.job in self._cancelled

        if cancelled():
            return None
        if len(order.requests) > 1 and hasattr(generator, "vary_many"):
            # Several short repetitions in one batch cost far less than one after the other.
            made = generator.vary_many(handle, order.requests, cancelled=cancelled,
                                       progress=lambda share: self._send(Progress(order.job, share)))
            return None if made is None else tuple(made)
        variations = []
        for done, request in enumerate(order.requests):
            variation = generator.vary(
                handle, request, cancelled=cancelled,
                progress=lambda share, done=done: self._send(
                    Progress(order.job, (done + share) / len(order.requests))))
            if variation is None:
                return None
            variations.append(variation)
        return tuple(variations)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _out_of_memory(error: Exception) -> bool:
    """torch says it in words, as a RuntimeError; what it had taken comes back only with the process."""
    return isinstance(error, MemoryError) or "memory" in str(error).lower()
