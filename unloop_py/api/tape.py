"""All that sounded from loops without a device, and as files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from unloop_py.audio_io.loop_file import Marks, write_loop
from unloop_py.audio_io.wav import AudioWriter
from unloop_py.errors import AudioFileError
from unloop_py.paths import check_writable_folder


class Tape:
    """What an engine played, from its first frame on, in memory.

    Parameters
    ----------
    sample_rate : int
        Hz.
    channels : int
        Of the whole, and of each loop's part where there are parts.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._sample_rate, self._channels = sample_rate, channels
        self._pieces: list[np.ndarray] = []

    def add(self, played: np.ndarray) -> None:
        """Something sounded: (frames, channels of the whole and then of each part) float32."""
        self._pieces.append(played)

    def part(self, number: int = 0) -> np.ndarray:
        """A part (frames, channels) float32, C-contiguous: 0 is the whole, then loop by loop."""
        channels = slice(number * self._channels, (number + 1) * self._channels)
        return np.concatenate([np.empty((0, self._channels), np.float32), *(one[:, channels] for one in self._pieces)])

    def export(self, folder: str | Path, takes: dict[int, np.ndarray], parts: range) -> list[Path]:
        """Write the whole, takes by the numbers of their loops, and parts into a new or empty folder.

        Raises
        ------
        AudioFileError
            Nothing can be written there, or something is there already.
        """
        folder = check_writable_folder(folder)
        if folder.exists() and any(folder.iterdir()):
            raise AudioFileError(f"{folder} is not empty: name a new folder")
        folder.mkdir(exist_ok=True)
        paths = [folder / "master.wav"]
        self._write(paths[0], 0)
        for number in sorted({*takes, *parts}):
            if number in takes:
                paths.append(folder / f"loop {number}.wav")
                write_loop(paths[-1], takes[number], self._sample_rate, Marks(0, len(takes[number])))
            if number in parts:
                paths.append(folder / f"loop {number} performance.wav")
                self._write(paths[-1], number)
        return paths

    def _write(self, path: Path, part: int) -> None:
        with AudioWriter(path, self._sample_rate, self._channels) as writer:
            writer.write(self.part(part))
