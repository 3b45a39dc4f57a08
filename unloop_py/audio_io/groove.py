"""A loop for those who have none at hand: two bars of drums, bass and electric piano, made here.

Numpy only, pure, the same samples every time. Everything that rings past the end is folded onto the beginning, so the
loop is a true circle: its last sample leads into its first.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

BEATS_PER_MINUTE = 80.0
BARS = 2
STEPS_PER_BAR = 16  # sixteenths
SWING = 0.14  # how late every second sixteenth comes, in sixteenths

# One character a sixteenth: `x` a stroke, `o` a soft one, `.` none.
KICK = "x.....o.x.x..... x..o....x.x...o."
SNARE = "....x..o.o..x... ....x..o....x.oo"
HAT = "xoxoxoxoxoxoxo.o xoxoxoxoxoxoxoxo"
OPEN_HAT = "..............x. ................"

# (sixteenth, sixteenths long, MIDI notes): A minor ninth for a bar, D thirteenth for the other.
BASS = [
    (0, 3, 33), (6, 1, 33), (8, 2, 40), (11, 2, 43), (14, 2, 45),
    (16, 3, 38), (22, 1, 38), (24, 2, 45), (27, 2, 42), (30, 2, 36),
]  # fmt: skip
CHORDS = [
    (0, 3, (57, 60, 64, 67, 71)), (7, 1, (57, 60, 64, 67, 71)), (10, 5, (60, 64, 67, 71)),
    (16, 3, (54, 60, 64, 69, 71)), (23, 1, (54, 60, 64, 69, 71)), (26, 5, (57, 60, 64, 66)),
]  # fmt: skip
MELODY = [(13, 1, 76), (14, 2, 79), (28, 1, 74), (29, 3, 72)]


PARTS = ("drums", "bass", "piano")
"""What plays."""


def groove(sample_rate: int = 44_100, parts: Iterable[str] = PARTS) -> np.ndarray:
    """Return the loop.

    Parameters
    ----------
    sample_rate : int
        Hz. The loop lasts 6 s at any rate.
    parts : iterable of str
        Those of `PARTS` that play, at least one.

    Returns
    -------
    ndarray (frames, 2), float32
        Peak 0.7; C-contiguous.
    """
    mixer = _Mixer(sample_rate)
    noise = np.random.default_rng(80)
    players = {"drums": lambda: _play_drums(mixer, noise), "bass": lambda: _play_bass(mixer), "piano": lambda: _play_piano(mixer)}
    for part in PARTS:
        if part in parts:
            players[part]()
    driven = np.tanh(1.3 * mixer.audio)
    return np.ascontiguousarray(0.7 * driven / np.max(np.abs(driven)), dtype=np.float32)


class _Mixer:
    """Adds mono strokes to a stereo circle at swung sixteenths."""

    def __init__(self, sample_rate: int) -> None:
        self.step_s = 60.0 / BEATS_PER_MINUTE / 4
        self.sample_rate = sample_rate
        self.audio = np.zeros((round(BARS * STEPS_PER_BAR * self.step_s * sample_rate), 2))

    def add(self, step: int, stroke: np.ndarray, gain: float, pan: float) -> None:
        """Add ``stroke`` (frames,) at a sixteenth; ``pan`` is -1 left to 1 right at constant power."""
        start = round((step + SWING * (step % 2)) * self.step_s * self.sample_rate)
        places = (start + np.arange(len(stroke))) % len(self.audio)
        angle = (pan + 1) * np.pi / 4
        np.add.at(self.audio, places, gain * np.outer(stroke, [np.cos(angle), np.sin(angle)]))


def _play_drums(mixer: _Mixer, noise: np.random.Generator) -> None:
    for pattern, voice, gain, pan in (
        (KICK, _kick, 0.95, 0.0),
        (SNARE, _snare, 0.55, 0.05),
        (HAT, _hat, 0.16, 0.35),
        (OPEN_HAT, _open_hat, 0.16, 0.35),
    ):
        for step, stroke in enumerate(pattern.replace(" ", "")):
            if stroke != ".":
                mixer.add(step, voice(mixer.sample_rate, noise), gain * (1.0 if stroke == "x" else 0.4), pan)


def _play_bass(mixer: _Mixer) -> None:
    for step, length, note in BASS:
        mixer.add(step, _bass(mixer.sample_rate, note, mixer.step_s * length), 0.5, 0.0)


def _play_piano(mixer: _Mixer) -> None:
    for step, length, notes in CHORDS:
        for place, note in enumerate(notes):
            pan = -0.5 + place / (len(notes) - 1)
            mixer.add(step, _electric_piano(mixer.sample_rate, note, mixer.step_s * length), 0.13, pan)
    for step, length, note in MELODY:
        mixer.add(step, _electric_piano(mixer.sample_rate, note, mixer.step_s * length), 0.2, -0.25)


def _time(sample_rate: int, seconds: float) -> np.ndarray:
    return np.arange(round(seconds * sample_rate)) / sample_rate


def _released(wave: np.ndarray, sample_rate: int, seconds: float = 0.005) -> np.ndarray:
    """Fade the last few milliseconds, so that a stroke cut short does not click."""
    count = min(len(wave), round(seconds * sample_rate))
    wave[len(wave) - count :] *= np.linspace(1.0, 0.0, count)
    return wave


def _kick(sample_rate: int, noise: np.random.Generator) -> np.ndarray:
    time = _time(sample_rate, 0.4)
    sweep = 2 * np.pi * (46 * time + 120 * 0.035 * (1 - np.exp(-time / 0.035)))
    click = noise.standard_normal(len(time)) * np.exp(-time / 0.002)
    return _released(np.sin(sweep) * np.exp(-time / 0.13) + 0.15 * click, sample_rate)


def _snare(sample_rate: int, noise: np.random.Generator) -> np.ndarray:
    time = _time(sample_rate, 0.3)
    body = np.sin(2 * np.pi * 187 * time) * np.exp(-time / 0.05)
    wires = _noise_band(noise, len(time), sample_rate, 900, 9_000) * np.exp(-time / 0.08)
    return _released(0.8 * body + 0.5 * wires, sample_rate)


def _hat(sample_rate: int, noise: np.random.Generator, decay_s: float = 0.025) -> np.ndarray:
    time = _time(sample_rate, 8 * decay_s)
    metal = _noise_band(noise, len(time), sample_rate, 6_500, 13_000)
    return _released(metal * np.minimum(1.0, time / 0.001) * np.exp(-time / decay_s), sample_rate)


def _open_hat(sample_rate: int, noise: np.random.Generator) -> np.ndarray:
    return _hat(sample_rate, noise, decay_s=0.11)


def _noise_band(noise: np.random.Generator, frames: int, sample_rate: int, low: float, high: float) -> np.ndarray:
    """Noise between two frequencies in Hz, with soft shoulders of a third octave; rms 1."""
    spectrum = np.fft.rfft(noise.standard_normal(frames))
    octaves = np.log2(np.maximum(np.fft.rfftfreq(frames, 1 / sample_rate), 1.0))
    inside = np.clip(3 * (octaves - np.log2(low)) + 1, 0, 1) * np.clip(3 * (np.log2(high) - octaves) + 1, 0, 1)
    band = np.fft.irfft(spectrum * inside, frames)
    return band / np.sqrt(np.mean(band**2))


def _bass(sample_rate: int, note: int, seconds: float) -> np.ndarray:
    time = _time(sample_rate, seconds + 0.03)
    phase = 2 * np.pi * _frequency(note) * time
    bright = np.exp(-time / 0.12)
    wave = sum(np.sin(k * phase) / k * bright ** (0.6 * (k - 1)) for k in range(1, 8))
    attack = np.minimum(1.0, time / 0.004)
    return _released(wave * attack * np.exp(-time / 0.7), sample_rate, 0.03)


def _electric_piano(sample_rate: int, note: int, seconds: float) -> np.ndarray:
    """Two-operator frequency modulation: a soft tine whose brightness dies before its tone."""
    time = _time(sample_rate, seconds + 0.35)
    phase = 2 * np.pi * _frequency(note) * time
    tine = 1.6 * np.exp(-time / 0.25) * np.sin(phase) + 0.35 * np.exp(-time / 0.03) * np.sin(14 * phase)
    attack = np.minimum(1.0, time / 0.003)
    damper = np.where(time < seconds, 1.0, np.exp(-(time - seconds) / 0.08))
    return _released(np.sin(phase + tine) * attack * damper * np.exp(-time / 0.9), sample_rate)


def _frequency(note: int) -> float:
    return 440.0 * 2.0 ** ((note - 69) / 12)
