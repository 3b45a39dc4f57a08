"""The engine against the looper written twice: the same samples, whatever is pressed and however time is divided.

Ten thousand commands, which take minutes: ``UNLOOP_RANDOM_COMMANDS=10000 pytest tests/engine/test_reference.py -k 16``
"""

import os

import numpy as np
import pytest

from tests.engine.performances import perform

COMMANDS = int(os.environ.get("UNLOOP_RANDOM_COMMANDS", "250"))


@pytest.mark.parametrize(("seed", "n_loops"), [(1, 1), (2, 1), (3, 3), (4, 16)])
def test_random_commands_at_random_frames_in_random_blocks_sound_as_the_reference_says(seed, n_loops):
    heard, expected, differences = perform(seed, COMMANDS, n_loops, spread=max(250, 3000 // n_loops))
    assert np.count_nonzero(heard) > heard.size // 25
    wrong = np.flatnonzero((heard != expected).any(axis=1))
    assert len(wrong) == 0, f"{len(wrong)} of {len(heard)} frames differ, from frame {wrong[0]} on"
    assert differences == []
