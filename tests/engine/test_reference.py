"""The engine against the looper written twice: the same samples, whatever is pressed and however time is divided."""

import numpy as np
import pytest

from tests.engine.performances import perform


@pytest.mark.parametrize(("seed", "n_loops"), [(1, 1), (2, 1), (3, 3), (4, 16)])
def test_random_commands_at_random_frames_in_random_blocks_sound_as_the_reference_says(seed, n_loops):
    heard, expected, differences = perform(seed, 250, n_loops, spread=3000 // n_loops)
    assert np.count_nonzero(heard) > heard.size // 10
    wrong = np.flatnonzero((heard != expected).any(axis=1))
    assert len(wrong) == 0, f"{len(wrong)} of {len(heard)} frames differ, from frame {wrong[0]} on"
    assert differences == []
