"""Plucked strings by calculation: a string's period as a spectrum, each turn of which every partial loses its share.

The model of Karplus and Strong (1983) with the loop filter taken per partial, so that a whole note is one batch of inverse
FFTs; stiffness after Jaffe and Smith (1983). Picks click, fingers squeak, palms mute: what gives a real guitar its edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unloop_py.training.score import SAMPLE_RATE, Clock, Note, hertz, lay, smooth

LONGEST_S = 3.0


@dataclass(frozen=True)
class PluckedString:
    """One string instrument, and how it is played in one loop.

    ``tilt`` is the fall of the partials' amplitudes (amplitude ~ 1 / k^tilt), ``place`` where it is plucked (part of its
    length), ``decay_s`` how long the fundamental takes to fall by 60 dB, ``damp_hz`` where partials fall twice as fast,
    ``stiff`` the inharmonicity B, ``sharp`` 0..1 how alike the partials' phases are (a plectrum's jerk), ``click`` the
    level of the pick, ``squeak`` how often a hand slides along the string.
    """

    tilt: float
    place: float
    decay_s: float
    damp_hz: float
    stiff: float
    sharp: float
    click: float
    squeak: float

    @classmethod
    def draw(cls, rng: np.random.Generator, muted: bool = False, low: bool = False) -> PluckedString:
        """A guitar, lute or bass of chance."""
        return cls(
            tilt=rng.uniform(0.3, 1.5), place=rng.uniform(0.06, 0.45),
            decay_s=rng.uniform(0.08, 0.35) if muted else rng.uniform(0.8, 6.0),
            damp_hz=rng.uniform(700, 4000) * (0.5 if low else 1.0) * (2.0 if rng.random() < 0.4 else 1.0),
            stiff=10 ** rng.uniform(-5, -3.6), sharp=rng.uniform(0, 1), click=rng.uniform(0.0, 0.5) ** 1.3,
            squeak=rng.uniform(0, 0.35) if rng.random() < 0.5 else 0.0,
        )

    def play(self, rng: np.random.Generator, notes: tuple[Note, ...], clock: Clock) -> np.ndarray:
        """The part as a loop, mono float32 (frames,); each key is plucked once for each of three strengths and used again."""
        circle = np.zeros(clock.frames, np.float32)
        kept: dict[tuple, np.ndarray] = {}
        before = None
        for note in notes:
            seconds = min(clock.length(note.beats) / SAMPLE_RATE, LONGEST_S)
            layer = min(int(note.velocity * 3), 2)
            name = (note.key, round(seconds, 1), layer, note.slide, note.vibrato)
            if name not in kept:
                kept[name] = self.pluck(rng, note, seconds, 0.4 + 0.3 * layer)
            start = clock.start(rng, note.beat)
            lay(circle, start, kept[name], note.velocity * rng.uniform(0.85, 1.1))
            if self.squeak and before is not None and abs(note.key - before) > 2 and rng.random() < self.squeak:
                sound = squeak(rng)
                lay(circle, start - len(sound), sound, 0.25 * note.velocity * rng.uniform(0.2, 1))
            before = note.key
        return circle

    def pluck(self, rng: np.random.Generator, note: Note, seconds: float, strength: float) -> np.ndarray:
        """One note and its release, mono float32, peak about 1. ``strength`` 0..1 makes it brighter."""
        pitch = hertz(note.key)
        ring = seconds + 0.06
        period = max(int(round(SAMPLE_RATE / pitch)), 8)
        turns = int(ring * SAMPLE_RATE / period) + 2
        partial = np.arange(1, period // 2 + 1)
        shape = partial ** -(self.tilt + 0.6 * (1 - strength)) * np.abs(np.sin(np.pi * partial * self.place)) + 1e-6
        phase = rng.uniform(-np.pi, np.pi, len(partial)) * (1 - self.sharp) + np.pi / 2
        decay_s = self.decay_s * (220 / pitch) ** 0.4 / (1 + (partial * pitch / self.damp_hz) ** 1.4 / 2)
        detune = 2 * np.pi * partial * (np.sqrt(1 + self.stiff * partial**2) - 1)
        turn = -6.9 / (pitch * decay_s) + 1j * np.where(detune < 0.4, detune, 0.0)
        spectra = np.zeros((turns, period // 2 + 1), np.complex64)
        spectra[:, 1:] = np.exp(np.outer(np.arange(turns), turn).astype(np.complex64)) * (shape * np.exp(1j * phase)).astype(np.complex64)
        sound = np.fft.irfft(spectra, n=period, axis=1).reshape(-1)
        sound = _glide(sound, pitch * period / SAMPLE_RATE, note, int(ring * SAMPLE_RATE))
        sound /= max(float(np.abs(sound[: 4 * period]).max()), 1e-9)
        release = int(0.06 * SAMPLE_RATE)
        sound[-release:] *= np.linspace(1, 0, release, dtype=np.float32) ** 2
        if self.click:
            click = noise_burst(rng, rng.uniform(1500, 4000), rng.uniform(5000, 12000), rng.uniform(0.001, 0.006))
            count = min(len(click), len(sound))
            sound[:count] += self.click * strength * click[:count]
        return sound.astype(np.float32)


def _glide(sound: np.ndarray, ratio: float, note: Note, frames: int) -> np.ndarray:
    """``sound`` read at ``ratio`` of its speed, with the note's slide and vibrato."""
    if not note.slide and not note.vibrato:
        return np.interp(np.arange(frames) * ratio, np.arange(len(sound)), sound).astype(np.float32)
    places = np.cumsum(ratio * 2 ** (bend(note, frames) / 12))
    return np.interp(places, np.arange(len(sound)), sound).astype(np.float32)


