"""Synthesisers: wavetables behind a filter envelope, frequency modulation, and noise textures. All of them circular."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unloop_py.training.score import SAMPLE_RATE, Clock, Note, hertz, lay
from unloop_py.training.strings import bend

TABLE = 2048
LONGEST_S = 6.0


@dataclass(frozen=True)
class Envelope:
    """Attack, decay, sustain level, release; seconds but for the level."""

    attack: float
    decay: float
    sustain: float
    release: float

    @classmethod
    def draw(cls, rng: np.random.Generator, kind: str) -> Envelope:
        """``pluck``, ``pad``, or ``key``."""
        if kind == "pad":
            return cls(rng.uniform(0.08, 0.9), rng.uniform(0.1, 1), rng.uniform(0.5, 1), rng.uniform(0.2, 1.2))
        if kind == "pluck":
            return cls(rng.uniform(0.0005, 0.006), rng.uniform(0.05, 0.6), rng.uniform(0, 0.3), rng.uniform(0.03, 0.3))
        return cls(rng.uniform(0.001, 0.03), rng.uniform(0.05, 0.6), rng.uniform(0.3, 1), rng.uniform(0.03, 0.3))

    def curve(self, frames: int) -> np.ndarray:
        """A note held for ``frames`` frames, and its release behind it; float32, 0..1."""
        time = np.arange(frames, dtype=np.float32) / SAMPLE_RATE
        decay = np.exp(-np.maximum(time - self.attack, 0) / self.decay)
        held = np.minimum(time / self.attack, 1) * (self.sustain + (1 - self.sustain) * decay)
        fall = np.linspace(1, 0, max(int(self.release * SAMPLE_RATE), 64), dtype=np.float32) ** 2
        return np.concatenate([held, held[-1] * fall])


def wavetable(amplitudes: np.ndarray, phases: np.ndarray | float = -np.pi / 2) -> np.ndarray:
    """One period of TABLE + 1 samples from the amplitudes of partials 1.. on; float32, peak 1."""
    spectrum = np.zeros(TABLE // 2 + 1, complex)
    count = min(len(amplitudes), TABLE // 2 - 1)
    spectrum[1 : count + 1] = amplitudes[:count] * np.exp(1j * (phases if np.isscalar(phases) else phases[:count]))
    table = np.fft.irfft(spectrum, n=TABLE)
    table /= max(float(np.abs(table).max()), 1e-9)
    return np.append(table, table[0]).astype(np.float32)


def read_table(table: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """``table`` at phases given in turns, interpolated; float32."""
    place = (turns % 1) * TABLE
    whole = place.astype(np.int32)
    part = (place - whole).astype(np.float32)
    return table[whole] * (1 - part) + table[whole + 1] * part


@dataclass(frozen=True)
class Subtractive:
    """Detuned oscillators of one wave behind a low-pass whose envelope opens and closes."""

    wave: str
    voices: int
    detune: float
    envelope: Envelope
    cutoff: float
    open_cutoff: float
    filter_decay: float

    @classmethod
    def draw(cls, rng: np.random.Generator, kind: str) -> Subtractive:
        """A patch of chance; ``kind`` as for ``Envelope.draw``."""
        cutoff = 10 ** rng.uniform(2.3, 3.7)
        wave = str(rng.choice(("saw", "saw", "square", "pulse", "triangle", "organ")))
        return cls(wave, int(rng.choice((1, 1, 2, 3))), rng.uniform(0.02, 0.2),
                   Envelope.draw(rng, kind), cutoff, cutoff * rng.uniform(1, 12), rng.uniform(0.03, 0.8))

    def play(self, rng: np.random.Generator, notes: tuple[Note, ...], clock: Clock) -> np.ndarray:
        """The part as a loop, mono float32 (frames,)."""
        circle = np.zeros(clock.frames, np.float32)
        kept: dict[tuple, np.ndarray] = {}
        for note in notes:
            frames = min(clock.length(note.beats), int(LONGEST_S * SAMPLE_RATE))
            name = (note.key, frames // 441, note.slide, note.vibrato)
            if name not in kept:
                kept[name] = self.tone(rng, note, frames)
            lay(circle, clock.start(rng, note.beat), kept[name], note.velocity)
        return circle

    def tone(self, rng: np.random.Generator, note: Note, frames: int) -> np.ndarray:
        """One note, mono float32."""
        pitch = hertz(note.key)
        level = self.envelope.curve(frames)
        partial = np.arange(1, max(int(18_000 / pitch), 1) + 1)
        wave = {
            "saw": 1 / partial, "square": (partial % 2) / partial, "triangle": (partial % 2) / partial**2,
            "pulse": np.abs(np.sin(np.pi * partial * 0.15)) / partial, "organ": np.isin(partial, (1, 2, 3, 4, 6, 8)) * 0.9**partial,
        }[self.wave]
        closed, opened = (wavetable(wave / (1 + (partial * pitch / cutoff) ** 4)) for cutoff in (self.cutoff, self.open_cutoff))
        time = np.arange(len(level), dtype=np.float32) / SAMPLE_RATE
        sweep = np.exp(-time / self.filter_decay)
        speed = pitch / SAMPLE_RATE * (2 ** (bend(note, len(level)) / 12) if note.slide or note.vibrato else np.ones(len(level)))
        turns = np.cumsum(speed)
        sound = np.zeros(len(level), np.float32)
        for voice in range(self.voices):
            apart = 2 ** ((voice - (self.voices - 1) / 2) * self.detune / 12)
            phase = turns * apart + rng.random()
            sound += read_table(closed, phase) * (1 - sweep) + read_table(opened, phase) * sweep
        return sound * level / self.voices


@dataclass(frozen=True)
class FrequencyModulation:
    """Two operators (Chowning 1973): bells, electric pianos, basses, metal."""

    ratio: float
    index: float
    index_decay: float
    envelope: Envelope

    @classmethod
    def draw(cls, rng: np.random.Generator, kind: str) -> FrequencyModulation:
        """A patch of chance; ``kind`` as for ``Envelope.draw``."""
        ratio = float(rng.choice((0.5, 1, 1, 2, 3, 3.5, 1.41, 5.1, 7, 14)))
        return cls(ratio, rng.uniform(0.3, 6), rng.uniform(0.03, 1.0), Envelope.draw(rng, kind))

    play = Subtractive.play

    def tone(self, rng: np.random.Generator, note: Note, frames: int) -> np.ndarray:
        """One note, mono float32."""
        level = self.envelope.curve(frames)
        time = np.arange(len(level), dtype=np.float32) / SAMPLE_RATE
        speed = hertz(note.key) * (2 ** (bend(note, len(level)) / 12) if note.slide or note.vibrato else np.ones(len(level)))
        phase = 2 * np.pi * (np.cumsum(speed) / SAMPLE_RATE % 1000)
        limit = max(0.0, (15_000 / hertz(note.key) - 1) / max(self.ratio, 1) - 1)  # by Carson's rule nothing folds at Nyquist
        index = min(self.index, limit) * np.exp(-time / self.index_decay)
        return (np.sin(phase + index * np.sin(self.ratio * phase)) * level).astype(np.float32)


def blip(rng: np.random.Generator) -> np.ndarray:
    """An electronic drum sound: a chirp, a zap, a ringing stack of partials, or a stutter of clicks; mono float32, peak 1."""
    kind = rng.choice(("chirp", "chirp", "zap", "stack", "stack", "stutter"))
    long = rng.uniform(0.08, 0.7) if kind == "stack" else rng.uniform(0.02, 0.15)
    time = np.arange(int(long * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
    fade = np.minimum(time / 0.0005, 1) * np.exp(-time / long * rng.uniform(2, 6)) * np.minimum((long - time) / 0.003, 1)
    if kind == "stutter":
        period = int(rng.uniform(0.001, 0.02) * SAMPLE_RATE)
        click = rng.standard_normal(period) * np.exp(-np.arange(period) / rng.uniform(3, 60))
        sound = np.resize(click, len(time))
    elif kind == "stack":  # partials at equal distances, as ring modulation and FM give
        base, apart = rng.uniform(300, 4000), rng.uniform(60, 2200)
        at = base + apart * np.arange(int(rng.integers(2, 9)))
        sound = sum(rng.uniform(0.2, 1) * np.sin(2 * np.pi * f * time + rng.uniform(0, 6)) for f in at if f < 18_000)
    else:
        first, last = 10 ** rng.uniform(2.8, 3.95, 2)
        bow = rng.uniform(0.2, 1.0) * long
        sweep = (last + (first - last) * np.exp(-time / (bow * 0.4))) * (3 if kind == "zap" and first > 6000 else 1)
        phase = 2 * np.pi * np.cumsum(np.minimum(sweep, 15_000)) / SAMPLE_RATE
        sound = np.sin(phase + rng.uniform(0, 1.5) * np.sin(phase * rng.choice((0.5, 1, 2))))
    sound = sound * fade
    return (sound / max(float(np.abs(sound).max()), 1e-9)).astype(np.float32)


def texture(rng: np.random.Generator, clock: Clock, keys: tuple[int, ...]) -> np.ndarray:
    """A noise texture that fills the loop: wind, hiss, rumble, resonant drones or a cloud of grains; mono float32 (frames,)."""
    frames = clock.frames
    heard = np.maximum(np.fft.rfftfreq(frames, 1 / SAMPLE_RATE), 1.0)
    kind = rng.choice(("band", "resonant", "grains", "crackle"))
    if kind in ("band", "resonant"):
        spectrum = rng.standard_normal(len(heard)) + 1j * rng.standard_normal(len(heard))
        if kind == "band":
            centre, width = 10 ** rng.uniform(2, 4), rng.uniform(0.2, 1.5)
            spectrum *= np.exp(-(np.log2(heard / centre) ** 2) / (2 * width**2)) / np.sqrt(heard)
        else:
            peaks = np.zeros(len(heard))
            for key in keys:
                for octave in (0, 12, 24, 36):
                    at = hertz(key + octave)
                    peaks += np.exp(-((heard - at) ** 2) / (2 * (at * rng.uniform(0.002, 0.02)) ** 2)) / np.sqrt(1 + octave)
            spectrum *= peaks
        sound = np.fft.irfft(spectrum, n=frames)
        turns = np.arange(frames) / frames
        depth = rng.uniform(0.2, 1)
        sound *= 1 - depth * (0.5 + 0.5 * np.cos(2 * np.pi * (int(rng.integers(1, clock.beats + 1)) * turns + rng.random())))
        return sound.astype(np.float32)
    circle = np.zeros(frames, np.float32)
    count = int(frames / SAMPLE_RATE * 10 ** rng.uniform(0.8, 1.9))
    for start in rng.integers(0, frames, count):
        if kind == "crackle":
            size = int(rng.integers(20, 200))
            grain = (rng.standard_normal(size) * np.exp(-np.arange(size) / size * 5)).astype(np.float32)
        else:
            size = int(rng.uniform(0.02, 0.2) * SAMPLE_RATE)
            at = hertz(float(rng.choice(keys)) + 12 * int(rng.integers(0, 4))) * rng.uniform(0.99, 1.01)
            grain = (np.sin(2 * np.pi * at / SAMPLE_RATE * np.arange(size)) * np.hanning(size)).astype(np.float32)
        lay(circle, int(start), grain, rng.uniform(0.1, 1) ** 2)
    return circle
