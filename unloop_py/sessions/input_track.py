"""What came in while something was recorded, overdubbed or listened to, in files that grow while it does."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

import numpy as np

from unloop_py.audio_io.loop_file import WAV_HEADER_BYTES, wav_header
from unloop_py.sessions.state import Entry
from unloop_py.sessions.writer import Job, file_job

log = logging.getLogger(__name__)

PIECE_S = 0.25              # goes to the disk at a time
FILE_BYTES = 512 << 20      # of one file


class Ears(Protocol):
    """What of the engine is listened at: its clock and its newest input."""

    sample_rate: int
    channels: int
    n_inputs: int

    @property
    def heard_frames(self) -> int: ...

    @property
    def latency(self) -> int: ...

    @property
    def compensates_monitoring(self) -> bool: ...

    def latency_at(self, dry: float) -> int: ...

    def frame(self) -> int: ...

    def heard_everywhere(self, start_frame: int, frames: int) -> np.ndarray: ...

    def heard_by(self, loop: int, start_frame: int, frames: int) -> np.ndarray: ...


class InputTrack:
    """Keeps input from when it is wanted until a frame that moves on. Conductor's thread.

    Parameters
    ----------
    ears : Ears
    put : callable
        Takes the jobs.
    add : callable
        Takes the entry of each file that begins.

    Attributes
    ----------
    until : int
        The frame up to which it is wanted, once nothing is open.
    bytes : int
        That went to the disk.
    """

    def __init__(self, ears: Ears, put: Callable[[Job], None], add: Callable[[Entry], None]) -> None:
        self.until = self.bytes = 0
        self._ears, self._put, self._add = ears, put, add
        self._number = 0
        self._from, self._at = 0, -1    # first frame of the file that grows, and the next one of it; -1: none grows

    def want(self, start: int) -> None:
        """Keep what comes in from `start` on, if nothing is kept already."""
        if self._at < 0:
            self._begin(max(0, start, self._ears.frame() - self._ears.heard_frames))

    def step(self, frame: int, is_open: bool) -> None:
        """Hand on what has come in by `frame`; while it `is_open`, nobody knows how long it will be wanted."""
        if self._at < 0:
            return
        ending = not is_open and frame >= self.until
        end = self.until if ending else frame
        if ending or end - self._at >= PIECE_S * self._ears.sample_rate:
            if frame - self._at > self._ears.heard_frames:
                log.warning("%s has a gap: %d frames could not be kept in time", self._file, frame - self._at)
                self._at = frame - self._ears.heard_frames
            if end > self._at:
                self._write(self._ears.heard_everywhere(self._at, end - self._at), end)
        if ending:
            self._at = -1
        elif (self._at - self._from) * 4 * self._ears.n_inputs > FILE_BYTES:
            self._begin(self._at)

    @property
    def _file(self) -> str:
        return f"input-{self._number:04d}.wav"

    def _begin(self, start: int) -> None:
        self._number += 1
        self._from = self._at = start
        self._add({"what": "input", "at": start, "file": self._file})

    def _write(self, audio: np.ndarray, end: int) -> None:
        channels = self._ears.n_inputs
        at = WAV_HEADER_BYTES + (self._at - self._from) * 4 * channels
        header = wav_header(end - self._from, channels, self._ears.sample_rate)
        data = np.ascontiguousarray(audio, "<f4").tobytes()
        self._put(file_job(self._file, lambda disk, path: disk.patch(path, [(0, header), (at, data)]), len(data)))
        self.bytes += len(data)
        self._at = end
