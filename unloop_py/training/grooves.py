"""Drum grooves and hand-percussion rhythms, as notes on General MIDI drum keys.

A groove is one bar of sixteenths a lane: ``X`` accent, ``x`` hit, ``o`` soft, ``g`` ghost. In 3/4 its first twelve
sixteenths are played.
"""

from __future__ import annotations

import numpy as np

from unloop_py.training.score import Note

KICK, SNARE, RIM, CLAP, CLOSED, PEDAL, OPEN, RIDE, CRASH, SHAKER, TAMBOURINE, COWBELL = 36, 38, 37, 39, 42, 44, 46, 51, 49, 70, 54, 56
TOMS = (50, 48, 45, 41)
HAND_DRUMS = (60, 61, 62, 63, 64, 65, 66)
SMALL_PERCUSSION = (54, 56, 67, 68, 69, 70, 73, 75, 76, 77, 80, 81)
LEVELS = {"X": 1.0, "x": 0.8, "o": 0.55, "g": 0.28}

GROOVES: dict[str, dict[int, str]] = {
    "rock": {KICK: "X.....x.X.......", SNARE: "....X.......X...", CLOSED: "x.o.x.o.x.o.x.o."},
    "pop": {KICK: "X.......X.x.....", SNARE: "....X.......X...", CLOSED: "xoxoxoxoxoxoxoxo"},
    "funk": {KICK: "X.x....x..x..x..", SNARE: "....X..g.g..X..g", CLOSED: "x.xox.xox.xoo.xo", OPEN: "............x..."},
    "house": {KICK: "X...X...X...X...", CLAP: "....X.......X...", OPEN: "..x...x...x...x.", SHAKER: "oxoxoxoxoxoxoxox"},
    "techno": {KICK: "X...X...X...X...", CLOSED: "..x...x...x...xo", RIM: "...x..x....x..x."},
    "hip hop": {KICK: "X......x..X.....", SNARE: "....X.......X..g", CLOSED: "x.x.x.x.x.x.x.x."},
    "trap": {KICK: "X......x..x.....", CLAP: "........X.......", CLOSED: "xoxoxxxoxoxoxoxx"},
    "drum and bass": {KICK: "X.........X.....", SNARE: "....X..g.g..X..g", RIDE: "x.x.x.x.x.x.x.x."},
    "breaks": {KICK: "X.x.......x..x..", SNARE: "....X..x.g..X.g.", CLOSED: "x.x.x.x.x.x.x.x."},
    "half time": {KICK: "X..x......x.....", SNARE: "........X.......", RIDE: "x...x...x...x..."},
    "reggae": {KICK: "........X.......", RIM: "........X.......", CLOSED: "x.o.x.oox.o.x.o."},
    "bossa": {KICK: "X..xX..xX..xX..x", RIM: "x..x..x...x..x..", CLOSED: "xoxoxoxoxoxoxoxo"},
    "samba": {KICK: "x..oX..ox..oX..o", SNARE: "x.xgx.gxg.x.xg.x", SHAKER: "XoxoXoxoXoxoXoxo"},
    "jazz": {RIDE: "X...x.x.X...x.x.", PEDAL: "....x.......x...", KICK: "g.......g.....o.", SNARE: "......g......g.."},
    "shuffle": {KICK: "X.....x.X.....x.", SNARE: "....X.......X...", CLOSED: "x.o.x.o.x.o.x.o."},
    "motown": {KICK: "X..x..x.X..x..x.", SNARE: "X...X...X...X...", TAMBOURINE: "o.x.o.x.o.x.o.x."},
    "disco": {KICK: "X...X...X...X...", SNARE: "....X.......X...", CLOSED: "xo..xo..xo..xo..", OPEN: "..x...x...x...x."},
    "afro": {KICK: "X..x..x.X..x..x.", COWBELL: "x.x..x.xx.x.x..x", 63: "..x...xx..x...xx", 64: "x......ox......o"},
    "dembow": {KICK: "X...X...X...X...", SNARE: "...x..x....x..x.", CLOSED: "x.x.x.x.x.x.x.x."},
    "ballad": {KICK: "X.........x.....", RIM: "....x.......x...", CLOSED: "x...o...x...o..."},
    "metal": {KICK: "XxX.XxX.XxX.XxXx", SNARE: "....X.......X...", RIDE: "X...X...X...X..."},
    "punk": {KICK: "X...X.x.X...X.x.", SNARE: "..X...X...X...X.", OPEN: "x.x.x.x.x.x.x.x."},
    "march": {SNARE: "X.xxX.x.XxxxX.x.", KICK: "X...x...X...x...", CRASH: "........o......."},
    "latin": {KICK: "...x..X....x..X.", 75: "x..x..x...x.x...", COWBELL: "X.o.x.o.X.o.x.o.", 63: "..x...xx..x...xx"},
    "floor toms": {KICK: "X.......X.......", 45: "x.xxo.x.x.xxo.x.", 41: "....X.......X..."},
    "brushes": {SNARE: "o.ogo.ogo.ogo.og", KICK: "x.......x.....g.", PEDAL: "....x.......x..."},
    "rolls": {KICK: "X..x..x...x..x..", SNARE: "....X..g...gX...", CLOSED: "xxxxxoxxxxxxxoxx", SHAKER: "x.xxx.x.xx.xx.xx"},
    "four floor": {KICK: "X...X...X...X..."},
}


