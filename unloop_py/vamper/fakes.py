"""Stand-ins for rehearsals: a clock that is moved by hand, a generator of tones, a worker that answers when told to.

They follow the protocols to the letter, so that what is proven with them holds for the real ones.
"""

from __future__ import annotations

import ctypes
import math
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from unloop_py.beats.grid import BeatGrid
from unloop_py.generator.spec import Take, Variation, VariationRequest
from unloop_py.units import steps_for
from unloop_py.vamper import jobs
from unloop_py.vamper.deadline import Cost

HOP_LENGTH = 768
N_CODEBOOKS = 9


class FakeClock:
    """A clock that moves only when told: ``clock()`` reads seconds, `advance` moves them on."""

    def __init__(self, now_s: float = 100.0) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s

    def advance(self, seconds: float) -> None:
        self.now_s += seconds


@dataclass(eq=False)
class ToneTake:
    """A prepared take of `ToneGenerator`."""

    version: int
    audio: np.ndarray
    sample_rate: int
    silent: bool
    grid: BeatGrid | None = None
    codes: np.ndarray | None = None
    adapted: object | None = None


class ToneGenerator:
    """A generator whose variations are sine tones: the pitch is a function of the seed, and so are the tokens.

    One that starts from an earlier variation's tokens has that one's in its second half.

    Parameters
    ----------
    overhead_s, step_s : float
        What a variation and each sampling step of it cost.
    wait : callable
        Spends seconds; the default sleeps. Tests pass a `FakeClock`'s `advance`.
    fault_file : str, optional
        When this file exists at the start of a variation it is removed, and what it names happens: ``crash`` (a segmentation
        fault), ``exit``, ``hang``, ``hang holding the GIL``, ``memory``, or ``error``.
    """

    def __init__(self, *, overhead_s: float = 0.0, step_s: float = 0.0, wait: Callable[[float], None] = time.sleep,
                 fault_file: str | None = None) -> None:
        self._overhead_s = overhead_s
        self._step_s = step_s
        self._wait = wait
        self._fault_file = Path(fault_file) if fault_file else None
        self.prepared: list[int] = []

    def describe(self) -> dict[str, Any]:
        return {"model": "tones", "sample_rate": 44100, "hop_length": HOP_LENGTH, "n_codebooks": N_CODEBOOKS,
                "codebook_size": 1024, "device": "cpu", "pid": os.getpid()}

    def prepare(self, take: Take, codes: np.ndarray | None = None) -> ToneTake:
        self.prepared.append(take.version)
        return ToneTake(take.version, take.audio, take.sample_rate, silent=not take.audio.any(), codes=codes)

    def vary(self, prepared: ToneTake, request: VariationRequest, *, start: np.ndarray | None = None,
             progress: Callable[[float], None] | None = None, cancelled: Callable[[], bool] | None = None) -> Variation | None:
        self._fail_if_told()
        self._wait(self._overhead_s)
        for step in range(request.sampling_steps):
            if cancelled and cancelled():
                return None
            self._wait(self._step_s)
            if progress:
                progress((step + 1) / request.sampling_steps)
        codes = np.random.default_rng(request.seed).integers(
            0, 1024, (N_CODEBOOKS, steps_for(len(prepared.audio), HOP_LENGTH)), dtype=np.int16)
        if start is not None:
            codes[:, codes.shape[1] // 2:] = start[:, codes.shape[1] // 2:]
        return self.vary_from_codes(prepared, codes, request)

    def vary_from_codes(self, prepared: ToneTake, codes: np.ndarray, request: VariationRequest) -> Variation:
        frames, channels = prepared.audio.shape
        cycles = 1 + int(codes[0, 0])           # whole cycles in the loop: it is a circle
        level = 0.05 + 0.05 * int(codes[1, 0]) / 1024  # and a level of its own: two seeds in a million sound alike
        tone = level * np.sin(2 * np.pi * cycles * np.arange(frames) / frames)
        audio = np.repeat(tone.astype(np.float32)[:, None], channels, axis=1)
        return Variation(request, audio, codes, np.ones(codes.shape, np.uint8), correlation=0.0, gain_db=0.0, seconds=0.0)

    def _fail_if_told(self) -> None:
        if self._fault_file is None or not self._fault_file.exists():
            return
        fault = self._fault_file.read_text(encoding="ascii").strip()
        self._fault_file.unlink()
        if fault == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif fault == "exit":
            os._exit(3)
        elif fault == "hang":
            threading.Event().wait()
        elif fault == "hang holding the GIL":
            ctypes.PyDLL(None).pause()
        elif fault == "memory":
            raise MemoryError("cannot allocate 64 GB")
        else:
            raise ValueError(f"told to fail: {fault}")


class LearningTones(ToneGenerator):
    """Tones that learn: nothing but the time that it takes, and how often.

    Parameters
    ----------
    learn_step_s : float
        What each step of learning costs.
    learn_steps : int
        Steps of one take.
    gain : float
        What it comes to; 0 or less is not worth playing.
    """

    def __init__(self, *, learn_step_s: float = 0.1, learn_steps: int = 40, gain: float = 0.02, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.learn_step_s, self.learn_steps, self.gain = learn_step_s, learn_steps, gain
        self.begun: list[tuple[int, int, object | None]] = []
        self.decoded: list[tuple[int, object | None]] = []

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"learns": True}

    def learn(self, prepared: ToneTake, seed: int) -> ToneLearning | None:
        if prepared.silent or prepared.codes is not None:
            return None
        self.begun.append((prepared.version, seed, prepared.adapted))
        return ToneLearning(self, prepared.version, self._wait)

    def with_learned(self, prepared: ToneTake, adapted: object | None) -> ToneTake:
        return replace(prepared, adapted=adapted)

    def keep_learned(self, adapted: object, file: str) -> None:
        Path(file).write_text(str(adapted), encoding="utf-8")

    def kept_learned(self, file: str) -> object:
        return Path(file).read_text(encoding="utf-8")

    def vary_from_codes(self, prepared: ToneTake, codes: np.ndarray, request: VariationRequest) -> Variation:
        self.decoded.append((prepared.version, prepared.adapted))
        return super().vary_from_codes(prepared, codes, request)


class ToneLearning:
    """A take of `LearningTones` being learned; a quarter of the way it may be played."""

    def __init__(self, generator: LearningTones, version: int, wait: Callable[[float], None]) -> None:
        self._generator, self._version, self._wait = generator, version, wait
        self.steps, self.gain, self.adapted = 0, 0.0, None

    @property
    def share(self) -> float:
        return self.steps / self._generator.learn_steps

    def step(self) -> bool:
        self._wait(self._generator.learn_step_s)
        self.steps = min(self.steps + 1, self._generator.learn_steps)
        if self.steps >= self._generator.learn_steps // 4:
            self.gain = self._generator.gain
            if self.gain <= 0.0:
                self.steps = self._generator.learn_steps
            elif self.adapted is None:
                self.adapted = f"what {self._version} taught"
        return self.steps < self._generator.learn_steps


class HearingTones(ToneGenerator):
    """Tones that hear what sounds beside, and remember it.

    Attributes
    ----------
    heard : list of tuple
        The version of a take, and the audio that it was told to go with, or None.
    """

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.heard: list[tuple[int, np.ndarray | None]] = []

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"hears": True}

    def with_beside(self, prepared: ToneTake, beside: np.ndarray | None) -> ToneTake:
        self.heard.append((prepared.version, beside))
        return prepared


