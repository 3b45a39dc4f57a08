"""What is to be played: notes, parts, and the clock that places them on a circle of frames. Pure data, no sound."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

SAMPLE_RATE = 44_100


@dataclass(frozen=True)
class Note:
    """One event.

    ``beat`` and ``beats`` are its place and length in beats, ``key`` a MIDI number (or a drum's), ``velocity`` 0..1.
    ``slide`` is how many semitones away from its key it begins, ``vibrato`` the depth in semitones at its end.
    """

    beat: float
    beats: float
    key: int
    velocity: float
    slide: float = 0.0
    vibrato: float = 0.0


@dataclass(frozen=True)
class Part:
    """One player: what kind of part, with which sort of instrument (a family of ``palette``), and its notes."""

    kind: str
    family: str
    notes: tuple[Note, ...]
    level: float = 1.0


@dataclass(frozen=True)
class Clock:
    """Beats to frames on a loop of ``frames`` frames and ``beats`` beats.

    ``swing`` 0..1 delays every second ``unit`` (in beats) by up to a third of it; ``loose_s`` is the standard deviation
    of a player's timing, ``late_s`` how far behind (or, negative, ahead of) the beat the player sits.
    """

    frames: int
    beats: int
    swing: float = 0.0
    unit: float = 0.5
    loose_s: float = 0.0
    late_s: float = 0.0

    @property
    def frames_per_beat(self) -> float:
        """Not a whole number, as a rule."""
        return self.frames / self.beats

    def start(self, rng: np.random.Generator, beat: float) -> int:
        """Where a note of this beat begins, 0..frames-1: a note played ahead of the first beat stands at the loop's end."""
        place = beat / self.unit
        late = self.swing * self.unit / 3 if abs(place % 2 - 1) < 1e-6 else 0.0
        seconds = self.late_s + rng.normal(0, self.loose_s) if self.loose_s else self.late_s
        return int((beat + late) * self.frames_per_beat + seconds * SAMPLE_RATE) % self.frames

    def length(self, beats: float) -> int:
        """Frames of a note's length; at least 10 ms."""
        return max(int(beats * self.frames_per_beat), 441)


@dataclass(frozen=True)
class Score:
    """A composed loop. ``key`` is a name such as ``D minor``."""

    genre: str
    key: str
    tempo: float
    beats: int
    beats_per_bar: int
    swing: float
    swing_unit: float
    solo: bool
    parts: tuple[Part, ...] = field(default_factory=tuple)

    @property
    def frames(self) -> int:
        """Exact length of the loop at 44.1 kHz."""
        return int(round(self.beats * 60 / self.tempo * SAMPLE_RATE))


def smooth(count: int) -> int:
    """The even number with no prime factor over 7 that is next to ``count`` or above it: FFTs of such lengths are quick."""
    count += count % 2
    while True:
        rest = count
        for prime in (2, 3, 5, 7):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return count
        count += 2


def lay(circle: np.ndarray, start: int, sound: np.ndarray, gain: float = 1.0) -> None:
    """Add ``sound`` to the loop ``circle`` from frame ``start``, round and round as far as it rings. In place."""
    frames = len(circle)
    start %= frames
    done = 0
    while done < len(sound):
        take = min(frames - start, len(sound) - done)
        circle[start : start + take] += np.float32(gain) * sound[done : done + take]
        done, start = done + take, 0


def hertz(key: float) -> float:
    """Frequency of a MIDI key."""
    return 440.0 * 2 ** ((key - 69) / 12)
