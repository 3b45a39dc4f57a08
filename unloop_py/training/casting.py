"""Who plays a part, on what, through which pedals: turns one part of a score into sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from unloop_py.training import effects, sounds
from unloop_py.training.effects import Spectrum
from unloop_py.training.grooves import COWBELL
from unloop_py.training.palette import Palette
from unloop_py.training.score import SAMPLE_RATE, Clock, Part, lay
from unloop_py.training.soundfont import SoundfontPlayer
from unloop_py.training.strings import PluckedString
from unloop_py.training.synths import FrequencyModulation, Subtractive, blip, texture
from unloop_py.training.voices import Voice, drum_stroke, mouth_drum, stroke_of

SYNTH_KINDS = {"pad": "pad", "bass": "key", "melody": "key", "chords": "key"}


class Ensemble:
    """Every instrument there is. One per process.

    ``work_folder`` keeps the one-shots that npm fetches; None does without them.
    """

    def __init__(self, work_folder: Path | None) -> None:
        self.soundfonts = SoundfontPlayer()
        self.shots = sounds.one_shots(work_folder) if work_folder else {}

    def perform(self, rng: np.random.Generator, part: Part, clock: Clock, palette: Palette) -> np.ndarray:
        """The part as a loop, mono float32 (frames,), peak 1."""
        family = part.family
        if family == "texture":
            sound = self._texture(rng, part, clock, palette)
        elif family in ("drums", "percussion", "mouth", "blips"):
            sound = self._struck(rng, part, clock, palette)
        elif family in ("string", "distorted"):
            muted = rng.random() < 0.2
            sound = PluckedString.draw(rng, muted, low=part.kind == "bass").play(rng, part.notes, clock)
        elif family == "synth":
            kind = SYNTH_KINDS.get(part.kind, "key")
            patch = (Subtractive if rng.random() < 0.65 else FrequencyModulation).draw(rng, kind if rng.random() < 0.6 else "pluck")
            sound = patch.play(rng, part.notes, clock)
        elif family == "voice":
            sound = Voice.draw(rng).play(rng, part.notes, clock)
        else:
            sound = self.soundfonts.play(rng, self.soundfonts.draw(rng, family, palette), part.notes, clock)
        return effects.normalised(pedals(rng, effects.normalised(sound), part, clock))

    def _struck(self, rng: np.random.Generator, part: Part, clock: Clock, palette: Palette) -> np.ndarray:
        """Drums: a kit of a soundfont, of one-shots, calculated, of electronic blips, or a mouth."""
        way = part.family
        if way not in ("mouth", "blips"):
            way = str(rng.choice(("soundfont", "shots", "calculated"), p=(0.45, 0.38, 0.17)))
        if way == "shots" and not self.shots:
            way = "soundfont"
        if way == "soundfont":
            return self.soundfonts.play(rng, self.soundfonts.draw(rng, "drums", palette), part.notes, clock)
        circle = np.zeros(clock.frames, np.float32)
        kit: dict[int, np.ndarray] = {}
        tabla = part.family == "percussion" and rng.random() < 0.7
        speed = 2 ** rng.normal(0, 0.12)
        for note in part.notes:
            if note.key not in kit:
                stroke = stroke_of(note.key)
                if way == "mouth":
                    kit[note.key] = mouth_drum(rng, stroke)
                elif way == "blips" and (stroke == "perc" or rng.random() < 0.4):
                    kit[note.key] = blip(rng)
                elif way in ("calculated", "blips"):
                    kit[note.key] = drum_stroke(rng, stroke)
                else:
                    kind = ("tabla" if tabla else "perc") if stroke == "perc" and note.key != COWBELL else stroke
                    names = palette.shots(self.shots[kind])
                    shot = self.shots[kind][names[int(rng.integers(len(names)))]]
                    kit[note.key] = np.interp(np.arange(0, len(shot) - 1, speed), np.arange(len(shot)), shot).astype(np.float32)
            lay(circle, clock.start(rng, note.beat), kit[note.key], note.velocity**1.5 * rng.uniform(0.85, 1.1))
        return circle

    def _texture(self, rng: np.random.Generator, part: Part, clock: Clock, palette: Palette) -> np.ndarray:
        if not self.shots or rng.random() < 0.6:
            return texture(rng, clock, tuple(note.key for note in part.notes))
        circle = np.zeros(clock.frames, np.float32)
        names = palette.shots(self.shots["texture"])
        for name in rng.choice(names, int(rng.integers(1, 4))):
            shot = self.shots["texture"][str(name)]
            shot = shot[::-1] if rng.random() < 0.3 else shot
            at = np.arange(0, len(shot) - 1, 2 ** rng.uniform(-1, 0.5))
            for _ in range(int(rng.integers(1, 4))):
                sound = np.interp(at, np.arange(len(shot)), shot).astype(np.float32)
                lay(circle, int(rng.integers(clock.frames)), sound, rng.uniform(0.3, 1))
        return circle


def pedals(rng: np.random.Generator, sound: np.ndarray, part: Part, clock: Clock) -> np.ndarray:
    """What one player's sound goes through before the mix."""
    electric = part.family in ("electric", "distorted") or (part.family == "string" and rng.random() < 0.4)
    if part.family == "distorted":
        sound = effects.drive(sound, 10 ** rng.uniform(0.8, 2.0), rng.uniform(0, 0.3))
    elif electric and rng.random() < 0.35 or part.kind in ("bass", "chords", "drums", "voice") and rng.random() < 0.12:
        sound = effects.drive(sound, 10 ** rng.uniform(0.1, 1.2), rng.uniform(0, 0.4))
    if part.kind not in ("drums", "percussion", "beatbox", "blips"):
        if rng.random() < (0.15 if part.kind in ("guitar", "chords") else 0.05):
            sound = effects.wah(rng, sound, clock)
        if rng.random() < 0.15:
            sound = effects.chorus(rng, sound)
        if rng.random() < 0.08:
            sound = effects.tremolo(rng, sound, clock)
    spectrum = Spectrum(sound)
    if electric:
        spectrum.cabinet(rng)
    elif part.family == "string" and part.kind == "guitar":
        spectrum.body(rng)
    if rng.random() < 0.6:
        spectrum.peak(10 ** rng.uniform(2, 4), rng.normal(0, 5), rng.uniform(0.2, 1))
    if part.kind != "bass" and rng.random() < 0.4:
        spectrum.high_pass(rng.uniform(40, 220))
    if rng.random() < 0.15:
        beats = float(rng.choice((0.25, 0.5, 0.75, 1 / 3, 1.0)))
        spectrum.delay(beats * clock.frames_per_beat / SAMPLE_RATE, rng.uniform(0.1, 0.6), rng.uniform(0.1, 0.6))
    if rng.random() < (0.2 if part.kind != "bass" else 0.03):
        spectrum.room(rng, rng.uniform(0.1, 2.5), rng.uniform(0.05, 0.6))
    return spectrum.audio()
