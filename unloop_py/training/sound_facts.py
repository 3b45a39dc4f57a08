"""What can be measured of one piece of sound to say how sets of sounds differ: bands, attacks, tempo, key. Numpy alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from unloop_py.beats.aubio_tracker import AubioTracker
from unloop_py.training.palette import TONICS
from unloop_py.training.score import SAMPLE_RATE

BAND_EDGES_HZ = (40, 80, 160, 315, 630, 1250, 2500, 5000, 8000, 12_000, 16_000, 20_000)
FRAME = 441  # 10 ms
FFT_SIZE = 4096
RISE_DB, WAIT = 3.0, 6
QUIETEST_DB = -100.0
# How much each tone of a key is heard: Krumhansl and Kessler (1982), major and minor.
PROFILES = np.array([
    (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
])
KEYS = tuple(f"{tonic} {mode}" for mode in ("major", "minor") for tonic in TONICS)


@dataclass(frozen=True)
class SoundFacts:
    """Figures of one piece of sound.

    ``bands_db`` (11,) is each band's share of the whole power, ``crest_db`` (11,) each band's loudest 10 ms against its
    mean, ``peak_db`` (11,) its strongest bin against its mean bin while the band sounds (tones 15, noise 7). ``onsets_s`` are
    attacks a second, ``tempo`` beats a minute as tracked (nan where nothing beats), ``key`` the likeliest of ``KEYS``.
    """

    bands_db: np.ndarray
    crest_db: np.ndarray
    peak_db: np.ndarray
    tilt_db: float
    centroid_hz: float
    onsets_s: float
    tempo: float
    key: str


def measure(audio: np.ndarray) -> SoundFacts:
    """The facts of mono float audio (frames,) at 44.1 kHz, of 1 s or more, that is not silent."""
    audio = np.asarray(audio, np.float32)
    audio = audio / (np.sqrt(np.mean(np.square(audio, dtype=np.float64))) + 1e-12) * 0.06
    power = _powers(audio)
    mean = power.mean(axis=0) + 1e-15
    heard = np.fft.rfftfreq(FFT_SIZE, 1 / SAMPLE_RATE)
    bands, crest, peak, tracks = [], [], [], []
    for low, high in pairwise(BAND_EDGES_HZ):
        inside = (heard >= low) & (heard < high)
        track = power[:, inside].sum(axis=1)
        tracks.append(track)
        bands.append(10 * np.log10(track.sum() / power.sum() + 10 ** (QUIETEST_DB / 10)))
        crest.append(10 * np.log10((track.max() + 1e-15) / (track.mean() + 1e-15)))
        loud = power[track >= np.median(track)][:, inside]
        peak.append(float(np.median(10 * np.log10((loud.max(axis=1) + 1e-15) / (loud.mean(axis=1) + 1e-15)))))
    octaves = np.log2(np.sqrt(np.multiply(BAND_EDGES_HZ[1:-1], BAND_EDGES_HZ[2:])))
    grid = AubioTracker().track(audio[:, None], SAMPLE_RATE)
    return SoundFacts(
        np.array(bands), np.array(crest), np.array(peak), float(np.polyfit(octaves, np.maximum(bands[1:], -70), 1)[0]),
        float((heard * mean).sum() / mean.sum()), _attacks(np.array(tracks)) / (len(audio) / SAMPLE_RATE),
        grid.tempo_bpm if grid else float("nan"), _key(audio),
    )


def _powers(audio: np.ndarray) -> np.ndarray:
    """Powers (frames, bins), a frame every 10 ms, round the end."""
    whole = np.concatenate([audio, np.resize(audio, FFT_SIZE)])
    frames = np.lib.stride_tricks.sliding_window_view(whole, FFT_SIZE)[: len(audio) : FRAME]
    window = np.zeros(FFT_SIZE, np.float32)
    window[:1024] = np.hanning(1024)  # short, so that attacks are seen; padded, so that low bands have bins
    return np.square(np.abs(np.fft.rfft(frames * window, axis=1))).astype(np.float32)


def _attacks(tracks: np.ndarray) -> int:
    """How often the bands' powers (bands, frames of 10 ms) rise together, by 3 dB on average over their last 40 ms."""
    floor = tracks.max() * 1e-5
    level = 10 * np.log10(tracks + floor)
    before = np.max([np.roll(level, n, axis=1) for n in (1, 2, 3, 4)], axis=0)
    rise = np.maximum(level - before, 0).mean(axis=0)
    count, last = 0, -WAIT
    for frame in np.flatnonzero(rise > RISE_DB):
        if frame - last >= WAIT:
            count, last = count + 1, frame
    return count


def _key(audio: np.ndarray) -> str:
    """The key whose profile fits the powers of the twelve tones best."""
    power = np.square(np.abs(np.fft.rfft(audio)))
    heard = np.fft.rfftfreq(len(audio), 1 / SAMPLE_RATE)
    inside = (heard > 100) & (heard < 2500)
    tone = np.round(12 * np.log2(heard[inside] / 440) + 9).astype(int) % 12
    strength = np.sqrt(np.bincount(tone, power[inside], 12))
    fits = [np.corrcoef(np.roll(profile, turn), strength)[0, 1] for profile in PROFILES for turn in range(12)]
    return KEYS[int(np.argmax(fits))]
