"""Sound that comes from a script: an array or a file, checked and brought to float32 (frames, channels)."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from unloop_py.audio_io.loop_file import at_rate, read_loop, with_channels
from unloop_py.audio_io.wav import MAX_CHANNELS, MIN_SECONDS, read_audio
from unloop_py.errors import AudioFileError, ParameterError

MAX_LOOP_S = 60.0
RATES = 8_000, 192_000
LOUDEST = 8.0  # of samples that are floats: beyond it they are whole numbers that nobody has scaled


def loop_of(audio: Any, rate: int | None = None) -> tuple[np.ndarray, int]:
    """A loop out of what a caller gave.

    Parameters
    ----------
    audio : array or path
        (frames,) or (frames, channels), 1 or 2 channels; floats of about -1..1, or whole numbers of 8, 16 or 32 bits. Or a file.
    rate : int, optional
        Hz. Of an array it must be told, a file knows its own.

    Returns
    -------
    tuple of ndarray (frames, channels) float32, C-contiguous, and int
        Never the caller's own memory.

    Raises
    ------
    ParameterError
        An array that is no loop: names what is wrong and the cure.
    AudioFileError
        A file that is none.
    """
    if isinstance(audio, (str, os.PathLike)):
        if rate is not None:
            raise ParameterError("a file says its rate itself: leave rate out")
        loop, sample_rate = read_audio(audio)
        check_length(loop, sample_rate, str(audio))
        return loop, sample_rate
    samples = samples_of(audio)
    sample_rate = rate_of(rate)
    if len(samples) < MIN_SECONDS * sample_rate:
        raise ParameterError(f"audio lasts {len(samples) / sample_rate:.3f} s: a loop needs at least {MIN_SECONDS:g} s")
    if len(samples) > MAX_LOOP_S * sample_rate:
        raise ParameterError(f"audio lasts {len(samples) / sample_rate:.1f} s: a loop holds at most {MAX_LOOP_S:g} s; cut it first")
    return samples, sample_rate


def loop_for(audio: Any, rate: int | None, sample_rate: int, channels: int) -> np.ndarray:
    """A loop as `loop_of` takes it, at a rate and with as many channels as are wanted; of a file whose marks name a loop, that loop.

    An array of which no rate is told has the one that is wanted. Raises ParameterError, AudioFileError.
    """
    if isinstance(audio, (str, os.PathLike)) and rate is None:
        sound = read_loop(audio, sample_rate, channels).audio
        check_length(sound, sample_rate, str(audio))
        return sound
    sound, own = loop_of(audio, sample_rate if rate is None else rate)
    return with_channels(at_rate(sound, own, sample_rate), channels)


def check_length(audio: np.ndarray, sample_rate: int, name: str) -> None:
    """Refuse what is longer than a loop. Raises AudioFileError."""
    seconds = len(audio) / sample_rate
    if seconds > MAX_LOOP_S:
        raise AudioFileError(f"{name} lasts {seconds:.1f} s: a loop holds at most {MAX_LOOP_S:g} s; cut it first")


def rate_of(rate: Any) -> int:
    """A rate in Hz that was told. Raises ParameterError."""
    whole = isinstance(rate, (int, float, np.integer, np.floating)) and not isinstance(rate, bool) and float(rate).is_integer()
    if not whole or not RATES[0] <= rate <= RATES[1]:
        raise ParameterError(f"rate is Hz in {RATES[0]}..{RATES[1]} and must be told of an array, got {rate!r:.40}")
    return int(rate)


def samples_of(audio: Any) -> np.ndarray:
    """Samples (frames, channels) float32 of an array of any length. Raises ParameterError."""
    try:
        array = np.asarray(audio)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ParameterError(f"audio is no array of samples: {error}") from error
    if array.ndim not in (1, 2):
        raise ParameterError(f"audio is (frames,) or (frames, channels), got the shape {array.shape}")
    if array.ndim == 2 and not 1 <= array.shape[1] <= MAX_CHANNELS:
        cure = "transpose it" if 1 <= array.shape[0] <= MAX_CHANNELS else f"mix it down to 1 or {MAX_CHANNELS} channels"
        raise ParameterError(f"audio is (frames,) or (frames, 1 or {MAX_CHANNELS} channels), got the shape {array.shape}: {cure}")
    if not len(array):
        raise ParameterError("audio is empty: give it samples")
    return np.ascontiguousarray(_scaled(array)[:, None] if array.ndim == 1 else _scaled(array))


def _scaled(array: np.ndarray) -> np.ndarray:
    """As float32, full scale being 1; always a copy."""
    if array.dtype.kind in "iu" and array.dtype.itemsize <= 4:
        half = 2.0 ** (8 * array.dtype.itemsize - 1)
        return ((array.astype(np.float64) - (half if array.dtype.kind == "u" else 0.0)) / half).astype(np.float32)
    if array.dtype.kind != "f":
        raise ParameterError(f"audio holds {array.dtype}: samples are floats, or whole numbers of 8, 16 or 32 bits")
    if not np.isfinite(array).all():
        raise ParameterError("audio has samples that are NaN or infinite")
    peak = float(np.abs(array).max())
    if peak > LOUDEST:
        raise ParameterError(f"audio has a peak of {peak:g}, and samples that are floats are -1..1: divide by full scale, such as 32768")
    return array.astype(np.float32)
