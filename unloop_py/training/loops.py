"""Endless, seeded, licence-clean loops: the audio that the bundled model learns from.

``LoopMaker.make(seed)`` composes a few bars (drums, bass, chords, melody), renders them with soundfonts and CC0
one-shots, plays them through a small room and the dirt of a real input, and returns a loop whose tails already wrap.
The same seed always gives the same loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tinysoundfont

from unloop_py.training import sounds

SAMPLE_RATE = sounds.SAMPLE_RATE
HELD_OUT_FROM = 1_000_000  # seeds from here on are never trained on

SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10), (0, 2, 4, 5, 7, 9, 10), (0, 1, 3, 5, 7, 8, 10))
PROGRESSIONS = (
    (0, 4, 5, 3), (0, 3, 4, 3), (5, 3, 0, 4), (0, 5, 1, 4), (0, 0, 3, 4), (0, 6, 5, 4), (0, 3), (0, 0), (1, 4, 0, 0), (0, 2, 3, 4),
)
CHORD_PROGRAMS = (
    0, 1, 2, 4, 5, 6, 7, 8, 11, 12, 16, 17, 18, 19, 21, 24, 25, 26, 27, 28, 29, 30, 40, 46, 48, 49, 50, 51, 52, 54, 61, 62, 63, 80, 81,
    88, 89, 90, 91, 94, 95,
)
BASS_PROGRAMS = (32, 33, 34, 35, 36, 38, 39, 43, 58, 87)
MELODY_PROGRAMS = (
    0, 4, 9, 10, 11, 12, 13, 21, 22, 24, 25, 26, 27, 29, 40, 42, 46, 52, 53, 54, 56, 57, 59, 60, 64, 65, 66, 68, 71, 73, 75, 79, 80, 81,
    82, 85, 104, 105, 106, 107, 108, 114,
)
DRUM_KITS = (0, 8, 16, 24, 25, 32, 40)
KICK, SNARE, CLAP, CLOSED, OPEN, RIDE, SHAKER, CONGA = 36, 38, 39, 42, 46, 51, 70, 63


@dataclass(frozen=True)
class Note:
    """One event: start and length in beats, channel, key (MIDI number), velocity 0..1."""

    beat: float
    beats: float
    channel: int
    key: int
    velocity: float


@dataclass(frozen=True)
class Loop:
    """A rendered loop: mono float32 (frames,) at 44.1 kHz, tails wrapped, and what it was made from."""

    audio: np.ndarray
    tempo: float
    beats: int
    beats_per_bar: int
    parts: tuple[str, ...]


class LoopMaker:
    """Composes and renders loops. One per process: soundfonts are loaded once (a few seconds).

    ``work_folder`` keeps the one-shots that npm fetches; None does without them, and drums come from soundfonts alone.
    """

    def __init__(self, work_folder: Path | None) -> None:
        self.synth = tinysoundfont.Synth(gain=-6, samplerate=SAMPLE_RATE)
        self.fonts = [self.synth.sfload(str(path)) for path in sounds.soundfonts()]
        self.shots = sounds.one_shots(work_folder) if work_folder else {}

    def make(self, seed: int) -> Loop:
        """The loop of this seed."""
        rng = np.random.default_rng([seed, 0x100])
        beats_per_bar = 3 if rng.random() < 0.12 else 4
        tempo = float(np.clip(rng.normal(112, 26), 60, 180))
        bars = max(1, int(round(rng.uniform(3.5, 9.0) * tempo / 60 / beats_per_bar)))
        bars = 2 * (bars // 2) if bars > 2 else bars
        beats = bars * beats_per_bar
        drums, bass, chords, melody = rng.random(4) < (0.68, 0.55, 0.6, 0.45)
        if not (drums or bass or chords or melody):
            chords = True
        parts = tuple(n for n, on in zip(("drums", "bass", "chords", "melody"), (drums, bass, chords, melody), strict=True) if on)

        tonic = int(rng.integers(0, 12))
        scale = SCALES[rng.choice(len(SCALES), p=(0.35, 0.3, 0.15, 0.15, 0.05))]
        progression = PROGRESSIONS[rng.integers(len(PROGRESSIONS))]
        degrees = [progression[i % len(progression)] for i in range(bars)]
        swing = rng.choice((0.0, 0.0, rng.uniform(0.05, 0.33)))
        notes: list[Note] = []
        if bass:
            notes += self._bass(rng, degrees, beats_per_bar, tonic, scale)
        if chords:
            notes += self._chords(rng, degrees, beats_per_bar, tonic, scale)
        if melody:
            notes += self._melody(rng, degrees, beats_per_bar, tonic, scale)
        hits = self._drums(rng, bars, beats_per_bar) if drums else []

        frames = int(round(beats * 60 / tempo * SAMPLE_RATE))
        humanise = rng.uniform(0, 0.012)
        audio = np.zeros(frames, np.float32)
        if notes:
            audio += self._render(rng, notes, frames, beats, swing, humanise)
        if hits:
            shots = rng.random() < 0.5 and bool(self.shots)
            drum_audio = self._render_shots(rng, hits, frames, beats, swing, humanise) if shots else self._render(
                rng, [Note(b, 0.4, 9, k, v) for b, k, v in hits], frames, beats, swing, humanise, drums=True)
            rms = float(np.sqrt(np.mean(audio**2)) + 1e-9)
            drum_rms = float(np.sqrt(np.mean(drum_audio**2)) + 1e-9)
            audio += drum_audio * (rng.uniform(0.5, 1.6) * rms / drum_rms if notes else 1.0)
        audio = _effects(rng, audio)
        return Loop(audio / max(float(np.abs(audio).max()), 1e-6) * np.float32(rng.uniform(0.25, 0.95)), tempo, beats, beats_per_bar, parts)

    # -- composition: each part writes one or two bar patterns and repeats them, as players do ------------------------

    @staticmethod
    def _key(scale: tuple[int, ...], tonic: int, degree: int, octave: int) -> int:
        return 12 * octave + tonic + 12 * (degree // len(scale)) + scale[degree % len(scale)]

    def _bass(self, rng, degrees, per_bar, tonic, scale) -> list[Note]:
        grid = rng.choice((0.5, 1.0, 0.5, 2.0))
        slots = np.arange(0, per_bar, grid)
        patterns = [
            [(float(b), int(rng.choice((0, 0, 0, 4, 7, 2))), rng.uniform(0.6, 1)) for b in slots if b == 0 or rng.random() < 0.6]
            for _ in range(2)
        ]
        length = grid * rng.uniform(0.4, 1.0)
        return [Note(bar * per_bar + b, length, 0, self._key(scale, tonic, d + step, 3 if tonic < 7 else 2), v)
                for bar, d in enumerate(degrees) for b, step, v in patterns[int(bar % 4 == 3)]]

    def _chords(self, rng, degrees, per_bar, tonic, scale) -> list[Note]:
        style = rng.choice(("held", "stabs", "arpeggio", "strum"))
        size = int(rng.choice((3, 3, 4)))
        octave = int(rng.choice((4, 5)))
        rhythm = sorted({0.0, *(float(b) for b in rng.choice(np.arange(0, per_bar, 0.5), size=3))})
        step = float(rng.choice((0.25, 0.5, 0.5)))
        order = rng.permutation(size)
        notes = []
        for bar, d in enumerate(degrees):
            keys = [self._key(scale, tonic, d + 2 * i, octave) for i in range(size)]
            start = bar * per_bar
            if style == "held":
                notes += [Note(start, per_bar * 0.97, 1, k, 0.7) for k in keys]
            elif style == "arpeggio":
                notes += [Note(start + i * step, step * 1.2, 1, keys[order[i % size]] + 12 * ((i // size) % 2), 0.75)
                          for i in range(int(per_bar / step))]
            else:
                spread = 0.03 if style == "strum" else 0.0
                notes += [Note(start + b + i * spread, 0.4 if style == "stabs" else 0.9, 1, k, 0.8 if b == 0 else 0.65)
                          for b in rhythm for i, k in enumerate(keys)]
        return notes

    def _melody(self, rng, degrees, per_bar, tonic, scale) -> list[Note]:
        motif = []
        beat, walk = 0.0, int(rng.integers(0, 5))
        while beat < 2 * per_bar:
            length = float(rng.choice((0.25, 0.5, 0.5, 1.0, 1.5, 2.0)))
            walk = int(np.clip(walk + rng.integers(-2, 3), -3, 9))
            if rng.random() < 0.75:
                motif.append((beat, min(length, 2 * per_bar - beat), walk, rng.uniform(0.55, 1)))
            beat += length
        octave = int(rng.choice((5, 5, 6, 4)))
        return [Note(bar * per_bar + b, n * 0.95, 2, self._key(scale, tonic, degrees[bar] + w if rng.random() < 0.1 else w, octave), v)
                for bar in range(0, len(degrees), 2) for b, n, w, v in motif if bar * per_bar + b < len(degrees) * per_bar]

    def _drums(self, rng, bars, per_bar) -> list[tuple[float, int, float]]:
        sixteenths = np.arange(0, per_bar, 0.25)
        backbeat = rng.random() < 0.75
        top = int(rng.choice((CLOSED, CLOSED, RIDE, SHAKER)))
        density = float(rng.choice((0.25, 0.5, 0.5, 1.0)))
        bar_patterns = []
        for _ in range(2):
            hits = [(0.0, KICK, 1.0)]
            hits += [(float(b), KICK, rng.uniform(0.6, 1)) for b in sixteenths[1:] if rng.random() < (0.3 if b % 1 == 0 else 0.1)]
            if backbeat:
                hits += [(float(b), SNARE if rng.random() < 0.85 else CLAP, 0.95) for b in range(1, per_bar, 2)]
            hits += [(float(b), SNARE, 0.3) for b in sixteenths if rng.random() < 0.05]
            hits += [(float(b), top, 0.75 if b % 1 == 0 else rng.uniform(0.3, 0.6)) for b in np.arange(0, per_bar, density)]
            hits += [(float(b), CONGA, rng.uniform(0.3, 0.8)) for b in sixteenths if rng.random() < rng.choice((0.0, 0.0, 0.2))]
            bar_patterns.append(hits)
        fill = [(per_bar - 1 + 0.25 * i, SNARE, 0.5 + 0.12 * i) for i in range(4)]
        use_fill = rng.random() < 0.3
        return [(bar * per_bar + b, k, v) for bar in range(bars)
                for b, k, v in bar_patterns[int(bar % 4 == 3)] + (fill if use_fill and bar == bars - 1 else [])]

    # -- rendering: the loop is played twice and the second time is kept, so that every tail is already wrapped ---------

    @staticmethod
    def _frame(beat: float, frames: int, beats: int, swing: float) -> int:
        eighth = beat * 2 % 2
        late = swing * 0.5 if abs(eighth - 1) < 1e-6 else 0.0
        return int((beat + late) / beats * frames)

    def _render(self, rng, notes, frames, beats, swing, humanise, drums=False) -> np.ndarray:
        font = self.fonts[int(rng.choice(3, p=(0.45, 0.4, 0.15)))]
        try:
            if drums:
                self.synth.program_select(9, font, 0, int(rng.choice(DRUM_KITS)), True)
            else:
                for channel, programs in enumerate((BASS_PROGRAMS, CHORD_PROGRAMS, MELODY_PROGRAMS)):
                    self.synth.program_select(channel, font, 0, int(rng.choice(programs)))
        except (RuntimeError, tinysoundfont.SoundFontException):
            self.synth.program_select(9 if drums else 0, font, 0, 0, drums)
        events = []
        for note in notes:
            start = self._frame(note.beat, frames, beats, swing) + int(rng.normal(0, humanise) * SAMPLE_RATE)
            start = max(0, min(start, frames - 1))
            stop = start + max(int(note.beats / beats * frames), 400)
            velocity = float(np.clip(note.velocity * rng.uniform(0.85, 1.1), 0.05, 1.0))
            for again in (0, frames):
                events.append((start + again, 1, note.channel, note.key, velocity))
                events.append((min(stop + again, 2 * frames - 1), 0, note.channel, note.key, 0.0))
        events.sort(key=lambda e: (e[0], e[1]))
        pieces, now = [], 0
        for frame, on, channel, key, velocity in events:
            if frame > now:
                pieces.append(np.frombuffer(self.synth.generate(frame - now), np.float32).copy())
                now = frame
            if on:
                self.synth.noteon(channel, key, int(1 + 126 * velocity))
            else:
                self.synth.noteoff(channel, key)
        if now < 2 * frames:
            pieces.append(np.frombuffer(self.synth.generate(2 * frames - now), np.float32).copy())
        for channel in range(16):
            self.synth.sounds_off(channel)
        self.synth.generate(2000)  # lets the last voices go before the next loop
        return np.concatenate(pieces).reshape(-1, 2).mean(axis=1)[frames : 2 * frames].astype(np.float32)

    def _render_shots(self, rng, hits, frames, beats, swing, humanise) -> np.ndarray:
        kinds = {KICK: "kick", SNARE: "snare", CLAP: "snare", CLOSED: "hat", OPEN: "hat", RIDE: "hat", SHAKER: "hat", CONGA: "perc"}
        chosen = {key: self.shots[kind][rng.integers(len(self.shots[kind]))] for key, kind in kinds.items()}
        out = np.zeros(frames, np.float32)
        for beat, key, velocity in hits:
            start = self._frame(beat, frames, beats, swing) + int(rng.normal(0, humanise) * SAMPLE_RATE)
            shot = chosen[key][:frames]
            where = (start + np.arange(len(shot))) % frames
            out[where] += shot * np.float32(velocity**1.5)
        return out


def _effects(rng: np.random.Generator, audio: np.ndarray) -> np.ndarray:
    """A room, a tone control, drive and the dirt of a real input, all circular. Shapes and rate are kept."""
    spectrum = np.fft.rfft(audio)
    hertz = np.fft.rfftfreq(len(audio), 1 / SAMPLE_RATE)
    if rng.random() < 0.5:  # tilt of up to 5 dB an octave pair round 1 kHz
        tilt_db = rng.normal(0, 1.5) * np.log2(np.maximum(hertz, 30) / 1000)
        spectrum = spectrum * 10 ** (np.clip(tilt_db, -15, 15) / 20)
    if rng.random() < 0.3:
        spectrum = spectrum / np.sqrt(1 + (hertz / rng.uniform(2500, 14000)) ** 6)
    if rng.random() < 0.55:
        decay_s = rng.uniform(0.08, 1.2)
        ringing = np.arange(int(decay_s * 1.5 * SAMPLE_RATE))
        tail = rng.standard_normal(len(ringing)) * np.exp(-6.9 * ringing / (decay_s * SAMPLE_RATE))
        tail = np.bincount(np.arange(len(tail)) % len(audio), tail, len(audio))
        room = np.fft.rfft(tail) / np.sqrt(np.sum(tail**2)) / (1 + hertz / 6000)
        spectrum = spectrum * (1 + rng.uniform(0.05, 0.5) * room)
    audio = np.fft.irfft(spectrum, n=len(audio))
    audio = audio / max(float(np.abs(audio).max()), 1e-6)
    if rng.random() < 0.25:
        drive = rng.uniform(1.5, 6)
        audio = np.tanh(drive * audio) / np.tanh(drive)
    if rng.random() < 0.3:
        audio = audio + rng.standard_normal(len(audio)) * 10 ** (rng.uniform(-75, -48) / 20)
    if rng.random() < 0.08:
        audio = np.clip(audio, -0.6, 0.6)
    return audio.astype(np.float32)
