"""A generator whose work is done in a process of its own: a fault in it ends that process and not this one.

The process is the vamper's worker. This end of it is a `spec.Generator`: whoever asks waits for the answer, and what the process
held when it ended is given to the next one as it is asked for.
"""

from __future__ import annotations

import itertools
import logging
import queue
import time
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

import numpy as np

from unloop_py.beats.grid import BeatGrid
from unloop_py.errors import WorkerError
from unloop_py.generator.spec import Beside, Cancelled, Progress, Take, Variation, VariationRequest
from unloop_py.generator.token_job import TokenJob
from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import Cost, CostMeter
from unloop_py.vamper.links import ProcessWorker, Worker
from unloop_py.vamper.supervisor import LOADING_PATIENCE_S
from unloop_py.vamper.understudy import preparing_patience_s

log = logging.getLogger(__name__)

LOOK_S = 0.02           # between two looks whether a job is still wanted
SILENCE_S = 30.0        # a process that says nothing for so long, and for a job's whole time besides, hangs
LOCAL_GENERATOR = "unloop_py.generator.vamp:load_generator"

MakeWorker = Callable[[jobs.Start, Callable[[Any], None]], Worker]


@dataclass(eq=False)
class _Held:
    """A take that a process holds under a number of our own, as long as somebody has a handle to it."""

    number: int
    take: Take
    codes: np.ndarray | None
    process: int            # which process holds it; another one is given it again


@dataclass(frozen=True, eq=False)
class ProcessTake:
    """The handle to a take that another process holds; see `spec.Generator.prepare`."""

    version: int
    silent: bool
    grid: BeatGrid | None
    held: _Held = field(repr=False)
    beside: Beside | None = None


