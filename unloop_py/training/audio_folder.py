"""A folder of audio files of any kind, as a stock to draw from: mono, at one rate, stretch by stretch, never all at once.

Which files there are, and which of them judge, depends on their names alone, so that every process of a training run and
every restart sees the same.
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from unloop_py.audio_io.wav import AudioFacts, audio_facts, audio_files, read_stretch
from unloop_py.errors import AudioFileError
from unloop_py.generator import circle

logger = logging.getLogger(__name__)

STRETCH_S = 20.0


class AudioFolder:
    """Some of a folder's files. Any thread.

    Parameters
    ----------
    files : sequence of (Path, AudioFacts)
    sample_rate : int
        Hz, of everything that is read.

    Attributes
    ----------
    rows : list of dict
        ``frames`` of each stretch, at ``sample_rate``: with ``piece`` and indexing what a `LoopStore` offers.
    """

    def __init__(self, files: Sequence[tuple[Path, AudioFacts]], sample_rate: int) -> None:
        self.files, self.sample_rate = list(files), sample_rate
        self.rows: list[dict] = []
        self._places: list[tuple[int, int]] = []
        for number, (_, facts) in enumerate(self.files):
            frames = round(facts.seconds * sample_rate)
            stretch = round(STRETCH_S * sample_rate)
            for start in range(0, max(frames, 1), stretch):
                if frames - start >= sample_rate or start == 0:
                    self._places.append((number, start))
                    self.rows.append({"frames": min(stretch, frames - start)})

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> np.ndarray:
        """Stretch i, (frames,) float32."""
        return self.piece(i, 0, self.rows[i]["frames"])

    def piece(self, i: int, start: int, frames: int) -> np.ndarray:
        """``frames`` of the file of stretch ``i`` from ``start`` frames into it; a file that ends begins again."""
        number, offset = self._places[i]
        path, facts = self.files[number]
        whole = round(facts.seconds * self.sample_rate)
        first, parts = (offset + start) % max(whole, 1), []
        while frames > 0:
            part = self._read(path, facts, first, min(frames, whole - first))
            parts.append(part)
            frames -= len(part)
            first = 0
        return np.concatenate(parts)

    @property
    def places(self) -> list[int]:
        """The number of the file that each stretch lies in."""
        return [number for number, _ in self._places]

    @property
    def seconds(self) -> float:
        """How long they last together."""
        return sum(facts.seconds for _, facts in self.files)

    @cached_property
    def sha256(self) -> list[str]:
        """Digests of the files: what a model was trained on."""
        found = []
        for path, _ in self.files:
            with path.open("rb") as file:
                found.append(hashlib.file_digest(file, "sha256").hexdigest())
        return found

    def _read(self, path: Path, facts: AudioFacts, first: int, frames: int) -> np.ndarray:
        ratio = facts.sample_rate / self.sample_rate
        audio = read_stretch(path, math.floor(first * ratio), math.ceil(frames * ratio) + 1)
        mono = audio.mean(axis=1) if len(audio) else np.zeros(1, np.float32)
        return circle.resample(mono.astype(np.float32), facts.sample_rate, self.sample_rate, frames)


def open_folder(data: Path, sample_rate: int, held_out: float) -> tuple[AudioFolder, AudioFolder, list[str]]:
    """The files to learn from, those that judge, and a line for each that cannot be read.

    Raises AudioFileError when nothing can be read.
    """
    readable, notes = [], []
    for path in audio_files([data]):
        try:
            facts = audio_facts(path)
            if facts.frames == 0:
                raise AudioFileError(f"{path} holds no sound at all")
            readable.append((path, facts))
        except AudioFileError as error:
            notes.append(f"skipped: {error}")
    if notes:
        notes.append(f"{len(notes)} of {len(notes) + len(readable)} files could not be read")
    if not readable:
        raise AudioFileError(f"none of the {len(notes) - 1} audio files in {data} can be read: {notes[0]}")
    lots = [_lot(path.relative_to(data) if data.is_dir() else path) for path, _ in readable]
    aside = {i for i, lot in enumerate(lots) if lot < held_out}
    if held_out and len(readable) > 1 and not aside:
        aside = {lots.index(min(lots))}
    if len(aside) == len(readable):
        aside.discard(lots.index(max(lots)))
    learned = [row for i, row in enumerate(readable) if i not in aside]
    judging = [row for i, row in enumerate(readable) if i in aside]
    return AudioFolder(learned, sample_rate), AudioFolder(judging, sample_rate), notes


def _lot(path: Path) -> float:
    """0..1 by a file's name."""
    return int(hashlib.sha256(path.as_posix().encode()).hexdigest()[:8], 16) / 2**32
