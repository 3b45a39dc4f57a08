"""A voice by calculation: a glottal wave through the formants of vowels, and the noises a mouth makes as a drum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unloop_py.training import grooves
from unloop_py.training.score import SAMPLE_RATE, Note, hertz
from unloop_py.training.strings import bend, noise_burst
from unloop_py.training.synths import Envelope, Subtractive, read_table, wavetable

# First five formants of sung vowels (Hz) and their levels (dB): tenor and alto, from the Csound manual's table.
VOWELS = {
    "a": ((650, 1080, 2650, 2900, 3250), (0, -6, -7, -8, -22)), "e": ((400, 1700, 2600, 3200, 3580), (0, -14, -12, -14, -20)),
    "i": ((290, 1870, 2800, 3250, 3540), (0, -15, -18, -20, -30)), "o": ((400, 800, 2600, 2800, 3000), (0, -10, -12, -12, -26)),
    "u": ((350, 600, 2700, 2900, 3300), (0, -20, -17, -14, -26)), "m": ((250, 900, 2200, 2800, 3300), (0, -22, -28, -30, -36)),
}


@dataclass(frozen=True)
class Voice:
    """One singer: a vowel that glides into another, size of the head, breath, and how syllables begin."""

    first: str
    second: str
    size: float
    tilt: float
    breath: float
    consonant: float
    envelope: Envelope

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Voice:
        """A singer of chance: children to basses, hummed, sung or scatted."""
        first, second = (str(v) for v in rng.choice(list(VOWELS), 2))
        held = Envelope(rng.uniform(0.015, 0.12), 0.5, rng.uniform(0.7, 1), rng.uniform(0.05, 0.25))
        consonant = rng.choice((0.0, rng.uniform(0.1, 0.8)))
        return cls(first, second, rng.uniform(0.85, 1.25), rng.uniform(0.7, 1.6), rng.uniform(0, 0.12), consonant, held)

    play = Subtractive.play

    def tone(self, rng: np.random.Generator, note: Note, frames: int) -> np.ndarray:
        """One syllable, mono float32."""
        pitch = hertz(note.key)
        level = self.envelope.curve(frames)
        partial = np.arange(1, max(int(12_000 / pitch), 1) + 1)
        tables = [wavetable(partial**-self.tilt * self._formants(vowel, partial * pitch)) for vowel in (self.first, self.second)]
        wander = np.interp(np.arange(len(level)) / 2000, np.arange(len(level) // 2000 + 2), rng.normal(0, 0.12, len(level) // 2000 + 2))
        turns = np.cumsum(pitch / SAMPLE_RATE * 2 ** ((bend(note, len(level)) + wander) / 12))
        glide = np.linspace(0, 1, len(level), dtype=np.float32) ** 2
        sound = read_table(tables[0], turns) * (1 - glide) + read_table(tables[1], turns) * glide
        if self.breath:
            air = rng.standard_normal(len(level)).astype(np.float32)
            air[1:] -= 0.7 * air[:-1]
            sound = sound + self.breath * air * (0.6 + 0.4 * sound)
        sound = sound * level
        if rng.random() < self.consonant:
            noise = noise_burst(rng, rng.uniform(1500, 5000), rng.uniform(6000, 12000), rng.uniform(0.004, 0.025), 0.004)[: len(sound)]
            sound[: len(noise)] += rng.uniform(0.1, 0.6) * noise
        return sound.astype(np.float32)

    def _formants(self, vowel: str, at: np.ndarray) -> np.ndarray:
        centres, levels = VOWELS[vowel]
        gain = np.full(len(at), 0.003)
        for centre, level in zip(centres, levels, strict=True):
            width = 50 + 0.035 * centre
            gain += 10 ** (level / 20) / (1 + ((at - self.size * centre) / width) ** 2)
        return gain


def mouth_drum(rng: np.random.Generator, stroke: str) -> np.ndarray:
    """One beatbox noise, mono float32, peak 1: ``kick`` (b), ``snare`` (k, pf), ``hat`` (ts), ``open`` (tss), ``perc`` (click)."""
    if stroke == "kick":
        frames = int(rng.uniform(0.09, 0.22) * SAMPLE_RATE)
        time = np.arange(frames) / SAMPLE_RATE
        fall = rng.uniform(45, 75) + rng.uniform(60, 160) * np.exp(-time / rng.uniform(0.012, 0.04))
        sound = np.sin(2 * np.pi * np.cumsum(fall) / SAMPLE_RATE) * np.exp(-time / rng.uniform(0.03, 0.07)) * np.minimum(time / 0.001, 1)
        lips = noise_burst(rng, 150, rng.uniform(900, 3000), rng.uniform(0.004, 0.015))[:frames]
        sound[: len(lips)] += rng.uniform(0.2, 0.8) * lips
    elif stroke == "snare":
        sound = noise_burst(rng, rng.uniform(700, 1800), rng.uniform(3500, 9000), rng.uniform(0.02, 0.05), rng.uniform(0.0005, 0.004))
        tone = np.sin(2 * np.pi * rng.uniform(150, 260) * np.arange(len(sound)) / SAMPLE_RATE) * np.exp(-np.arange(len(sound)) / 2000)
        sound = sound + rng.uniform(0, 0.7) * tone
    elif stroke in ("hat", "open"):
        long = rng.uniform(0.05, 0.12) if stroke == "open" else rng.uniform(0.006, 0.025)
        sound = noise_burst(rng, rng.uniform(3500, 6500), rng.uniform(9000, 15000), long, 0.001)
    else:
        frames = int(0.06 * SAMPLE_RATE)
        time = np.arange(frames) / SAMPLE_RATE
        sound = np.sin(2 * np.pi * rng.uniform(700, 1800) * time * (1 + 4 * time)) * np.exp(-time / rng.uniform(0.004, 0.012))
        snap = noise_burst(rng, 2000, 9000, 0.002)[:frames]
        sound[: len(snap)] += 0.6 * snap
    return (sound / max(float(np.abs(sound).max()), 1e-9)).astype(np.float32)


def drum_stroke(rng: np.random.Generator, stroke: str) -> np.ndarray:
    """One calculated drum of skin, wood or metal, mono float32, peak 1; strokes as of ``mouth_drum``."""
    if stroke in ("hat", "open"):
        long = rng.uniform(0.05, 0.2) if stroke == "open" else rng.uniform(0.008, 0.04)
        frames = int(6 * long * SAMPLE_RATE)
        time = np.arange(frames) / SAMPLE_RATE
        metal = sum(np.sign(np.sin(2 * np.pi * at * time)) for at in rng.uniform(2500, 9000, 6))  # as analogue drum machines do
        sound = (0.2 * metal + rng.standard_normal(frames)) * np.exp(-time / long)
        sound = np.diff(sound, n=2, append=(0, 0))
    else:
        low, high, long = {"kick": (40, 70, 0.14), "snare": (160, 240, 0.06), "perc": (180, 900, 0.09)}[stroke]
        base = rng.uniform(low, high)
        frames = int(7 * long * SAMPLE_RATE)
        time = np.arange(frames) / SAMPLE_RATE
        fall = base * (1 + rng.uniform(0.1, 2.5) * np.exp(-time / rng.uniform(0.005, 0.03)))
        turns = np.cumsum(fall) / SAMPLE_RATE
        modes = ((1, 1.0), (1.59, 0.4), (2.14, 0.25), (2.65, 0.15)) if stroke != "kick" else ((1, 1.0),)  # of a circular membrane
        sound = sum(a * np.sin(2 * np.pi * m * turns) * np.exp(-time * m / (long * rng.uniform(0.5, 1.2))) for m, a in modes)
        if stroke == "snare":
            wires = rng.standard_normal(frames) * np.exp(-time / rng.uniform(0.03, 0.09))
            sound = sound + rng.uniform(0.3, 1.2) * np.diff(wires, append=0)
        slap = noise_burst(rng, rng.uniform(300, 3000), rng.uniform(4000, 12000), rng.uniform(0.001, 0.008))[:frames]
        sound[: len(slap)] += rng.uniform(0.1, 0.9) * slap
    return (sound / max(float(np.abs(sound).max()), 1e-9)).astype(np.float32)


def stroke_of(key: int) -> str:
    """Which of the five strokes stands for a General MIDI drum key."""
    if key == grooves.KICK:
        return "kick"
    if key in (grooves.SNARE, grooves.CLAP, grooves.RIM):
        return "snare"
    if key in (grooves.OPEN, grooves.CRASH, grooves.RIDE):
        return "open"
    return "hat" if key in (grooves.CLOSED, grooves.PEDAL, grooves.SHAKER, grooves.TAMBOURINE, 69) else "perc"