class ProcessGenerator:
    """Implements `spec.Generator`, with `sample`, over a worker process. One thread at a time; any thread may be that one.

    A call that the process does not survive raises WorkerError; the next call starts another process, which is given the takes
    that are still held. It learns no takes: that is done in spare time, which whoever waits for answers cannot tell.

    Parameters
    ----------
    factory : str
        ``"package.module:function"``, called in the process; returns a `Generator`.
    arguments : dict, optional
        Of the factory.
    make_worker : callable, optional
        ``make_worker(start, deliver) -> Worker``, in place of a process.

    Notes
    -----
    Enter it to begin to load it; without that the first call does. Leaving it, or `close`, ends the process.
    """

    def __init__(self, factory: str = LOCAL_GENERATOR, arguments: dict[str, Any] | None = None, *,
                 make_worker: MakeWorker = ProcessWorker) -> None:
        self._start = jobs.Start(factory, dict(arguments or {}))
        self._make_worker = make_worker
        self._worker: Worker | None = None
        self._process = 0                                           # processes started so far
        self._ready: jobs.Ready | None = None                       # what the last one said of itself
        self._is_ready = False                                      # whether this one has
        self._meter: CostMeter | None = None
        self._answers: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self._numbers = itertools.count(1)
        self._dropped: queue.SimpleQueue[int] = queue.SimpleQueue()     # takes whose last handle is gone; any thread
        # The system ends the process when the thread that started it ends, and those who call us may be short-lived.
        self._keeper = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keeper of a generator")

    def __enter__(self) -> ProcessGenerator:
        self._wake()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process; safe to call twice."""
        self._end()
        self._keeper.shutdown()

    @property
    def pid(self) -> int | None:
        """Id of the process, None while there is none."""
        return getattr(self._worker, "pid", None)

    @property
    def cost(self) -> Cost:
        """What jobs cost, as the process measured it when it was loaded; waits for that. Raises WorkerError."""
        return self._loaded().cost

    def describe(self) -> dict[str, Any]:
        """See `spec.Generator`. Waits until the model is loaded, the first time. Raises WorkerError when it cannot be."""
        facts = self._loaded().facts
        # Whoever measures it from here cannot measure its learning: that is another figure than the process's own.
        key = {"cost_key": f"{facts['cost_key']} | asked from another process"} if facts.get("cost_key") else {}
        return facts | {"learns": False} | key

    def prepare(self, take: Take, codes: np.ndarray | None = None) -> ProcessTake:
        """See `spec.Generator`. Raises WorkerError."""
        self._load()
        held = _Held(next(self._numbers), take, codes, 0)
        answer = self._give(held)
        handle = ProcessTake(take.version, answer.silent, answer.grid, held)
        weakref.finalize(held, self._dropped.put, held.number).atexit = False
        return handle

    def with_beside(self, prepared: ProcessTake, beside: np.ndarray | None) -> ProcessTake:
        """See `spec.Generator`. It is heard where the generator `hears`."""
        return replace(prepared, beside=None if beside is None else Beside(next(self._numbers), beside))

    def vary(self, prepared: ProcessTake, request: VariationRequest, *, start: np.ndarray | None = None, progress: Progress | None = None,
             cancelled: Cancelled | None = None) -> Variation | None:
        """See `spec.Generator`. Raises WorkerError."""
        made = self.vary_many(prepared, [request], start=start, progress=progress, cancelled=cancelled)
        return None if made is None else made[0]

    def vary_many(self, prepared: ProcessTake, requests: Sequence[VariationRequest], *, start: np.ndarray | None = None,
                  progress: Progress | None = None, cancelled: Cancelled | None = None) -> list[Variation] | None:
        """Make several variations at one go, of one prompt and as many steps; None when cancelled. Raises WorkerError."""
        held = self._given(prepared)
        first = requests[0]
        asked = len(requests) * _seconds(held.take), first.sampling_steps, first.prompt.feedback_steps
        order = jobs.Vary(next(self._numbers), tuple(replace(one, take_version=held.number) for one in requests), start=start,
                          beside=prepared.beside)
        done = self._ask(order, jobs.Done, 3.0 * self._meter.safe_seconds(*asked), progress, cancelled)
        if done is None:
            return None
        self._meter.observe(*asked, done.seconds)
        return [replace(made, request=request) for made, request in zip(done.variations, requests, strict=True)]

    def vary_from_codes(self, prepared: ProcessTake, codes: np.ndarray, request: VariationRequest) -> Variation:
        """See `spec.Generator`. Raises WorkerError."""
        held = self._given(prepared)
        order = jobs.Remake(next(self._numbers), replace(request, take_version=held.number), codes)
        done = self._ask(order, jobs.Done, 3.0 * self._meter.safe_seconds(_seconds(held.take), 1))
        return replace(done.variations[0], request=request)

    def sample(self, job: TokenJob, progress: Progress | None = None, cancelled: Cancelled | None = None) -> np.ndarray | None:
        """See `spec.Generator`. Raises WorkerError."""
        facts = self._loaded().facts
        batch, _, steps = job.codes.shape
        audio_s = batch * steps * facts["hop_length"] / facts["sample_rate"]
        longest_s = 3.0 * self._meter.safe_seconds(audio_s, job.sampling_steps, job.prompt.feedback_steps)
        done = self._ask(jobs.Sample(next(self._numbers), job), jobs.Sampled, longest_s, progress, cancelled)
        return None if done is None else done.codes

    # -- the process -----------------------------------------------------------------------------------------------------

    def _loaded(self) -> jobs.Ready:
        """What the generator said of itself: this process's, or the one's before."""
        if self._ready is None:
            self._load()
        return self._ready

    def _load(self) -> None:
        """See that there is a process, and that its model is loaded; and that it holds no take which nobody wants any more."""
        while not self._answers.empty():
            process, answer = self._answers.get()
            if process == self._process and _is_the_last(answer):  # it ended while nobody asked for anything
                self._end()
        self._wake()
        if not self._is_ready:
            self._ready = self._wait(jobs.Ready, None, LOADING_PATIENCE_S)
            self._is_ready, self._meter = True, CostMeter(self._ready.cost)
        while not self._dropped.empty():
            self._worker.send(jobs.Forget(self._dropped.get()))

    def _wake(self) -> None:
        if self._worker is not None:
            return
        self._process += 1
        process = self._process
        try:
            started = self._keeper.submit(self._make_worker, self._start, lambda answer: self._answers.put((process, answer)))
            self._worker = started.result()
        except OSError as error:  # no memory or no process to be had
            raise WorkerError(f"the generator's process cannot be started: {error}") from error
        except RuntimeError as error:
            raise WorkerError("this generator was closed: open another") from error

    def _given(self, prepared: ProcessTake) -> _Held:
        """The take behind a handle, which this process holds."""
        self._load()
        if prepared.held.process != self._process:
            log.info("take %d is given to another process", prepared.version)
            self._give(prepared.held)
        return prepared.held

    def _give(self, held: _Held) -> jobs.Prepared:
        order = jobs.Prepare(replace(held.take, version=held.number), held.codes)
        answer = self._ask(order, jobs.Prepared, preparing_patience_s(self._ready.cost, _seconds(held.take)))
        held.process = self._process
        return answer

    def _ask(self, order: Any, kind: type, patience_s: float, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Any:
        """Have an order obeyed; None when it was cancelled."""
        self._load()
        job = getattr(order, "job", None)
        take = order.take.version if isinstance(order, jobs.Prepare) else None
        self._worker.send(order)
        try:
            answer = self._wait(kind, job, SILENCE_S + patience_s, progress, cancelled, take)
        except BaseException:  # also one of the caller's own, such as Ctrl-C: nobody waits for the job any more
            self._cancel(job)
            raise
        if answer is None:
            self._cancel(job)
        return answer

    def _wait(self, kind: type, job: int | None, patience_s: float, progress: Progress | None = None,
              cancelled: Cancelled | None = None, take: int | None = None) -> Any:
        """The answer of a kind to a job, or about a take; None when `cancelled` says so. Raises WorkerError when it does not come."""
        silent_until_s = time.monotonic() + patience_s
        while True:
            if cancelled is not None and cancelled():
                return None
            try:
                process, answer = self._answers.get(timeout=LOOK_S)
            except queue.Empty:
                if time.monotonic() >= silent_until_s:
                    self._end()
                    raise WorkerError(f"the generator's process does not answer for {patience_s:.0f} s and was ended") from None
                continue
            if process != self._process:
                continue
            silent_until_s = time.monotonic() + patience_s
            if _is_the_last(answer):
                self._end()
                raise WorkerError(f"the generator's process ended ({answer.text}); the next call starts it again")
            if getattr(answer, "job", None) != job:
                continue  # of a job that nobody waits for any more
            if isinstance(answer, jobs.Failed):
                raise WorkerError(answer.text)
            if isinstance(answer, kind) and getattr(answer, "version", take) == take:
                return answer
            if isinstance(answer, jobs.Progress) and progress is not None:
                progress(answer.share)

    def _cancel(self, job: int | None) -> None:
        if self._worker is not None and job is not None:
            self._worker.send(jobs.Cancel(job))

    def _end(self) -> None:
        worker, self._worker, self._is_ready = self._worker, None, False
        if worker is not None:
            worker.kill()


def _is_the_last(answer: Any) -> bool:
    """Whether a process says no more after this."""
    return isinstance(answer, jobs.Gone) or isinstance(answer, jobs.Failed) and answer.fatal


def _seconds(take: Take) -> float:
    return len(take.audio) / take.sample_rate
