"""The dirt of a real input, after everything else: cables, noise, hum, clicks, clipping, lossy copies. Circular."""

from __future__ import annotations

import numpy as np

from unloop_py.training.effects import Spectrum, normalised
from unloop_py.training.score import SAMPLE_RATE, lay
from unloop_py.training.strings import noise_burst


def soil(rng: np.random.Generator, audio: np.ndarray) -> np.ndarray:
    """The loop as it would come out of a sound card; about a third come out clean. Peak not over 1."""
    audio = normalised(audio)
    if rng.random() < 0.33:
        return audio
    if rng.random() < 0.25:
        audio = _copied(rng, audio)
    if rng.random() < 0.45:
        audio = audio + _hiss(rng, len(audio)) * np.float32(10 ** (rng.uniform(-80, -42) / 20))
    if rng.random() < 0.25:
        audio = audio + _hum(rng, len(audio)) * np.float32(10 ** (rng.uniform(-72, -38) / 20))
    if rng.random() < 0.2:
        audio = audio.copy()
        _clicks(rng, audio)
    if rng.random() < 0.12:  # too much gain in front of the converter
        limit = rng.uniform(0.3, 0.9)
        audio = np.clip(audio, -limit, limit)
    return normalised(audio)


def _copied(rng: np.random.Generator, audio: np.ndarray) -> np.ndarray:
    """What a long cable, a small speaker or a lossy file leaves of the band."""
    spectrum = Spectrum(audio)
    kind = rng.choice(("cable", "lossy", "small speaker"))
    if kind == "cable":
        spectrum.low_pass(rng.uniform(3000, 12000), 1)
    elif kind == "small speaker":
        spectrum.high_pass(rng.uniform(120, 400))
        spectrum.peak(rng.uniform(800, 3000), rng.uniform(3, 9), 0.5)
        spectrum.low_pass(rng.uniform(5000, 12000))
    else:
        spectrum.bins[spectrum.hertz > rng.choice((11_000, 15_000, 16_000, 17_500, 19_000))] = 0
    return spectrum.audio()


def _hiss(rng: np.random.Generator, frames: int) -> np.ndarray:
    """White, pink or bright noise, RMS 1."""
    noise = rng.standard_normal(frames, dtype=np.float32)
    colour = rng.choice(("white", "pink", "bright"))
    if colour == "pink":
        spectrum = Spectrum(noise)
        spectrum.tilt(-3)
        noise = spectrum.audio()
    elif colour == "bright":
        noise = noise - np.roll(noise, 1)
    return noise / np.float32(np.sqrt(np.mean(noise**2)))


def _hum(rng: np.random.Generator, frames: int) -> np.ndarray:
    """Mains hum and its overtones, RMS about 1, at the nearest frequency that goes round the loop."""
    mains = round(float(rng.choice((50, 60))) * frames / SAMPLE_RATE)
    bins = np.zeros(frames // 2 + 1, np.complex64)
    overtones = np.arange(1, int(rng.integers(3, 40)))
    overtones = overtones[overtones * mains < len(bins)]
    bins[overtones * mains] = overtones ** -rng.uniform(0.6, 1.6) * np.exp(2j * np.pi * rng.random(len(overtones)))
    hum = np.fft.irfft(bins, n=frames).astype(np.float32)
    return hum / max(float(np.sqrt(np.mean(hum**2))), 1e-9)


def _clicks(rng: np.random.Generator, audio: np.ndarray) -> None:
    """Crackle, plugs and touched strings. In place."""
    for _ in range(int(rng.integers(1, 30))):
        burst = noise_burst(rng, rng.uniform(300, 4000), rng.uniform(5000, 15000), rng.uniform(0.0004, 0.004))
        lay(audio, int(rng.integers(len(audio))), burst, 10 ** (rng.uniform(-45, -14) / 20))
