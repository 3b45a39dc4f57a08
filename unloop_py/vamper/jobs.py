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
from unloop_py.generator.spec import Generator, Prompt, Take, Variation, VariationRequest
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
    """

    take: Take
    codes: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    """Drop a prepared take."""

    version: int


@dataclass(frozen=True, slots=True)
class Vary:
    """Make one variation for each request, all of one take; answered by `Progress` and one `Done`."""

    job: int
    requests: tuple[VariationRequest, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Remake:
    """Make the audio of an earlier variation again from its tokens; answered by `Done`."""

    job: int
    request: VariationRequest
    codes: np.ndarray


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop work on a job at its next step; overtakes other orders."""

    job: int


# Up: answers.

@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded, warm and measured."""

    facts: dict[str, Any]
    cost: Cost


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
        self._cancelled: set[int] = set()
        self._left = False

    def cancel(self, job: int) -> None:
        """Drop a job at its next step, or before it starts."""
        self._cancelled.add(job)

    def cancel_all(self) -> None:
        """Drop the job in hand and every later one: nobody waits for them."""
        self._left = True

    def run(self, start: Start, receive: Callable[[], Any]) -> None:
        """Load the generator, then obey what `receive` returns (it blocks) until that is None."""
        try:
            generator = load_factory(start.factory)(**start.arguments)
            self._send(Ready(generator.describe(), measure_cost(generator)))
        except Exception as error:
            log.debug("the generator does not load", exc_info=True)
            self._send(Failed(_told(error), fatal=True))
            return
        while (order := receive()) is not None:
            job = getattr(order, "job", None)
            try:
                self._obey(generator, order)
            except Exception as error:
                log.debug("a job failed", exc_info=True)
                fatal = _out_of_memory(error)
                self._send(Failed(_told(error), job, fatal))
                if fatal:
                    return
            finally:
                self._cancelled.discard(job)

    def _obey(self, generator: Generator, order: Any) -> None:
        started = time.perf_counter()
        if isinstance(order, Prepare):
            handle = generator.prepare(order.take, order.codes)
            self._prepared[order.take.version] = handle
            self._send(Prepared(order.take.version, handle.silent, handle.grid, time.perf_counter() - started))
        elif isinstance(order, Forget):
            self._prepared.pop(order.version, None)
        elif isinstance(order, Remake):
            handle = self._prepared[order.request.take_version]
            variation = generator.vary_from_codes(handle, order.codes, order.request)
            self._send(Done(order.job, (variation,), time.perf_counter() - started))
        else:
            variations = self._vary(generator, order)
            if variations is None:
                self._send(Cancelled(order.job))
            else:
                self._send(Done(order.job, variations, time.perf_counter() - started))

    def _vary(self, generator: Generator, order: Vary) -> tuple[Variation, ...] | None:
        handle = self._prepared[order.requests[0].take_version]

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
