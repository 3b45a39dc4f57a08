"""Pitched parts: bass lines, chords, strums, riffs and melodies, as notes. One or two bars are written and played on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unloop_py.training.score import Note


@dataclass(frozen=True)
class Harmony:
    """Where the pitches come from: a tonic (0..11), a scale (semitones), and the chord degree of every bar."""

    tonic: int
    scale: tuple[int, ...]
    degrees: tuple[int, ...]
    per_bar: int

    def key(self, degree: int, octave: int) -> int:
        """MIDI key of a scale degree; octave 5 holds middle C."""
        size = len(self.scale)
        return 12 * octave + self.tonic + 12 * (degree // size) + self.scale[degree % size]

    def chord(self, degree: int, size: int, octave: int) -> list[int]:
        """Keys of a chord in thirds of the scale (in a pentatonic scale: every second tone)."""
        return [self.key(degree + 2 * i, octave) for i in range(size)]


def bass(rng: np.random.Generator, harmony: Harmony) -> list[Note]:
    """A bass line: roots, walking, octaves, or a riff."""
    per_bar = harmony.per_bar
    octave = 3 if harmony.tonic < 7 else 2
    style = rng.choice(("riff", "riff", "roots", "walking", "octaves", "long"))
    grid = float(rng.choice((0.5, 0.5, 0.25, 1.0)))
    if style == "walking":
        grid = 1.0
    slots = np.arange(0, per_bar, grid)
    full = {"roots": 0.95, "walking": 1.0, "octaves": 0.9, "long": 0.0}.get(str(style), rng.uniform(0.35, 0.7))
    length = per_bar * 0.9 if style == "long" else grid * rng.uniform(0.3, 1.0)
    bars = []
    for _ in range(2):
        bar = []
        for i, beat in enumerate(slots):
            if i and rng.random() > full:
                continue
            step = {"roots": 0, "long": 0, "octaves": len(harmony.scale) * (i % 2)}.get(str(style), int(rng.choice((0, 0, 4, 2, -1, 7, 1))))
            if style == "walking":
                step = int(rng.choice((0, 2, 4, 5, -1, 1))) if i else 0
            bar.append((float(beat), step, rng.uniform(0.65, 1.0), float(rng.choice((0, 0, 0, 0, 0, 0, -2, 2)))))
        bars.append(bar)
    return [Note(n * per_bar + b, length, harmony.key(d + step, octave), v, slide=slide)
            for n, d in enumerate(harmony.degrees) for b, step, v, slide in bars[int(n % 4 == 3)]]


def chords(rng: np.random.Generator, harmony: Harmony, octave: int | None = None) -> list[Note]:
    """Chords as keyboards and ensembles play them: held, stabbed, broken, pulsed."""
    per_bar = harmony.per_bar
    style = rng.choice(("held", "stabs", "arpeggio", "pulse", "offbeat"))
    size = int(rng.choice((2, 3, 3, 3, 4, 4, 5)))
    octave = int(rng.choice((4, 5, 5))) if octave is None else octave
    rhythm = sorted({0.0, *(float(b) for b in rng.choice(np.arange(0, per_bar, 0.5), size=3))})
    step = float(rng.choice((0.25, 0.5, 0.5, 1 / 3)))
    order = rng.permutation(size)
    inversion = int(rng.integers(0, size))
    spread = rng.uniform(0.0, 0.03)
    notes = []
    for n, degree in enumerate(harmony.degrees):
        keys = harmony.chord(degree, size, octave)
        keys = sorted(key + 12 * (i < inversion) for i, key in enumerate(keys))
        start = n * per_bar
        if style == "held":
            notes += [Note(start + i * spread, per_bar * 0.97, k, 0.7 * rng.uniform(0.85, 1)) for i, k in enumerate(keys)]
        elif style == "arpeggio":
            notes += [Note(start + i * step, step * 1.3, keys[order[i % size]] + 12 * ((i // size) % 2), 0.75 * rng.uniform(0.75, 1.1))
                      for i in range(int(per_bar / step))]
        else:
            places = {"pulse": np.arange(0, per_bar, 0.5), "offbeat": np.arange(0.5, per_bar, 1.0)}.get(str(style), rhythm)
            long = {"pulse": 0.45, "offbeat": 0.25}.get(str(style), 0.6)
            notes += [Note(start + float(b) + i * spread, long, k, (0.85 if b == 0 else 0.65) * rng.uniform(0.85, 1))
                      for b in places for i, k in enumerate(keys)]
    return notes


# How a guitar holds chords: semitones over the lowest string that sounds, strings from low to high.
SHAPES = {"major": (0, 7, 12, 16, 19, 24), "minor": (0, 7, 12, 15, 19, 24), "fifth": (0, 7, 12)}
# Down and up strokes of a bar of eighths or sixteenths: D, U, d and u softer, x muted.
STRUMS = (
    "D...D.U.", "D.DU.UDU", "D.D.D.D.", "D.xUD.xU", "DUDUDUDU", "D..U.UD.", "x.DUx.DU", "..D...D.", "DxxUxUDx", "D.......", "D.uDxudU",
    "DDDDDDDD",
)


def strum(rng: np.random.Generator, harmony: Harmony, power: bool) -> list[Note]:
    """Strummed (``power``: fifths, as under distortion) guitar chords: strings one after another, down and up, some muted."""
    pattern = str(rng.choice(STRUMS))
    per_step = float(rng.choice((0.5, 0.5, 0.25)))
    steps = int(round(harmony.per_bar / per_step))
    speed = rng.uniform(0.008, 0.045)
    notes = []
    for n, degree in enumerate(harmony.degrees):
        root = harmony.key(degree, 3)
        root -= 12 * (root > 50)
        third = (harmony.key(degree + 2, 3) - harmony.key(degree, 3)) % 12
        shape = SHAPES["fifth" if power else "minor" if third == 3 else "major"]
        for step in range(steps):
            sign = pattern[step % 8]
            if sign == ".":
                continue
            strings = shape if sign in "Dd" else shape[::-1][: int(rng.integers(3, 6))]
            muted = sign == "x"
            length = 0.06 if muted else per_step * (1.6 if pattern[(step + 1) % 8] == "." else 0.95)
            level = (0.55 if sign in "dux" else 0.9) * rng.uniform(0.8, 1.0)
            notes += [Note(n * harmony.per_bar + step * per_step + i * speed, length, root + s, level * rng.uniform(0.75, 1))
                      for i, s in enumerate(strings)]
    return notes


def picking(rng: np.random.Generator, harmony: Harmony) -> list[Note]:
    """Fingerpicking: a thumb on the beats, fingers between, strings ringing on."""
    step = float(rng.choice((0.5, 0.25, 0.5, 1 / 3)))
    steps = int(round(harmony.per_bar / step))
    pattern = [int(i) for i in rng.integers(1, 6, size=steps)]
    ring = rng.uniform(1.0, 3.0)
    notes = []
    for n, degree in enumerate(harmony.degrees):
        root = harmony.key(degree, 3)
        third = (harmony.key(degree + 2, 3) - harmony.key(degree, 3)) % 12
        shape = SHAPES["minor" if third == 3 else "major"]
        for i in range(steps):
            thumb = abs(i * step % 1) < 1e-6
            if thumb or rng.random() < 0.85:
                notes.append(Note(n * harmony.per_bar + i * step, step * ring, root + shape[0 if thumb and i % 2 == 0 else pattern[i]],
                                  (0.9 if thumb else 0.65) * rng.uniform(0.8, 1)))
    return notes


def riff(rng: np.random.Generator, harmony: Harmony, octave: int = 3) -> list[Note]:
    """A one-bar riff on low strings, with palm mutes, slides and bends."""
    per_bar = harmony.per_bar
    grid = float(rng.choice((0.25, 0.5, 0.5)))
    bar = [(float(b), int(rng.choice((0, 0, 0, 1, 2, 3, 4, -1))), float(rng.choice((0.08, 0.3, grid * 0.9, 1.0))),
            float(rng.choice((0, 0, 0, 0, -2, -1, 1))), rng.uniform(0.7, 1))
           for b in np.arange(0, per_bar, grid) if b == 0 or rng.random() < 0.65]
    move = bool(rng.random() < 0.5)
    return [Note(n * per_bar + b, long, harmony.key((d if move else 0) + s, octave), v, slide=slide, vibrato=0.3 * (long == 1.0))
            for n, d in enumerate(harmony.degrees) for b, s, long, slide, v in bar]


def melody(rng: np.random.Generator, harmony: Harmony, octave: int | None = None, expressive: float = 0.3) -> list[Note]:
    """A two-bar motif that walks the scale; ``expressive`` is how often a note slides or swells into vibrato."""
    per_bar = harmony.per_bar
    motif = []
    beat, walk = 0.0, int(rng.integers(0, 5))
    lengths = (0.25, 0.5, 0.5, 1.0, 1.5, 2.0) if rng.random() < 0.7 else (1 / 3, 1 / 3, 2 / 3, 1.0)
    jump = int(rng.choice((2, 2, 3, 5)))
    while beat < 2 * per_bar - 1e-6:
        length = float(rng.choice(lengths))
        walk = int(np.clip(walk + rng.integers(-jump, jump + 1), -4, 10))
        if rng.random() < 0.78:
            bends = rng.random() < expressive
            motif.append((beat, min(length, 2 * per_bar - beat), walk, rng.uniform(0.5, 1),
                          float(rng.choice((-2, -1, -1, 1))) * bends, 0.35 * (length >= 0.5 and rng.random() < expressive * 2)))
        beat += length
    octave = int(rng.choice((5, 5, 6, 4))) if octave is None else octave
    legato = rng.uniform(0.6, 1.05)
    return [Note(n * per_bar + b, long * legato, harmony.key(w + harmony.degrees[n] * (rng.random() < 0.1), octave), v, slide, vibrato)
            for n in range(0, len(harmony.degrees), 2) for b, long, w, v, slide, vibrato in motif
            if n * per_bar + b < len(harmony.degrees) * per_bar]


def drone(rng: np.random.Generator, harmony: Harmony) -> list[Note]:
    """One or two tones that stand for the whole loop, re-struck every bar or two."""
    every = int(rng.choice((1, 2)))
    keys = [harmony.key(0, 4), harmony.key(4, 4), harmony.key(0, 3)][: int(rng.integers(1, 4))]
    return [Note(n * harmony.per_bar, every * harmony.per_bar * 1.0, k, 0.6) for n in range(0, len(harmony.degrees), every) for k in keys]
