"""Tokens of rendered loops on disk, several differently treated readings of each loop.

A reading is turned by part of a hop, retuned a little, tilted and sometimes mixed with another loop before it is
encoded, so that the masked models see many more loops than were rendered.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from unloop_py.evaluation.measures import levelled
from unloop_py.generator.codec import Codec
from unloop_py.training.store import LoopStore


class TokenStore:
    """``store[i]`` -> codes (n_codebooks, steps) int16 of reading i. One writer at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.rows: list[dict] = []
        self._codes: np.ndarray | None = None
        self.refresh()

    def refresh(self) -> None:
        """Read what another process has added since."""
        index = self.folder / "index.jsonl"
        if index.exists():
            self.rows = [json.loads(line) for line in index.read_text().splitlines() if line.endswith("}")]
            self._codes = np.memmap(self.folder / "codes.i16", np.int16, "r") if self.rows else None

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> np.ndarray:
        row = self.rows[i]
        return self._codes[row["start"] : row["start"] + row["codebooks"] * row["steps"]].reshape(row["codebooks"], row["steps"])

    def encode(self, loops: LoopStore, codec: Codec, readings: int, seed: int = 0) -> None:
        """Add the readings that are not there yet. Reading 0 of each loop is the loop as it is."""
        have = {(row["loop"], row["reading"]) for row in self.rows}
        start = self.rows[-1]["start"] + self.rows[-1]["codebooks"] * self.rows[-1]["steps"] if self.rows else 0
        path = self.folder / "codes.i16"
        path.touch()
        with path.open("r+b") as codes_file, (self.folder / "index.jsonl").open("a") as index:
            codes_file.seek(2 * start)
            codes_file.truncate()
            for reading in range(readings):
                for i in range(len(loops)):
                    if (i, reading) in have:
                        continue
                    audio = loops[i]
                    if reading:
                        audio = treat(audio, loops, np.random.default_rng([seed, i, reading]))
                    codes = codec.encode(torch.from_numpy(levelled(audio))[None, None])[0].to(torch.int16).numpy()
                    codes_file.write(codes.tobytes())
                    codes_file.flush()
                    row = {"loop": i, "reading": reading, "start": start, "codebooks": codes.shape[0], "steps": codes.shape[1]}
                    index.write(json.dumps(row) + "\n")
                    index.flush()
                    start += codes.size
        self.refresh()


def treat(audio: np.ndarray, loops: LoopStore, rng: np.random.Generator) -> np.ndarray:
    """Turned, retuned by up to 1.5 semitones, tilted, sometimes mixed with another loop; still a loop."""
    frames = int(len(audio) * 2 ** (rng.uniform(-1.5, 1.5) / 12))
    if rng.random() < 0.25:
        i = int(rng.integers(len(loops)))
        other = loops.piece(i, int(rng.integers(loops.rows[i]["frames"])), len(audio))
        audio = audio + other * np.float32(10 ** (rng.uniform(-12, 0) / 20))
    where = np.arange(frames) * (len(audio) / frames) + rng.uniform(0, len(audio))
    audio = np.interp(where % len(audio), np.arange(len(audio) + 1), np.append(audio, audio[:1]))
    spectrum = np.fft.rfft(audio)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(frames, 1 / 44_100), 30) / 1000)
    spectrum *= 10 ** (np.clip(rng.normal(0, 1) * octaves, -12, 12) / 20)
    return np.fft.irfft(spectrum, n=frames).astype(np.float32)