def load_tones(**arguments: Any) -> ToneGenerator:
    """Factory of `ToneGenerator`: ``"unloop_py.vamper.fakes:load_tones"``."""
    return ToneGenerator(**arguments)


def load_nothing(**arguments: Any) -> ToneGenerator:
    """A factory that fails as one with a missing file does."""
    raise FileNotFoundError("no weights at nowhere.safetensors: run unloop download")


class FakeWorker:
    """A worker that keeps its orders until `work` does the next one, in no time but the fake clock's.

    Parameters
    ----------
    deliver : callable
        The parent's ear.
    generator : ToneGenerator
    clock : FakeClock
    cost : Cost
        What it says of itself when it is ready.

    Attributes
    ----------
    slowdown : float
        Times as long as the generator says that steps of learning take.
    """

    def __init__(self, deliver: Callable[[Any], None], generator: ToneGenerator, clock: FakeClock, cost: Cost) -> None:
        self.orders: list[Any] = []
        self.cancelled: set[int] = set()
        self.slowdown = 1.0
        self.killed = False
        self._deliver = deliver
        self._generator = generator
        self._clock = clock
        self._cost = cost
        self._prepared: dict[int, ToneTake] = {}
        self._beside: dict[int, int | None] = {}
        self._learning: tuple[int, ToneLearning] | None = None

    def send(self, order: Any) -> None:
        if isinstance(order, jobs.Cancel):
            self.cancelled.add(order.job)
        else:
            self.orders.append(order)

    def kill(self) -> None:
        self.killed = True

    def get_ready(self) -> None:
        """Answer that the model is loaded."""
        self._deliver(jobs.Ready(self._generator.describe(), self._cost, getattr(self._generator, "learn_step_s", 0.0)))

    def die(self, text: str = "killed by signal 9") -> None:
        """End as a killed process does."""
        self.killed = True
        self._deliver(jobs.Gone(text))

    def begin(self) -> Any:
        """Take the next order that is still wanted and answer nothing yet; None when there is none."""
        while self.orders:
            order = self.orders.pop(0)
            if isinstance(order, jobs.Forget):
                del self._prepared[order.version]
            elif isinstance(order, jobs.KeepLearned):
                self._generator.keep_learned(self._prepared[order.version].adapted, order.file)
            elif getattr(order, "job", None) in self.cancelled:
                self._deliver(jobs.Cancelled(order.job))
            else:
                return order
        return None

    def finish(self, order: Any, seconds: float) -> None:
        """Answer an order that took `seconds`."""
        if isinstance(order, jobs.Prepare):
            handle = self._generator.prepare(order.take, order.codes)
            if (learned := getattr(self._prepared.get(order.heir_of), "adapted", None)) is not None:
                handle = self._generator.with_learned(handle, learned)
            elif order.learned is not None:
                handle = self._generator.with_learned(handle, self._generator.kept_learned(order.learned))
            self._prepared[order.take.version], self._learning = handle, None
            self._deliver(jobs.Prepared(order.take.version, handle.silent, handle.grid, seconds))
        elif isinstance(order, jobs.Learn):
            self._deliver(self._learn(order, seconds))
        elif order.job in self.cancelled:
            self._deliver(jobs.Cancelled(order.job))
        elif isinstance(order, jobs.Remake):
            handle = self._handle(order.request.take_version, order.plain)
            made = (self._generator.vary_from_codes(handle, order.codes, order.request),)
            self._deliver(jobs.Done(order.job, made, seconds))
        else:
            version, number = order.requests[0].take_version, None if order.beside is None else order.beside.number
            if self._beside.get(version) != number and hasattr(self._generator, "with_beside"):
                beside = None if order.beside is None else order.beside.audio
                self._prepared[version] = self._generator.with_beside(self._prepared[version], beside)
                self._beside[version] = number
            handle = self._handle(version, order.plain)
            made = tuple(self._generator.vary(handle, request, start=order.start) for request in order.requests)
            self._deliver(jobs.Done(order.job, made, seconds))

    def _handle(self, version: int, plain: bool) -> ToneTake:
        handle = self._prepared[version]
        return self._generator.with_learned(handle, None) if plain and getattr(handle, "adapted", None) is not None else handle

    def _learn(self, order: jobs.Learn, seconds: float) -> jobs.Learned:
        """As many steps as fit into `seconds`, at least one."""
        step_s = self.slowdown * self._generator.learn_step_s
        handle = self._prepared[order.version]
        if self._learning is None or self._learning[0] != order.version:
            learning = self._generator.learn(handle, order.seed)
            if learning is None:
                return jobs.Learned(order.version, 1.0, 0.0, handle.adapted is not None, 0.0)
            self._learning = (order.version, learning)
        learning = self._learning[1]
        for _ in range(max(1, round(seconds / step_s))):
            if not learning.step():
                self._learning = None
                break
        if learning.adapted is not None:
            self._prepared[order.version] = handle = self._generator.with_learned(handle, learning.adapted)
        return jobs.Learned(order.version, learning.share, learning.gain, handle.adapted is not None, step_s)

    def seconds_for(self, order: Any) -> float:
        """What an order costs by the figures this worker gave of itself."""
        if isinstance(order, jobs.Learn):  # it looks at the clock between two steps
            step_s = self.slowdown * self._generator.learn_step_s
            return math.ceil(order.seconds / step_s) * step_s
        if not isinstance(order, jobs.Vary):
            return 0.0
        handle = self._prepared[order.requests[0].take_version]
        audio_s = len(order.requests) * len(handle.audio) / handle.sample_rate
        return self._cost.seconds(audio_s, order.requests[0].sampling_steps, order.requests[0].prompt.feedback_steps)
