"""Rendered loops on disk: one int16 file of all samples and one table of offsets, appended loop by loop.

A render that was cut short goes on where it stopped. Offline only, any process; one writer at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from unloop_py.training.loops import LoopMaker


class LoopStore:
    """Loops of one folder: ``len(store)``, ``store[i]`` -> mono float32 (frames,) at 44.1 kHz."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.samples_path = folder / "samples.i16"
        self.index_path = folder / "index.jsonl"
        self.samples_path.touch()
        self.index_path.touch()
        self._samples: np.ndarray | None = None
        lines = self.index_path.read_text().splitlines()
        self.rows: list[dict] = [json.loads(line) for line in lines if line.endswith("}")]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> np.ndarray:
        return self.piece(i, 0, self.rows[i]["frames"])

    def piece(self, i: int, start: int, frames: int) -> np.ndarray:
        """``frames`` of loop ``i`` from ``start``, round and round; reads little more than it returns."""
        row = self.rows[i]
        loop = self.samples[row["start"] : row["start"] + row["frames"]]
        return np.take(loop, np.arange(start, start + frames), mode="wrap").astype(np.float32) / 32767

    @property
    def samples(self) -> np.ndarray:
        """All samples as an int16 map of the file."""
        if self._samples is None:
            self._samples = np.memmap(self.samples_path, np.int16, "r")
        return self._samples

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[i] for i in range(len(self)))

    def render(self, seeds: range, maker: Callable[[], LoopMaker]) -> None:
        """Add the loops of ``seeds`` that are not there yet, in order."""
        have = {row["seed"] for row in self.rows}
        todo = [seed for seed in seeds if seed not in have]
        if not todo:
            return
        make = maker()
        start = self.rows[-1]["start"] + self.rows[-1]["frames"] if self.rows else 0
        with self.samples_path.open("r+b") as samples, self.index_path.open("a") as index:
            samples.seek(2 * start)
            samples.truncate()
            for seed in todo:
                loop = make.make(seed)
                samples.write((loop.audio * 32767).astype(np.int16).tobytes())
                samples.flush()
                row = {"seed": seed, "start": start, "frames": len(loop.audio),
                       "tempo": loop.tempo, "beats": loop.beats, "parts": loop.parts}
                index.write(json.dumps(row) + "\n")
                index.flush()
                self.rows.append(row)
                start += len(loop.audio)
        self._samples = None
