"""A loop's sound as it travels where tokens cannot: FLAC, and the power of two by which it was brought to full scale."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from unloop_py.audio_io.wav import BITS, MAX_CHANNELS, from_flac, to_flac
from unloop_py.errors import AudioFileError
from unloop_py.serve.wire import WireError, number_of, whole_of

LEAST_EXPONENT, MOST_EXPONENT = -24, 24
FLAC_BYTES_A_SAMPLE = 5
"""More than FLAC of 24 bits ever takes, by which a limit in frames becomes one in bytes."""
HEADER_BYTES = 65536

Decode = Callable[[bytes, int], tuple[np.ndarray, int]]
"""From FLAC, and the most frames it may hold, to float32 (frames, channels) and a rate in Hz. Raises AudioFileError."""


def sound_document(audio: np.ndarray, sample_rate: int) -> dict[str, Any]:
    """A sound, float32 (frames, channels), of any level. Any thread.

    It is scaled by a power of two, which changes no bit of a sample, so that its 24 bits are used.
    """
    peak = float(np.abs(audio).max(initial=0.0))
    exponent = min(max(math.frexp(peak)[1], LEAST_EXPONENT), MOST_EXPONENT) if peak > 0 else 0
    if peak >= math.ldexp(1.0 - 2.0 ** -(BITS - 1), exponent):
        exponent += 1
    flac = to_flac(np.ldexp(audio, -exponent), sample_rate)
    return {"flac": base64.b64encode(flac).decode(), "exponent": exponent, "frames": len(audio), "channels": audio.shape[1],
            "sample_rate": sample_rate}  # fmt: skip


def read_sound(document: Any, most_s: float, decode: Decode = from_flac) -> tuple[np.ndarray, int]:
    """A sound from elsewhere: float32 (frames, channels), every sample finite, and its rate in Hz.

    Parameters
    ----------
    most_s : float
        The longest that is taken, in seconds.
    decode : callable
        What unpacks FLAC; a server gives one that does it in another process.

    Raises
    ------
    WireError
    """
    if not isinstance(document, Mapping):
        raise WireError("refused", f"a sound is an object, got {document!r:.60}")
    rate = whole_of(document, "sample_rate", 8000, 192000)
    channels = whole_of(document, "channels", 1, MAX_CHANNELS)
    frames = whole_of(document, "frames", 1, 10**9)
    if frames > most_s * rate:
        raise WireError("refused", f"a loop of {frames / rate:.1f} s was sent, and at most {most_s:g} s are taken")
    exponent = int(number_of(document, "exponent", LEAST_EXPONENT, MOST_EXPONENT + 1))
    flac = document.get("flac")
    most_bytes = frames * channels * FLAC_BYTES_A_SAMPLE + HEADER_BYTES
    if not isinstance(flac, str) or len(flac) > most_bytes * 4 // 3 + 4:
        raise WireError("refused", f"{frames} frames of sound are at most {most_bytes} bytes of FLAC")
    try:
        audio, told = decode(base64.b64decode(flac, validate=True), frames)
    except (ValueError, binascii.Error, AudioFileError) as error:
        raise WireError("refused", f"the sound cannot be unpacked: {error}") from error
    if audio.shape != (frames, channels) or told != rate:
        raise WireError("refused", f"the sound is {audio.shape} at {told} Hz and says that it is ({frames}, {channels}) at {rate} Hz")
    return np.ascontiguousarray(np.ldexp(audio, exponent), np.float32), rate
