"""The worker process: holds the model, serves orders from its standard input, answers on its standard output.

Started by `links.ProcessWorker` rather than through multiprocessing, so that it never imports the parent's main module
and starts light; torch comes only with the generator that the first order names. It yields to the audio
thread (nice), is the first to go when memory runs out, and ends by itself when its parent does, however that ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import queue
import signal
import sys
import threading
from typing import Any

from unloop_py.vamper.jobs import Cancel
from unloop_py.vamper.runner import JobRunner

NICENESS = 10
OUT_OF_MEMORY_SCORE = "800"  # of 1000: the kernel ends this process before the one that sounds


def main() -> None:
    """Serve until standard input ends."""
    orders, answers = _take_over_standard_streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the parent, which ends us
    give_way()
    pending: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def send(answer: Any) -> None:
        pickle.dump(answer, answers, protocol=5)
        answers.flush()

    runner = JobRunner(send)
    start = pickle.load(orders)

    def read() -> None:
        while True:
            try:
                order = pickle.load(orders)
            except (EOFError, OSError, pickle.UnpicklingError):
                os._exit(0)  # the parent is gone, or wants us gone: there is nothing to save
            if isinstance(order, Cancel):
                runner.cancel(order.job)
            else:
                pending.put(order)

    threading.Thread(target=read, name="orders", daemon=True).start()
    with contextlib.suppress(BrokenPipeError):
        runner.run(start, pending.get, lambda: not pending.empty())
    os._exit(0)  # torch's own shutdown can take seconds


def give_way() -> None:
    """Let audio win: lower priority, first choice of the kernel when memory runs out, end with the parent."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    if sys.platform == "linux":
        try:
            with open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
                score.write(OUT_OF_MEMORY_SCORE)
        except OSError:
            pass  # a container may forbid it; then memory is as it is
        parent_death_signal = 1  # PR_SET_PDEATHSIG: a worker hung inside C code cannot see its input end
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGKILL, 0, 0, 0)


def _take_over_standard_streams() -> tuple[Any, Any]:
    """Keep the two pipes to ourselves: a stray print of a library must not land among the answers."""
    orders = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return orders, answers
