"""Effects for parts and mixes. All are circular: a loop goes in, a loop of the same length comes out, mono float32 (frames,)."""

from __future__ import annotations

import numpy as np

from unloop_py.training.score import SAMPLE_RATE, Clock


class Spectrum:
    """Linear effects of one loop, multiplied together before one inverse FFT (so that each costs little)."""

    def __init__(self, audio: np.ndarray) -> None:
        self.frames = len(audio)
        self.bins = np.fft.rfft(audio.astype(np.float32))
        self.hertz = np.fft.rfftfreq(self.frames, 1 / SAMPLE_RATE).astype(np.float32)

    def audio(self) -> np.ndarray:
        """Back to a loop."""
        return np.fft.irfft(self.bins, n=self.frames).astype(np.float32)

    def tilt(self, db_per_octave: float, pivot: float = 1000.0) -> None:
        """Brighter or darker round ``pivot`` Hz, by at most 15 dB."""
        self.bins *= 10 ** (np.clip(db_per_octave * np.log2(np.maximum(self.hertz, 30) / pivot), -15, 15) / 20)

    def low_pass(self, cutoff: float, order: int = 3) -> None:
        """Butterworth's magnitude, no phase."""
        self.bins /= np.sqrt(1 + (self.hertz / cutoff) ** (2 * order))

    def high_pass(self, cutoff: float, order: int = 2) -> None:
        """Butterworth's magnitude, no phase."""
        self.bins /= np.sqrt(1 + (cutoff / np.maximum(self.hertz, 1)) ** (2 * order))

    def peak(self, centre: float, db: float, octaves: float) -> None:
        """A bell of ``db`` round ``centre`` Hz, ``octaves`` wide."""
        away = np.log2(np.maximum(self.hertz, 1) / centre) / octaves
        self.bins *= 10 ** (db / 20 * np.exp(-0.5 * away**2))

    def room(self, rng: np.random.Generator, decay_s: float, share: float, damp_hz: float = 6000.0) -> None:
        """Early reflections and a diffuse tail of noise; ``share`` is the tail's energy against the dry sound."""
        ringing = np.arange(int(decay_s * 1.3 * SAMPLE_RATE), dtype=np.float32)
        tail = rng.standard_normal(len(ringing), dtype=np.float32) * np.exp(-6.9 * ringing / (decay_s * SAMPLE_RATE))
        for delay in rng.integers(100, int(0.04 * SAMPLE_RATE), 6):
            tail[min(delay, len(tail) - 1)] += rng.normal(0, 6)
        tail = np.bincount(np.arange(len(tail)) % self.frames, tail, self.frames).astype(np.float32)
        self.bins *= 1 + share * np.fft.rfft(tail) / np.sqrt(np.sum(tail**2)) / (1 + self.hertz / damp_hz)

    def delay(self, seconds: float, feedback: float, share: float) -> None:
        """An echo that runs round the circle; echoes lose treble."""
        turn = np.exp(-2j * np.pi * self.hertz * seconds) / (1 + self.hertz / 5000)
        self.bins *= 1 + share * turn / (1 - feedback * turn)

    def cabinet(self, rng: np.random.Generator) -> None:
        """A guitar speaker: no bass under 90 Hz, a bump in the presence, steep above 4 to 6 kHz."""
        self.high_pass(rng.uniform(70, 120))
        self.peak(rng.uniform(2000, 3800), rng.uniform(2, 8), 0.5)
        self.low_pass(rng.uniform(3800, 7500), 4)

    def body(self, rng: np.random.Generator) -> None:
        """The resonances of a wooden box."""
        for low, high in ((90, 130), (180, 260), (350, 600), (900, 1500), (2500, 4500), (5000, 8000)):
            self.peak(rng.uniform(low, high), rng.uniform(-4, 8), rng.uniform(0.1, 0.35))


def normalised(audio: np.ndarray) -> np.ndarray:
    """Peak 1."""
    return audio / max(float(np.abs(audio).max()), 1e-9)


def limited(audio: np.ndarray, crest: float) -> np.ndarray:
    """Peaks over ``crest`` times the RMS bent down to it, as the gain of a careful player would have it."""
    limit = crest * float(np.sqrt(np.mean(np.square(audio)))) + 1e-9
    return audio if float(np.abs(audio).max()) <= limit else (limit * np.tanh(audio / limit)).astype(np.float32)


