"""Composes scores: a genre, a tempo, a key, and either one player or a few of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unloop_py.training import grooves, phrases
from unloop_py.training.busy import busier
from unloop_py.training.palette import SCALE_WEIGHTS, SCALES, TONICS, Palette
from unloop_py.training.score import SAMPLE_RATE, Note, Part, Score, smooth

SOLO_SHARE = 0.45  # a looper is mostly one instrument at a time
WALTZ_SHARE = 0.13


@dataclass(frozen=True)
class Genre:
    """How a style goes: tempi, grooves, how likely each part is (drums, percussion, bass, chords, guitar, melody, texture), swing."""

    tempi: tuple[float, float]
    grooves: tuple[str, ...]
    likely: tuple[float, float, float, float, float, float, float]
    chords: tuple[str, ...]
    melodies: tuple[str, ...]
    swing: tuple[float, float] = (0.0, 0.0)
    power: float = 0.0  # share of distorted fifths among the guitars


GENRES: dict[str, Genre] = {
    "rock": Genre(
        (90, 160), ("rock", "pop", "floor toms"), (0.9, 0.1, 0.8, 0.2, 0.9, 0.3, 0.05),
        ("organ", "keys"), ("electric", "leads"), power=0.6,
    ),
    "pop": Genre(
        (80, 132), ("pop", "rock", "four floor"), (0.85, 0.2, 0.75, 0.7, 0.5, 0.5, 0.1),
        ("keys", "pads", "strings"), ("voices", "leads", "winds"),
    ),
    "funk": Genre(
        (88, 124), ("funk", "motown", "breaks"), (0.9, 0.3, 0.95, 0.5, 0.7, 0.3, 0.0),
        ("keys", "organ", "brass"), ("brass", "leads"), (0, 0.5),
    ),
    "house": Genre(
        (115, 130), ("house", "disco", "four floor"), (0.95, 0.3, 0.8, 0.8, 0.1, 0.4, 0.2),
        ("keys", "pads", "synth"), ("leads", "synth", "voices"),
    ),
    "techno": Genre(
        (120, 150), ("techno", "four floor"), (0.95, 0.3, 0.7, 0.4, 0.0, 0.4, 0.5),
        ("synth", "pads"), ("synth", "leads"),
    ),
    "hip hop": Genre(
        (70, 105), ("hip hop", "breaks", "motown"), (0.95, 0.15, 0.8, 0.6, 0.3, 0.4, 0.3),
        ("keys", "pads", "strings"), ("winds", "keys", "voices"), (0.2, 0.9),
    ),
    "trap": Genre(
        (120, 160), ("trap", "half time"), (0.95, 0.1, 0.9, 0.4, 0.2, 0.6, 0.3),
        ("pads", "synth"), ("mallets", "synth", "winds"),
    ),
    "drum and bass": Genre(
        (150, 179), ("drum and bass", "breaks"), (0.95, 0.1, 0.9, 0.5, 0.0, 0.3, 0.4),
        ("pads", "synth"), ("synth", "voices"),
    ),
    "reggae": Genre(
        (62, 96), ("reggae", "dembow", "half time"), (0.9, 0.4, 0.95, 0.6, 0.8, 0.3, 0.05),
        ("organ", "keys"), ("brass", "winds"), (0, 0.5),
    ),
    "bossa": Genre(
        (90, 160), ("bossa", "samba", "brushes"), (0.6, 0.5, 0.7, 0.4, 0.8, 0.5, 0.0),
        ("keys", "plucked"), ("winds", "voices", "mallets"),
    ),
    "jazz": Genre(
        (80, 178), ("jazz", "brushes", "shuffle"), (0.7, 0.1, 0.8, 0.7, 0.4, 0.6, 0.0),
        ("keys", "organ"), ("winds", "brass", "keys"), (0.6, 1.0),
    ),
    "blues": Genre(
        (62, 130), ("shuffle", "ballad", "rock"), (0.7, 0.05, 0.7, 0.5, 0.9, 0.5, 0.0),
        ("organ", "keys"), ("electric", "winds"), (0.4, 1.0), 0.2,
    ),
    "folk": Genre(
        (70, 140), ("brushes", "ballad", "march"), (0.15, 0.35, 0.4, 0.2, 0.95, 0.5, 0.0),
        ("plucked", "organ"), ("strings", "winds", "plucked"),
    ),
    "metal": Genre(
        (100, 179), ("metal", "half time", "punk"), (0.9, 0.0, 0.8, 0.05, 1.0, 0.3, 0.05),
        ("organ", "pads"), ("electric",), power=1.0,
    ),
    "afro": Genre(
        (95, 130), ("afro", "latin", "samba"), (0.7, 0.9, 0.8, 0.4, 0.7, 0.4, 0.0),
        ("keys", "mallets"), ("mallets", "winds", "brass"),
    ),
    "ambient": Genre(
        (60, 110), ("ballad", "half time"), (0.1, 0.1, 0.3, 0.85, 0.4, 0.5, 0.7),
        ("pads", "strings", "synth", "voices"), ("mallets", "voices", "keys"),
    ),
    "chamber": Genre(
        (60, 140), ("march",), (0.03, 0.1, 0.3, 0.7, 0.3, 0.8, 0.0),
        ("strings", "keys", "brass", "winds"), ("strings", "winds", "voices"),
    ),
    "glitch": Genre(
        (70, 170), ("techno", "breaks", "rolls"), (0.95, 0.3, 0.6, 0.3, 0.1, 0.2, 0.3),
        ("synth", "pads"), ("synth", "mallets"),
    ),
    "chiptune": Genre(
        (110, 179), ("four floor", "pop", "punk"), (0.8, 0.0, 0.9, 0.6, 0.0, 0.9, 0.1),
        ("leads", "synth"), ("leads", "synth"),
    ),
}
ELECTRONIC = frozenset({"techno", "house", "trap", "drum and bass", "ambient", "chiptune", "hip hop"})
GENRE_WEIGHTS = tuple(1.0 / len(GENRES) for _ in GENRES)

# Players that are looped alone: what they play, and how likely.
SOLOISTS: tuple[tuple[str, float], ...] = (
    ("strum", 0.13), ("picking", 0.11), ("riff", 0.09), ("guitar lead", 0.06), ("bass", 0.1), ("chords", 0.12), ("melody", 0.09),
    ("voice", 0.09), ("percussion", 0.1), ("beatbox", 0.06), ("drums", 0.08), ("pad", 0.04), ("texture", 0.03), ("blips", 0.04),
)
KEYBOARDS = ("keys", "keys", "organ", "mallets", "synth", "plucked")
MELODISTS = ("winds", "strings", "brass", "leads", "mallets", "synth", "plucked", "keys")


def compose(rng: np.random.Generator, palette: Palette) -> Score:
    """A score of chance, on the palette's side of the held-out rule."""
    genre_name = str(rng.choice(list(GENRES), p=GENRE_WEIGHTS))
    genre = GENRES[genre_name]
    per_bar = 3 if rng.random() < WALTZ_SHARE else 4
    low, high = genre.tempi if rng.random() < 0.75 else (60.0, 180.0)
    bars, tempo = _length(rng, palette, low, high, per_bar)
    scale = str(rng.choice(list(SCALES), p=SCALE_WEIGHTS))
    tonic = int(rng.integers(12))
    progression = palette.progressions[int(rng.integers(len(palette.progressions)))]
    harmony = phrases.Harmony(tonic, SCALES[scale], tuple(progression[i % len(progression)] for i in range(bars)), per_bar)
    solo = bool(rng.random() < SOLO_SHARE)
    if solo:
        names, weights = zip(*SOLOISTS, strict=True)
        part = _soloist(rng, str(rng.choice(names, p=np.array(weights) / sum(weights))), genre, harmony, palette)
        parts = (part,)
    else:
        parts = _band(rng, genre, harmony, palette)
        if rng.random() < (1.0 if genre_name == "glitch" else 0.15 if genre_name in ELECTRONIC else 0.02):
            blips = _soloist(rng, "blips", genre, harmony, palette, band=True)
            parts = (*parts, Part(blips.kind, blips.family, blips.notes, rng.uniform(0.2, 0.8)))
    if palette.busy:
        parts = busier(rng, parts, bars * per_bar, bars * per_bar * 60 / tempo)
    swing = rng.uniform(*genre.swing) if genre.swing[1] else rng.choice((0.0, 0.0, 0.0, rng.uniform(0, 0.6)))
    unit = 0.5 if genre_name in ("jazz", "blues") or rng.random() < 0.4 else 0.25
    return Score(genre_name, f"{TONICS[tonic]} {scale}", tempo, bars * per_bar, per_bar, float(swing), unit, solo, parts)


