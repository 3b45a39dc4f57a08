"""A state of a loop as a WAV file: what led up to it, the loop, what came after it, and a mark round the loop.

Any player plays it, any sampler loops it, and what a cross-fade at the seam needs is there.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np

from unloop_py.audio_io.loop_file import Marker, Marks, wav_header, wav_marks
from unloop_py.audio_io.wav import read_audio
from unloop_py.errors import AudioFileError
from unloop_py.sessions.disk import Disk

ROLL_S = 0.5    # of what comes before a loop, and of what comes after it


def write_layer(disk: Disk, path: Path, before: np.ndarray, loop: np.ndarray, after: np.ndarray, sample_rate: int) -> None:
    """Write (frames, channels) float32 arrays, one after the other. Raises OSError."""
    start, end = len(before), len(before) + len(loop)
    marks = wav_marks(Marks(start, end, markers=(Marker(start, "loop"), Marker(end, "end"))), sample_rate)
    header = wav_header(end + len(after), loop.shape[1], sample_rate, len(marks))
    samples = [memoryview(np.ascontiguousarray(part, "<f4")).cast("B") for part in (before, loop, after) if len(part)]
    disk.write(path, [header, *samples, marks])


def rolled(loop: np.ndarray, frames: int) -> tuple[np.ndarray, np.ndarray]:
    """What comes before and after a loop that goes round: its own end and its own head."""
    frames = min(frames, len(loop))
    return loop[len(loop) - frames :], loop[:frames]


def crc(loop: np.ndarray) -> int:
    """CRC-32 of a loop's samples."""
    return zlib.crc32(np.ascontiguousarray(loop, "<f4"))


def read_layer(path: Path, start: int, frames: int, expected_crc: int) -> tuple[np.ndarray, int]:
    """The loop of a file (frames, channels) float32, and its rate. Raises AudioFileError when it is not the one that was written."""
    audio, sample_rate = read_audio(path, minimum_s=0.0)
    loop = audio[start : start + frames]
    if len(loop) < frames or crc(loop) != expected_crc:
        raise AudioFileError(f"{path} is damaged: it is not the loop that was written")
    return loop, sample_rate
