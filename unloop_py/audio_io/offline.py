"""No device and no clock: the engine as fast as it goes, for files and for tests."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..engine.engine import Engine


class OfflineStream:
    """Run an engine over arrays. It is the same compiled code that a sound card calls. Any one thread.

    Parameters
    ----------
    engine : Engine
    block : int
        Frames a block where `run` is not told otherwise.
    """

    def __init__(self, engine: Engine, block: int = 1024) -> None:
        self.engine = engine
        self.sample_rate = engine.sample_rate
        self.block = block
        self.input_latency_frames = 0
        self.output_latency_frames = 0
        self.xruns = 0

    def start(self) -> None:
        """Nothing to start: time passes in `run`."""

    def stop(self) -> None:
        """Nothing to stop."""

    def run(self, audio: np.ndarray, block: int | Iterable[int] | None = None) -> np.ndarray:
        """Let the engine hear `audio` and return what it played meanwhile.

        Parameters
        ----------
        audio : np.ndarray
            (frames, the engine's `n_inputs`); converted to float32 if it is not.
        block : int or iterable of int, optional
            Frames a block, or the length of one block after the other, the last one repeated.

        Returns
        -------
        np.ndarray
            float32 (frames, the engine's `output_channels`).
        """
        audio = np.ascontiguousarray(audio, np.float32)
        output = np.empty((len(audio), self.engine.output_channels), np.float32)
        lengths = iter([self.block if block is None else block] if block is None or isinstance(block, int) else block)
        length = next(lengths)
        at = 0
        while at < len(audio):
            self.engine.process(audio[at : at + length], output[at : at + length])
            at += length
            length = next(lengths, length)
        return output

    def silence(self, frames: int, block: int | Iterable[int] | None = None) -> np.ndarray:
        """Let `frames` frames of silence go in, and return what came out."""
        return self.run(np.zeros((frames, self.engine.n_inputs), np.float32), block)
