"""Decoded sound made to fit its take: exact length, smooth seam, loudness, peak, stereo, silences, and the player's own audio
wherever all its tokens were kept.

Pure functions. Any thread.
"""

from __future__ import annotations

import math

import numpy as np

from unloop_py.generator import circle, levels
from unloop_py.generator.balance import matched
from unloop_py.generator.codec import Codec
from unloop_py.generator.prepared_take import PreparedTake
from unloop_py.generator.request_masks import asked_by_place
from unloop_py.generator.spec import Variation, VariationRequest

OWN_S = 0.05
"""A stretch that keeps all its tokens, or is silent, for this long is heard as the player played it."""
SHORTEST_FOLD = 256
"""Frames of fade at the seam at least, where the codec's circle is longer than the loop by only a few."""


def fitted(prepared: PreparedTake, decoded: np.ndarray, codes: np.ndarray, passes: np.ndarray, request: VariationRequest,
           notes: tuple[str, ...], codec: Codec, n_coarse: int) -> Variation:
    """A variation of what was decoded.

    Parameters
    ----------
    prepared : PreparedTake
        The take as it was asked for.
    decoded : ndarray (codec's frames,)
    codes : ndarray (n_codebooks, steps) int16
    passes : ndarray (passes, n_codebooks, steps) uint8
        The masks that they were made with.
    request : VariationRequest
    notes : tuple of str
    codec : Codec
    n_coarse : int
        Codebooks by which the distance from the take is told.
    """
    take, tokens = prepared.take, prepared.codes.cpu().numpy()
    # What a chain keeps is the variation's before, unless that had kept it of the take's.
    mask = np.maximum(passes.max(axis=0), codes != tokens)
    own = _own(prepared, mask, request, codec.sample_rate / codec.hop_length)
    if own.all():
        return take_itself(prepared, request, notes)
    frames = len(take.audio)
    surplus = math.ceil((codes.shape[1] - prepared.length_steps) * codec.hop_length * take.sample_rate / codec.sample_rate)
    fade = min(max(surplus, SHORTEST_FOLD), frames) if surplus else 0
    around = circle.resample(decoded / np.float32(prepared.codec_gain), codec.sample_rate, take.sample_rate, frames + fade)
    audio = prepared.place.spread(circle.fold(around, frames))
    audio = matched(audio, prepared.character.balance, take.sample_rate)
    gain_db, peak = 0.0, prepared.character.peak
    if request.prompt.loudness_match:
        missed = prepared.character.rms / max(levels.rms(take.audio), 1e-12)                 # 1 unless the take is a kept variation
        audio, gain_db = levels.loud_as(audio, take.audio, ~own, peak, take.sample_rate, missed)
    else:
        audio = levels.limit(audio, peak, take.sample_rate)
    audio = np.ascontiguousarray(levels.lay_own_audio(audio, take.audio, own, take.sample_rate), np.float32)
    distance = float(np.mean(codes[:n_coarse] != tokens[:n_coarse]))
    return Variation(request, audio, codes, mask, circle.correlation(take.audio, audio), gain_db, 0.0, notes, prepared.grid, distance)


def take_itself(prepared: PreparedTake, request: VariationRequest, notes: tuple[str, ...]) -> Variation:
    """The take as its own variation, bit for bit."""
    codes = prepared.codes.cpu().numpy().astype(np.int16)
    audio = np.array(prepared.take.audio, np.float32, order="C")
    return Variation(request, audio, codes, np.zeros(codes.shape, np.uint8), 1.0, 0.0, 0.0, notes, prepared.grid)


def _own(prepared: PreparedTake, mask: np.ndarray, request: VariationRequest, step_rate: float) -> np.ndarray:
    """Frames (frames,) bool in which the take's own audio is heard: kept whole for long enough, or silent."""
    take = prepared.take
    own = levels.own_frames(~mask.any(axis=0), prepared.length_steps, len(take.audio), math.ceil(OWN_S * step_rate))
    return own | (prepared.quiet & ~asked_by_place(request, len(take.audio), take.sample_rate))
