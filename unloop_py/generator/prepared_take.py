"""A take with everything that each variation of it needs, and the same take as it is heard when it is stretched."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import LongTensor, Tensor

from unloop_py.beats.grid import BeatGrid, Onset
from unloop_py.generator import levels, stereo
from unloop_py.generator.adapted import Adapted
from unloop_py.generator.balance import band_levels
from unloop_py.generator.spec import Take
from unloop_py.generator.stretch import frames_of_part, place_in_take, steps_of_part


@dataclass(frozen=True, eq=False)
class Character:
    """What a take hands down to its variations, and they to theirs: band levels in dB (balance.BANDS,), highest sample, RMS."""

    balance: np.ndarray
    peak: float
    rms: float


@dataclass(frozen=True, eq=False)
class PreparedTake:
    """What is known of a take. Arrays are not to be written to.

    Attributes
    ----------
    take : Take
    silent : bool
        No passage of it reaches -60 dBFS: it is not varied.
    codes : LongTensor (n_codebooks, steps)
        Its tokens, on the models' device.
    length_steps : float
        Its length in steps of the codec, not rounded.
    codec_gain : float
        From the take's level to the codec's.
    character : Character
        What its variations must keep.
    place : stereo place
        Where mono sound belongs.
    quiet : ndarray (frames,) bool
        Passages below -60 dBFS.
    grid : BeatGrid or None
    onsets : tuple of Onset
    encoded : bool
        Its tokens were found by encoding its audio; those of a kept variation were held before.
    adapted : Adapted or None
        What was learned of it, and of the takes that it came from: its variations are made with that.
    heard : Tensor or None
        What the coarse model hears beside it (`mix_adapter.MixAdapter.hear`).
    transposed : dict
        The take as it is prepared at the last few pitches that were asked for, by semitones.
    """

    take: Take
    silent: bool
    codes: LongTensor
    length_steps: float
    codec_gain: float
    character: Character
    place: stereo.FixedPlace | stereo.MovingPlace
    quiet: np.ndarray
    grid: BeatGrid | None
    onsets: tuple[Onset, ...]
    encoded: bool = True
    adapted: Adapted | None = None
    heard: Tensor | None = None
    transposed: dict[int, PreparedTake] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """The take's version."""
        return self.take.version


def part_of_stretched(prepared: PreparedTake, factor: int, part: int) -> PreparedTake:
    """One part of a take that is played `factor` times slower, as long as the take."""
    take, frames = prepared.take, len(prepared.take.audio)
    at = frames_of_part(frames, factor, part)
    own = take.audio[place_in_take(frames, factor, part)]
    place = stereo.place_of(own)[1]
    if isinstance(place, stereo.MovingPlace):
        places = -(-frames // stereo.HOP)
        place = replace(place, left_share=place.left_share[np.minimum(np.arange(places) // factor, len(place.left_share) - 1)])
    steps, _ = steps_of_part(prepared.length_steps, factor, part)
    character = Character(band_levels(own, take.sample_rate), prepared.character.peak, levels.rms(take.audio[at]))
    # Each frame so many times over: as loud as the part is, which is all that is asked of this sound.
    heard = None if prepared.heard is None else prepared.heard[:, torch.from_numpy(steps)]
    return replace(prepared, take=replace(take, audio=take.audio[at]), codes=prepared.codes[:, torch.from_numpy(steps)],
                   character=character, place=place, quiet=prepared.quiet[at], heard=heard)
