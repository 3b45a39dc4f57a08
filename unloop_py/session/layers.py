"""The layers of a take, what they sound like together, and what of them the model is told.

Pure: no thread, no lock, no engine.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

_serials = itertools.count(1)


@dataclass(eq=False, slots=True)
class Layer:
    """The base or an overdub.

    Attributes
    ----------
    audio : ndarray (frames, channels) float32
        At level 1; not to be written to. Shorter than the loop, it is repeated: its length divides the loop's.
    level : float
        0..1.
    mute : bool
    vary : bool
        It is what the model varies, alone or summed with others that are; the others lie untouched on top.
    serial : int
        No two layers have the same.
    """

    audio: np.ndarray
    level: float = 1.0
    mute: bool = False
    vary: bool = False
    serial: int = field(default_factory=lambda: next(_serials))

    @property
    def gain(self) -> float:
        """0..1, what it sounds at."""
        return 0.0 if self.mute else self.level


Part = tuple[np.ndarray, float]
"""Audio, repeated as often as the loop is longer, and its gain."""


def mix(parts: Iterable[Part], length: int) -> np.ndarray:
    """The sum of parts, (length, channels) float32: the same bits for the same parts, and one part at gain 1 is itself."""
    out: np.ndarray | None = None
    for audio, gain in parts:
        if out is None:
            first = audio if gain == 1.0 else audio * np.float32(gain)
            out = np.tile(first, (length // len(first), 1))
        elif gain != 0.0:
            cycles = out.reshape(length // len(audio), *audio.shape)
            cycles += audio if gain == 1.0 else audio * np.float32(gain)
    if out is None:
        raise ValueError("a loop has one layer at least")
    return out


@dataclass(frozen=True, slots=True)
class Told:
    """What of a take the model is told: these layers, at gains the largest of which is 1, and how loud that is to be."""

    layers: tuple[Layer, ...]
    gains: tuple[float, ...]
    level: float

    @property
    def key(self) -> tuple[tuple[int, float], ...]:
        """The same for what sounds the same."""
        return tuple((layer.serial, gain) for layer, gain in zip(self.layers, self.gains, strict=True))

    def audio(self, length: int) -> np.ndarray:
        """It, (length, channels) float32."""
        return mix([(layer.audio, gain) for layer, gain in zip(self.layers, self.gains, strict=True)], length)


@dataclass(frozen=True, slots=True, eq=False)
class Consists:
    """One take: its length in frames, its layers, the base first, and the length of what multiply has repeated in it, or 0."""

    length: int
    layers: tuple[Layer, ...]
    cycle: int = 0

    @property
    def gains(self) -> tuple[float, ...]:
        """What each layer is to sound at."""
        return tuple(layer.gain for layer in self.layers)

    def audio(self, gains: Sequence[float]) -> np.ndarray:
        """All layers at these gains."""
        return mix([(layer.audio, gain) for layer, gain in zip(self.layers, gains, strict=True)], self.length)

    def told(self) -> Told | None:
        """What the model is told; None where no layer varies."""
        varied = tuple(layer for layer in self.layers if layer.vary)
        if not varied:
            return None
        level = max(layer.gain for layer in varied)
        gains = tuple(layer.gain / level if level else 1.0 for layer in varied)
        return Told(varied, gains, level)


@dataclass(slots=True, eq=False)
class Repetition:
    """A variation of some layers that was offered over a take, and the parts that it was last mixed of."""

    take: int
    raw: np.ndarray
    varied: tuple[Layer, ...]
    level: float
    gains: tuple[float, ...] = ()
    slot: int = -1      # what holds it in the engine, once it has come in
    void: bool = False  # the engine knows of no such repetition

    def fits(self, consists: Consists) -> bool:
        """Whether the take still consists of what this lies over."""
        return all(layer in consists.layers for layer in self.varied) and len(self.gains) == 1 + len(self._on_top(consists))

    def wanted(self, consists: Consists) -> tuple[float, ...]:
        """Its own gain, and that of each layer which lies on top."""
        level = max((layer.gain for layer in self.varied), default=self.level)
        return (level, *(layer.gain for layer in self._on_top(consists)))

    def parts(self, consists: Consists) -> list[Layer | None]:
        """What it is mixed of: itself, which is None, and the layers on top."""
        return [None, *self._on_top(consists)]

    def audio(self, consists: Consists, gains: Sequence[float]) -> np.ndarray:
        """It and the layers on top, at these gains."""
        parts = [self.raw, *(layer.audio for layer in self._on_top(consists))]
        return mix(list(zip(parts, gains, strict=True)), consists.length)

    def kept(self, consists: Consists) -> tuple[tuple[Layer, ...], tuple[float, ...]]:
        """What the loop consists of once this is its take, and at which gains: it stands where the first of what it varied stood."""
        first = self.varied[0]
        alone = len(self.varied) == 1
        made = Layer(self.raw, first.level if alone else self.wanted(consists)[0], alone and first.mute, vary=True)
        on_top = self._on_top(consists)
        place = sum(consists.layers.index(layer) < consists.layers.index(first) for layer in on_top)
        gains = self.gains[1:]
        return (*on_top[:place], made, *on_top[place:]), (*gains[:place], self.gains[0], *gains[place:])

    def _on_top(self, consists: Consists) -> list[Layer]:
        return [layer for layer in consists.layers if layer not in self.varied]
