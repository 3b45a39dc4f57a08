"""The held-out rule itself: both sides are whole, and nothing is on both."""

from pathlib import Path

import numpy as np

from unloop_py.training.busy import attacks
from unloop_py.training.composition import compose
from unloop_py.training.grooves import GROOVES
from unloop_py.training.palette import (
    BUSY_FROM,
    FAMILIES,
    HELD_OUT_FROM,
    PROGRESSIONS,
    RESERVED_GROOVES,
    RESERVED_PROGRESSIONS,
    RESERVED_SHOTS,
    SCALE_WEIGHTS,
    SCALES,
    Palette,
)

TRAINING, HELD_OUT = Palette.of(HELD_OUT_FROM - 1), Palette.of(HELD_OUT_FROM)
FONT, RESERVED_FONT = Path("/x/MuseScore_General_Lite.sf3"), Path("/x/sf_GMbank.sf2")


def test_every_family_has_programs_on_both_sides_and_none_on_both():
    for family in (*FAMILIES, "drums"):
        one, other = set(TRAINING.programs(family, FONT)), set(HELD_OUT.programs(family, FONT))
        assert len(one) >= 3 and not one & other
        assert HELD_OUT.programs(family, RESERVED_FONT) and not TRAINING.programs(family, RESERVED_FONT)
    programs = [set().union(*(side.programs(family, FONT) for family in FAMILIES)) for side in (TRAINING, HELD_OUT)]
    assert not programs[0] & programs[1]  # a program in two families is on one side in both


def test_every_tempo_is_on_one_side_and_both_sides_reach_from_60_to_180():
    rng = np.random.default_rng(0)
    for tempo in np.arange(60, 180, 0.25):
        assert TRAINING.allows_tempo(tempo) != HELD_OUT.allows_tempo(tempo)
    for side in (TRAINING, HELD_OUT):
        drawn = [side.tempo(rng, 60, 180) for _ in range(300)]
        assert all(side.allows_tempo(tempo) for tempo in drawn)
        assert min(drawn) < 70 and max(drawn) > 170


def test_progressions_grooves_and_one_shots_are_shared_out_whole():
    assert not set(PROGRESSIONS) & set(RESERVED_PROGRESSIONS)
    names = tuple(GROOVES)
    assert set(TRAINING.grooves(names)) | set(HELD_OUT.grooves(names)) == set(names)
    assert set(HELD_OUT.grooves(names)) == RESERVED_GROOVES
    assert TRAINING.grooves(("march",)) and "march" not in TRAINING.grooves(("march",))
    shots = {name: np.zeros(1) for name in (*RESERVED_SHOTS, "bd_ada", "sn_dolf")}
    assert TRAINING.shots(shots) == ["bd_ada", "sn_dolf"] and set(HELD_OUT.shots(shots)) == RESERVED_SHOTS


def test_scale_weights_are_shares_of_one():
    assert len(SCALE_WEIGHTS) == len(SCALES) and abs(sum(SCALE_WEIGHTS) - 1) < 1e-9


def test_busy_seeds_lie_between_the_others_and_the_held_out_ones():
    assert not Palette.of(BUSY_FROM - 1).busy and Palette.of(BUSY_FROM).busy and Palette.of(HELD_OUT_FROM - 1).busy
    assert not HELD_OUT.busy and not Palette.of(BUSY_FROM).held_out


def test_busy_players_attack_half_as_often_again_at_least_and_keep_to_the_loop():
    """Attacks of the part that has most, a second, over a hundred scores of each temper."""
    rates = {}
    for first in (0, BUSY_FROM):
        scores = [compose(np.random.default_rng(seed), Palette.of(seed)) for seed in range(first, first + 100)]
        rates[first] = [max(attacks(part.notes) for part in score.parts) * score.tempo / 60 / score.beats for score in scores]
        assert all(0 <= note.beat < score.beats for score in scores for part in score.parts for note in part.notes if first)
    assert np.median(rates[BUSY_FROM]) > 1.5 * np.median(rates[0]) and np.percentile(rates[BUSY_FROM], 10) > 4