def drive(audio: np.ndarray, gain: float, bias: float = 0.0) -> np.ndarray:
    """Soft saturation at twice the rate (less folds back), ``bias`` makes it uneven as a valve is."""
    frames = len(audio)
    twice = np.fft.irfft(np.fft.rfft(audio.astype(np.float32)), n=2 * frames) * (2 * gain)
    bent = (np.tanh(twice + bias) - np.tanh(bias)).astype(np.float32)
    return np.fft.irfft(np.fft.rfft(bent)[: frames // 2 + 1], n=frames).astype(np.float32) / 2


def turns(frames: int, cycles: int, phase: float) -> np.ndarray:
    """A slow sine that goes round the loop a whole number of times."""
    return np.sin(2 * np.pi * (cycles * np.arange(frames, dtype=np.float32) / frames + phase))


def moved(audio: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """The loop read ``offsets`` frames (float, changing slowly) late, round and round."""
    place = np.arange(len(audio)) - offsets
    whole = np.floor(place).astype(np.int64)
    part = (place - whole).astype(np.float32)
    return audio[whole % len(audio)] * (1 - part) + audio[(whole + 1) % len(audio)] * part


def wow_and_flutter(rng: np.random.Generator, audio: np.ndarray) -> np.ndarray:
    """The uneven speed of a tape."""
    seconds = len(audio) / SAMPLE_RATE
    slow, fast = max(1, int(round(rng.uniform(0.4, 1.5) * seconds))), max(1, int(round(rng.uniform(5, 11) * seconds)))
    offsets = rng.uniform(10, 120) * turns(len(audio), slow, rng.random()) + rng.uniform(0.5, 5) * turns(len(audio), fast, rng.random())
    return moved(audio, offsets)


def chorus(rng: np.random.Generator, audio: np.ndarray) -> np.ndarray:
    """One or two copies whose delay wanders; with a short delay, a flanger."""
    seconds = len(audio) / SAMPLE_RATE
    out = audio.copy()
    for _ in range(int(rng.integers(1, 3))):
        cycles = max(1, int(round(rng.uniform(0.2, 2.5) * seconds)))
        base = rng.uniform(40, 900)
        out += rng.uniform(0.3, 0.9) * moved(audio, base * (1.05 + rng.uniform(0.05, 0.9) * turns(len(audio), cycles, rng.random())))
    return out


def tremolo(rng: np.random.Generator, audio: np.ndarray, clock: Clock) -> np.ndarray:
    """Loudness in time with the beat, smooth or chopped."""
    wave = turns(clock.frames, clock.beats * int(rng.choice((1, 2, 2, 3, 4))), rng.random())
    if rng.random() < 0.3:
        wave = np.tanh(6 * wave)
    return (audio * (1 - rng.uniform(0.3, 0.95) * (0.5 + 0.5 * wave))).astype(np.float32)


def compress(audio: np.ndarray, ratio: float, release_s: float) -> np.ndarray:
    """Loud places turned down, by blocks of 256 frames; the release runs round the seam."""
    frames = len(audio)
    blocks = np.sqrt(np.mean(np.resize(audio, (-(-frames // 256), 256)) ** 2, axis=1)) + 1e-6
    keep = np.exp(-256 / (release_s * SAMPLE_RATE))
    level, held = 0.0, np.empty(len(blocks))
    for _ in range(2):
        for i, block in enumerate(blocks):
            level = max(float(block), keep * level)
            held[i] = level
    gain = (held / held.max()) ** (1 / ratio - 1)
    return (audio * np.interp(np.arange(frames), np.arange(len(gain)) * 256 + 128, gain, period=frames)).astype(np.float32)


def wah(rng: np.random.Generator, audio: np.ndarray, clock: Clock) -> np.ndarray:
    """A band that moves over the spectrum in time with the beat: four still filters, cross-faded."""
    bins = np.fft.rfft(audio.astype(np.float32))
    heard = np.maximum(np.fft.rfftfreq(len(audio), 1 / SAMPLE_RATE), 1)
    place = 1.5 + 1.5 * turns(clock.frames, int(rng.choice((1, clock.beats // 2 or 1, clock.beats))), rng.random())
    centres = np.geomspace(rng.uniform(250, 500), rng.uniform(1800, 4500), 4)
    width = rng.uniform(0.25, 0.7)
    out = 0.15 * audio
    for n, centre in enumerate(centres):
        band = np.fft.irfft(bins * np.exp(-0.5 * (np.log2(heard / centre) / width) ** 2).astype(np.float32), n=len(audio))
        out = out + band * np.maximum(1 - np.abs(place - n), 0)
    return out.astype(np.float32)


def crush(rng: np.random.Generator, audio: np.ndarray) -> np.ndarray:
    """Few bits and a low rate, as an old sampler had."""
    hold = int(rng.integers(1, 5))
    held = np.repeat(audio[::hold], hold)[: len(audio)]
    steps = 2.0 ** rng.integers(6, 11)
    return (np.round(normalised(held) * steps) / steps).astype(np.float32)
