"""What `vamp` returns: the variations, what they were made of, and all of it as files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from unloop_py import __version__
from unloop_py.audio_io.loop_file import Marks, write_loop
from unloop_py.beats.grid import BeatGrid
from unloop_py.generator.spec import Variation, VariationRequest
from unloop_py.paths import check_writable_folder, written_beside


@dataclass(frozen=True, eq=False)
class Vamped(Sequence[np.ndarray]):
    """Variations of a loop. As a sequence it is their sound: ``made[0]`` is the first variation's, ``len(made)`` how many there are.

    Attributes
    ----------
    take : ndarray float32
        The loop, of the shape that was given.
    rate : int
        Of everything in it, in Hz.
    seed : int
        That all were made from: given again, it makes them again.
    audio : tuple of ndarray float32
        The variations, each of the take's shape.
    seeds : tuple of int
        Each one's own.
    masks : tuple of ndarray (n_codebooks, steps) uint8
        1 where a token was made, 0 where it is the take's.
    codes : tuple of ndarray (n_codebooks, steps) int16
        Their tokens.
    distances : tuple of float
        From the take, 0..1: the share of coarse tokens that are not the take's.
    notes : tuple of str
        What one should know, such as that the take is silent.
    beats : ndarray (beats,) float64 or None
        Of the take, in seconds; None where no beat was found.
    tempo : float or None
        In beats per minute.
    silent : bool
        Whether there was nothing in the take to vary.
    facts : dict
        What the generator says of itself.
    request : VariationRequest
        The first variation's: its prompt and steps are all of theirs.
    seconds : tuple of float
        That each took.
    """

    take: np.ndarray = field(repr=False)
    rate: int
    seed: int
    audio: tuple[np.ndarray, ...] = field(repr=False)
    seeds: tuple[int, ...]
    masks: tuple[np.ndarray, ...] = field(repr=False)
    codes: tuple[np.ndarray, ...] = field(repr=False)
    distances: tuple[float, ...]
    notes: tuple[str, ...]
    beats: np.ndarray | None = field(repr=False)
    tempo: float | None
    silent: bool
    facts: dict[str, Any] = field(repr=False)
    request: VariationRequest = field(repr=False)
    seconds: tuple[float, ...] = field(repr=False)

    @classmethod
    def of(cls, take: np.ndarray, rate: int, seed: int, made: Sequence[Variation], silent: bool,
           facts: dict[str, Any]) -> Vamped:
        """Variations of a take (frames,) or (frames, channels), as a generator made them."""
        grid = next((one.grid for one in made if one.grid is not None), None)
        return cls(
            take, rate, seed, tuple(np.ascontiguousarray(one.audio.reshape(take.shape), np.float32) for one in made),
            tuple(one.request.seed for one in made), tuple(one.mask for one in made), tuple(one.codes for one in made),
            tuple(one.distance for one in made), tuple(dict.fromkeys(note for one in made for note in one.notes)),
            None if grid is None else _beats_s(grid), None if grid is None else grid.tempo_bpm, silent, facts,
            made[0].request, tuple(one.seconds for one in made),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.audio)

    def __getitem__(self, at: Any) -> Any:
        return self.audio[at]

    def describe(self) -> dict[str, Any]:
        """All but the sound and the tokens, JSON-ready; what one needs to make them again."""
        each = zip(self.seeds, self.masks, self.distances, self.seconds, strict=True)
        return {
            "unloop": __version__,
            "model": self.facts.get("model"),
            "rate": self.rate,
            "frames": len(self.take),
            "channels": 1 if self.take.ndim == 1 else self.take.shape[1],
            "beats": None if self.beats is None else [round(float(beat), 4) for beat in self.beats],
            "tempo": None if self.tempo is None else round(self.tempo, 3),
            "seed": self.seed,
            "steps": self.request.sampling_steps,
            "prompt": self.request.prompt.to_dict(),
            "notes": list(self.notes),
            "variations": [
                {"seed": seed, "share_made_new": round(float(mask.mean()), 4), "distance": round(distance, 4), "seconds": round(seconds, 3)}
                for seed, mask, distance, seconds in each
            ],
        }

    def write(self, number: int, path: str | Path) -> None:
        """Write one variation, counted from 1, or the take (0) as an audio file, with its loop and its beats marked.

        Raises AudioFileError.
        """
        sound = self.audio[number - 1] if number else self.take
        beats = 0 if self.beats is None else len(self.beats)
        write_loop(path, sound[:, None] if sound.ndim == 1 else sound, self.rate, Marks(0, len(sound), beats, self.tempo or 0.0))

    def save(self, folder: str | Path, name: str = "vamp") -> list[Path]:
        """Write everything into a folder, which is made; files of those names are written over.

        Parameters
        ----------
        folder : str or Path
            The folder that it stands in must be there.
        name : str
            What the files' names begin with.

        Returns
        -------
        list of Path
            ``NAME-take.wav``, ``NAME-1.wav`` and on, ``NAME.npz`` (`codes` and `masks`, one after the other) and ``NAME.json``.

        Raises
        ------
        AudioFileError
            Nothing can be written there.
        """
        folder = check_writable_folder(folder)
        folder.mkdir(exist_ok=True)
        paths = [folder / f"{name}-{number or 'take'}.wav" for number in range(len(self) + 1)]
        for number, path in enumerate(paths):
            self.write(number, path)
        tokens, facts = folder / f"{name}.npz", folder / f"{name}.json"
        with written_beside(tokens) as beside:
            np.savez_compressed(beside, codes=np.stack(self.codes), masks=np.stack(self.masks))
        with written_beside(facts) as beside:
            beside.write_text(json.dumps(self.describe(), indent=2) + "\n", encoding="utf-8")
        return [*paths, tokens, facts]


def _beats_s(grid: BeatGrid) -> np.ndarray:
    """Every beat of a grid, in seconds."""
    return (grid.first_beat_frame + grid.beat_length_frames * np.arange(grid.beats)) / grid.sample_rate
