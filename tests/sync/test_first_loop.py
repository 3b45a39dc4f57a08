"""How many beats a loop holds."""

import pytest

from unloop_py.beats.grid import BeatGrid
from unloop_py.sync.first_loop import beats_of_loop

RATE = 48000


def test_a_tracked_grid_that_is_sure_is_believed():
    assert beats_of_loop(6 * RATE, RATE, 4, BeatGrid(6 * RATE, RATE, 13, 0.0, 0.9)) == 13


def test_one_that_is_not_sure_gives_way_to_whole_bars_at_a_usual_tempo():
    assert beats_of_loop(4 * RATE, RATE, 4, BeatGrid(4 * RATE, RATE, 7, 0.0, 0.2)) == 8


@pytest.mark.parametrize(
    "seconds, per_bar, beats", [(2.0, 4, 4), (2.3, 4, 4), (8.0, 4, 16), (1.6, 3, 3), (3.2, 3, 6), (0.5, 4, 1), (60, 4, 128)]
)
def test_without_one_a_loop_holds_bars_in_powers_of_two(seconds, per_bar, beats):
    assert beats_of_loop(round(seconds * RATE), RATE, per_bar) == beats
