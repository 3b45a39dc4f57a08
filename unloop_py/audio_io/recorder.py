"""What was played, into a file, by a thread that the sound never waits for."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import numpy as np

from ..engine.engine import Engine
from ..errors import AudioFileError
from .wav import AudioWriter

log = logging.getLogger(__name__)

STEP_S = 0.1
PIECE = 1 << 15  # frames written at a time


class Recorder:
    """Record the engine's output from `start` to `stop`. Control thread.

    The engine keeps its newest output in a ring of about 5 s; a thread copies from there to the file. If the disk
    stalls for longer, the gap is filled with silence, so that the file keeps time, and counted.

    Parameters
    ----------
    engine : Engine
    path : str or Path
        Appears when the recording is stopped; see `wav.AudioWriter`.

    Attributes
    ----------
    lost_frames : int
        Frames that the disk was too slow for.

    Raises
    ------
    AudioFileError
        The file cannot be written there.
    """

    def __init__(self, engine: Engine, path: str | Path) -> None:
        self.lost_frames = 0
        self._engine = engine
        self._writer = AudioWriter(path, engine.sample_rate, engine.channels)
        self._path = Path(path)
        self._at = 0
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Record from the frame that the engine plays next."""
        self._writer.__enter__()
        self._at = self._engine.frame()
        self._ending.clear()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what is still missing and give the file its name. Call it after the stream has stopped."""
        if self._thread is None:
            return
        self._ending.set()
        self._thread.join()
        self._thread = None
        self._writer.__exit__(None, None, None)
        if self.lost_frames:
            log.warning("%s has gaps: the disk was too slow for %d frames", self._path, self.lost_frames)

    def _run(self) -> None:
        try:
            while not self._ending.wait(STEP_S):
                self._copy()
            self._copy()
        except AudioFileError as error:  # the music goes on; the file holds what could be written
            log.error("recording has stopped: %s", error)

    def _copy(self) -> None:
        end = self._engine.frame()
        while self._at < end:
            frames = min(PIECE, end - self._at)
            audio = self._engine.played(self._at, frames)
            if self._engine.frame() - self._at > self._engine.played_frames:
                audio = np.zeros_like(audio)
                self.lost_frames += frames
            self._writer.write(audio)
            self._at += frames