def _length(rng: np.random.Generator, palette: Palette, low: float, high: float, per_bar: int) -> tuple[int, float]:
    """Bars and tempo of a loop of 2 to 10 s; the tempo is moved (by less than 1 %) until the frames suit an FFT."""
    while True:
        tempo = palette.tempo(rng, low, high)
        bars = max(1, int(round(rng.uniform(2.2, 9.5) * tempo / 60 / per_bar)))
        bars = 2 * (bars // 2) if bars > 2 and rng.random() < 0.85 else bars
        frames_at_60 = bars * per_bar * 60 * SAMPLE_RATE
        tempo = frames_at_60 / smooth(int(frames_at_60 / tempo))
        if palette.allows_tempo(tempo):
            return bars, tempo


def _band(rng: np.random.Generator, genre: Genre, harmony: phrases.Harmony, palette: Palette) -> tuple[Part, ...]:
    """Two to six players of a genre."""
    names = ("drums", "percussion", "bass", "chords", "guitar", "melody", "texture")
    playing = [name for name, likely in zip(names, genre.likely, strict=True) if rng.random() < likely]
    while len(playing) < 2:
        playing = sorted({*playing, str(rng.choice(names[:6], p=np.array(genre.likely[:6]) / sum(genre.likely[:6])))}, key=names.index)
    levels = {"drums": 1.0, "percussion": 0.5, "bass": 0.85, "chords": 0.6, "guitar": 0.65, "melody": 0.7, "texture": 0.3}
    parts = []
    for name in playing:
        soloist = {"guitar": str(rng.choice(("strum", "strum", "picking", "riff"))),
                   "melody": str(rng.choice(("melody", "melody", "voice", "guitar lead")))}.get(name, name)
        part = _soloist(rng, soloist, genre, harmony, palette, band=True)
        parts.append(Part(part.kind, part.family, part.notes, levels[name] * 10 ** (rng.normal(0, 3.0) / 20)))
    return tuple(parts)


def _soloist(
    rng: np.random.Generator, name: str, genre: Genre, harmony: phrases.Harmony, palette: Palette, band: bool = False
) -> Part:
    """One player's part."""
    bars, per_bar = len(harmony.degrees), harmony.per_bar
    power = bool(rng.random() < genre.power)
    if name == "drums":
        groove = str(rng.choice(palette.grooves(genre.grooves)))
        return Part("drums", "drums", tuple(grooves.drum_notes(rng, groove, bars, per_bar)))
    if name == "percussion":
        keys = (*grooves.HAND_DRUMS, *(rng.choice(grooves.SMALL_PERCUSSION, 3).tolist() if rng.random() < 0.6 else ()))
        return Part("percussion", "percussion", tuple(grooves.percussion_notes(rng, bars, per_bar, keys)))
    if name == "blips":
        keys = (*grooves.HAND_DRUMS, *grooves.SMALL_PERCUSSION)
        return Part("blips", "blips", tuple(grooves.percussion_notes(rng, bars, per_bar, keys, most=9)))
    if name == "beatbox":
        groove = str(rng.choice(palette.grooves(genre.grooves)))
        return Part("beatbox", "mouth", tuple(grooves.drum_notes(rng, groove, bars, per_bar)))
    if name == "bass":
        return Part("bass", str(rng.choice(("bass", "bass", "synth", "string"))), tuple(phrases.bass(rng, harmony)))
    if name == "chords":
        family = str(rng.choice(genre.chords if band or rng.random() < 0.4 else KEYBOARDS))
        return Part("chords", family, tuple(phrases.chords(rng, harmony)))
    if name == "pad":
        return Part("pad", str(rng.choice(("pads", "strings", "voices", "synth"))), tuple(phrases.drone(rng, harmony)))
    if name == "texture":
        return Part("texture", "texture", tuple(Note(0.0, 1.0, key, 1.0) for key in harmony.chord(harmony.degrees[0], 3, 3)))
    if name == "voice":
        octave = int(rng.choice((4, 5, 5)))
        sung = phrases.melody(rng, harmony, octave, expressive=0.7) if rng.random() < 0.75 else phrases.chords(rng, harmony, octave)
        return Part("voice", str(rng.choice(("voice", "voice", "voices"))), tuple(sung))
    if name == "melody":
        family = str(rng.choice(genre.melodies if band or rng.random() < 0.4 else MELODISTS))
        return Part("melody", family, tuple(phrases.melody(rng, harmony)))
    notes = {
        "strum": lambda: phrases.strum(rng, harmony, power), "picking": lambda: phrases.picking(rng, harmony),
        "riff": lambda: phrases.riff(rng, harmony), "guitar lead": lambda: phrases.melody(rng, harmony, int(rng.choice((4, 5))), 0.7),
    }[name]()
    family = "distorted" if power else str(rng.choice(("plucked", "electric", "string", "string")))
    return Part("guitar", family, tuple(notes))
