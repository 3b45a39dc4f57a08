"""Soundfont players: a part's notes through tinysoundfont, rings and releases folded over the seam."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import tinysoundfont

from unloop_py.training import sounds
from unloop_py.training.palette import Palette
from unloop_py.training.score import SAMPLE_RATE, Clock, Note
from unloop_py.training.strings import bend

TAIL_S = 3.5
BEND_RANGE = 12.0  # semitones
BEND_STEP = 441  # frames between two pitch wheel messages


@dataclass(frozen=True)
class Preset:
    """A program of one of the loaded soundfonts (``font`` counts them)."""

    font: int
    program: int
    drums: bool = False


class SoundfontPlayer:
    """The loaded soundfonts. One per process: loading takes a few seconds."""

    def __init__(self) -> None:
        self.paths = sounds.soundfonts()
        self._synth = tinysoundfont.Synth(gain=-6, samplerate=SAMPLE_RATE)
        self._fonts = [self._synth.sfload(str(path)) for path in self.paths]
        self._kits = [{kit for kit in range(128) if self._synth.sfpreset_name(font, 128, kit)} for font in self._fonts]

    def draw(self, rng: np.random.Generator, family: str, palette: Palette) -> Preset:
        """A program of this family (``drums``: a kit) that the palette allows."""
        allowed = [n for n, path in enumerate(self.paths) if palette.programs(family, path)]
        font = int(rng.choice(allowed))
        programs = palette.programs(family, self.paths[font])
        if family == "drums":
            programs = tuple(p for p in programs if p in self._kits[font])
        return Preset(font, int(rng.choice(programs)), family == "drums")

    def play(self, rng: np.random.Generator, preset: Preset, notes: tuple[Note, ...], clock: Clock) -> np.ndarray:
        """The part as a loop, mono float32 (frames,)."""
        channel = 9 if preset.drums else 0
        self._synth.program_select(channel, self._fonts[preset.font], 128 if preset.drums else 0, preset.program, preset.drums)
        self._synth.pitchbend_range(channel, BEND_RANGE)
        self._synth.pitchbend(channel, 8192)
        events: list[tuple[int, int, int, int]] = []  # frame, order (off, bend, on), key or wheel, velocity
        for note in notes:
            start = clock.start(rng, note.beat)
            stop = start + clock.length(note.beats)
            events.append((start, 2, note.key, int(1 + 126 * np.clip(note.velocity * rng.uniform(0.85, 1.1), 0.03, 1))))
            events.append((stop, 0, note.key, 0))
            if note.slide or note.vibrato:
                events += [(frame, 1, wheel, 0) for frame, wheel in _bends(note, start, stop)]
        tail = min(int(TAIL_S * SAMPLE_RATE), 2 * clock.frames)
        end = clock.frames + tail
        pieces, now = [], 0
        for frame, order, value, velocity in sorted(e for e in events if e[0] < end):
            if frame > now:
                pieces.append(np.frombuffer(self._synth.generate(frame - now), np.float32).copy())
                now = frame
            if order == 2:
                self._synth.noteon(channel, value, velocity)
            elif order == 1:
                self._synth.pitchbend(channel, value)
            else:
                self._synth.noteoff(channel, value)
        pieces.append(np.frombuffer(self._synth.generate(end - now), np.float32).copy())
        self._synth.sounds_off(channel)
        self._synth.generate(2000)  # lets the last voices go before the next part
        sound = np.concatenate(pieces).reshape(-1, 2).mean(axis=1)
        sound[-4410:] *= np.linspace(1, 0, 4410, dtype=np.float32)
        folds = -(-end // clock.frames)
        return np.pad(sound, (0, folds * clock.frames - end)).reshape(folds, clock.frames).sum(axis=0).astype(np.float32)


def _bends(note: Note, start: int, stop: int) -> list[tuple[int, int]]:
    curve = bend(note, stop - start)[::BEND_STEP]
    wheel = np.clip(8192 + curve / BEND_RANGE * 8191, 0, 16383).astype(int)
    return [(start + i * BEND_STEP, int(value)) for i, value in enumerate(wheel)] + [(stop, 8192)]