def bend(note: Note, frames: int) -> np.ndarray:
    """The pitch of a note against its key, in semitones, frame by frame: a slide of about 0.1 s, vibrato that sets in late."""
    time = np.arange(frames) / SAMPLE_RATE
    curve = note.slide * np.exp(-time / 0.045)
    if note.vibrato:
        curve = curve + note.vibrato * np.clip(time * 2.5 - 0.3, 0, 1) * np.sin(2 * np.pi * 5.4 * time)
    return curve


def noise_burst(rng: np.random.Generator, low: float, high: float, decay_s: float, attack_s: float = 0.0003) -> np.ndarray:
    """Noise between two frequencies that dies away (by 60 dB in about seven ``decay_s``), mono float32, peak 1."""
    frames = smooth(int((attack_s + 7 * decay_s) * SAMPLE_RATE) + 64)
    spectrum = np.fft.rfft(rng.standard_normal(frames).astype(np.float32))
    heard = np.fft.rfftfreq(frames, 1 / SAMPLE_RATE)
    spectrum *= ((heard / low) ** 4 / (1 + (heard / low) ** 4) / (1 + (heard / high) ** 6)).astype(np.float32)
    time = np.arange(frames, dtype=np.float32) / SAMPLE_RATE
    sound = np.fft.irfft(spectrum, n=frames).astype(np.float32) * np.exp(-time / decay_s) * np.minimum(time / attack_s, 1)
    return sound / max(float(np.abs(sound).max()), 1e-9)


def squeak(rng: np.random.Generator) -> np.ndarray:
    """A hand that slides along a wound string: a narrow band that rises or falls between 1.5 and 6 kHz, mono float32."""
    frames = int(rng.uniform(0.04, 0.18) * SAMPLE_RATE)
    at = np.linspace(*rng.uniform(1500, 6000, 2), frames)
    phase = 2 * np.pi * np.cumsum(at) / SAMPLE_RATE
    rough = np.repeat(rng.standard_normal(frames // 32 + 1), 32)[:frames]
    return (np.sin(phase + 1.5 * rough) * np.hanning(frames)).astype(np.float32)
