"""Pieces of a take to learn from: crops round the loop, and which parts of it are held out to judge on."""

from __future__ import annotations

import numpy as np
import torch
from torch import LongTensor, Tensor

from unloop_py.beats.grid import BeatGrid
from unloop_py.generator.rvq_codec import RvqCodec

SHORTEST = 48           # steps of a take (0.84 s): a shorter one has no parts to hold out
STRETCH_S = 0.5         # held-out stretches where there is no beat, and about their length where there is
OWN_SHARE = 0.5         # of the pieces that are read as the take's own tokens are


class Pieces:
    """A take, read from any sample of its circle.

    Some pieces are read part of a step later than the take's own tokens are. That gives other tokens of the same sound:
    without them, what learns from the pieces learns this take's tokens by heart and no more.

    Parameters
    ----------
    codec : RvqCodec
    audio : ndarray (steps * hop_length,) float32
        The take, mono, at the codec's rate and level.
    codes : LongTensor (n_codebooks, steps)
        Its tokens.
    held, quiet : ndarray (steps,) bool
        Parts to judge on (see `held_out_steps`), and steps that hold no sound: nothing is learned of these.
    seed : int
        Of what is drawn.

    Attributes
    ----------
    held, seen, sounding : BoolTensor (steps,)
        Parts to judge on, parts to learn meanwhile, and all; without the quiet steps.
    """

    def __init__(self, codec: RvqCodec, audio: np.ndarray, codes: LongTensor, held: np.ndarray, quiet: np.ndarray, seed: int) -> None:
        self.codec = codec
        self.codes = codes.detach().clone()
        self.held, self.seen, self.sounding = (torch.from_numpy(part) for part in (held & ~quiet, ~held & ~quiet, ~quiet))
        self._audio = torch.from_numpy(np.ascontiguousarray(audio)).to(codec.bands.device)
        self._noise = torch.Generator().manual_seed(seed)

    @property
    def steps(self) -> int:
        """Of the circle."""
        return self.codes.shape[1]

    def draw(self, learned: Tensor, length: int) -> tuple[int, int, Tensor]:
        """A crop in which there is something of ``learned`` (steps,): its first step, its lateness, and what of it is learned."""
        places = learned.nonzero()[:, 0]
        start = int(places[self.below(len(places))]) - self.below(length)
        own = float(torch.rand((), generator=self._noise)) < OWN_SHARE
        return start, 0 if own else 1 + self.below(self.codec.hop_length - 1), learned[self.places(start, length)]

    @torch.no_grad()
    def read(self, start: int, length: int, late: int) -> tuple[Tensor, LongTensor]:
        """Features (1, length, F) and tokens (1, n_codebooks, length) of a piece that is read ``late`` samples later."""
        hop = self.codec.hop_length
        samples = torch.arange((start - 1) * hop + late, (start + length + 1) * hop + late, device=self._audio.device)
        features = self.codec.features(self._audio[samples % len(self._audio)][None])[:, 1:-1]  # the transform wraps at its ends
        if late:
            return features, self.codec.quantizer.encode(self.codec.latents(features))
        return features, self.codes[None, :, self.places(start, length)]

    def places(self, start: int, length: int) -> LongTensor:
        """Indices (length,) of steps round the circle."""
        return torch.arange(start, start + length) % self.steps

    def below(self, limit: int) -> int:
        """A number drawn from 0..limit-1."""
        return int(torch.randint(limit, (), generator=self._noise))

    def uniform(self, *shape: int) -> Tensor:
        """Numbers drawn from 0..1."""
        return torch.rand(*shape, generator=self._noise)


def held_out_steps(length_steps: float, steps: int, grid: BeatGrid | None, step_rate: float) -> np.ndarray:
    """Every other beat, or every other stretch of about half a second: (steps,) bool, none of it in a take too short.

    Parameters
    ----------
    length_steps : float
        Of the loop, not rounded.
    steps : int
        Whole steps that its tokens have; the last may hold the head again.
    grid : BeatGrid or None
    step_rate : float
        Steps a second.
    """
    if steps < SHORTEST:
        return np.zeros(steps, bool)
    stretch = STRETCH_S * step_rate
    first = 0.0
    if grid is not None:
        beat = length_steps / grid.beats
        stretch = beat * max(1, round(stretch / beat))
        first = grid.first_beat_frame / grid.length_frames * length_steps
    pairs = max(1, round(length_steps / (2 * stretch)))  # as many of the one as of the other round the circle
    position = (np.arange(steps) + 0.5 - first) / length_steps % 1.0
    return np.floor(position * 2 * pairs) % 2 == 1


def every_other_stretch(steps: np.ndarray) -> np.ndarray:
    """Of the stretches of marked steps (steps,) bool, every other one; the first is not among them."""
    began = np.diff(steps, prepend=False) & steps
    return steps & (np.cumsum(began) % 2 == 0)


def quiet_steps(quiet: np.ndarray, length_steps: float, steps: int) -> np.ndarray:
    """Steps (steps,) bool in which every frame of ``quiet`` (frames,) bool is marked."""
    edges = np.minimum(np.round(np.arange(steps) * (len(quiet) / length_steps)).astype(np.int64), len(quiet) - 1)
    return np.logical_and.reduceat(quiet, edges)
