"""Conversions between the units of the house; nothing else converts. Pure functions, any thread.

Frames are samples of one channel at a stated rate; steps are codec frames; levels are decibels of full scale.
"""

from __future__ import annotations

import math


def seconds_to_frames(seconds: float, sample_rate: int) -> int:
    """The nearest whole number of frames."""
    return int(round(seconds * sample_rate))


def frames_to_seconds(frames: int, sample_rate: int) -> float:
    """Seconds that ``frames`` last at ``sample_rate`` Hz."""
    return frames / sample_rate


def steps_for(frames: int, hop_length: int) -> int:
    """Codec steps of a loop of ``frames``: the last one holds the wrapped head."""
    return -(-frames // hop_length)


def db_to_gain(db: float) -> float:
    """Amplitude factor of a level in dB."""
    return 10.0 ** (db / 20.0)


def gain_to_db(gain: float) -> float:
    """Level in dB of an amplitude factor; minus infinity for 0."""
    return 20.0 * math.log10(gain) if gain > 0 else -math.inf
