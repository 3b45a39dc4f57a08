"""A loop and its variations played by the real engine with no sound card, faster than real time.

What `demo` and `render` share. The generator runs in this process and the engine waits for each offer, so that nothing
is ever late; what it would have been at the instrument is for the caller to judge from the seconds that each one took.
"""

from __future__ import annotations

import contextlib
import secrets
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from unloop_py.audio_io.offline import OfflineStream
from unloop_py.control.parameters import by_name
from unloop_py.engine.engine import SAMPLE_RATES, Engine
from unloop_py.engine.messages import Command, CommandKind, Control, Event, EventKind
from unloop_py.errors import AudioFileError
from unloop_py.generator.spec import Generator, Prompt, Take, Variation, VariationRequest
from unloop_py.vamper.seeds import seed_of_repetition

BLOCK_FRAMES = 1024
PRE_ROLL_S = 1.0  # longer than any seam: what the loop would have been playing before its first frame
MAX_LOOP_S = 60.0


@dataclass(frozen=True, eq=False)
class Pass:
    """One time round the loop.

    Attributes
    ----------
    audio : ndarray (loop_frames, channels) float32
        What the engine played.
    index : int
        0 is the take itself, then 1, 2, ...
    late : bool
        Whether the seam before it came with no offer ready.
    seconds_to_generate : float
        Wall time from asking for its variation to having it; 0 for the take.
    variation : Variation or None
        None when the take itself plays.
    """

    audio: np.ndarray
    index: int
    late: bool = False
    seconds_to_generate: float = 0.0
    variation: Variation | None = None


def check_loop(audio: np.ndarray, sample_rate: int, name: str) -> None:
    """Refuse what the engine cannot hold.

    Raises
    ------
    AudioFileError
        Names the file, the limit and the cure.
    """
    if sample_rate not in SAMPLE_RATES:
        known = ", ".join(str(rate) for rate in SAMPLE_RATES)
        raise AudioFileError(f"{name} has a rate of {sample_rate} Hz: convert it to one of {known} Hz first")
    seconds = len(audio) / sample_rate
    if seconds > MAX_LOOP_S:
        raise AudioFileError(f"{name} lasts {seconds:.1f} s: a loop holds at most {MAX_LOOP_S:g} s; cut it first")


def load_generator(model: str, compute: str, lora_scale: float | None = None, model_threads: int | None = None) -> Generator:
    """The generator that `jam`'s worker would load, in this process. Nothing sounds meanwhile, so it may use every core.

    Raises ModelError.
    """
    from unloop_py.generator.vamp import load_generator  # torch: only once the arguments have been found good

    return load_generator(model=model, compute=compute, threads=model_threads, lora_scale=lora_scale)


def base_seed(seed: int) -> int:
    """The seed that a whole performance starts from: the one that was asked for, or a new one for 0."""
    return seed or secrets.randbelow(int(by_name("seed").maximum)) + 1


