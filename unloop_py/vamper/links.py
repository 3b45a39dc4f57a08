"""The parent's end of a worker: a process that can be ended at any moment, or a thread for debugging.

Both take orders without blocking and deliver answers, `Gone` last, on a thread of their own. The process is the one to
play with: a thread that hangs or has run out of memory cannot be ended, only left behind.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import Any, Protocol

from unloop_py.config import available_cores
from unloop_py.vamper.jobs import Cancel, Failed, Gone, Start
from unloop_py.vamper.runner import JobRunner

log = logging.getLogger(__name__)

Deliver = Callable[[Any], None]


class Worker(Protocol):
    """What the supervisor needs of a worker. Vamper's thread."""

    def send(self, order: Any) -> None:
        """Queue an order; never blocks, never raises."""
        ...

    def kill(self) -> None:
        """End it at once and wait until it has ended (a thread is left behind); `Gone` is not owed after that."""
        ...


def model_threads(cores: int) -> int:
    """Threads that a model may use on `cores` cores: one is left to audio and screen where that costs least."""
    return cores if cores <= 2 else min(cores - 1, 8)


class ProcessWorker:
    """A worker process behind two pipes.

    Parameters
    ----------
    start : Start
        What it is to load.
    deliver : callable
        Takes each answer, on the reading thread.
    """

    def __init__(self, start: Start, deliver: Deliver) -> None:
        self._deliver = deliver
        self._killed = False
        self._orders: queue.SimpleQueue[Any] = queue.SimpleQueue()
        # A file rather than ours: the terminal belongs to the status line. It lives as long as the worker.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _program()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
            env=_environment(), creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0))
        self._threads = [threading.Thread(target=target, name=f"worker {target.__name__.strip('_')}", daemon=True)
                         for target in (self._write, self._read)]
        for thread in self._threads:
            thread.start()
        self.send(start)

    @property
    def pid(self) -> int:
        """Process id, for those who want to look at it."""
        return self._process.pid

    def send(self, order: Any) -> None:
        self._orders.put(order)

    def kill(self) -> None:
        self._killed = True
        self._process.kill()  # it holds nothing worth saving
        self._process.wait()
        self._orders.put(None)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()
        for pipe in (self._process.stdout, self._errors):
            pipe.close()

    def _write(self) -> None:
        pipe = self._process.stdin
        try:
            while (order := self._orders.get()) is not None:
                pickle.dump(order, pipe, protocol=5)
                pipe.flush()
        except OSError:
            pass  # it is gone; the reading thread tells
        with contextlib.suppress(OSError):
            pipe.close()

    def _read(self) -> None:
        try:
            while True:
                self._deliver(pickle.load(self._process.stdout))
        except (EOFError, OSError, pickle.UnpicklingError):
            pass
        code = self._process.wait()
        if not self._killed:
            self._deliver(Gone(self._last_words(code)))

    def _last_words(self, code: int) -> str:
        """How it ended, with the last line that it wrote."""
        self._errors.seek(0)
        lines = self._errors.read()[-4096:].decode(errors="replace").strip().splitlines()
        how = f"killed by signal {-code}" if code < 0 else f"exit status {code}"
        return f"{how}: {lines[-1]}" if lines else how


class ThreadWorker:
    """A worker in a thread of this process: for debugging, and where a second process is not to be had.

    `kill` leaves the thread behind: it ends at its next step, and if it never comes to one, not before the program does.
    """

    def __init__(self, start: Start, deliver: Deliver) -> None:
        self._orders: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._left = threading.Event()
        self._start = start
        self._deliver = deliver
        self._runner = JobRunner(self._answer)
        for name, value in thread_rules().items():
            os.environ.setdefault(name, value)  # read when the model's libraries load, in the thread
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def send(self, order: Any) -> None:
        if isinstance(order, Cancel):
            self._runner.cancel(order.job)
        else:
            self._orders.put(order)

    def kill(self) -> None:
        self._left.set()
        self._runner.cancel_all()
        self._orders.put(None)

    def _answer(self, answer: Any) -> None:
        if not self._left.is_set():
            self._deliver(answer)

    def _run(self) -> None:
        try:
            self._runner.run(self._start, self._orders.get, lambda: not self._orders.empty())
        except Exception as error:
            log.exception("the generator's thread ended")
            self._answer(Failed(f"{type(error).__name__}: {error}", fatal=True))
        self._answer(Gone("its thread ended"))


def _program() -> str:
    """What the child's interpreter runs: with this one's path, as multiprocessing's spawn does, but without its main module."""
    paths = [path or os.getcwd() for path in sys.path]
    return f"import sys; sys.path[:] = {paths!r}; from unloop_py.vamper.worker import main; main()"


def _environment() -> dict[str, str]:
    """The child's environment: this one's, with the rules for its mathematics where the user set none."""
    return thread_rules() | os.environ


def thread_rules() -> dict[str, str]:
    """Variables by which the libraries under a model keep to their threads, and let these sleep while they wait.

    OpenMP's threads spin by default: on two cores with another busy program that made a job of 0.8 s last 5 to 20 s. Huge pages are
    not asked for: while the kernel clears one, or makes room for it, it wakes nobody, and the sound's thread was late four times
    as often.
    """
    threads = str(model_threads(available_cores()))
    return {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE",
            "GOMP_SPINCOUNT": "10000", "NUMPY_MADVISE_HUGEPAGE": "0"}
