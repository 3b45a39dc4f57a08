"""An instrument without a sound card: the same engine, paced by the clock, hearing a file round and round."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ..engine.engine import Engine
from ..errors import AudioFileError
from .recorder import Recorder
from .wav import read_audio

DEFAULT_BLOCK = 256
GIVE_UP_S = 2.0  # further behind than this, a block is not caught up with but lost: the clock that OSC times are told by slips


class VirtualStream:
    """Run an engine in real time with no device. Control thread.

    Parameters
    ----------
    engine : Engine
    input_file : str or Path, optional
        What the engine hears, round and round; silence without it. Its rate must be the engine's.
    record : str or Path, optional
        The file that everything played goes to; complete once `stop` returns.
    block : int
        Frames a block, 16..4096.
    more_inputs : sequence of int
        The file's channel, from 0, that each of the engine's other inputs hears; silence where it has none.
    clock, sleep : callable
        Seconds that only go forward, and how to wait for them; a test may pass its own.

    Raises
    ------
    AudioFileError
        The input cannot be read or has another rate; the recording cannot be written.
    """

    def __init__(
        self,
        engine: Engine,
        input_file: str | Path | None = None,
        *,
        record: str | Path | None = None,
        block: int | None = None,
        more_inputs: Sequence[int] = (),
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.engine = engine
        self.sample_rate = engine.sample_rate
        self.block = DEFAULT_BLOCK if block is None else block
        self.input_latency_frames = 0
        self.output_latency_frames = 0
        self.xruns = 0
        self._clock = clock
        self._sleep = sleep
        self._input = _input_for(engine, input_file, more_inputs)
        self._recorder = Recorder(engine, record) if record is not None else None
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Let time pass, from the file's beginning."""
        if self._recorder is not None:
            self._recorder.start()
        self._ending.clear()
        self._thread = threading.Thread(target=self._run, name="virtual sound card", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the time, and finish the recording."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._recorder is not None:
            self._recorder.stop()

    def _run(self) -> None:
        block_in = np.zeros((self.block, self.engine.n_inputs), np.float32)
        block_out = np.zeros((self.block, self.engine.output_channels), np.float32)
        offsets = np.arange(self.block)
        period = self.block / self.sample_rate
        due = self._clock()
        at = 0
        while not self._ending.is_set():
            wait = due - self._clock()
            if wait > 0:
                self._sleep(wait)
            elif wait < -GIVE_UP_S:
                due -= wait
                self.xruns += 1
            elif wait < -period:
                self.xruns += 1
            np.take(self._input, at + offsets, axis=0, out=block_in, mode="wrap")
            self.engine.process(block_in, block_out)
            at = (at + self.block) % len(self._input)
            due += period


def _input_for(engine: Engine, input_file: str | Path | None, more_inputs: Sequence[int]) -> np.ndarray:
    """What the engine is to hear, (frames, n_inputs) float32; inputs beside the common ones are the file's channels too."""
    if input_file is None:
        return np.zeros((1, engine.n_inputs), np.float32)
    audio, sample_rate = read_audio(input_file)
    if sample_rate != engine.sample_rate:
        raise AudioFileError(
            f"{input_file} has a rate of {sample_rate} Hz and the engine runs at {engine.sample_rate}: "
            f"use --rate {sample_rate}, or convert it"
        )
    mono = audio.mean(axis=1, dtype=np.float32, keepdims=True)
    common = audio if audio.shape[1] == engine.channels else np.repeat(mono, engine.channels, axis=1)
    more = [audio[:, index] if index < audio.shape[1] else np.zeros(len(audio), np.float32) for index in more_inputs]
    return np.ascontiguousarray(np.column_stack([common, *more]))
