"""Busy players: parts played twice as fast, and a lane of quick strokes over the drums, as many real loops have them."""

from __future__ import annotations

import dataclasses

import numpy as np

from unloop_py.training import grooves
from unloop_py.training.score import Note, Part

ATTACKS_S = (6.0, 13.0)
LOUDER = 1.5  # the busy part, so that its attacks are heard through the others
STEPS_PER_BEAT = (2, 3, 4, 6, 8)
STRUCK = ("drums", "percussion", "beatbox", "blips")
SLOW = ("pad", "texture")  # these stay as they are


def busier(rng: np.random.Generator, parts: tuple[Part, ...], beats: int, seconds: float) -> tuple[Part, ...]:
    """The same parts of a loop of ``beats`` beats and ``seconds`` seconds, one of them with 6 to 13 attacks a second.

    Drums of any sort get a lane of quick strokes; other parts are played at double time, twice over. In a mix it is the
    drums where there are any; where only pads and textures play, a shaker joins them.
    """
    target = rng.uniform(*ATTACKS_S)
    leaders = [n for n, part in enumerate(parts) if part.kind in STRUCK] or [n for n, part in enumerate(parts) if part.kind not in SLOW]
    if not leaders:
        return (*parts, Part("percussion", "percussion", tuple(_lane(rng, grooves.SHAKER, target, beats, seconds)), 0.5))
    leader = int(rng.choice(leaders))
    part = parts[leader]
    if part.kind in STRUCK:
        struck = [note.key for note in part.notes]
        key = int(rng.choice((grooves.CLOSED, grooves.CLOSED, grooves.SHAKER, grooves.RIDE, *struck[:1])))
        notes = (*(note for note in part.notes if note.key != key), *_lane(rng, key, target, beats, seconds))
    else:
        notes = part.notes
        while attacks(notes) / seconds * 1.5 < target and attacks(notes) / beats <= 4:
            notes = doubled(notes, beats)
    return (*parts[:leader], dataclasses.replace(part, notes=tuple(notes), level=LOUDER * part.level), *parts[leader + 1 :])


def attacks(notes: tuple[Note, ...]) -> int:
    """How many places (of a sixty-fourth) notes begin at."""
    return max(len({round(16 * note.beat) for note in notes}), 1)


def doubled(notes: tuple[Note, ...], beats: int) -> tuple[Note, ...]:
    """The notes in half the time, twice over."""
    return tuple(dataclasses.replace(note, beat=note.beat / 2 + half, beats=max(note.beats / 2, 0.05))
                 for half in (0, beats / 2) for note in notes)


def _lane(rng: np.random.Generator, key: int, target: float, beats: int, seconds: float) -> list[Note]:
    """Strokes on one drum, as near to ``target`` a second as the beat divides."""
    steps = min(STEPS_PER_BEAT, key=lambda count: abs(count * beats / seconds - target))
    accents = rng.uniform(rng.uniform(0.35, 0.9), 0.95, steps)
    accents[0] = 0.95
    sure = rng.uniform(0.8, 1.0)
    return [Note(step / steps, 0.1, key, accents[step % steps] * rng.uniform(0.85, 1))
            for step in range(beats * steps) if rng.random() < sure]