def perform(
    audio: np.ndarray,
    sample_rate: int,
    generator: Generator,
    values: Mapping[str, float | int],
    *,
    custom: bool,
    repeats: int,
    seed: int,
    progress: Callable[[float], None],
) -> Iterator[Pass]:
    """Record ``audio`` as a loop, then yield its first pass and ``repeats`` variations, in order, as they are played.

    Parameters
    ----------
    audio : ndarray (frames, channels) float32
        1 or 2 channels; taken as a circle.
    sample_rate : int
        Hz.
    generator : Generator
    values : mapping
        Every parameter of the table.
    custom : bool
        Whether raw prompts were given, so that ``variation`` 0 does not mean the take's own samples.
    repeats : int
    seed : int
        Each repetition's own is derived from it.
    progress : callable
        Told the repetitions done so far, with a fraction for the one being made.
    """
    frames, channels = audio.shape
    # A second more than the loop: at its longest a recording ends by itself, and here it is to be ended.
    with signals_held():
        engine = Engine(sample_rate=sample_rate, channels=channels, max_loop_s=frames / sample_rate + 1.0)
    stream = OfflineStream(engine)
    watch = _Watch(engine)
    prompt = Prompt(**{name: values[name] for name in Prompt.__dataclass_fields__})
    vary = bool(custom or values["variation"] > 0 or prompt.reshapes)
    _set_up(engine, values, vary)
    _record(engine, stream, audio, sample_rate)

    silence = np.zeros_like(audio)
    prepared: Any = None
    coming: tuple[Variation, float] | None = None
    for index in range(repeats + 1):
        sounding, coming = coming, None
        played: list[np.ndarray] = []
        remaining = frames
        while watch.take is None and remaining:
            # The take is complete a moment after the recording ends: play on until the engine says so.
            count = min(BLOCK_FRAMES, remaining)
            played.append(stream.run(silence[:count], count))
            remaining -= count
            watch.look()
        if vary and index < repeats and watch.take is not None:
            asked = time.perf_counter()
            if prepared is None:
                prepared = generator.prepare(Take(watch.take.take, watch.audio(), sample_rate))
            own_seed = seed_of_repetition(seed, index + 1, bool(prompt.seed_lock))
            request = VariationRequest(watch.take.take, index + 1, own_seed, prompt, int(values["steps"]))
            variation = generator.vary(prepared, request, progress=lambda share, done=index: progress(done + share))
            _offer(engine, variation)
            coming = variation, time.perf_counter() - asked
        played.append(stream.run(silence[:remaining], BLOCK_FRAMES))
        watch.look()
        variation, seconds = sounding or (None, 0.0)
        yield Pass(
            audio=np.concatenate(played),
            index=index,
            late=index in watch.late,
            seconds_to_generate=seconds,
            variation=variation,
        )
        progress(min(index + 1, repeats))


@contextlib.contextmanager
def signals_held() -> Iterator[None]:
    """Hold Ctrl-C and a termination back while the block lasts.

    The compiler that loads the engine calls back into Python, and what a signal's handler raises there is lost.
    """
    if threading.current_thread() is not threading.main_thread():  # signals never come here
        yield
        return
    held: list[int] = []
    usual = {number: signal.signal(number, lambda n, _: held.append(n)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
        for number in held:
            signal.raise_signal(number)


class _Watch:
    """What the engine has told about the take and the seams."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.take: Event | None = None
        self.late: set[int] = set()

    def look(self) -> None:
        for event in self._engine.events():
            if event.kind is EventKind.TAKE:
                self.take = event
            elif event.kind is EventKind.SEAM and event.late:
                self.late.add(event.index)

    def audio(self) -> np.ndarray:
        """A copy of the take's audio (frames, channels) float32."""
        assert self.take is not None
        return self._engine.buffer(self.take.slot)[: self.take.index].copy()


def _set_up(engine: Engine, values: Mapping[str, float | int], vary: bool) -> None:
    for control in Control:
        engine.send(Command(CommandKind.SET, control=control, value=float(values[control.name.lower()])))
    engine.send(Command(CommandKind.GENERATE, value=float(vary)))


def _record(engine: Engine, stream: OfflineStream, audio: np.ndarray, sample_rate: int) -> None:
    """Play the circle into the engine as a musician would, with its end before its beginning, and record it."""
    pre_roll = audio[-min(len(audio), round(PRE_ROLL_S * sample_rate)) :]
    engine.send(Command(CommandKind.RECORD, frame=len(pre_roll)))
    engine.send(Command(CommandKind.RECORD, frame=len(pre_roll) + len(audio)))
    stream.run(pre_roll, BLOCK_FRAMES)
    stream.run(audio, BLOCK_FRAMES)


def _offer(engine: Engine, variation: Variation) -> None:
    slot = engine.acquire_slot(len(variation.audio))
    engine.buffer(slot)[: len(variation.audio)] = variation.audio
    request = variation.request
    engine.send(
        Command(
            CommandKind.OFFER,
            slot=slot,
            take=request.take_version,
            tag=request.index,
            correlation=variation.correlation,
        )
    )