def drum_notes(rng: np.random.Generator, groove: str, bars: int, per_bar: int) -> list[Note]:
    """A groove over ``bars`` bars, with a player's own changes, a second bar now and then, and a fill at times."""
    lanes = dict(GROOVES[groove])
    if rng.random() < 0.25 and len(lanes) > 1:  # one lane less, or on another drum
        lane = list(lanes)[int(rng.integers(len(lanes)))]
        hits = lanes.pop(lane)
        if rng.random() < 0.5:
            lanes[int(rng.choice((SHAKER, TAMBOURINE, RIDE, RIM, COWBELL, CLAP)))] = hits
    first = _bar(rng, lanes, per_bar, change=0.05)
    second = _bar(rng, lanes, per_bar, change=0.15)
    cycle = int(rng.choice((2, 4, 8)))
    notes = []
    for bar in range(bars):
        hits = second if bar % cycle == cycle - 1 else first
        notes += [Note(bar * per_bar + beat, 0.3, key, level) for beat, key, level in hits]
    if bars > 1 and rng.random() < 0.3:
        start = bars * per_bar - float(rng.choice((0.5, 1, 2)))
        notes = [n for n in notes if n.beat < start or n.key == KICK]
        notes += _fill(rng, start, bars * per_bar)
        if rng.random() < 0.5:
            notes.append(Note(0.0, 1.0, CRASH, 0.8))
    return notes


def _bar(rng: np.random.Generator, lanes: dict[int, str], per_bar: int, change: float) -> list[tuple[float, int, float]]:
    hits = []
    for key, lane in lanes.items():
        for sixteenth in range(per_bar * 4):
            sign = lane[sixteenth % 16]
            if sixteenth and rng.random() < change:
                sign = "." if sign != "." else str(rng.choice(list("og.")))
            if sign != ".":
                hits.append((sixteenth / 4, key, LEVELS[sign] * rng.uniform(0.85, 1.0)))
    return hits


def _fill(rng: np.random.Generator, start: float, end: float) -> list[Note]:
    drums = (SNARE, SNARE, *TOMS)
    step = float(rng.choice((0.25, 0.25, 0.125, 1 / 3)))
    places = np.arange(start, end - 1e-6, step)
    return [Note(float(b), 0.2, int(drums[min(int(i / max(len(places), 1) * len(drums)), 5)]), 0.5 + 0.45 * i / max(len(places), 1))
            for i, b in enumerate(places) if rng.random() < 0.85]


def percussion_notes(rng: np.random.Generator, bars: int, per_bar: int, keys: tuple[int, ...], most: int = 4) -> list[Note]:
    """A hand-percussion rhythm: pulses spread evenly (as many traditional rhythms are), two to ``most`` drums by turns."""
    steps = per_bar * int(rng.choice((2, 4, 4, 3)))
    pulses = int(rng.integers(max(steps // 4, 2), max(int(steps * 0.8), 3) + 1))
    turn = int(rng.integers(0, steps))
    strokes = rng.choice(keys, size=min(len(keys), int(rng.integers(2, most + 1))), replace=False)
    bar = []
    for step in range(steps):
        if ((step + turn) * pulses) % steps < pulses:
            accent = 0.95 if step == 0 else rng.uniform(0.45, 0.85)
            bar.append((step * per_bar / steps, int(rng.choice(strokes)), accent))
        elif rng.random() < 0.15:
            bar.append((step * per_bar / steps, int(rng.choice(strokes)), rng.uniform(0.15, 0.4)))
    notes = [Note(n * per_bar + b, 0.25, key, v * rng.uniform(0.85, 1.0)) for n in range(bars) for b, key, v in bar
             if n % 4 != 3 or rng.random() < 0.85]
    if rng.random() < 0.3:  # a roll into the seam
        notes += [Note(bars * per_bar - 1 + i / 6, 0.15, int(strokes[i % len(strokes)]), 0.4 + 0.08 * i) for i in range(6)]
    return notes
