"""What loops are made of, and what of it training never hears.

The rule of the held-out set: loops of seeds from ``HELD_OUT_FROM`` on take soundfonts, programs, drum kits, one-shots,
grooves, chord progressions and tempos *only* from what is reserved here, and training loops take them only from the rest.
The soundfont ``sf_GMbank`` is reserved whole; of the other two, the programs of ``RESERVED_PROGRAMS``. A tempo is reserved
when its whole number of beats a minute ends in 3 or 7. (Instruments that are computed, not sampled, are shared: their
settings are drawn afresh for every loop.)
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unloop_py.training.grooves import GROOVES

HELD_OUT_FROM = 1_000_000  # seeds from here on are never trained on
BUSY_FROM = 200_000  # seeds from here to HELD_OUT_FROM are of busy players (``busy``) and deeper mixes
SLOWEST, FASTEST = 60.0, 180.0  # beats a minute

RESERVED_SOUNDFONTS = frozenset({"sf_GMbank.sf2"})
RESERVED_PROGRAMS = frozenset(
    {3, 5, 6, 12, 15, 18, 21, 26, 35, 37, 39, 41, 45, 46, 51, 54, 57, 62, 65, 69, 71, 75, 82, 85, 86, 90, 94, 99, 106, 107}
)
RESERVED_KITS = frozenset({2, 11, 17, 24, 34, 41})
RESERVED_SHOTS = frozenset(
    {"bd_haus", "bd_zum", "bd_fat", "drum_heavy_kick", "sn_dub", "elec_mid_snare", "drum_snare_soft", "hat_cats", "hat_zild", "hat_gem",
     "elec_tick", "drum_cymbal_open", "ride_via", "tabla_ghe5", "tabla_na_s", "tabla_te2", "tabla_re", "tabla_tun3", "perc_bell2",
     "elec_blip2", "elec_plip", "drum_tom_mid_soft", "glitch_perc3", "drum_cowbell", "guit_harmonics", "bass_trance_c", "ambi_glass_hum",
     "tbd_pad_3", "vinyl_hiss", "ambi_drone", "mehackit_robot3"}
)
RESERVED_GROOVES = frozenset({"disco", "dembow", "motown", "samba", "march"})

# General MIDI programs by family.
FAMILIES: dict[str, tuple[int, ...]] = {
    "keys": (0, 1, 2, 3, 4, 5, 6, 7, 8),
    "mallets": (9, 10, 11, 12, 13, 14, 15, 108, 112, 114),
    "organ": (16, 17, 18, 19, 20, 21, 22, 23),
    "plucked": (24, 25, 24, 25, 31, 46, 104, 105, 106, 107),
    "electric": (26, 27, 28, 29, 30, 84),
    "bass": (32, 33, 34, 35, 36, 37, 38, 39, 43, 87),
    "strings": (40, 41, 42, 44, 45, 48, 49, 50, 51, 110),
    "voices": (52, 53, 54, 85, 91),
    "brass": (56, 57, 59, 60, 61, 62, 63),
    "winds": (64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 77, 78, 79, 109, 111),
    "leads": (80, 81, 82, 83, 84, 86, 87),
    "pads": (88, 89, 90, 91, 92, 93, 94, 95, 96, 98, 99, 100, 101, 102, 103),
}
KITS = (0, 1, 2, 3, 4, 8, 9, 11, 12, 16, 17, 18, 24, 25, 32, 33, 34, 40, 41, 48)

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10), "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10), "phrygian": (0, 1, 3, 5, 7, 8, 10), "lydian": (0, 2, 4, 6, 7, 9, 11),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11), "major pentatonic": (0, 2, 4, 7, 9), "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10), "whole tone": (0, 2, 4, 6, 8, 10), "double harmonic": (0, 1, 4, 5, 7, 8, 11),
}
SCALE_WEIGHTS = (0.24, 0.22, 0.12, 0.1, 0.05, 0.03, 0.05, 0.06, 0.07, 0.03, 0.01, 0.02)
TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
# Scale degrees of the chords of successive bars.
PROGRESSIONS = (
    (0, 4, 5, 3), (0, 3, 4, 3), (5, 3, 0, 4), (0, 5, 1, 4), (0, 0, 3, 4), (0, 6, 5, 4), (0, 3), (0, 0), (1, 4, 0, 0), (0,), (0, 1),
    (0, 5), (0, 6), (3, 4, 2, 5), (0, 4), (0, 5, 3, 4), (0, 2, 5, 3), (0, 0, 0, 0, 3, 3, 0, 0, 4, 3, 0, 4), (2, 5, 1, 4), (0, 3, 0, 4),
)
RESERVED_PROGRESSIONS = ((0, 2, 3, 4), (5, 4, 3, 4), (0, 3, 5, 4), (0, 4, 3), (1, 0), (0, 6, 3, 0))


@dataclass(frozen=True)
class Palette:
    """One side of the rule: what training loops, or held-out loops, may be made of; and whether their players are busy."""

    held_out: bool
    busy: bool = False

    @classmethod
    def of(cls, seed: int) -> Palette:
        """The side that a seed is on."""
        return cls(seed >= HELD_OUT_FROM, BUSY_FROM <= seed < HELD_OUT_FROM)

    @property
    def progressions(self) -> tuple[tuple[int, ...], ...]:
        """Chord progressions."""
        return RESERVED_PROGRESSIONS if self.held_out else PROGRESSIONS

    def allows_tempo(self, tempo: float) -> bool:
        """Whether a tempo is on this side, and in range."""
        return SLOWEST <= tempo <= FASTEST and (int(tempo) % 10 in (3, 7)) == self.held_out

    def tempo(self, rng: np.random.Generator, low: float, high: float) -> float:
        """A tempo of this side between ``low`` and ``high``, which are at least 10 apart."""
        while True:
            tempo = float(rng.uniform(max(low, SLOWEST), min(high, FASTEST)))
            if self.allows_tempo(tempo):
                return tempo

    def allows_font(self, font: Path) -> bool:
        """Whether any program of a soundfont is on this side."""
        return self.held_out or font.name not in RESERVED_SOUNDFONTS

    def programs(self, family: str, font: Path) -> tuple[int, ...]:
        """The programs of a family that this side may take from a soundfont; ``drums`` are kits."""
        everything, reserved = (KITS, RESERVED_KITS) if family == "drums" else (FAMILIES[family], RESERVED_PROGRAMS)
        if font.name in RESERVED_SOUNDFONTS:
            return everything if self.held_out else ()
        return tuple(p for p in everything if (p in reserved) == self.held_out)

    def shots(self, shots: dict[str, np.ndarray]) -> list[str]:
        """The names of the one-shots that this side may use."""
        return [name for name in shots if (name in RESERVED_SHOTS) == self.held_out]

    def grooves(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the named grooves that are on this side; where none is, all of this side."""
        here = tuple(name for name in names if (name in RESERVED_GROOVES) == self.held_out)
        return here or tuple(name for name in GROOVES if (name in RESERVED_GROOVES) == self.held_out)
