"""How loud things are, and the two ways in which a variation gives place to the take: gain, and the player's own audio.

Pure functions on NumPy arrays of shape (frames, channels), float32. Any thread. One gain for all channels, always.
"""

from __future__ import annotations

import numpy as np

from unloop_py.generator import circle
from unloop_py.units import db_to_gain, gain_to_db, seconds_to_frames

QUIET_DBFS = -60.0
"""A passage below this is silence, and stays it."""
QUIET_WINDOW_S = 0.025
"""The level of a passage is that of each window of this length."""
LOUDNESS_RANGE_DB = 3.0
"""The most by which a variation's loudness is corrected, up or down: a sparse variation is not blown up."""
MAKE_UP_ROUNDS = 6
"""Rounds of gain and limiter at most: the third changes a first variation by less than 0.1 dB, its late heirs need more."""
FADE_S = 0.010
"""Cross-fade between generated sound and the player's own; it lies outside of the own stretch."""
LIMITER_S = 0.003
"""How long before and after a peak the gain is on its way."""


def rms(audio: np.ndarray, where: np.ndarray | None = None) -> float:
    """Root mean square over all channels, of the marked frames (frames,) only if given; 0 of nothing."""
    chosen = audio if where is None else audio[where]
    return float(np.sqrt(np.mean(np.square(chosen, dtype=np.float64)))) if chosen.size else 0.0


def quiet_passages(audio: np.ndarray, sample_rate: int) -> np.ndarray:
    """Mark the frames (frames,) bool that lie in some window of QUIET_WINDOW_S below QUIET_DBFS in every channel."""
    width = seconds_to_frames(QUIET_WINDOW_S, sample_rate)
    loudest = np.max([circle.moving_mean(np.square(channel, dtype=np.float64), width) for channel in audio.T], axis=0)
    below = loudest < db_to_gain(QUIET_DBFS) ** 2                            # window that begins here
    return circle.moving_min((~np.roll(below, width - 1)).astype(np.uint8), min(width, audio.shape[0])) == 0


def loudness_correction_db(wanted_rms: float, got_rms: float) -> float:
    """Gain in dB that brings `got_rms` to `wanted_rms`, within LOUDNESS_RANGE_DB; 0 where there is no sound to match."""
    if wanted_rms <= 0 or got_rms <= 0:
        return 0.0
    return max(-LOUDNESS_RANGE_DB, min(LOUDNESS_RANGE_DB, gain_to_db(wanted_rms / got_rms)))


def loud_as(audio: np.ndarray, take: np.ndarray, where: np.ndarray, peak: float, sample_rate: int,
            times: float = 1.0) -> tuple[np.ndarray, float]:
    """`audio` so many `times` as loud as `take` in the marked frames, no sample above `peak`; and the gain in dB that this took.

    What is heard elsewhere is the take itself and says nothing of the rest. The limiter takes loudness away, so the
    gain is found in a few rounds; left out, sixty generations of feedback lost it a little at a time. It is within
    LOUDNESS_RANGE_DB, and within that of what `times` asks for where a kept variation has missed its own take's loudness.
    """
    wanted = times * rms(take, where)
    range_db = LOUDNESS_RANGE_DB + abs(gain_to_db(times))
    gain_db, made = 0.0, audio
    for _ in range(MAKE_UP_ROUNDS):
        missing_db = loudness_correction_db(wanted, rms(made, where))
        gain_db = max(-range_db, min(range_db, gain_db + missing_db))
        made = limit(audio * np.float32(db_to_gain(gain_db)), peak, sample_rate)
        if made is audio or np.abs(made).max() < peak:
            break  # the limiter had nothing to do
    return made, gain_db


def limit(audio: np.ndarray, peak: float, sample_rate: int) -> np.ndarray:
    """Hold every sample within +-`peak` by a gain that all channels share; audio that is within comes back untouched."""
    highest = np.abs(audio[:, 0])
    for channel in audio.T[1:]:
        highest = np.maximum(highest, np.abs(channel))
    if highest.max() <= peak:
        return audio
    width = 2 * seconds_to_frames(LIMITER_S, sample_rate) + 1
    gain = np.minimum(1.0, peak / np.maximum(highest, 1e-30))
    # The least gain within reach, averaged over the same reach: smooth, and never above what any peak in it allows.
    gain = np.roll(circle.moving_mean(circle.moving_min(gain, width), width), width - 1)
    return np.clip(audio * gain[:, None].astype(np.float32), -peak, peak)


def own_frames(kept_steps: np.ndarray, length_steps: float, frames: int, shortest_steps: int) -> np.ndarray:
    """Mark the frames (frames,) bool of stretches of at least `shortest_steps` steps that keep all their tokens.

    Parameters
    ----------
    kept_steps : ndarray (steps,) bool
        True where a step keeps every codebook.
    length_steps : float
        The loop's length in steps; the last one of the circle is only begun.
    frames : int
        The loop's length in frames.
    shortest_steps : int
    """
    kept = circle.keep_long_runs(kept_steps, shortest_steps)
    edges = np.minimum(np.round(np.arange(len(kept) + 1) * (frames / length_steps)).astype(np.int64), frames)
    return np.repeat(kept, np.diff(edges))


def lay_own_audio(generated: np.ndarray, take: np.ndarray, own: np.ndarray, sample_rate: int) -> np.ndarray:
    """The take where `own` (frames,) is marked, bit for bit, and cross-faded into the generated sound round it.

    Decoded sound need not be in phase with the take, so the correlation of the two is measured at each joint and the
    fade keeps the power constant for it. The result never passes the take's peak where `generated` does not.
    """
    if not own.any():
        return generated
    if own.all():
        return take.copy()
    fade = seconds_to_frames(FADE_S, sample_rate)
    distance = circle.distance_to(own)
    mixed = np.where(own[:, None], take, generated)
    joints = (distance > 0) & (distance <= fade)
    starts, lengths = circle.runs(joints)
    frames = np.concatenate([np.arange(s, s + n) for s, n in zip(starts, lengths, strict=True)]) % len(own)
    joint = np.repeat(np.arange(len(starts)), lengths)
    ours, theirs = take[frames], generated[frames]
    products, own_power, generated_power = (
        np.bincount(joint, np.sum(product, axis=1, dtype=np.float64)) for product in (ours * theirs, ours**2, theirs**2))
    correlation = products / np.maximum(np.sqrt(own_power * generated_power), 1e-30)
    gain_own, gain_generated = circle.fade_gains(1.0 - distance[frames] / (fade + 1), correlation[joint])
    mixed[frames] = gain_own[:, None] * ours + gain_generated[:, None] * theirs
    peak = max(float(np.abs(take).max()), float(np.abs(generated).max()))
    return np.clip(mixed, -peak, peak)
