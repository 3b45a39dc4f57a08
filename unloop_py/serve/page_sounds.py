"""What the page shows of a sound, and what a visitor asks for: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unloop_py.control.parameters import by_name
from unloop_py.generator.spec import Prompt


@dataclass(frozen=True, eq=False, slots=True)
class Sound:
    """A take, or a variation of one.

    Attributes
    ----------
    title : str
        What it is called, and its file.
    path : Path
        WAV of 32-bit floats, exactly as long as what came in.
    sample_rate, frames, channels : int
    outline : ndarray (places,) float32
        0..1, how far it swings at each place.
    seed : int
        Of a variation: typed again, it gives the same. 0 of what came in.
    codes, mask : ndarray or None
        A variation's tokens, and which of them are new: (n_codebooks, steps).
    codec : str
        Whose tokens they are.
    distance, seconds : float
        How far it is from its take, 0..1, and the wall time that it took.
    notes : tuple of str
        What its player should know.
    """

    title: str
    path: Path
    sample_rate: int
    frames: int
    channels: int
    outline: np.ndarray
    seed: int = 0
    codes: np.ndarray | None = None
    mask: np.ndarray | None = None
    codec: str = ""
    distance: float = 0.0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def length_s(self) -> float:
        """How long it lasts."""
        return self.frames / self.sample_rate

    @property
    def facts_path(self) -> Path:
        """Beside a variation: how it was made."""
        return self.path.with_suffix(".json")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor asks for.

    Attributes
    ----------
    prompt : Prompt
    steps : int
    seed : int
        0 draws one.
    count : int
        How many; each has the seed after that of the one before.
    model : str
        "" is the service's own choice.
    """

    prompt: Prompt = Prompt()
    steps: int = int(by_name("steps").default)
    seed: int = 0
    count: int = 2
    model: str = ""
